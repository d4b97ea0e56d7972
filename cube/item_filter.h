// SPDX-License-Identifier: MIT
// Which items take part: conditions on their properties, id and collection, and the range of time.
#pragma once

#include "cube/recipe.h"
#include "stac/item.h"

namespace stacvrt::cube {

/// Whether all conditions hold. An item that lacks the property of a condition does not match, whatever the operator.
[[nodiscard]] bool matches(const stac::Item& item, const std::vector<PropertyFilter>& filters);

/// Whether the item's datetime lies in the range; for an item with an interval instead, whether they intersect.
[[nodiscard]] bool in_range(const stac::Item& item, const stac::Interval& range);

/// The items that satisfy the recipe's filter and range of time, in order of datetime, then id; adds a line per
/// condition that leaves items out. Throws Error (kEmpty, kNotFound, kInvalid) with the likely reason where none is
/// left.
[[nodiscard]] std::vector<const stac::Item*> select_items(const Recipe& recipe, const std::vector<stac::Item>& items,
                                                          std::vector<std::string>& decisions);

}  // namespace stacvrt::cube
