// SPDX-License-Identifier: MIT
#include "driver/plan_cache.h"

#include <algorithm>
#include <atomic>

#include "cube/overview.h"

namespace stacvrt::driver {

namespace {

// Never given twice in a process nor in its forked children, whichever cache gives it: a handle opened before a fork
// keeps its number, and the child's tiles must not be taken for those of another view.
std::uint64_t next_number() {
  static std::atomic<std::uint64_t> next{1};
  return next++;
}

}  // namespace

std::shared_ptr<const cube::Plan> SharedPlan::overview(std::int64_t factor) const {
  const std::lock_guard lock(m_mutex);
  auto& coarse = m_overviews[factor];
  if (!coarse) coarse = std::make_shared<const cube::Plan>(cube::make_overview_plan(*plan, factor));
  return coarse;
}

std::shared_ptr<const SharedPlan> PlanCache::find(const std::string& key) {
  for (auto entry = m_entries.begin(); entry != m_entries.end(); ++entry)
    if (entry->key == key) {
      m_entries.splice(m_entries.begin(), m_entries, entry);
      return entry->plan;
    }
  return nullptr;
}

std::shared_ptr<const SharedPlan> PlanCache::get(const std::string& key, const std::function<cube::Plan()>& make,
                                                 const StateOf& state_of) {
  std::shared_ptr<const SharedPlan> known;
  {
    const std::lock_guard lock(m_mutex);
    known = find(key);
  }
  constexpr long kOurs = 2;  // the cache's and this
  const bool is_of_past = known && known->skipped->count() > 0 && known.use_count() <= kOurs;
  if (known && !is_of_past && known->state == state_of(*known->plan)) return known;
  auto shared = std::make_shared<SharedPlan>();
  shared->plan = std::make_shared<const cube::Plan>(make());
  shared->state = state_of(*shared->plan);
  for (std::size_t i = 0; i < shared->plan->unreadable.size(); ++i)
    shared->skipped->add(-1 - static_cast<int>(i), shared->plan->unreadable[i].first,
                         shared->plan->unreadable[i].second);
  const std::lock_guard lock(m_mutex);
  if (const auto other = find(key); other && other != known && other->state == shared->state) return other;
  shared->id = next_number();
  std::erase_if(m_entries, [&](const Entry& entry) { return entry.key == key; });
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
  m_views.emplace_front(text, next_number());
  constexpr std::size_t kMaxViews = 4096;
  if (m_views.size() > kMaxViews) m_views.pop_back();
  return m_views.front().second;
}

}  // namespace stacvrt::driver
