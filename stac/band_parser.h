// SPDX-License-Identifier: MIT
// The bands of one asset: merges what `bands` (STAC 1.1), `raster:bands` and `eo:bands` (1.0) and the asset itself say.
// Knows no hrefs and no grids.
#pragma once

#include <vector>

#include "stac/item.h"
#include "stac/json.h"

namespace stacvrt::stac {

/// The bands of `asset`, at least one. Fields of a band hold over those of the asset; of the lists, `bands` holds over
/// `raster:bands` and that over `eo:bands`. A list of one entry holds for every band but for its name; other lists must
/// agree in length. Throws kInvalid for wrong types in fields that change pixel values.
[[nodiscard]] std::vector<Band> parse_bands(const Cursor& asset);

/// A nodata value: a number, or its text ("nan", "inf", "-inf", "-9999").
[[nodiscard]] double parse_nodata(const Cursor& field);

}  // namespace stacvrt::stac
