// SPDX-License-Identifier: MIT
// The tiled-assets extension: asset templates, links to tile matrix sets and their limits. Leaves the sets themselves
// to tile_matrix_parser.h and opens no tile.
#pragma once

#include <vector>

#include "stac/item.h"
#include "stac/json.h"

namespace stacvrt::stac {

/// The assets behind `item`'s asset_templates, none where it has none. Throws kInvalid for a missing or contradictory
/// tile matrix set or limits and for a template that cannot tell levels apart, kUnsupported for a set that is only
/// linked and not well known.
[[nodiscard]] std::vector<PlacedAsset> parse_asset_templates(const Cursor& item, const Projection& item_projection);

}  // namespace stacvrt::stac
