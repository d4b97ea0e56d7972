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

/// The asset `key`, but for where it is. Throws kInvalid for wrong types in fields that matter for pixels. Nothing of
/// it depends on members that is_elsewhere().
[[nodiscard]] Asset parse_asset(const std::string& key, const Cursor& asset);

/// Whether a member of an asset says where file or pixels are, or what the bytes of the file are like: it differs from
/// item to item, and parse_asset does not read it.
[[nodiscard]] bool is_elsewhere(std::string_view member);

/// All of an asset, by itself: `item_projection` is that of its item's properties.
[[nodiscard]] PlacedAsset parse_placed_asset(const std::string& key, const Cursor& asset,
                                             const Projection& item_projection);

}  // namespace stacvrt::stac
