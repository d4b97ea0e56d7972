// SPDX-License-Identifier: MIT
#include "driver/answer_cache.h"

#include <atomic>

namespace stacvrt::driver {

namespace {

std::uint64_t next_id() {
  static std::atomic<std::uint64_t> next{1};
  return next++;
}

}  // namespace

// Called with the lock. An entry that somebody uses just now has more than one owner.
void AnswerCache::drop_old(double now_s) {
  std::size_t idle = 0;
  for (auto it = m_entries.begin(); it != m_entries.end();) {
    const std::shared_ptr<Entry>& entry = it->second;
    if (entry.use_count() > 1) {
      ++it;
      continue;
    }
    if (entry->young && (now_s - entry->made_s >= entry->age_s || idle == kMostIdle)) entry->young.reset();
    if (entry->young) ++idle;
    it = entry->held.expired() ? m_entries.erase(it) : std::next(it);
  }
}

std::shared_ptr<AnswerCache::Entry> AnswerCache::entry_of(const std::string& key, double now_s) {
  const std::lock_guard lock(m_mutex);
  drop_old(now_s);
  auto& entry = m_entries[key];
  if (!entry) entry = std::make_shared<Entry>();
  return entry;
}

std::shared_ptr<const Answer> AnswerCache::get(const std::string& key, double age_s, double now_s,
                                               const std::function<stac::FoundItems()>& make) {
  const std::shared_ptr<Entry> entry = entry_of(key, now_s);
  const std::lock_guard making(entry->making);
  if (now_s - entry->made_s >= age_s) entry->young.reset();
  if (auto answer = entry->held.lock()) return answer;
  auto answer = std::make_shared<const Answer>(Answer{next_id(), make()});
  entry->held = entry->young = answer;
  entry->made_s = now_s;
  entry->age_s = age_s;
  return answer;
}

}  // namespace stacvrt::driver
