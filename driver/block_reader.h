// SPDX-License-Identifier: MIT
// Pixels of one band by the shortest way: blocks that are wanted whole are decoded straight to where they belong, past
// GDAL's block cache, which would keep a copy of what is read once.
#pragma once

#include "cube/pixel_source.h"
#include "driver/handle_pool.h"

namespace stacvrt::driver {

/// Where pixels go: [row][column] of `type`, rows `row_stride` elements apart.
struct PixelTarget {
  std::byte* to = nullptr;
  std::int64_t row_stride = 0;
  kernels::LaneType type = kernels::LaneType::kUInt16;
};

/// Reads `window` (inside the band) at full resolution. Blocks of a file on the network, where GDAL merges requests,
/// and those that several bands share go through its cache. The type must hold the band's values.
[[nodiscard]] CPLErr read_blocks(const HandlePool::Handle& handle, GDALRasterBand& band,
                                 const cube::PixelWindow& window, const PixelTarget& target);

}  // namespace stacvrt::driver
