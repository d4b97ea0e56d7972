// SPDX-License-Identifier: MIT
// A window in parts that follow a raster's blocks: those that anybody wants, and small ones to be tried again. Knows
// neither GDAL nor files.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "cube/pixel_source.h"

namespace stacvrt::driver {

/// Columns and rows of blocks, which lie from pixel 0 on.
using BlockSize = std::array<std::int64_t, 2>;

/// The parts of `window` in blocks where `wanted` ([row][column] of the window) is not 0 somewhere: runs of blocks
/// along rows, joined with equal runs above them.
[[nodiscard]] std::vector<cube::PixelWindow> wanted_parts(const cube::PixelWindow& window, const BlockSize& block,
                                                          const std::uint8_t* wanted);

/// The same pixels, cut at the borders of blocks.
[[nodiscard]] std::vector<cube::PixelWindow> in_blocks(const std::vector<cube::PixelWindow>& parts,
                                                       const BlockSize& block);

}  // namespace stacvrt::driver
