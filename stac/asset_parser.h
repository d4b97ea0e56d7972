// SPDX-License-Identifier: MIT
// One asset or asset template: what both have in common. Knows no items and no tile matrices.
#pragma once

#include <string>

#include "stac/item.h"
#include "stac/json.h"

namespace stacvrt::stac {

/// The asset `key` of an item whose own projection is `item_projection`. Throws kInvalid for a missing href and for
/// wrong types in fields that matter for pixels.
[[nodiscard]] Asset parse_asset(const std::string& key, const Cursor& asset, const Projection& item_projection);

}  // namespace stacvrt::stac
