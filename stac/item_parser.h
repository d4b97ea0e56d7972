// SPDX-License-Identifier: MIT
// One STAC item (a GeoJSON Feature) to the typed Item. Leaves assets, projection and tiles to their own parsers.
#pragma once

#include "stac/item.h"
#include "stac/json.h"

namespace stacvrt::stac {

/// Parses the item at `unnamed`, whose errors name it from here on. Throws kInvalid, naming item id and JSON pointer,
/// for missing id, properties, assets or time and for every wrong type that matters for pixels.
[[nodiscard]] Item parse_item(const Cursor& unnamed);

}  // namespace stacvrt::stac
