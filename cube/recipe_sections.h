// SPDX-License-Identifier: MIT
// The parts of parse_recipe, one per section of a recipe. Internal to the recipe parser.
#pragma once

#include <string>
#include <vector>

#include "cube/recipe.h"
#include "stac/json.h"

namespace stacvrt::cube {

[[nodiscard]] std::vector<BandRequest> parse_bands(const stac::Cursor& bands);
/// An asset key as text, one mask, or a list of masks (empty: none).
[[nodiscard]] std::vector<MaskRequest> parse_masks(const stac::Cursor& mask);
[[nodiscard]] std::vector<BitRule> parse_bit_rules(const stac::Cursor& bits);
[[nodiscard]] TimeRequest parse_time(const stac::Cursor& time);
/// `bands` (may be empty: not known yet) are the names that `resampling` may speak of.
[[nodiscard]] GridRequest parse_grid(const stac::Cursor& grid, const std::vector<BandRequest>& bands);
[[nodiscard]] std::vector<PropertyFilter> parse_filter(const stac::Cursor& filter);

struct Outputs {
  std::vector<OutputRequest> outputs;
  std::optional<double> epsilon;
};
/// `bands` (may be empty: not known yet) are the names that `of` may speak of.
[[nodiscard]] Outputs parse_outputs(const stac::Cursor& outputs, const std::vector<BandRequest>& bands);
/// `median` of all bands and `count`.
[[nodiscard]] std::vector<OutputRequest> default_outputs(const Where& where);

/// Throws kNotFound at `place` when `bands` are known and `name` is none of theirs.
void check_band_name(const stac::Cursor& place, const std::string& name, const std::vector<BandRequest>& bands);

}  // namespace stacvrt::cube
