// SPDX-License-Identifier: MIT
// Computed tiles of the whole process. Serves hosts that read band by band or open many handles on one recipe.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "cube/buffer_memory.h"
#include "cube/pixel_source.h"
#include "cube/shared_cache.h"

namespace stacvrt::cube {

/// The bands of one window's outputs on one tile.
struct Tile {
  PixelWindow area;             ///< target pixels, clipped to the grid
  std::size_t pixel_bytes = 0;  ///< of one value
  Bytes values;                 ///< [band][row][column]
  [[nodiscard]] const std::byte* band(std::size_t index) const {
    return values.data() + index * area.pixels() * pixel_bytes;
  }
  [[nodiscard]] std::size_t bytes() const { return values.size(); }
};

struct TileKey {
  std::uint64_t view = 0;  ///< identity of plan and selected outputs
  std::int32_t window = 0;
  PixelWindow area;
  std::vector<int> left_out = {};  ///< items (of the plan) that it would have and could not be read
  friend auto operator<=>(const TileKey&, const TileKey&) = default;
};

using TileCache = SharedCache<TileKey, Tile>;

}  // namespace stacvrt::cube
