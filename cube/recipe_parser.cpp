// SPDX-License-Identifier: MIT
// The recipe as a whole: top-level keys, and the places in errors. The sections have files of their own.
#include "cube/recipe_parser.h"

#include "cube/recipe_sections.h"
#include "cube/recipe_vocabulary.h"
#include "stac/spelling.h"

namespace stacvrt::cube {
namespace {

void check_identity(const stac::Cursor& root) {
  if (const auto type = root.find("type")) {
    if (type->as_string() != "STACVRT")
      type->fail(ErrorCode::kInvalid, "the type of a recipe is 'STACVRT', found '" + type->as_string() + "'");
  }
  if (const auto version = root.find("version")) {
    if (version->as_integer() != 1)
      version->fail(ErrorCode::kUnsupported, "recipe version " + std::to_string(version->as_integer()) +
                                                 " is unknown here; this release reads version 1");
  }
  for (const char* key : {"$schema", "title", "description"}) {
    if (const auto text = root.find(key); text && !text->is_string()) text->fail_expected("a string");
  }
}

ItemSource parse_item_source(const stac::Cursor& source) {
  if (source.is_object()) {
    check_keys(source, item_source_section());
    return {{}, stac::parse_search(source.at("search")), source.where()};
  }
  if (!source.is_string() || source.as_string().empty())
    source.fail_expected("the path or URL of a STAC document, or {\"search\": {...}}");
  return {source.as_string(), {}, source.where()};
}

void parse_items(const stac::Cursor& root, Recipe& recipe) {
  const auto items = root.find("items");
  if (!items) {
    root.fail(ErrorCode::kInvalid,
              R"(missing key 'items': the STAC document to read, e.g. "items": "items.json" (or STACVRT:items.json))");
  }
  if (items->is_array() && items->size() == 0)
    items->fail(ErrorCode::kInvalid, R"(is empty; name at least one STAC document, e.g. "items": "items.json")");
  for (const stac::Cursor& source : one_or_more(*items)) recipe.items.push_back(parse_item_source(source));
}

Recipe parse_at_pointers(const stac::Json& json, const std::string& document) {
  const stac::Cursor root(json, document);
  if (!root.is_object()) root.fail_expected("a recipe, a JSON object");
  check_keys(root, recipe_section());
  check_identity(root);
  Recipe recipe;
  recipe.document = document;
  parse_items(root, recipe);
  if (const auto alternate = root.find("alternate")) recipe.alternates = one_or_more_strings(*alternate);
  if (const auto preset = root.find("preset")) recipe.preset = preset->as_string();
  if (const auto bands = root.find("bands")) recipe.bands = parse_bands(*bands);
  if (const auto mask = root.find("mask")) recipe.masks = parse_masks(*mask);
  if (const auto time = root.find("time")) recipe.time = parse_time(*time);
  if (const auto grid = root.find("grid")) recipe.grid = parse_grid(*grid, recipe.bands);
  if (const auto filter = root.find("filter")) recipe.filters = parse_filter(*filter);
  recipe.outputs = default_outputs(root.where());
  if (const auto outputs = root.find("outputs")) {
    Outputs parsed = parse_outputs(*outputs, recipe.bands);
    recipe.outputs = std::move(parsed.outputs);
    recipe.epsilon = parsed.epsilon;
  }
  return recipe;
}

/// Turns pointers into the merged JSON into the places where the values were written.
class Placer {
 public:
  explicit Placer(const RecipePlaces& places) : m_places(places) {}

  void place(Where& where) const {
    if (!where.document.empty() || !where.pointer.empty()) where = m_places.find(where.pointer, where);
  }
  void place(Recipe& recipe) const {
    for (ItemSource& source : recipe.items) {
      place(source.where);
      if (source.search) place(source.search->where);
    }
    for (BandRequest& band : recipe.bands) place(band.where);
    for (MaskRequest& mask : recipe.masks) place(mask);
    place(recipe.time.where);
    place(recipe.grid.where);
    for (PropertyFilter& filter : recipe.filters) place(filter.where);
    for (OutputRequest& output : recipe.outputs) place(output.where);
  }

 private:
  void place(MaskRequest& mask) const {
    for (Where* where : {&mask.where, &mask.exclude_where, &mask.keep_where, &mask.nodata_where}) place(*where);
    for (BitRule& rule : mask.bits) place(rule.where);
    for (BitRule& rule : mask.nodata_bits) place(rule.where);
  }

  const RecipePlaces& m_places;
};

}  // namespace

Recipe parse_recipe(const MergedRecipe& merged, const std::string& document) {
  const Placer placer(merged.places);
  try {
    Recipe recipe = parse_at_pointers(merged.json, document);
    placer.place(recipe);
    return recipe;
  } catch (const Error& error) {
    Where where = error.where();
    placer.place(where);
    throw Error(error.code(), error.message(), where);
  }
}

Recipe parse_recipe(const stac::Json& merged, const std::string& document) {
  return parse_at_pointers(merged, document);
}

}  // namespace stacvrt::cube
