// SPDX-License-Identifier: MIT
#include "cube/recipe_layer.h"

namespace stacvrt::cube {
namespace {

/// "mask": "scl" becomes {"asset": "scl"}; what goes wrong with it is still reported at "/mask".
void write_out(MergedRecipe& layer, const std::string& key, const std::string& member) {
  if (!layer.json.is_object() || !layer.json.contains(key) || !layer.json[key].is_string()) return;
  const std::string pointer = "/" + key;
  const Where place = layer.places.find(pointer, {});
  stac::Json object = stac::Json::object();
  object[member] = layer.json[key];
  layer.json[key] = std::move(object);
  layer.places.put(pointer + "/" + member, place);
}

void merge(stac::Json& base, const stac::Json& over, const std::string& pointer, RecipePlaces& places,
           const RecipePlaces& from) {
  if (!base.is_object() || !over.is_object()) {
    base = over;
    places.take(pointer, from);
    return;
  }
  for (const auto& [key, value] : over.items()) {
    const std::string below = pointer + "/" + pointer_token(key);
    if (base.contains(key)) {
      merge(base[key], value, below, places, from);
    } else {
      base[key] = value;
      places.take(below, from);
    }
  }
}

/// The upper layer's extent replaces the lower one's, however each is written.
void drop_other_extent(stac::Json& base, const stac::Json& over) {
  if (!base.contains("grid") || !base["grid"].is_object() || !over.contains("grid") || !over["grid"].is_object())
    return;
  stac::Json& below = base["grid"];
  const stac::Json& above = over["grid"];
  const bool bounds = above.contains("bounds");
  const bool bbox = above.contains("bbox");
  if (bounds && !bbox) below.erase("bbox");
  if (bbox && !bounds) below.erase("bounds");
}

/// Methods per band over one method for all: that one stays for the bands that are not named.
void write_out_resampling(MergedRecipe& base, const stac::Json& over) {
  const stac::Json::json_pointer pointer("/grid/resampling");
  if (!base.json.contains(pointer) || !over.contains(pointer)) return;
  if (!base.json[pointer].is_string() || !over[pointer].is_object()) return;
  const Where place = base.places.find("/grid/resampling", {});
  stac::Json methods = stac::Json::object();
  methods["*"] = base.json[pointer];
  base.json[pointer] = std::move(methods);
  base.places.put("/grid/resampling/*", place);
}

}  // namespace

MergedRecipe make_layer(stac::Json json, const std::string& document) {
  MergedRecipe layer{std::move(json), {}};
  layer.places.put("", {document, {}, {}});
  write_out(layer, "mask", "asset");
  write_out(layer, "time", "range");
  return layer;
}

MergedRecipe make_layer_at(const std::string& keys, stac::Json value, const Where& place) {
  MergedRecipe layer{stac::Json::object(), {}};
  for (std::size_t slash = keys.find('/', 1); slash != std::string::npos; slash = keys.find('/', slash + 1))
    layer.places.put(keys.substr(0, slash), place);
  layer.places.put(keys, place);
  layer.json[stac::Json::json_pointer(keys)] = std::move(value);
  return layer;
}

void lay_over(MergedRecipe& base, const MergedRecipe& over) {
  if (base.json.is_object() && over.json.is_object()) {
    drop_other_extent(base.json, over.json);
    write_out_resampling(base, over.json);
  }
  merge(base.json, over.json, "", base.places, over.places);
}

}  // namespace stacvrt::cube
