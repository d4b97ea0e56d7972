// SPDX-License-Identifier: MIT
// Pixel centres in another CRS at the cost of sampling: exact positions on every sixteenth pixel of the grid, cubic
// interpolation between them, and exact ones again wherever a cell's middle is off by more than a tolerance. Nodes and
// cells lie on the absolute grid, so that a pixel's position is the same whatever is asked with it.
#pragma once

#include <cstddef>

#include "cube/pixel_source.h"
#include "cube/projector.h"
#include "cube/thread_pool.h"

namespace stacvrt::cube {

/// Pixels from node to node.
inline constexpr std::int64_t kNodeSpacing = 16;

/// A grid's way into another CRS.
struct GridMap {
  const stac::PixelGrid& grid;
  const CoordinateOperation& operation;
  double tolerance = 0;  ///< of interpolated positions, in units of the operation's result
};

/// Writes x[row][column], y[row][column] of the pixel centres of `window` (pixels of the grid); NaN where the operation
/// leads nowhere. Interpolated positions are at most about the tolerance from exact: the error of a cubic is largest in
/// the middle of a cell, and there it is measured.
void locate_centres(const GridMap& map, const PixelWindow& window, ThreadPool& pool, const RequestContext& context,
                    double* x, double* y);

/// The same, every one of them exact.
void locate_exactly(const stac::PixelGrid& grid, const CoordinateOperation* operation, const PixelWindow& window,
                    double* x, double* y);

}  // namespace stacvrt::cube
