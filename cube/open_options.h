// SPDX-License-Identifier: MIT
// Open options that say part of a recipe: the text of each becomes the JSON that a recipe would hold. Values are split
// and turned into numbers here; what they may be the recipe parser says.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cube/recipe_parser.h"

namespace stacvrt::cube {

/// Names of the open options that are part of the recipe vocabulary, in upper case.
[[nodiscard]] const std::vector<std::string>& recipe_option_names();

/// The value of option `name` (any letter case), nothing when it is not given. Throws Error{kInvalid} when it is given
/// with two different values.
[[nodiscard]] std::optional<std::string> find_option(const OptionList& options, std::string_view name);

/// Lays all recipe options but PRESET over `recipe`. Throws Error{kInvalid} at "open option NAME" for text that has not
/// the option's form.
void lay_options_over(MergedRecipe& recipe, const OptionList& options);

}  // namespace stacvrt::cube
