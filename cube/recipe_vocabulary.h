// SPDX-License-Identifier: MIT
// The keys of a recipe, section by section, and the strict check of them. One table for the parser and for the test
// that compares it with data/stacvrt.schema.json; knows nothing of values.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "stac/json.h"

namespace stacvrt::cube {

/// A word of the documented vocabulary that is not built yet, and what to use instead.
struct PlannedWord {
  std::string word;
  std::string instead;
};

/// The keys of one kind of object.
struct Section {
  std::string name;  ///< in messages, and under $defs of the schema ("recipe" is the schema's root)
  std::vector<std::string> keys;
  std::vector<PlannedWord> planned;
};

[[nodiscard]] const Section& recipe_section();
[[nodiscard]] const Section& item_source_section();
[[nodiscard]] const Section& search_section();
[[nodiscard]] const Section& band_section();
[[nodiscard]] const Section& mask_section();
[[nodiscard]] const Section& bit_rule_section();
[[nodiscard]] const Section& time_section();
[[nodiscard]] const Section& grid_section();
[[nodiscard]] const Section& condition_section();
[[nodiscard]] const Section& output_section();
/// All of them.
[[nodiscard]] std::vector<Section> recipe_sections();

/// Throws Error{kInvalid} at the first key of `object` that is not of the section, with the nearest valid spelling, and
/// Error{kUnsupported} for one that is not built yet. Throws kInvalid when `object` is no object.
void check_keys(const stac::Cursor& object, const Section& section);

/// Throws Error{kUnsupported} "<what> is not built yet; <instead>" at `place`.
[[noreturn]] void fail_planned(const stac::Cursor& place, const std::string& what, const std::string& instead);

/// The value that the string at `place` names. Throws kInvalid with the nearest spelling and all valid words,
/// kUnsupported for a planned one. `what` names the thing ("resampling").
template <typename T>
[[nodiscard]] T choose(const stac::Cursor& place, const std::string& what,
                       const std::vector<std::pair<std::string, T>>& choices,
                       const std::vector<PlannedWord>& planned = {});

/// Throws what choose() throws for a word that is none of `valid`.
[[noreturn]] void fail_word(const stac::Cursor& place, const std::string& what, const std::vector<std::string>& valid,
                            const std::vector<PlannedWord>& planned);

/// The strings of a string or of an array of them; throws kInvalid for an empty array, an empty string or a repeated
/// one.
[[nodiscard]] std::vector<std::string> one_or_more_strings(const stac::Cursor& place);

/// The values of a scalar or the elements of an array, as cursors; throws kInvalid for an empty array.
[[nodiscard]] std::vector<stac::Cursor> one_or_more(const stac::Cursor& place);

template <typename T>
T choose(const stac::Cursor& place, const std::string& what, const std::vector<std::pair<std::string, T>>& choices,
         const std::vector<PlannedWord>& planned) {
  const std::string word = place.as_string();
  std::vector<std::string> valid;
  for (const auto& [name, value] : choices) {
    if (name == word) return value;
    valid.push_back(name);
  }
  fail_word(place, what, valid, planned);
}

}  // namespace stacvrt::cube
