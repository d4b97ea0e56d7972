// SPDX-License-Identifier: MIT
// Outlines of items compared: whether one shows all that another shows. Longitudes are taken around the earth, so that
// an outline may cross the antimeridian in any of the ways catalogues write that.
#pragma once

#include "stac/item.h"

namespace stacvrt::cube {

/// How far outlines of the same pixels may differ, in degrees: about a kilometre.
inline constexpr double kFootprintTolerance = 0.01;

/// Whether the outline of `cover` holds that of `item`, to the tolerance; compares bounding boxes where one has no
/// outline. Nothing where that is missing too.
[[nodiscard]] std::optional<bool> covers(const stac::Item& cover, const stac::Item& item);

}  // namespace stacvrt::cube
