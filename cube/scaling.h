// SPDX-License-Identifier: MIT
// Which scale and offset an item's values have: the metadata's, with the known exceptions of Sentinel-2 products. Every
// decision can be told to the user.
#pragma once

#include <string>

#include "cube/band_matcher.h"

namespace stacvrt::cube {

/// physical = DN * scale + offset.
struct Scaling {
  double scale = 1;
  double offset = 0;
  std::string reason;  ///< why, when it is not simply what the metadata declare; else empty
};

/// What the recipe gives for the band holds. Else for Sentinel-2 reflectances (RECIPE.md):
/// earthsearch:boa_offset_applied (or Earth Search v0's name of it) true means offset 0; a processing baseline below 4
/// means 0; baseline 4 and later the declared offset, or else -1000 DN. All others: as declared; where nothing is
/// declared, what is known of the product (cube/products.h), else scale 1 and offset 0. Throws Error{kInvalid} for a
/// scale that is 0 or not finite.
[[nodiscard]] Scaling item_scaling(const stac::Item& item, const BandMatch& match, const BandRequest& request = {});

}  // namespace stacvrt::cube
