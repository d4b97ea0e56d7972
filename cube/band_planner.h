// SPDX-License-Identifier: MIT
// What all items' values of a band are brought to before they meet: the common scale, offset, pixel type and nodata,
// each item's way there, and what a user should know of it.
#pragma once

#include <string>
#include <vector>

#include "cube/item_planner.h"
#include "cube/plan.h"

namespace stacvrt::cube {

/// Fills in the plan's bands and each item's harmonisation and physical scale, and adds the decisions. Throws Error for
/// bands that no item has, for impossible scales and for resampling of bands that do not exist.
void plan_bands(Plan& plan, std::vector<PlannedItem>& items);

/// "1 item", "2 items".
[[nodiscard]] std::string counted(std::size_t count, const std::string& noun);

}  // namespace stacvrt::cube
