// SPDX-License-Identifier: MIT
// JSON and open options to a Recipe: one vocabulary, one set of messages. Does no I/O.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cube/recipe.h"
#include "cube/recipe_places.h"

namespace stacvrt::cube {

/// (key, value) of GDAL open options, keys in any letter case.
using OptionList = std::vector<std::pair<std::string, std::string>>;

/// A recipe document, its preset and its options as one JSON object, and where each value of it was written.
struct MergedRecipe {
  stac::Json json;
  RecipePlaces places;
};

/// The recipe JSON that results from `text` (a recipe document, or "" for none) with the preset under it and the
/// options over it: objects are merged key by key, arrays and scalars replaced, null takes a preset's value away. The
/// shorthands of `mask`, `time` and `grid.resampling` are written out first, so that {"time": "2020"} keeps a preset's
/// fuse rule; `bounds` replaces `bbox` and the reverse. `document` is named in errors; for options the place is "open
/// option NAME". Options that are not recipe options (MEMORY, THREADS, ...) are ignored here. For a name without recipe
/// the caller sets json["items"] before parsing.
[[nodiscard]] MergedRecipe merge_recipe(std::string_view text, const std::string& document, const OptionList& options);

/// Checks and types a merged recipe. Throws Error naming the JSON pointer, what is allowed and the nearest valid
/// spelling; a key of the documented vocabulary that is not built yet says so (kUnsupported). Errors, and each `where`
/// in the result, name the option or preset that a value came from.
[[nodiscard]] Recipe parse_recipe(const MergedRecipe& merged, const std::string& document);
/// The same for JSON without preset and options; its `preset` key is taken as merged already.
[[nodiscard]] Recipe parse_recipe(const stac::Json& merged, const std::string& document);

/// Names of the built-in presets, and one as JSON text ("" when there is none of that name).
[[nodiscard]] std::vector<std::string> preset_names();
[[nodiscard]] std::string preset_text(std::string_view name);

}  // namespace stacvrt::cube
