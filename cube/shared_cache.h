// SPDX-License-Identifier: MIT
// What is costly to make and wanted by several threads, least recently used first out: whoever asks first makes a
// value, others wait for it. Knows nothing of what it keeps.
#pragma once

#include <cstddef>
#include <functional>
#include <future>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

namespace stacvrt::cube {

/// Thread-safe. `Value` has bytes(); `Key` is ordered. Making a value must not wait for another one of the same cache.
template <class Key, class Value>
class SharedCache {
 public:
  using Pointer = std::shared_ptr<const Value>;

  explicit SharedCache(std::size_t capacity_bytes) : m_capacity(capacity_bytes) {}

  /// The value of `key`: cached, or awaited from the thread that makes it now, or made by `make` here. An exception of
  /// `make` reaches everyone who waits for that value; nothing is cached then.
  Pointer get(const Key& key, const std::function<Pointer()>& make) {
    std::promise<Pointer> promise;
    {
      std::unique_lock lock(m_mutex);
      if (Pointer value = find(key)) return value;
      if (const auto pending = m_pending.find(key); pending != m_pending.end()) {
        const auto future = pending->second;
        lock.unlock();
        return future.get();
      }
      m_pending.emplace(key, promise.get_future().share());
    }
    try {
      Pointer value = make();
      std::list<Entry> evicted;
      const std::lock_guard lock(m_mutex);
      m_pending.erase(key);
      m_bytes += value->bytes();
      m_entries.push_front({key, value});
      m_index[key] = m_entries.begin();
      evicted = evict();
      promise.set_value(value);
      return value;
    } catch (...) {
      const std::lock_guard lock(m_mutex);
      m_pending.erase(key);
      promise.set_exception(std::current_exception());
      throw;
    }
  }

  /// The value when it is cached, else null; makes nothing.
  Pointer peek(const Key& key) {
    const std::lock_guard lock(m_mutex);
    return find(key);
  }

  void set_capacity(std::size_t bytes) {
    std::list<Entry> evicted;
    const std::lock_guard lock(m_mutex);
    m_capacity = bytes;
    evicted = evict();
  }
  [[nodiscard]] std::size_t capacity() const {
    const std::lock_guard lock(m_mutex);
    return m_capacity;
  }

 private:
  struct Entry {
    Key key;
    Pointer value;
  };

  Pointer find(const Key& key) {
    const auto found = m_index.find(key);
    if (found == m_index.end()) return nullptr;
    m_entries.splice(m_entries.begin(), m_entries, found->second);
    return found->second->value;
  }

  /// Takes out what is too much; destroyed by the caller outside the lock, as it may be large.
  std::list<Entry> evict() {
    std::list<Entry> evicted;
    while (m_bytes > m_capacity && !m_entries.empty()) {
      m_bytes -= m_entries.back().value->bytes();
      m_index.erase(m_entries.back().key);
      evicted.splice(evicted.end(), m_entries, std::prev(m_entries.end()));
    }
    return evicted;
  }

  mutable std::mutex m_mutex;
  std::size_t m_capacity;
  std::size_t m_bytes = 0;
  std::list<Entry> m_entries;  // most recently used first
  std::map<Key, typename std::list<Entry>::iterator> m_index;
  std::map<Key, std::shared_future<Pointer>> m_pending;
};

}  // namespace stacvrt::cube
