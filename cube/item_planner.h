// SPDX-License-Identifier: MIT
// One item of the catalogue to one ItemPlan: which assets serve its bands and masks, on which pixels they lie, and how
// they reach the target grid.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cube/band_matcher.h"
#include "cube/plan.h"
#include "kernels/sample.h"

namespace stacvrt::cube {

/// An item with its matches, before the common scale, type and target grid are known.
struct PlannedItem {
  const stac::Item* item = nullptr;
  std::vector<std::optional<BandMatch>> matches;  ///< per recipe band
  ItemPlan plan;                                  ///< sources, basis and masks filled in
  std::vector<std::string> remarks;               ///< what a user should know of its masks
};

/// Source, grid and type of a matched band. Opens the raster where the metadata do not tell its grid or pixel type.
[[nodiscard]] SourceBand make_source(const stac::Item& item, const BandMatch& match,
                                     const PlanEnvironment& environment);

/// Matches bands and masks of one item and finds its basis grid. Nothing when the item can take no part; `why_not` then
/// says why in one line. Throws Error for metadata that contradict themselves.
[[nodiscard]] std::optional<PlannedItem> plan_item(const stac::Item& item, const Recipe& recipe,
                                                   const PlanEnvironment& environment, MaskTables& tables,
                                                   std::string& why_not);

/// Fills in how the item's basis lies on the plan's grid: aligned, shift, density, reach of the item and of the
/// kernels. The plan has its grid, source CRSs and bands.
void place_on_grid(ItemPlan& item, const Plan& plan);
/// The same where the item's reach is known.
void relate_to_grid(ItemPlan& item, const Plan& plan);

/// What `average` takes the mean of: a box, axis-aligned in basis pixels, around the position of a target pixel's
/// centre. Its sides are the item's density, hypot of what a step along a target row and one down a target column add:
/// exactly the target pixel where both grids point the same way; where one is turned, a box of the same area.
[[nodiscard]] kernels::Footprint footprint_of(const ItemPlan& item);

}  // namespace stacvrt::cube
