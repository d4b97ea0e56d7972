// SPDX-License-Identifier: MIT
// The rows of a tile that are worked on at once, and where their pixels lie in the sources.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "cube/buffer_memory.h"
#include "cube/plan.h"
#include "cube/thread_pool.h"

namespace stacvrt::cube {

/// Where a strip's pixels lie on one basis grid.
struct ItemPositions {
  PixelWindow window;  ///< basis pixels that matter (kernel margin included), inside the basis; may be empty
  PixelWindow part;    ///< pixels of the strip, from its first one on, that the item may reach
  Doubles col, row;    ///< [pixel of the part] relative to the window's corner; empty for aligned items
};

/// Calls each(first pixel in the part, first pixel in the strip, count) for its rows; for all at once where it is as
/// wide as the strip.
template <class Each>
void for_rows(const PixelWindow& part, const PixelWindow& strip, const Each& each) {
  const auto width = static_cast<std::size_t>(part.width_px), whole = static_cast<std::size_t>(strip.width_px);
  const auto first = static_cast<std::size_t>(part.y) * whole + static_cast<std::size_t>(part.x);
  if (width == whole) return each(std::size_t{0}, first, part.pixels());
  for (std::size_t row = 0; row < static_cast<std::size_t>(part.height_px); ++row)
    each(row * width, first + row * whole, width);
}

/// What a strip's items need to know of their places.
struct WantedPositions {
  std::vector<std::uint8_t> crs;  ///< per Plan::source_crs: non-zero where coordinates are wanted
  std::vector<int> grids;         ///< items whose basis grids others have as well, as shared_grids gives them
};

/// Where a strip's pixels lie, worked out once for all items.
struct StripPositions {
  struct InCrs {
    Doubles x, y;  ///< [pixel], of pixel centres; empty: not needed
  };
  struct OnGrid {
    const ItemPlan* item = nullptr;  ///< one that has the grid
    std::shared_ptr<const ItemPositions> at;
  };
  std::vector<InCrs> crs;     ///< per Plan::source_crs
  std::vector<OnGrid> grids;  ///< of WantedPositions::grids
};

/// Most basis grids whose positions a strip keeps; items on others are located one by one.
inline constexpr std::size_t kMostSharedGrids = 8;

/// For each basis grid that two or more of `items` (indices into Plan::items) have, one of those items; aligned ones
/// need no positions. The most common kMostSharedGrids of them.
[[nodiscard]] std::vector<int> shared_grids(const Plan& plan, const std::vector<int>& items);

/// The pixels of `strip` (target pixels) in source CRSs and on grids. The same values whatever strip a pixel belongs
/// to.
[[nodiscard]] StripPositions locate_strip(const Plan& plan, const PixelWindow& strip, const WantedPositions& wanted,
                                          ThreadPool& pool, const RequestContext& context);

/// Columns, rows and the window of an item: those of its grid, or its own where none are kept.
[[nodiscard]] std::shared_ptr<const ItemPositions> locate_item(const ItemPlan& item, const PixelWindow& strip,
                                                               const StripPositions& positions);

}  // namespace stacvrt::cube
