// SPDX-License-Identifier: MIT
// The rows of a tile that are worked on at once, and where their pixels lie in the sources.
#pragma once

#include <cstdint>
#include <vector>

#include "cube/buffer_memory.h"
#include "cube/plan.h"
#include "cube/thread_pool.h"

namespace stacvrt::cube {

/// Coordinates of a strip's pixel centres in each source CRS that is needed, computed once for all items of that CRS.
struct StripPositions {
  struct InCrs {
    Doubles x, y;  ///< [pixel]; empty: not needed
  };
  std::vector<InCrs> crs;  ///< per Plan::source_crs
};

/// Where a strip's pixels lie on one item's basis grid.
struct ItemPositions {
  PixelWindow window;  ///< basis pixels that matter (kernel margin included), inside the basis; may be empty
  Doubles col, row;    ///< [pixel] relative to the window's corner; empty for aligned items
};

/// Pixel centres of `strip` (target pixels) in the marked source CRSs (`wanted[i]` non-zero). The same values whatever
/// strip a pixel belongs to.
[[nodiscard]] StripPositions locate_strip(const Plan& plan, const PixelWindow& strip,
                                          const std::vector<std::uint8_t>& wanted, ThreadPool& pool,
                                          const RequestContext& context);

/// Columns, rows and the window of an item. `margin_px`: reach of the resampling kernel in basis pixels.
[[nodiscard]] ItemPositions locate_item(const ItemPlan& item, const PixelWindow& strip, const StripPositions& positions,
                                        std::int64_t margin_px);

}  // namespace stacvrt::cube
