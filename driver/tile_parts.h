// SPDX-License-Identifier: MIT
// Which tiles of a tiled asset a window is made of, and where in them its pixels lie. Knows nothing of files.
#pragma once

#include <string>
#include <vector>

#include "cube/pixel_source.h"
#include "driver/picks.h"

namespace stacvrt::driver {

/// A tile and those of a window's pixels that come from it.
struct TilePart {
  std::string path;
  const stac::TileMatrix* matrix = nullptr;
  cube::PixelWindow part;  ///< of the window, from its first pixel on
  Picks picks;             ///< in the tile
};

/// The tiles that hold the pixels of `window` (inside the source's grid), row by row. A coarser grid than the first
/// level's is served by the coarsest level that is at least as fine; classes by the first, since others may mix them.
[[nodiscard]] std::vector<TilePart> tile_parts(const cube::SourceBand& source, const cube::PixelWindow& window);

}  // namespace stacvrt::driver
