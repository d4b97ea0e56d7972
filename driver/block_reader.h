// SPDX-License-Identifier: MIT
// Pixels of one band by the shortest way: blocks that are wanted whole are decoded straight to where they belong,
// others once into a cache of ours, both past GDAL's block cache.
#pragma once

#include "cube/pixel_source.h"
#include "driver/block_cache.h"
#include "driver/handle_pool.h"
#include "driver/picks.h"

namespace stacvrt::driver {

/// Where pixels go: [row][column] of `type`, rows `row_stride` elements apart.
struct PixelTarget {
  std::byte* to = nullptr;
  std::int64_t row_stride = 0;
  kernels::LaneType type = kernels::LaneType::kUInt16;
};

/// A band of an open raster.
struct BandHandle {
  const HandlePool::Handle& file;
  GDALRasterBand& band;
};

/// Reads `window` (inside the band) at full resolution. Blocks of a file on the network, where GDAL merges requests,
/// those that several bands share and very large ones go through GDAL's cache. The type must hold the band's values.
[[nodiscard]] CPLErr read_blocks(const BandHandle& from, const cube::PixelWindow& window, const PixelTarget& target,
                                 BlockCache& blocks);

/// The same of the pixels where columns and rows of `picks` cross.
[[nodiscard]] CPLErr read_picks(const BandHandle& from, const Picks& picks, const PixelTarget& target,
                                BlockCache& blocks);

}  // namespace stacvrt::driver
