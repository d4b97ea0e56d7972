// SPDX-License-Identifier: MIT
// Items that could not be read and were left out instead (ON_ERROR=SKIP), for the life of a plan. What they would have
// been part of is computed without them from then on; tiles computed with them are never taken for those without.
#pragma once

#include <atomic>
#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace stacvrt::cube {

/// Thread-safe. Only grows.
class SkippedItems {
 public:
  struct Entry {
    std::string id;      ///< of the item
    std::string reason;  ///< one line
    bool told = false;   ///< somebody was warned
  };

  /// Leaves item `index` (of Plan::items) out from now on; the first reason stands.
  void add(int index, const std::string& id, const std::string& reason);
  [[nodiscard]] bool has(int index) const;
  /// Whether any of the items in these groups is left out.
  [[nodiscard]] bool has_any(const std::vector<std::vector<int>>& groups) const;
  /// How many there are: another number, another set.
  [[nodiscard]] std::size_t count() const noexcept { return m_count; }
  /// In order of the plan.
  [[nodiscard]] std::vector<Entry> entries() const;
  /// Those that nobody was told of; called again, none of them.
  [[nodiscard]] std::vector<Entry> take_untold();

 private:
  mutable std::mutex m_mutex;
  std::map<int, Entry> m_entries;  // by index
  std::atomic<std::size_t> m_count{0};
};

/// Thrown inside the engine: items of a tile were left out while it was computed, which begins anew.
struct ItemsSkipped {};

}  // namespace stacvrt::cube
