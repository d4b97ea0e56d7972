// SPDX-License-Identifier: MIT
// Which items take part: conditions on properties and the range of time.
#pragma once

#include "cube/recipe.h"
#include "stac/item.h"

namespace stacvrt::cube {

/// Whether all conditions hold. An item that lacks the property of a condition does not match, whatever the operator.
[[nodiscard]] bool matches(const stac::Item& item, const std::vector<PropertyFilter>& filters);

/// Whether the item's datetime lies in the range; for an item with an interval instead, whether they intersect.
[[nodiscard]] bool in_range(const stac::Item& item, const stac::Interval& range);

}  // namespace stacvrt::cube
