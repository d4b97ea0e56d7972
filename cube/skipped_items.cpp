// SPDX-License-Identifier: MIT
#include "cube/skipped_items.h"

#include <algorithm>
#include <utility>

namespace stacvrt::cube {

void SkippedItems::add(int index, const std::string& id, const std::string& reason) {
  const std::lock_guard lock(m_mutex);
  m_entries.try_emplace(index, Entry{id, reason});
  m_count = m_entries.size();
}

bool SkippedItems::has(int index) const {
  if (m_count == 0) return false;
  const std::lock_guard lock(m_mutex);
  return m_entries.contains(index);
}

bool SkippedItems::has_any(const std::vector<std::vector<int>>& groups) const {
  return std::any_of(groups.begin(), groups.end(), [this](const std::vector<int>& items) {
    return std::any_of(items.begin(), items.end(), [this](int item) { return has(item); });
  });
}

std::vector<SkippedItems::Entry> SkippedItems::entries() const {
  const std::lock_guard lock(m_mutex);
  std::vector<Entry> entries;
  for (const auto& [index, entry] : m_entries) entries.push_back(entry);
  return entries;
}

std::vector<SkippedItems::Entry> SkippedItems::take_untold() {
  const std::lock_guard lock(m_mutex);
  std::vector<Entry> untold;
  for (auto& [index, entry] : m_entries)
    if (!std::exchange(entry.told, true)) untold.push_back(entry);
  return untold;
}

}  // namespace stacvrt::cube
