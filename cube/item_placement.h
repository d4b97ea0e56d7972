// SPDX-License-Identifier: MIT
// How an item's pixels lie on the target grid: which part of it they reach, how large target pixels are among them.
// Knows no metadata.
#pragma once

#include "cube/plan.h"
#include "kernels/sample.h"

namespace stacvrt::cube {

/// Fills in how the item's basis lies on the plan's grid: aligned, shift, density, reach of the item and of the
/// kernels. The plan has its grid, source CRSs and bands; `target_turn` is the full turn of the grid's CRS.
void place_on_grid(ItemPlan& item, const Plan& plan, double target_turn);
/// The same where the item's reach is known.
void relate_to_grid(ItemPlan& item, const Plan& plan);

/// What `average` takes the mean of: a box, axis-aligned in basis pixels, around the position of a target pixel's
/// centre. Its sides are the item's density, hypot of what a step along a target row and one down a target column add:
/// exactly the target pixel where both grids point the same way; where one is turned, a box of the same area.
[[nodiscard]] kernels::Footprint footprint_of(const ItemPlan& item);

}  // namespace stacvrt::cube
