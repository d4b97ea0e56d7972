// SPDX-License-Identifier: MIT
#include "cube/tile_cache.h"

#include <iterator>
#include <utility>

namespace stacvrt::cube {

std::shared_ptr<const Tile> TileCache::get(const TileKey& key,
                                           const std::function<std::shared_ptr<const Tile>()>& compute) {
  std::promise<std::shared_ptr<const Tile>> promise;
  {
    std::unique_lock lock(m_mutex);
    if (const auto found = m_index.find(key); found != m_index.end()) {
      m_entries.splice(m_entries.begin(), m_entries, found->second);
      return found->second->tile;
    }
    if (const auto pending = m_pending.find(key); pending != m_pending.end()) {
      const auto future = pending->second;
      lock.unlock();
      return future.get();
    }
    m_pending.emplace(key, promise.get_future().share());
  }
  try {
    std::shared_ptr<const Tile> tile = compute();
    const std::lock_guard lock(m_mutex);
    m_pending.erase(key);
    insert(key, tile);
    promise.set_value(tile);
    return tile;
  } catch (...) {
    const std::lock_guard lock(m_mutex);
    m_pending.erase(key);
    promise.set_exception(std::current_exception());
    throw;
  }
}

std::shared_ptr<const Tile> TileCache::peek(const TileKey& key) {
  const std::lock_guard lock(m_mutex);
  const auto found = m_index.find(key);
  return found == m_index.end() ? nullptr : found->second->tile;
}

void TileCache::insert(const TileKey& key, std::shared_ptr<const Tile> tile) {
  m_bytes += tile->values.size();
  m_entries.push_front({key, std::move(tile)});
  m_index[key] = m_entries.begin();
  evict();
}

void TileCache::evict() {
  while (m_bytes > m_capacity && !m_entries.empty()) {
    m_bytes -= m_entries.back().tile->values.size();
    m_index.erase(m_entries.back().key);
    m_entries.pop_back();
  }
}

void TileCache::set_capacity(std::size_t bytes) {
  const std::lock_guard lock(m_mutex);
  m_capacity = bytes;
  evict();
}

std::size_t TileCache::capacity() const {
  const std::lock_guard lock(m_mutex);
  return m_capacity;
}

}  // namespace stacvrt::cube
