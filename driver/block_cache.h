// SPDX-License-Identifier: MIT
// Decoded blocks of local rasters that several tiles need, or several strips of one, so that each is decoded once while
// memory lasts. Beside GDAL's block cache, which is locked for every block and whose size is not ours to choose.
#pragma once

#include <atomic>
#include <compare>
#include <cstdint>
#include <string>

#include "cube/buffer_memory.h"
#include "cube/shared_cache.h"
#include "driver/handle_pool.h"

namespace stacvrt::driver {

struct BlockKey {
  std::string path;
  FileStamp stamp;
  int band = 1;
  int width_px = 0, height_px = 0;  ///< of the raster or of its overview
  int x = 0, y = 0;
  friend auto operator<=>(const BlockKey&, const BlockKey&) = default;
};

struct DecodedBlock {
  cube::Bytes values;  ///< [row][column] of the band's own type, as large as blocks at the edges are stored
  [[nodiscard]] std::size_t bytes() const { return values.size(); }
};

/// Thread-safe.
class BlockCache : public cube::SharedCache<BlockKey, DecodedBlock> {
 public:
  BlockCache() : SharedCache(0) {}

  /// Blocks that the process decoded past GDAL's cache, each counted as often as that happened.
  [[nodiscard]] std::uint64_t decoded() const { return m_decoded; }
  /// Those of them, and of what was read by way of GDAL's cache, that belong to no overview or coarser
  /// level of tiles but were read for one.
  [[nodiscard]] std::uint64_t decoded_for_overviews() const { return m_for_overviews; }
  void count_decoded() { ++m_decoded; }
  void count_for_overviews(std::uint64_t blocks) { m_for_overviews += blocks; }

 private:
  std::atomic<std::uint64_t> m_decoded{0};
  std::atomic<std::uint64_t> m_for_overviews{0};
};

}  // namespace stacvrt::driver
