// SPDX-License-Identifier: MIT
// The assets of one item in the room that a hundred thousand items leave: what items have in common is kept once, and
// of its hrefs an item keeps the folders, and the beginnings of file names, that are its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "stac/grid.h"

namespace stacvrt::stac {

struct Asset;

/// An asset, where its file is and where its pixels lie.
struct PlacedAsset {
  std::shared_ptr<const Asset> asset;
  std::string href;  ///< as written; for a tiled asset the template
  /// Asset level where given there, else the item's (CRS alone, or CRS with grid when the asset has no grid of its
  /// own). Of a tiled asset: the existing tiles of the finest level.
  std::shared_ptr<const Projection> projection;
  /// Other places of the file, by name (alternate-assets extension), in document order.
  std::vector<std::pair<std::string, std::string>> alternates;
};

/// All of a list of assets but the beginnings of its hrefs and the projections.
struct AssetLayout {
  struct Href {
    std::uint32_t beginning = 0;   ///< index
    std::uint32_t projection = 0;  ///< index; of alternates the asset's
    std::string rest;
    friend bool operator==(const Href&, const Href&) = default;
  };
  struct Alternate {
    std::size_t asset = 0;
    std::string name;
    Href href;
    friend bool operator==(const Alternate&, const Alternate&) = default;
  };
  std::vector<std::shared_ptr<const Asset>> assets;
  std::vector<Href> hrefs;  ///< one per asset
  std::vector<Alternate> alternates;
  friend bool operator==(const AssetLayout&, const AssetLayout&) = default;
};

/// Layouts that items share. Knows no more than kMost. Thread-safe.
class LayoutPool {
 public:
  static constexpr std::size_t kMost = 4096;
  [[nodiscard]] std::shared_ptr<const AssetLayout> shared(AssetLayout layout);

 private:
  std::mutex m_mutex;
  std::unordered_multimap<std::size_t, std::shared_ptr<const AssetLayout>> m_layouts;  // by hash
};

/// Assets in document order with their hrefs. Immutable; copies share the assets.
class AssetList {
 public:
  /// Visits assets.
  class Iterator {
   public:
    using Position = std::vector<std::shared_ptr<const Asset>>::const_iterator;
    using iterator_category = std::forward_iterator_tag;
    using value_type = Asset;
    using difference_type = std::ptrdiff_t;
    using pointer = const Asset*;
    using reference = const Asset&;

    Iterator() = default;
    explicit Iterator(Position position) : m_position(position) {}
    reference operator*() const { return **m_position; }
    pointer operator->() const { return m_position->get(); }
    Iterator& operator++() {
      ++m_position;
      return *this;
    }
    Iterator operator++(int) { return Iterator(m_position++); }
    friend bool operator==(const Iterator&, const Iterator&) = default;

   private:
    Position m_position;
  };

  AssetList();
  /// What other items have too goes to `layouts`, or comes from there.
  AssetList(std::vector<PlacedAsset> assets, LayoutPool& layouts);

  [[nodiscard]] Iterator begin() const { return Iterator(m_layout->assets.begin()); }
  [[nodiscard]] Iterator end() const { return Iterator(m_layout->assets.end()); }
  [[nodiscard]] std::size_t size() const { return m_layout->assets.size(); }
  [[nodiscard]] bool empty() const { return m_layout->assets.empty(); }
  [[nodiscard]] const Asset& operator[](std::size_t index) const { return *m_layout->assets[index]; }

  /// As PlacedAsset::href. `asset` is one of this list.
  [[nodiscard]] std::string href(const Asset& asset) const;
  /// As PlacedAsset::projection.
  [[nodiscard]] const Projection& projection(const Asset& asset) const;
  /// As PlacedAsset::alternates.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> alternates(const Asset& asset) const;

 private:
  [[nodiscard]] const AssetLayout::Href* find(const Asset& asset) const;
  [[nodiscard]] std::string whole(const AssetLayout::Href& href) const {
    return m_beginnings[href.beginning] + href.rest;
  }

  std::shared_ptr<const AssetLayout> m_layout;
  std::vector<std::string> m_beginnings;
  std::vector<std::shared_ptr<const Projection>> m_projections;
};

}  // namespace stacvrt::stac
