// SPDX-License-Identifier: MIT
// Recipes as JSON: what is accepted and what it becomes. test_recipe_errors.cpp has what is not.
#include <cmath>
#include <limits>

#include "cube/recipe_parser.h"
#include "tests/catch.h"

namespace {

using namespace stacvrt;
using cube::Recipe;

/// The recipe with `keys` (JSON members) beside the items.
Recipe parse(const std::string& keys) {
  const std::string text = R"({"items": "items.json")" + (keys.empty() ? "" : ", " + keys) + "}";
  return cube::parse_recipe(stac::parse_json(text, "r.stacvrt"), "r.stacvrt");
}

}  // namespace

TEST_CASE("A recipe with items only means the median of all bands and the count", "[cube]") {
  const Recipe recipe = parse("");
  REQUIRE(recipe.items.size() == 1);
  CHECK(recipe.items[0].document == "items.json");
  CHECK_FALSE(recipe.items[0].search);
  CHECK(recipe.items[0].where.pointer == "/items");
  CHECK(recipe.document == "r.stacvrt");
  CHECK(recipe.bands.empty());
  CHECK(recipe.masks.empty());
  CHECK(recipe.time.windows == cube::WindowKind::kAll);
  CHECK(recipe.time.group == cube::GroupKind::kSolarDay);
  CHECK(recipe.time.fuse == cube::FuseRule::kClearFirst);
  CHECK_FALSE(recipe.time.range);
  CHECK(recipe.grid.resampling == cube::Resampling::kNearest);
  REQUIRE(recipe.outputs.size() == 2);
  CHECK(recipe.outputs[0].reducer == "median");
  CHECK(recipe.outputs[1].name == "count");
  CHECK_FALSE(recipe.epsilon);
}

TEST_CASE("A full recipe becomes typed structures", "[cube]") {
  const Recipe recipe = parse(R"json(
    "$schema": "stacvrt.schema.json", "type": "STACVRT", "version": 1, "title": "t", "description": "d",
    "bands": ["red", {"name": "nir", "asset": ["B08", "nir"], "band": 2}, {"asset": "visual", "band": "B04"}],
    "mask": {"asset": "scl", "band": 1, "nodata": ["no_data"], "exclude": ["cloud_shadows", 9],
             "cleanup": [["opening", 2], ["dilation", "60 m"], ["closing", 1.5], ["erosion", "20m"]],
             "valid_range": [0, null], "below": 5, "above": 80},
    "time": {"range": ["2020-01-01", "2020-12-31"], "windows": "P1Y2M", "group": "none", "fuse": "cloud-wins"},
    "grid": {"crs": "EPSG:6933", "resolution": [10, 20], "bounds": [1, 2, 3, 4],
             "resampling": {"*": "bilinear", "red": "nearest"}},
    "filter": {"eo:cloud_cover": {"gte": 5, "lt": 20}, "platform": "sentinel-2a", "x": {"in": [1, "a"]}},
    "outputs": [{"reduce": "geomedian", "dtype": "uint16", "scale": 0.0001, "offset": 0, "nodata": 0,
                 "clamp": [1, 10000], "epsilon": 1e-5},
                "mad", "count", {"reduce": "percentile", "p": [10, 90], "of": "nir", "name": "p"},
                {"reduce": "median", "of": ["red", "nir"], "clamp": true, "dtype": "uint8"}, "median"])json");
  REQUIRE(recipe.bands.size() == 3);
  CHECK(recipe.bands[0].name == "red");
  CHECK(recipe.bands[0].asset.empty());
  CHECK(recipe.bands[0].where.pointer == "/bands/0");
  CHECK(recipe.bands[1].name == "nir");
  CHECK(recipe.bands[1].asset == "B08");
  CHECK(recipe.bands[1].asset_alternatives == std::vector<std::string>{"nir"});
  CHECK(recipe.bands[1].band == "2");
  CHECK(recipe.bands[2].name == "visual");
  CHECK(recipe.bands[2].band == "B04");

  REQUIRE(recipe.masks.size() == 1);
  const cube::MaskRequest& mask = recipe.masks[0];
  CHECK(mask.asset == "scl");
  CHECK(mask.band == "1");
  CHECK(mask.exclude == std::vector<cube::ClassReference>{"cloud_shadows", std::int64_t{9}});
  CHECK(mask.exclude_where.pointer == "/mask/exclude");
  REQUIRE(mask.nodata);
  CHECK(mask.nodata->size() == 1);
  REQUIRE(mask.cleanup.size() == 4);
  CHECK(mask.cleanup[0].operation == cube::CleanupOperation::kOpening);
  CHECK(mask.cleanup[0].radius == 2);
  CHECK_FALSE(mask.cleanup[0].metres);
  CHECK(mask.cleanup[1].operation == cube::CleanupOperation::kDilation);
  CHECK(mask.cleanup[1].radius == 60);
  CHECK(mask.cleanup[1].metres);
  CHECK(mask.cleanup[2].radius == 1.5);
  CHECK(mask.cleanup[3].metres);
  REQUIRE(mask.valid_range);
  CHECK(mask.valid_range->first == 0);
  CHECK(mask.valid_range->second == std::numeric_limits<double>::infinity());
  CHECK(mask.below == 5.0);
  CHECK(mask.above == 80.0);

  CHECK(recipe.time.range == stac::parse_interval("2020-01-01/2020-12-31"));
  CHECK(recipe.time.windows == cube::WindowKind::kDuration);
  CHECK(recipe.time.duration.years == 1);
  CHECK(recipe.time.duration.months == 2);
  CHECK(recipe.time.group == cube::GroupKind::kNone);
  CHECK(recipe.time.fuse == cube::FuseRule::kCloudWins);

  CHECK(recipe.grid.crs == "EPSG:6933");
  CHECK(recipe.grid.resolution == std::array<double, 2>{10, 20});
  CHECK(recipe.grid.bounds == std::array<double, 4>{1, 2, 3, 4});
  CHECK(recipe.grid.resampling == cube::Resampling::kBilinear);
  REQUIRE(recipe.grid.resampling_of.size() == 1);
  CHECK(recipe.grid.resampling_of[0].first == "red");
  CHECK(recipe.grid.resampling_of[0].second == cube::Resampling::kNearest);

  REQUIRE(recipe.filters.size() == 4);
  CHECK(recipe.filters[0].op == cube::PropertyFilter::Operator::kLt);
  CHECK(recipe.filters[1].op == cube::PropertyFilter::Operator::kGe);
  CHECK(recipe.filters[1].where.pointer == "/filter/eo:cloud_cover/gte");
  CHECK(recipe.filters[2].op == cube::PropertyFilter::Operator::kEq);
  CHECK(recipe.filters[3].op == cube::PropertyFilter::Operator::kIn);

  REQUIRE(recipe.outputs.size() == 6);
  CHECK(recipe.outputs[0].dtype == stac::DataType::kUInt16);
  CHECK(recipe.outputs[0].scale == 0.0001);
  CHECK(recipe.outputs[0].nodata == 0.0);
  CHECK(recipe.outputs[0].clamp == std::array<double, 2>{1, 10000});
  CHECK(recipe.epsilon == 1e-5);
  CHECK(recipe.outputs[3].name == "p");
  CHECK(recipe.outputs[3].p == std::vector<double>{10, 90});
  CHECK(recipe.outputs[3].of == std::vector<std::string>{"nir"});
  CHECK(recipe.outputs[4].clamp == std::array<double, 2>{0, 255});
  CHECK(recipe.outputs[4].name == "median");
  CHECK(recipe.outputs[5].name == "median_2");
}

TEST_CASE("Names of unnamed outputs avoid the given ones", "[cube]") {
  const Recipe recipe = parse(R"("outputs": ["median", {"reduce": "mean", "name": "median_2"}, "median", "median"])");
  REQUIRE(recipe.outputs.size() == 4);
  CHECK(recipe.outputs[0].name == "median");
  CHECK(recipe.outputs[2].name == "median_3");
  CHECK(recipe.outputs[3].name == "median_4");
}

TEST_CASE("Bit rules are written by name, by bits, under a label or as a list of these", "[cube]") {
  const char* const forms[] = {
      R"({"cloud": 1, "cirrus_confidence": ["high", 2]})",
      R"([{"cloud": 1}, {"cirrus_confidence": ["high", 2]}])",
  };
  for (const char* form : forms) {
    INFO(form);
    const Recipe recipe = parse(std::string(R"("mask": {"asset": "qa", "bits": )") + form + "}");
    const auto& bits = recipe.masks.at(0).bits;
    REQUIRE(bits.size() == 2);
    CHECK(bits[0].name == "cloud");
    CHECK_FALSE(bits[0].shift);
    CHECK(bits[0].values == std::vector<cube::ClassReference>{std::int64_t{1}});
    CHECK(bits[1].values == std::vector<cube::ClassReference>{"high", std::int64_t{2}});
  }
  for (const char* form : {R"({"shift": 5, "length": 2, "values": [2, 3]})",
                           R"({"cloud confidence": {"shift": 5, "length": 2, "values": [2, 3]}})",
                           R"([{"shift": 5, "length": 2, "values": [2, 3]}])"}) {
    INFO(form);
    const Recipe recipe = parse(std::string(R"("mask": {"asset": "qa", "nodata_bits": )") + form + "}");
    const auto& bits = recipe.masks.at(0).nodata_bits;
    REQUIRE(bits.size() == 1);
    CHECK(bits[0].shift == 5);
    CHECK(bits[0].length == 2);
    CHECK(bits[0].values == std::vector<cube::ClassReference>{std::int64_t{2}, std::int64_t{3}});
  }
  const Recipe one_bit = parse(R"("mask": {"asset": "qa", "bits": {"shift": 3}})");
  CHECK(one_bit.masks.at(0).bits.at(0).values == std::vector<cube::ClassReference>{std::int64_t{1}});
}

TEST_CASE("A mask may be a list, and an empty one is none", "[cube]") {
  const Recipe recipe =
      parse(R"("mask": [{"asset": "scl", "keep": [4, 5]}, {"asset": "cloud", "above": 40}, {"valid_range": [0, 1]}])");
  REQUIRE(recipe.masks.size() == 3);
  CHECK(recipe.masks[1].where.pointer == "/mask/1");
  CHECK(recipe.masks[2].asset.empty());
  CHECK(parse(R"("mask": [])").masks.empty());
  CHECK(parse(R"("mask": null)").masks.empty());
}

TEST_CASE("Time is a string or an object, windows are durations of calendar units", "[cube]") {
  CHECK(parse(R"("time": "2020")").time.range == stac::parse_interval("2020"));
  CHECK(parse(R"("time": {"range": "2020-03/2020-05"})").time.range == stac::parse_interval("2020-03/2020-05"));
  CHECK(parse(R"("time": {"range": [null, "2020"]})").time.range == stac::parse_interval("../2020"));
  const auto duration = [](const std::string& text) {
    return parse(R"("time": {"windows": ")" + text + "\"}").time.duration;
  };
  CHECK(duration("P1M").months == 1);
  CHECK(duration("P10D").days == 10);
  CHECK(duration("P2W").days == 14);
  CHECK(duration("P2W3D").days == 17);
  CHECK(duration("P5Y").years == 5);
  CHECK(parse(R"("time": {"windows": "none"})").time.windows == cube::WindowKind::kNone);
}

TEST_CASE("A floating output takes nan as nodata, and clamp false is none", "[cube]") {
  const Recipe recipe =
      parse(R"("outputs": [{"reduce": "mean", "dtype": "float32", "nodata": "nan", "clamp": false}])");
  REQUIRE(recipe.outputs.at(0).nodata);
  CHECK(std::isnan(*recipe.outputs.at(0).nodata));
  CHECK_FALSE(recipe.outputs.at(0).clamp);
}

TEST_CASE("Items may be documents and searches, in a list", "[cube]") {
  const cube::Recipe recipe = cube::parse_recipe(
      stac::parse_json(
          R"({"items": ["a.json", {"search": {"url": "https://h/v1", "collections": "c", "max_items": 5}}]})", ""),
      "r.stacvrt");
  REQUIRE(recipe.items.size() == 2);
  CHECK(recipe.items[0].document == "a.json");
  REQUIRE(recipe.items[1].search);
  CHECK(recipe.items[1].document.empty());
  CHECK(recipe.items[1].search->url == "https://h/v1");
  CHECK(recipe.items[1].search->terms["collections"] == stac::Json::array({"c"}));
  CHECK(recipe.items[1].search->where.pointer == "/items/1/search");
}
