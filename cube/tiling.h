// SPDX-License-Identifier: MIT
// The tiles that a view is computed in. Pixels do not depend on them; how often a source block is decoded does.
#pragma once

#include <cstdint>
#include <vector>

#include "cube/strip_memory.h"

namespace stacvrt::cube {

/// A lattice of square tiles that begins at the grid's first pixel.
struct Tiling {
  std::int64_t side_px = kTileSize;
  StripMemory memory;
};

/// The tiles that touch `window`, clipped to the grid, row by row.
[[nodiscard]] std::vector<PixelWindow> tiles_in(const Tiling& tiling, const PixelWindow& window,
                                                const stac::PixelGrid& grid);

/// The side of tiles that hold whole blocks of the sources: kTileSize, or that of larger blocks where they are
/// multiples of it and those of the first item that lies on the target's pixels begin where tiles do. Opens that item's
/// raster.
[[nodiscard]] std::int64_t side_for_blocks(const Plan& plan, const View& view, PixelSource& pixels);

}  // namespace stacvrt::cube
