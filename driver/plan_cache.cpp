// SPDX-License-Identifier: MIT
#include "driver/plan_cache.h"

#include <algorithm>

namespace stacvrt::driver {

std::shared_ptr<const SharedPlan> PlanCache::find(const std::string& key) {
  for (auto entry = m_entries.begin(); entry != m_entries.end(); ++entry)
    if (entry->key == key) {
      m_entries.splice(m_entries.begin(), m_entries, entry);
      return entry->plan;
    }
  return nullptr;
}

std::shared_ptr<const SharedPlan> PlanCache::get(const std::string& key, const std::function<cube::Plan()>& make) {
  {
    const std::lock_guard lock(m_mutex);
    if (auto found = find(key)) return found;
  }
  auto plan = std::make_shared<const cube::Plan>(make());
  const std::lock_guard lock(m_mutex);
  if (auto found = find(key)) return found;
  auto shared = std::make_shared<SharedPlan>();
  shared->plan = std::move(plan);
  shared->id = m_next_plan++;
  m_entries.push_front({key, shared});
  if (m_entries.size() > kMaxPlans) m_entries.pop_back();
  return shared;
}

std::uint64_t PlanCache::view_id(const std::string& text) {
  const std::lock_guard lock(m_mutex);
  for (auto view = m_views.begin(); view != m_views.end(); ++view)
    if (view->first == text) {
      m_views.splice(m_views.begin(), m_views, view);
      return view->second;
    }
  m_views.emplace_front(text, m_next_view++);
  constexpr std::size_t kMaxViews = 4096;
  if (m_views.size() > kMaxViews) m_views.pop_back();
  return m_views.front().second;
}

void PlanCache::clear() {
  const std::lock_guard lock(m_mutex);
  m_entries.clear();
}

}  // namespace stacvrt::driver
