// SPDX-License-Identifier: MIT
// One STAC item (a GeoJSON Feature) to the typed Item. Leaves assets, projection and tiles to their own parsers.
#pragma once

#include <vector>

#include "stac/item.h"
#include "stac/item_pool.h"
#include "stac/json.h"

namespace stacvrt::stac {

/// Most items accepted from one document.
inline constexpr std::size_t kMaxItems = 200'000;

/// Parses the item at `unnamed`, whose errors name it from here on. Throws kInvalid, naming item id and JSON pointer,
/// for missing id, properties, assets or time and for every wrong type that matters for pixels.
[[nodiscard]] Item parse_item(const Cursor& unnamed, ItemPool& pool);

/// The same of all but the assets. `projection` becomes the item's own.
[[nodiscard]] Item parse_item_without_assets(const Cursor& unnamed, ItemPool& pool, Projection& projection);

/// Adds the item at `feature`, or the series that it stands for (stac/dimension_templates.h).
void add_items(const Cursor& feature, ItemPool& pool, std::vector<Item>& items);

}  // namespace stacvrt::stac
