// SPDX-License-Identifier: MIT
// What the network said, for as long as somebody holds it or it is young: hosts open the same name again and again (a
// map is drawn anew), and what one dataset was made of must not change under its next handle.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace stacvrt::driver {

/// Thread-safe.
template <class Value>
class AgingCache {
 public:
  /// `most_idle`: how much is kept of what nobody holds, in the unit of `weight_of`.
  AgingCache(std::size_t most_idle, std::function<std::size_t(const Value&)> weight_of)
      : m_most_idle(most_idle), m_weight_of(std::move(weight_of)) {}

  /// The value of `key`, made by `make` where it is neither held by anybody nor younger than `age_s`; `now_s` is a
  /// clock that never goes back. Threads that ask for the same one wait for the first of them. What `make` throws is
  /// not kept.
  std::shared_ptr<const Value> get(const std::string& key, double age_s, double now_s,
                                   const std::function<Value()>& make) {
    const Use use(*this, key, now_s);
    Entry& entry = use.entry;
    const std::lock_guard making(entry.making);
    if (now_s - entry.made_s >= age_s) entry.young.reset();
    if (auto value = entry.held.lock()) return value;
    auto value = std::make_shared<const Value>(make());
    entry.held = entry.young = value;
    entry.made_s = now_s;
    entry.age_s = age_s;
    return value;
  }

 private:
  struct Entry {
    std::mutex making;
    std::weak_ptr<const Value> held;
    std::shared_ptr<const Value> young;  // until `made_s` is too long ago
    double made_s = 0, age_s = 0;
    int users = 0;  // under the cache's lock
  };

  // Between its two ends the entry is left alone by drop_old.
  struct Use {
    Use(AgingCache& of, const std::string& key, double now_s) : cache(of), entry(of.begin_use(key, now_s)) {}
    ~Use() {
      const std::lock_guard lock(cache.m_mutex);
      --entry.users;
    }
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;
    AgingCache& cache;
    Entry& entry;
  };

  Entry& begin_use(const std::string& key, double now_s) {
    const std::lock_guard lock(m_mutex);
    drop_old(now_s);
    Entry& entry = m_entries[key];
    ++entry.users;
    return entry;
  }

  // Called with the lock.
  void drop_old(double now_s) {
    std::size_t idle = 0;
    for (auto it = m_entries.begin(); it != m_entries.end();) {
      Entry& entry = it->second;
      if (entry.users > 0) {
        ++it;
        continue;
      }
      const std::size_t weight = entry.young ? m_weight_of(*entry.young) : 0;
      if (now_s - entry.made_s >= entry.age_s || idle + weight > m_most_idle)
        entry.young.reset();
      else
        idle += weight;
      it = entry.held.expired() ? m_entries.erase(it) : std::next(it);
    }
  }

  const std::size_t m_most_idle;
  const std::function<std::size_t(const Value&)> m_weight_of;
  std::mutex m_mutex;
  std::map<std::string, Entry> m_entries;  // its entries never move
};

}  // namespace stacvrt::driver
