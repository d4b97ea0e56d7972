// SPDX-License-Identifier: MIT
// Tiled-assets items with dimensions of the datacube extension: one item whose templates name a dimension of time
// stands for a series of items, one per value.
#pragma once

#include <functional>

#include "stac/json.h"

namespace stacvrt::stac {

/// Calls `each` with the features that `feature` stands for, one after another: one per value of the dimension that its
/// asset templates name as {cube:dimensions:<name>}, in the order of `values`. Each has the value in its id
/// ("id@value") and in its templates, its times from the value ("2018-02-26", "2018-02", "2018-02-26_2018-03-11",
/// "a/b"), and no plain asset of a template's name, and without the dimensions. Other dimensions that templates name
/// must have one value. False where no template names a dimension. Throws kInvalid for a dimension that is not
/// declared, kUnsupported for several values that are no times, for several dimensions of time, and for dimensions
/// without `values`.
[[nodiscard]] bool expand_dimensions(const Cursor& feature, const std::function<void(const Json&)>& each);

}  // namespace stacvrt::stac
