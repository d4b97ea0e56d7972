// SPDX-License-Identifier: MIT
// Layers of a recipe (preset, document, one per open option) and how one lies over another. Knows the shorthands and
// the few keys that exclude each other; checks no values.
#pragma once

#include <string>

#include "cube/recipe_parser.h"

namespace stacvrt::cube {

/// A layer from `json`, all of it written in `document`. Writes the shorthands of `mask` and `time` out.
[[nodiscard]] MergedRecipe make_layer(stac::Json json, const std::string& document);

/// A layer that holds `value` at `keys` (a JSON pointer without escapes, e.g. "/grid/crs"), written at `place`.
[[nodiscard]] MergedRecipe make_layer_at(const std::string& keys, stac::Json value, const Where& place);

/// Lays `over` over `base`: objects key by key, everything else replaced.
void lay_over(MergedRecipe& base, const MergedRecipe& over);

}  // namespace stacvrt::cube
