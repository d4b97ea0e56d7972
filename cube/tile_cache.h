// SPDX-License-Identifier: MIT
// Computed tiles of the whole process, least recently used first out. Serves hosts that read band by band or open many
// handles on one recipe: a tile is computed by whoever asks first, others wait for it.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <future>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

namespace stacvrt::cube {

/// The bands of one window's outputs on one tile.
struct Tile {
  std::int64_t width_px = 0;  ///< clipped to the grid
  std::int64_t height_px = 0;
  std::size_t pixel_bytes = 0;    ///< of one value
  std::vector<std::byte> values;  ///< [band][row][column]
  [[nodiscard]] const std::byte* band(std::size_t index) const {
    return values.data() + index * static_cast<std::size_t>(width_px * height_px) * pixel_bytes;
  }
};

struct TileKey {
  std::uint64_t view = 0;  ///< identity of plan and selected outputs
  std::int32_t window = 0;
  std::int64_t x = 0, y = 0;
  friend auto operator<=>(const TileKey&, const TileKey&) = default;
};

/// Thread-safe.
class TileCache {
 public:
  explicit TileCache(std::size_t capacity_bytes) : m_capacity(capacity_bytes) {}

  /// The tile of `key`: cached, or awaited from the thread that computes it now, or computed by `compute` here. An
  /// exception of `compute` reaches everyone who waits for that tile; nothing is cached then.
  std::shared_ptr<const Tile> get(const TileKey& key, const std::function<std::shared_ptr<const Tile>()>& compute);

  /// The tile when it is cached, else null; computes nothing.
  std::shared_ptr<const Tile> peek(const TileKey& key);

  void set_capacity(std::size_t bytes);
  [[nodiscard]] std::size_t capacity() const;

 private:
  struct Entry {
    TileKey key;
    std::shared_ptr<const Tile> tile;
  };
  void insert(const TileKey& key, std::shared_ptr<const Tile> tile);
  void evict();

  mutable std::mutex m_mutex;
  std::size_t m_capacity;
  std::size_t m_bytes = 0;
  std::list<Entry> m_entries;  // most recently used first
  std::map<TileKey, std::list<Entry>::iterator> m_index;
  std::map<TileKey, std::shared_future<std::shared_ptr<const Tile>>> m_pending;
};

}  // namespace stacvrt::cube
