// SPDX-License-Identifier: MIT
// The built-in presets on real items: their bands and masks are there under the keys of every catalogue we know.
#include <algorithm>
#include <fstream>
#include <iterator>

#include "cube/classes.h"
#include "cube/recipe_parser.h"
#include "stac/catalogue.h"
#include "tests/catch.h"

namespace {

using namespace stacvrt;

/// The first item of a document of the shared data; nothing (with a warning) where they are absent.
std::optional<stac::Item> first_item(const std::string& path) {
  const std::string document = std::string(STACVRT_SHARED_DIR) + "/data/" + path;
  std::ifstream file(document);
  if (!file.good()) {
    WARN("skipped: no " << path << " in STACVRT_SHARED_DIR");
    return std::nullopt;
  }
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  return stac::parse_items(text, document).items.at(0);
}

cube::Recipe preset(const std::string& name) {
  cube::MergedRecipe merged = cube::merge_recipe("", "r.stacvrt", {{"PRESET", name}});
  merged.json["items"] = "items.json";
  return cube::parse_recipe(merged, "r.stacvrt");
}

const stac::Asset* find_asset(const stac::Item& item, const std::string& asset,
                              const std::vector<std::string>& others) {
  if (const stac::Asset* const found = item.find_asset(asset)) return found;
  for (const std::string& key : others)
    if (const stac::Asset* const found = item.find_asset(key)) return found;
  return nullptr;
}

}  // namespace

TEST_CASE("The Sentinel-2 preset finds its bands and classes in the catalogues' items", "[cube]") {
  const cube::Recipe recipe = preset("sentinel-2-geomad");
  for (const char* path :
       {"stac/earthsearch-v1_sentinel-2-l2a_item_12RWT.json",
        "stac/earthsearch-v0_sentinel-s2-l2a-cogs_item_28QCH.json", "stac/deafrica_s2_l2a_c1_item_37MGP.json",
        "stac/planetary-computer_sentinel-2-l2a_item_06VVN.json"}) {
    INFO(path);
    const auto item = first_item(path);
    if (!item) continue;
    std::vector<const stac::Asset*> found;
    for (const cube::BandRequest& band : recipe.bands) {
      INFO(band.name);
      const stac::Asset* const asset = find_asset(*item, band.asset, band.asset_alternatives);
      REQUIRE(asset != nullptr);
      CHECK(std::find(found.begin(), found.end(), asset) == found.end());
      found.push_back(asset);
      const std::string name = asset->bands[0].name;
      if (name.starts_with('B')) CHECK(name == band.name);
    }
    const cube::MaskRequest& mask = recipe.masks.at(0);
    const stac::Asset* const asset = find_asset(*item, mask.asset, mask.asset_alternatives);
    REQUIRE(asset != nullptr);
    const cube::MaskValues values = cube::resolve_mask(mask, *asset, asset->bands[0], item->id);
    CHECK(values.exclude == std::vector<std::int64_t>{3, 8, 9, 10});
    CHECK(values.nodata == std::vector<std::int64_t>{0});
  }
}

TEST_CASE("The Landsat preset finds its bands and bits in the catalogues' items", "[cube]") {
  const cube::Recipe recipe = preset("landsat-geomad");
  for (const char* path : {"stac/stactools_landsat-c2-l2_item_LC09.json", "stac/usgs_landsat-c2l2-sr_item_LC08.json",
                           "stac/classification_item-bitfields-landsat.json"}) {
    INFO(path);
    const auto item = first_item(path);
    if (!item) continue;
    for (const cube::BandRequest& band : recipe.bands) {
      INFO(band.name);
      CHECK(item->find_asset(band.name) != nullptr);
    }
    const cube::MaskRequest& mask = recipe.masks.at(0);
    const stac::Asset* const asset = find_asset(*item, mask.asset, mask.asset_alternatives);
    REQUIRE(asset != nullptr);
    const cube::MaskValues values = cube::resolve_mask(mask, *asset, asset->bands[0], item->id);
    CHECK(values.bits == std::vector<cube::MaskValues::Bits>{{3, 1, {1}}, {14, 2, {3}}});
    CHECK(values.nodata_bits == std::vector<cube::MaskValues::Bits>{{0, 1, {1}}});
  }
}

TEST_CASE("Built-in QA_PIXEL names are those of the catalogue's bit fields", "[cube]") {
  const auto item = first_item("stac/stactools_landsat-c2-l2_item_LC09.json");
  if (!item) return;
  const cube::ClassTable& table = *cube::lookup_class_table("qa_pixel");
  const stac::Asset* const asset = item->find_asset("qa_pixel");
  REQUIRE(asset != nullptr);
  CHECK(asset->bands[0].bitfields.size() == table.bitfields.size());
  for (const stac::Bitfield& field : asset->bands[0].bitfields) {
    INFO(field.name);
    const auto known = std::find_if(table.bitfields.begin(), table.bitfields.end(),
                                    [&](const stac::Bitfield& other) { return other.name == field.name; });
    REQUIRE(known != table.bitfields.end());
    CHECK(known->offset == field.offset);
    CHECK(known->length == field.length);
    for (const stac::ClassEntry& entry : field.classes) {
      INFO(entry.name);
      CHECK(std::any_of(known->classes.begin(), known->classes.end(), [&](const stac::ClassEntry& other) {
        return other.name == entry.name && other.value == entry.value;
      }));
    }
  }
}

TEST_CASE("Collection 1 quality bits are read from the real series", "[cube]") {
  const auto item = first_item("series/landsat8-l1-ny-013032/items.json");
  if (!item) return;
  const stac::Asset* const asset = item->find_asset("bqa");
  REQUIRE(asset != nullptr);
  cube::MaskRequest mask;
  mask.exclude = {"cloud"};
  cube::BitRule rule;
  rule.name = "cirrus_confidence";
  rule.values = {"high"};
  mask.bits = {rule};
  CHECK(cube::resolve_mask(mask, *asset, asset->bands[0]).bits ==
        std::vector<cube::MaskValues::Bits>{{11, 2, {3}}, {4, 1, {1}}});
}
