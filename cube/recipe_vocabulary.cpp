// SPDX-License-Identifier: MIT
#include "cube/recipe_vocabulary.h"

#include <algorithm>

#include "stac/search_request.h"
#include "stac/spelling.h"

namespace stacvrt::cube {

const Section& recipe_section() {
  static const Section section = {"recipe",
                                  {"$schema", "type", "version", "title", "description", "items", "alternate", "preset",
                                   "bands", "mask", "time", "grid", "filter", "outputs"},
                                  {}};
  return section;
}

const Section& item_source_section() {
  static const Section section = {"item_source", {"search"}, {}};
  return section;
}

const Section& search_section() {
  static const Section section = {"search", stac::search_keys(), {}};
  return section;
}

const Section& band_section() {
  static const Section section = {
      "band",
      {"name", "asset", "band", "scale", "offset"},
      {{"expression", "name the assets that the expression needs and compute it from the output's bands"}}};
  return section;
}

const Section& mask_section() {
  static const Section section = {
      "mask",
      {"asset", "band", "exclude", "keep", "bits", "nodata", "nodata_bits", "below", "above", "valid_range", "cleanup"},
      {}};
  return section;
}

const Section& bit_rule_section() {
  static const Section section = {"bit_rule", {"shift", "length", "values"}, {}};
  return section;
}

const Section& time_section() {
  static const Section section = {"time", {"range", "windows", "group", "fuse", "duplicates"}, {}};
  return section;
}

const Section& grid_section() {
  static const std::string instead = "give \"bounds\" whose corners lie on the grid wanted";
  static const Section section = {
      "grid", {"crs", "resolution", "bounds", "bbox", "resampling"}, {{"snap", instead}, {"snapping", instead}}};
  return section;
}

const Section& condition_section() {
  static const Section section = {"condition", {"lt", "lte", "gt", "gte", "eq", "neq", "in"}, {}};
  return section;
}

const Section& output_section() {
  static const Section section = {
      "output",
      {"reduce", "p", "of", "name", "dtype", "scale", "offset", "nodata", "clamp", "epsilon"},
      {{"expression", "reduce the bands that it needs and compute it from the output's bands"},
       {"by", "use \"median\" or \"geomedian\" instead of \"best\""}}};
  return section;
}

std::vector<Section> recipe_sections() {
  return {recipe_section(),   item_source_section(), search_section(), band_section(),      mask_section(),
          bit_rule_section(), time_section(),        grid_section(),   condition_section(), output_section()};
}

void check_keys(const stac::Cursor& object, const Section& section) {
  for (const auto& [key, value] : object.members()) {
    if (std::ranges::find(section.keys, key) != section.keys.end()) continue;
    const auto planned = std::ranges::find(section.planned, key, &PlannedWord::word);
    if (planned != section.planned.end()) fail_planned(value, "\"" + key + "\"", planned->instead);
    value.fail(ErrorCode::kInvalid, "unknown key '" + key + "'" + stac::spelling_hint(key, section.keys));
  }
}

void fail_planned(const stac::Cursor& place, const std::string& what, const std::string& instead) {
  place.fail(ErrorCode::kUnsupported, what + " is not built yet; " + instead);
}

void fail_word(const stac::Cursor& place, const std::string& what, const std::vector<std::string>& valid,
               const std::vector<PlannedWord>& planned) {
  const std::string word = place.as_string();
  const auto found = std::ranges::find(planned, word, &PlannedWord::word);
  if (found != planned.end()) fail_planned(place, what + " '" + word + "'", found->instead);
  place.fail(ErrorCode::kInvalid, "unknown " + what + " '" + word + "'" + stac::spelling_hint(word, valid));
}

std::vector<stac::Cursor> one_or_more(const stac::Cursor& place) {
  if (!place.is_array()) return {place};
  if (place.size() == 0) place.fail(ErrorCode::kInvalid, "is empty; give at least one value or leave the key out");
  return place.elements();
}

std::vector<std::string> one_or_more_strings(const stac::Cursor& place) {
  if (!place.is_array() && !place.is_string()) place.fail_expected("a string or an array of strings");
  std::vector<std::string> words;
  for (const stac::Cursor& element : one_or_more(place)) {
    const std::string word = element.as_string();
    if (word.empty()) element.fail_expected("a string that is not empty");
    if (std::ranges::find(words, word) != words.end())
      element.fail(ErrorCode::kInvalid, "'" + word + "' is there twice");
    words.push_back(word);
  }
  return words;
}

}  // namespace stacvrt::cube
