// SPDX-License-Identifier: MIT
// Tiled-assets items with dimensions of the datacube extension: one item whose templates name a dimension of time
// stands for a series of items, one per value.
#pragma once

#include <vector>

#include "stac/json.h"

namespace stacvrt::stac {

/// The features that `feature` stands for: one per value of the dimension that its asset templates name as
/// {cube:dimensions:<name>}, in the order of `values`. Each has the value in its id ("id@value") and in its templates,
/// its times from the value ("2018-02-26", "2018-02", "2018-02-26_2018-03-11", "a/b"), and no plain asset of a
/// template's name. Other dimensions that templates name must have one value. Empty where no template names a
/// dimension. Throws kInvalid for a dimension that is not declared, kUnsupported for several values that are no times,
/// for several dimensions of time, and for dimensions without `values`.
[[nodiscard]] std::vector<Json> expand_dimensions(const Cursor& feature);

}  // namespace stacvrt::stac
