// SPDX-License-Identifier: MIT
// merge_recipe: preset, document and open options, one over the other.
#include <algorithm>

#include "cube/embedded_data.h"
#include "cube/open_options.h"
#include "cube/recipe_layer.h"
#include "cube/recipe_parser.h"
#include "stac/spelling.h"
#include "stac/strict_json.h"

namespace stacvrt::cube {
namespace {

MergedRecipe document_layer(std::string_view text, const std::string& document) {
  if (text.empty()) return make_layer(stac::Json::object(), document);
  stac::Json json = stac::parse_strict_json(text, document);
  if (!json.is_object()) stac::Cursor(json, document).fail_expected("a recipe, a JSON object");
  return make_layer(std::move(json), document);
}

/// The preset that the option or else the document asks for, as the lowest layer; an empty one without.
MergedRecipe preset_layer(const MergedRecipe& layer, const std::string& document) {
  const auto preset = stac::Cursor(layer.json, document).find("preset");
  if (!preset) return make_layer(stac::Json::object(), document);
  const Where place = layer.places.find("/preset", preset->where());
  if (!preset->is_string()) preset->fail_expected("the name of a preset" + stac::spelling_hint("", preset_names()));
  const std::string name = preset->as_string();
  const std::string text = preset_text(name);
  if (text.empty())
    throw Error(ErrorCode::kNotFound, "no preset is named '" + name + "'" + stac::spelling_hint(name, preset_names()),
                place);
  stac::Json json = stac::parse_json(text, "preset " + name);
  json.erase("title");  // they describe the preset, not what is made of it
  json.erase("description");
  const MergedRecipe values = make_layer(std::move(json), "preset " + name);
  MergedRecipe result{values.json, {}};
  result.places.put("", {document, {}, {}});  // what no layer says is the document's omission, not the preset's
  for (const auto& [key, value] : values.json.items())
    result.places.take(std::string(1, '/').append(pointer_token(key)), values.places);
  return result;
}

}  // namespace

std::vector<std::string> preset_names() {
  std::vector<std::string> names;
  for (const EmbeddedFile& file : embedded_presets()) names.emplace_back(file.name);
  return names;
}

std::string preset_text(std::string_view name) {
  const auto files = embedded_presets();
  const auto found = std::ranges::find(files, name, &EmbeddedFile::name);
  return found == files.end() ? std::string() : std::string(found->text);
}

MergedRecipe merge_recipe(std::string_view text, const std::string& document, const OptionList& options) {
  MergedRecipe upper = document_layer(text, document);
  if (const auto preset = find_option(options, "PRESET"))
    lay_over(upper, make_layer_at("/preset", *preset, {"open option PRESET", {}, {}}));
  MergedRecipe merged = preset_layer(upper, document);
  lay_over(merged, upper);
  lay_options_over(merged, options);
  return merged;
}

}  // namespace stacvrt::cube
