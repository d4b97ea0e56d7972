// SPDX-License-Identifier: MIT
#include "cube/open_options.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>

#include "cube/recipe_layer.h"
#include "stac/letter_case.h"
#include "stac/strict_json.h"

namespace stacvrt::cube {
namespace {

/// One option's name and text, with the errors and conversions that all options share.
class OptionText {
 public:
  OptionText(const std::string& name, std::string text)
      : m_place{"open option " + name, {}, {}}, m_text(std::move(text)) {}

  [[nodiscard]] const Where& place() const { return m_place; }
  [[nodiscard]] const std::string& text() const { return m_text; }
  [[noreturn]] void fail_expected(const std::string& form) const {
    throw Error(ErrorCode::kInvalid, "expected " + form + ", found '" + m_text + "'", m_place);
  }
  [[nodiscard]] bool is_json() const { return m_text.starts_with('{') || m_text.starts_with('['); }
  [[nodiscard]] stac::Json json() const { return stac::parse_strict_json(m_text, m_place.document); }

  /// The parts between commas, without spaces around them.
  [[nodiscard]] std::vector<std::string> parts(const std::string& form) const {
    std::vector<std::string> result;
    std::size_t begin = 0;
    while (begin <= m_text.size()) {
      const std::size_t end = std::min(m_text.find(',', begin), m_text.size());
      result.push_back(trimmed(m_text.substr(begin, end - begin)));
      if (result.back().empty()) fail_expected(form);
      begin = end + 1;
    }
    return result;
  }
  [[nodiscard]] stac::Json numbers(const std::string& form) const {
    stac::Json result = stac::Json::array();
    for (const std::string& part : parts(form)) result.push_back(number(part, form));
    return result;
  }
  [[nodiscard]] double number(const std::string& part, const std::string& form) const {
    double value = 0;
    const char* const begin = part.data() + (part.starts_with('+') ? 1 : 0);
    const auto [end, error] = std::from_chars(begin, part.data() + part.size(), value);
    if (error != std::errc() || end != part.data() + part.size() || !std::isfinite(value)) fail_expected(form);
    return value;
  }

 private:
  static std::string trimmed(const std::string& text) {
    const std::size_t begin = text.find_first_not_of(" \t");
    if (begin == std::string::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
  }

  Where m_place;
  std::string m_text;
};

stac::Json bands_json(const OptionText& option) {
  if (option.is_json()) return option.json();
  return stac::Json(option.parts("band names with commas between them, or a JSON array"));
}

/// A class by value where the text is an integer, else by name.
stac::Json class_json(const std::string& word) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error == std::errc() && end == word.data() + word.size()) return value;
  return word;
}

stac::Json classes_json(const OptionText& option) {
  stac::Json classes = stac::Json::array();
  for (const std::string& word : option.parts("class names or values with commas between them"))
    classes.push_back(class_json(word));
  return classes;
}

stac::Json resolution_json(const OptionText& option) {
  const std::string form = "a number, or two as x,y";
  stac::Json numbers = option.numbers(form);
  if (numbers.size() > 2) option.fail_expected(form);
  return numbers.size() == 1 ? numbers[0] : numbers;
}

stac::Json box_json(const OptionText& option, const std::string& form) {
  stac::Json numbers = option.numbers(form);
  if (numbers.size() != 4) option.fail_expected(form);
  return numbers;
}

/// "percentile:10:90" is the object that a recipe would write.
stac::Json output_json(const OptionText& option, const std::string& word) {
  const std::size_t colon = word.find(':');
  if (colon == std::string::npos) return word;
  const std::string form = "reducers with commas between them, like geomedian,count,percentile:10:90, or JSON";
  stac::Json object = stac::Json::object();
  object["reduce"] = word.substr(0, colon);
  object["p"] = stac::Json::array();
  for (std::size_t begin = colon + 1; begin <= word.size();) {
    const std::size_t end = std::min(word.find(':', begin), word.size());
    object["p"].push_back(option.number(word.substr(begin, end - begin), form));
    begin = end + 1;
  }
  return object;
}

stac::Json outputs_json(const OptionText& option) {
  if (option.is_json()) {
    stac::Json json = option.json();
    return json.is_array() ? json : stac::Json::array({json});
  }
  stac::Json outputs = stac::Json::array();
  for (const std::string& word : option.parts("reducers with commas between them, like geomedian,count, or JSON"))
    outputs.push_back(output_json(option, word));
  return outputs;
}

void lay_mask(MergedRecipe& recipe, const OptionText& option) {
  const MergedRecipe layer = option.is_json() ? make_layer_at("/mask", option.json(), option.place())
                                              : make_layer_at("/mask/asset", option.text(), option.place());
  lay_over(recipe, layer);
}

void lay_mask_exclude(MergedRecipe& recipe, const OptionText& option) {
  if (recipe.json.contains("mask") && recipe.json["mask"].is_array()) {
    throw Error(ErrorCode::kInvalid,
                "the recipe has a list of masks, and MASK_EXCLUDE cannot tell which is meant; give all of it with MASK",
                option.place());
  }
  lay_over(recipe, make_layer_at("/mask/exclude", classes_json(option), option.place()));
}

void lay_cloud_cover(MergedRecipe& recipe, const OptionText& option) {
  const std::string form = "a percentage from 0 to 100";
  const double most = option.number(option.text(), form);
  if (most < 0 || most > 100) option.fail_expected(form);
  if (recipe.json.contains("filter") && recipe.json["filter"].is_object())
    recipe.json["filter"].erase("eo:cloud_cover");
  stac::Json condition = stac::Json::object();
  condition["lte"] = most;
  lay_over(recipe, make_layer_at("/filter/eo:cloud_cover", std::move(condition), option.place()));
}

void lay_option(MergedRecipe& recipe, const std::string& name, const OptionText& option) {
  const auto lay = [&](const char* keys, stac::Json value) {
    lay_over(recipe, make_layer_at(keys, std::move(value), option.place()));
  };
  if (name == "BANDS") lay("/bands", bands_json(option));
  if (name == "MASK") lay_mask(recipe, option);
  if (name == "MASK_EXCLUDE") lay_mask_exclude(recipe, option);
  if (name == "DATETIME") lay("/time/range", option.text());
  if (name == "WINDOWS") lay("/time/windows", option.text());
  if (name == "GROUP") lay("/time/group", option.text());
  if (name == "DUPLICATES") lay("/time/duplicates", stac::lowered(option.text()));
  if (name == "ALTERNATE") lay("/alternate", stac::Json(option.parts("names of alternates with commas between them")));
  if (name == "CRS") lay("/grid/crs", option.text());
  if (name == "RESOLUTION") lay("/grid/resolution", resolution_json(option));
  if (name == "BOUNDS") lay("/grid/bounds", box_json(option, "four numbers as xmin,ymin,xmax,ymax"));
  if (name == "BBOX") lay("/grid/bbox", box_json(option, "four numbers as west,south,east,north"));
  if (name == "RESAMPLING") lay("/grid/resampling", option.is_json() ? option.json() : stac::Json(option.text()));
  if (name == "MAX_CLOUD_COVER") lay_cloud_cover(recipe, option);
  if (name == "OUTPUTS") lay("/outputs", outputs_json(option));
}

}  // namespace

const std::vector<std::string>& recipe_option_names() {
  static const std::vector<std::string> names = {
      "PRESET", "BANDS",      "MASK",   "MASK_EXCLUDE", "DATETIME",   "WINDOWS",         "GROUP",     "DUPLICATES",
      "CRS",    "RESOLUTION", "BOUNDS", "BBOX",         "RESAMPLING", "MAX_CLOUD_COVER", "ALTERNATE", "OUTPUTS"};
  return names;
}

std::optional<std::string> find_option(const OptionList& options, std::string_view name) {
  std::optional<std::string> found;
  for (const auto& [key, value] : options) {
    if (!stac::same_word(key, name)) continue;
    if (found && *found != value)
      throw Error(ErrorCode::kInvalid, "given twice, as '" + *found + "' and as '" + value + "'",
                  {"open option " + std::string(name), {}, {}});
    found = value;
  }
  return found;
}

void lay_options_over(MergedRecipe& recipe, const OptionList& options) {
  if (find_option(options, "BOUNDS") && find_option(options, "BBOX"))
    throw Error(ErrorCode::kInvalid, "BBOX and BOUNDS both say the extent; give one", {"open option BBOX", {}, {}});
  for (const std::string& name : recipe_option_names()) {
    const auto value = find_option(options, name);
    if (!value) continue;
    const OptionText option(name, *value);
    if (value->empty())
      throw Error(ErrorCode::kInvalid, "the value is empty; leave the option out for the default", option.place());
    lay_option(recipe, name, option);
  }
}

}  // namespace stacvrt::cube
