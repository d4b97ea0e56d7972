// SPDX-License-Identifier: MIT
// Plans of coarser grids: an overview of a composite is the composite of its sources' overviews, on a grid of the same
// extent. Which overviews a raster really has, and whether they may be used, is the PixelSource's business.
#pragma once

#include <cstdint>

#include "cube/plan.h"

namespace stacvrt::cube {

/// The same extent in `factor` (>= 1) times fewer columns and rows, both rounded up, as GDAL makes overviews.
[[nodiscard]] stac::PixelGrid coarsened(const stac::PixelGrid& grid, std::int64_t factor);

/// How many overviews a grid has: each of half the one before, the last the first with no side of kLeastOverview pixels
/// or more.
inline constexpr std::int64_t kLeastOverview = 256;
[[nodiscard]] int overview_count(const stac::PixelGrid& grid);

/// The plan of overview `factor` (a power of two). Every item lies on its basis coarsened by the largest power of two
/// that leaves its pixels at most as large as the target's (2 % count for nothing); its other sources accordingly.
/// Radii of cleanup keep their length on the ground, those of half a pixel or more reach the next one. Items,
/// observations, windows, bands of sets and outputs are those of `plan`; lane types follow from how the items lie here.
/// Reads nothing.
[[nodiscard]] Plan make_overview_plan(const Plan& plan, std::int64_t factor);

}  // namespace stacvrt::cube
