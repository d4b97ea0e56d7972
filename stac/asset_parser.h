// SPDX-License-Identifier: MIT
// One asset or asset template: what both have in common. Knows no items and no tile matrices.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "stac/item.h"
#include "stac/json.h"

namespace stacvrt::stac {

/// The href of an asset. Throws kInvalid where there is none.
[[nodiscard]] std::string parse_href(const Cursor& asset);

/// Names and hrefs of an asset's alternates; entries without an href name no place and are passed over.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> parse_alternates(const Cursor& asset);

/// All but the href and the alternates of the asset `key` of an item whose own projection is `item_projection`. Throws
/// kInvalid for wrong types in fields that matter for pixels.
[[nodiscard]] Asset parse_asset(const std::string& key, const Cursor& asset, const Projection& item_projection);

}  // namespace stacvrt::stac
