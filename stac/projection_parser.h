// SPDX-License-Identifier: MIT
// The projection extension: proj:* fields in their 0.9 to 2.0 spellings, of an item's properties or of an asset. Knows
// no assets; what an asset takes from its item is one pure function.
#pragma once

#include "stac/grid.h"
#include "stac/json.h"

namespace stacvrt::stac {

/// The proj:* fields of `object`. CRS by precedence: proj:code, proj:epsg, proj:wkt2, proj:projjson (null: not given).
/// Throws kInvalid for a proj:transform that has not 6 or 9 numbers or cannot be inverted, a proj:shape that is not two
/// positive integers, a proj:bbox that is not 4 or 6 numbers from low to high, and CRS fields of the wrong type.
[[nodiscard]] Projection parse_projection(const Cursor& object);

/// What holds for an asset: its own fields, and the item's CRS and grid where the asset has none. A grid is inherited
/// whole or not at all, and only into the same CRS.
[[nodiscard]] Projection inherit_projection(const Projection& asset, const Projection& item);

}  // namespace stacvrt::stac
