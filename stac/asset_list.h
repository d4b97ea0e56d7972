// SPDX-License-Identifier: MIT
// The assets of one item in the room that a hundred thousand items leave: what items of one collection have in common
// is kept once, and so is what the hrefs of one item have in common.
#pragma once

#include <cstddef>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace stacvrt::stac {

struct Asset;

/// Equal texts of many items, each kept once while a document is parsed. Knows no more than kMost: beyond, texts are
/// kept where they are.
class TextPool {
 public:
  static constexpr std::size_t kMost = 65'536;
  [[nodiscard]] std::shared_ptr<const std::string> shared(std::string_view text);

 private:
  std::unordered_map<std::string, std::shared_ptr<const std::string>> m_texts;
};

/// Assets in document order with their hrefs. Copies share the assets.
class AssetList {
 private:
  struct Entry {
    std::shared_ptr<const Asset> asset;
    std::shared_ptr<const std::string> beginning, rest;  // of the href
  };

 public:
  /// Visits assets.
  class Iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = Asset;
    using difference_type = std::ptrdiff_t;
    using pointer = const Asset*;
    using reference = const Asset&;

    Iterator() = default;
    explicit Iterator(std::vector<Entry>::const_iterator entry) : m_entry(entry) {}
    reference operator*() const { return *m_entry->asset; }
    pointer operator->() const { return m_entry->asset.get(); }
    Iterator& operator++() {
      ++m_entry;
      return *this;
    }
    Iterator operator++(int) { return Iterator(m_entry++); }
    friend bool operator==(const Iterator&, const Iterator&) = default;

   private:
    std::vector<Entry>::const_iterator m_entry;
  };

  [[nodiscard]] Iterator begin() const { return Iterator(m_entries.begin()); }
  [[nodiscard]] Iterator end() const { return Iterator(m_entries.end()); }
  [[nodiscard]] std::size_t size() const { return m_entries.size(); }
  [[nodiscard]] bool empty() const { return m_entries.empty(); }
  [[nodiscard]] const Asset& operator[](std::size_t index) const { return *m_entries[index].asset; }

  void reserve(std::size_t count) { m_entries.reserve(count); }
  /// Ends of hrefs that items have in common go to `texts`.
  void add(std::shared_ptr<const Asset> asset, std::string_view href, TextPool& texts);
  /// As written; for a tiled asset the template. `asset` is one of this list.
  [[nodiscard]] std::string href(const Asset& asset) const;

  /// Another place of the last asset's file, by name (alternate-assets extension).
  void add_alternate(std::string_view name, std::string_view href, TextPool& texts);
  /// Names and hrefs as written, in document order.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> alternates(const Asset& asset) const;

 private:
  struct Alternate {
    std::size_t entry = 0;
    std::shared_ptr<const std::string> name, beginning, rest;
  };

  std::vector<Entry> m_entries;
  std::vector<Alternate> m_alternates;
};

}  // namespace stacvrt::stac
