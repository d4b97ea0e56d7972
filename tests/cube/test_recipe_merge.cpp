// SPDX-License-Identifier: MIT
// Preset, document and open options as one recipe, and the places in errors about their values.
#include "cube/open_options.h"
#include "cube/recipe_parser.h"
#include "tests/catch.h"

namespace {

using namespace stacvrt;
using cube::OptionList;
using cube::Recipe;

/// Merges and parses, with items where the text has none.
Recipe merged(const std::string& text, const OptionList& options) {
  cube::MergedRecipe recipe = cube::merge_recipe(text, "r.stacvrt", options);
  if (!recipe.json.contains("items")) recipe.json["items"] = "items.json";
  return cube::parse_recipe(recipe, "r.stacvrt");
}

std::string message_of(const std::string& text, const OptionList& options) {
  try {
    (void)merged(text, options);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

std::vector<std::string> band_names(const Recipe& recipe) {
  std::vector<std::string> names;
  for (const cube::BandRequest& band : recipe.bands) names.push_back(band.name);
  return names;
}

}  // namespace

TEST_CASE("The Sentinel-2 preset is the table's", "[cube]") {
  const Recipe recipe = merged("", {{"PRESET", "sentinel-2-geomad"}});
  CHECK(recipe.preset == "sentinel-2-geomad");
  CHECK(band_names(recipe) ==
        std::vector<std::string>{"B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B11", "B12"});
  CHECK(recipe.bands[7].asset == "B8A");
  CHECK(recipe.bands[7].asset_alternatives.at(0) == "nir08");
  REQUIRE(recipe.masks.size() == 1);
  const cube::MaskRequest& mask = recipe.masks[0];
  CHECK(mask.exclude.size() == 4);
  CHECK(mask.nodata == std::vector<cube::ClassReference>{"no_data"});
  REQUIRE(mask.cleanup.size() == 2);
  CHECK(mask.cleanup[0].operation == cube::CleanupOperation::kOpening);
  CHECK(mask.cleanup[0].radius == 2);
  CHECK(mask.cleanup[1].operation == cube::CleanupOperation::kDilation);
  CHECK(mask.cleanup[1].radius == 5);
  CHECK(recipe.time.fuse == cube::FuseRule::kClearFirst);
  CHECK(recipe.grid.resampling == cube::Resampling::kBilinear);
  REQUIRE(recipe.outputs.size() == 3);
  CHECK(recipe.outputs[0].dtype == stac::DataType::kUInt16);
  CHECK(recipe.outputs[0].scale == 1e-4);
  CHECK(recipe.outputs[1].reducer == "mad");
  CHECK_FALSE(recipe.outputs[1].dtype);
}

TEST_CASE("The Landsat preset is the table's", "[cube]") {
  const Recipe recipe = merged(R"({"items": "a.json", "preset": "landsat-geomad"})", {});
  CHECK(band_names(recipe) == std::vector<std::string>{"red", "green", "blue", "nir08", "swir16", "swir22"});
  const cube::MaskRequest& mask = recipe.masks.at(0);
  CHECK(mask.asset == "qa_pixel");
  CHECK(mask.bits.size() == 2);
  CHECK(mask.nodata_bits.size() == 1);
  REQUIRE(mask.valid_range);
  const double smallest_positive = 7273 * 2.75e-5 - 0.2;
  const double largest_not = 7272 * 2.75e-5 - 0.2;
  CHECK(mask.valid_range->first <= smallest_positive);
  CHECK(mask.valid_range->first > largest_not);
  CHECK(mask.cleanup.empty());
  CHECK(recipe.time.fuse == cube::FuseRule::kCloudWins);
}

TEST_CASE("A recipe overrides its preset key by key, an option both", "[cube]") {
  const std::string text = R"({"items": "a.json", "preset": "sentinel-2-geomad",
    "bands": ["red", "nir"], "mask": {"cleanup": []}, "time": {"windows": "P1M"},
    "grid": {"resolution": 20}, "outputs": ["median"]})";
  const Recipe recipe = merged(text, {{"windows", "P1Y"}, {"DATETIME", "2020"}});
  CHECK(band_names(recipe) == std::vector<std::string>{"red", "nir"});
  CHECK(recipe.masks.at(0).asset == "scl");
  CHECK(recipe.masks.at(0).exclude.size() == 4);
  CHECK(recipe.masks.at(0).cleanup.empty());
  CHECK(recipe.time.duration.years == 1);
  CHECK(recipe.time.duration.months == 0);
  CHECK(recipe.time.range == stac::parse_interval("2020"));
  CHECK(recipe.grid.resampling == cube::Resampling::kBilinear);
  CHECK(recipe.grid.resolution == std::array<double, 2>{20, 20});
  CHECK(recipe.outputs.size() == 1);
}

TEST_CASE("Shorthands keep what they do not say", "[cube]") {
  const Recipe time = merged(R"({"preset": "landsat-geomad", "time": "2020"})", {});
  CHECK(time.time.fuse == cube::FuseRule::kCloudWins);
  CHECK(time.time.range == stac::parse_interval("2020"));
  const Recipe mask = merged(R"({"preset": "sentinel-2-geomad", "mask": "SCL_60m"})", {});
  CHECK(mask.masks.at(0).asset == "SCL_60m");
  CHECK(mask.masks.at(0).asset_alternatives.empty());
  CHECK(mask.masks.at(0).exclude.size() == 4);
  const Recipe none = merged(R"({"preset": "sentinel-2-geomad", "mask": null})", {});
  CHECK(none.masks.empty());
  const Recipe methods = merged(R"({"preset": "sentinel-2-geomad", "grid": {"resampling": {"B02": "nearest"}}})", {});
  CHECK(methods.grid.resampling == cube::Resampling::kBilinear);
  CHECK(methods.grid.resampling_of.size() == 1);
}

TEST_CASE("Every recipe option says what a recipe would", "[cube]") {
  const Recipe recipe = merged("", {{"BANDS", "red, nir"},
                                    {"MASK", "scl"},
                                    {"MASK_EXCLUDE", "cloud_shadows,8,-1"},
                                    {"DATETIME", "2020-03/2020-05"},
                                    {"WINDOWS", "P1M"},
                                    {"GROUP", "none"},
                                    {"CRS", "EPSG:32633"},
                                    {"RESOLUTION", "10,20"},
                                    {"BOUNDS", "0, -1.5,1e3,+2"},
                                    {"RESAMPLING", "bilinear"},
                                    {"MAX_CLOUD_COVER", "20"},
                                    {"OUTPUTS", "geomedian,percentile:10:90,count"},
                                    {"MEMORY", "1GB"}});
  CHECK(band_names(recipe) == std::vector<std::string>{"red", "nir"});
  CHECK(recipe.masks.at(0).asset == "scl");
  CHECK(recipe.masks.at(0).exclude ==
        std::vector<cube::ClassReference>{"cloud_shadows", std::int64_t{8}, std::int64_t{-1}});
  CHECK(recipe.time.range == stac::parse_interval("2020-03/2020-05"));
  CHECK(recipe.time.duration.months == 1);
  CHECK(recipe.time.group == cube::GroupKind::kNone);
  CHECK(recipe.grid.crs == "EPSG:32633");
  CHECK(recipe.grid.resolution == std::array<double, 2>{10, 20});
  CHECK(recipe.grid.bounds == std::array<double, 4>{0, -1.5, 1000, 2});
  CHECK(recipe.grid.resampling == cube::Resampling::kBilinear);
  REQUIRE(recipe.filters.size() == 1);
  CHECK(recipe.filters[0].property == "eo:cloud_cover");
  CHECK(recipe.filters[0].op == cube::PropertyFilter::Operator::kLe);
  CHECK(recipe.filters[0].value == 20.0);
  REQUIRE(recipe.outputs.size() == 3);
  CHECK(recipe.outputs[1].p == std::vector<double>{10, 90});
}

TEST_CASE("Options take JSON where a recipe has objects", "[cube]") {
  const Recipe recipe = merged("", {{"MASK", R"({"asset": "cloud", "above": 40})"},
                                    {"OUTPUTS", R"({"reduce": "median", "name": "m"})"},
                                    {"BANDS", R"(["red", {"name": "n", "asset": "B08"}])"},
                                    {"RESAMPLING", R"({"red": "bilinear"})"}});
  CHECK(recipe.masks.at(0).above == 40.0);
  CHECK(recipe.outputs.at(0).name == "m");
  CHECK(recipe.bands.at(1).asset == "B08");
  CHECK(recipe.grid.resampling_of.size() == 1);
  const Recipe list = merged("", {{"MASK", R"([{"asset": "a", "exclude": [1]}, {"valid_range": [0, 1]}])"},
                                  {"OUTPUTS", R"(["median", "mean"])"}});
  CHECK(list.masks.size() == 2);
  CHECK(list.outputs.size() == 2);
}

TEST_CASE("An extent by option replaces the recipe's, however that is written", "[cube]") {
  const Recipe bbox = merged(R"({"grid": {"bounds": [0, 0, 1, 1]}})", {{"BBOX", "10,20,11,21"}});
  CHECK_FALSE(bbox.grid.bounds);
  CHECK(bbox.grid.bbox == std::array<double, 4>{10, 20, 11, 21});
  const Recipe bounds = merged(R"({"grid": {"bbox": [0, 0, 1, 1]}})", {{"BOUNDS", "10,20,11,21"}});
  CHECK_FALSE(bounds.grid.bbox);
}

TEST_CASE("A cloud cover by option replaces the recipe's condition and no other", "[cube]") {
  const Recipe recipe = merged(R"({"filter": {"eo:cloud_cover": {"lt": 5}, "gsd": 10}})", {{"MAX_CLOUD_COVER", "50"}});
  REQUIRE(recipe.filters.size() == 2);
  CHECK(recipe.filters[0].property == "gsd");
  CHECK(recipe.filters[1].value == 50.0);
}

TEST_CASE("Errors about options name the option", "[cube]") {
  struct BadOption {
    OptionList options;
    std::vector<const char*> parts;
  };
  const std::vector<BadOption> table = {
      {{{"PRESET", "sentinel2-geomad"}}, {"no preset", "did you mean 'sentinel-2-geomad'?", "[open option PRESET]"}},
      {{{"BANDS", "red,,nir"}}, {"commas between them", "'red,,nir'", "[open option BANDS]"}},
      {{{"BANDS", "red,red"}}, {"two bands", "[open option BANDS, at /1]"}},
      {{{"BANDS", "[\"red\""}}, {"not valid JSON", "open option BANDS"}},
      {{{"BANDS", ""}}, {"empty", "[open option BANDS]"}},
      {{{"MASK", "scl"}}, {"excludes nothing", "[open option MASK]"}},
      {{{"MASK", R"({"asset": "scl", "exlude": [3]})"}}, {"did you mean 'exclude'?", "[open option MASK, at /exlude]"}},
      {{{"MASK_EXCLUDE", "cloud"}}, {"needs the \"asset\"", "[open option MASK_EXCLUDE]"}},
      {{{"MASK", R"([{"valid_range": [0, 1]}])"}, {"MASK_EXCLUDE", "cloud"}},
       {"list of masks", "[open option MASK_EXCLUDE]"}},
      {{{"DATETIME", "2020-13"}}, {"2020-13", "[open option DATETIME]"}},
      {{{"WINDOWS", "season"}}, {"not built yet", "[open option WINDOWS]"}},
      {{{"WINDOWS", "PT1H"}}, {"days or longer", "[open option WINDOWS]"}},
      {{{"GROUP", "solar-day"}}, {"did you mean 'solar_day'?", "[open option GROUP]"}},
      {{{"CRS", "6933"}}, {"EPSG:6933", "[open option CRS]"}},
      {{{"RESOLUTION", "ten"}}, {"a number, or two as x,y", "'ten'", "[open option RESOLUTION]"}},
      {{{"RESOLUTION", "1,2,3"}}, {"a number, or two as x,y"}},
      {{{"RESOLUTION", "inf"}}, {"a number, or two as x,y"}},
      {{{"RESOLUTION", "-10"}}, {"greater than 0", "[open option RESOLUTION]"}},
      {{{"BOUNDS", "1,2,3"}}, {"four numbers as xmin,ymin,xmax,ymax", "'1,2,3'", "[open option BOUNDS]"}},
      {{{"BOUNDS", "3,2,1,4"}}, {"xmin is not below xmax", "[open option BOUNDS]"}},
      {{{"BBOX", "1 2 3 4"}}, {"four numbers as west,south,east,north", "[open option BBOX]"}},
      {{{"BBOX", "0,0,1,1"}, {"BOUNDS", "0,0,1,1"}}, {"both say the extent", "open option BBOX"}},
      {{{"RESAMPLING", "avarage"}}, {"did you mean 'average'?", "[open option RESAMPLING]"}},
      {{{"MAX_CLOUD_COVER", "120"}}, {"0 to 100", "[open option MAX_CLOUD_COVER]"}},
      {{{"MAX_CLOUD_COVER", "20%"}}, {"0 to 100"}},
      {{{"OUTPUTS", "median,meidan"}}, {"did you mean 'median'?", "[open option OUTPUTS, at /1]"}},
      {{{"OUTPUTS", "percentile:x"}}, {"percentile:10:90", "[open option OUTPUTS]"}},
      {{{"OUTPUTS", "percentile:101"}}, {"0 to 100", "[open option OUTPUTS, at /0/p/0]"}},
      {{{"crs", "EPSG:1"}, {"CRS", "EPSG:2"}}, {"given twice", "'EPSG:1'", "[open option CRS]"}},
  };
  for (const BadOption& bad : table) {
    const std::string message = message_of("", bad.options);
    INFO(bad.options[0].first + "=" + bad.options[0].second + ": " + message);
    for (const char* part : bad.parts) CHECK_THAT(message, ContainsSubstring(part));
  }
}

TEST_CASE("Errors about a document name it even beside a preset and options", "[cube]") {
  CHECK_THAT(message_of(R"({"preset": "landsat-geomad", "time": "20x0"})", {{"WINDOWS", "P1M"}}),
             ContainsSubstring("[r.stacvrt, at /time]"));
  CHECK_THAT(message_of(R"({"preset": "landsat-geomad", "mask": {"bits": {"cloud": []}}})", {}),
             ContainsSubstring("[r.stacvrt, at /mask/bits/cloud]"));
  CHECK_THAT(message_of(R"({"preset": "landsat-geomad", "bnads": []})", {{"CRS", "EPSG:1"}}),
             ContainsSubstring("[r.stacvrt, at /bnads]"));
  CHECK_THAT(message_of(R"({"preset": "lansdat-geomad"})", {}),
             ContainsSubstring("did you mean 'landsat-geomad'?") && ContainsSubstring("[r.stacvrt, at /preset]"));
  CHECK_THAT(message_of(R"({"preset": 3})", {}), ContainsSubstring("the name of a preset"));
  CHECK_THAT(message_of("[]", {}), ContainsSubstring("a JSON object") && ContainsSubstring("r.stacvrt"));
  CHECK_THAT(message_of("{", {}), ContainsSubstring("not valid JSON") && ContainsSubstring("r.stacvrt"));
  try {
    (void)cube::parse_recipe(cube::merge_recipe("", "r.stacvrt", {{"PRESET", "landsat-geomad"}}), "r.stacvrt");
    FAIL("a recipe without items was accepted");
  } catch (const Error& error) {
    CHECK_THAT(error.what(), ContainsSubstring("missing key 'items'") && ContainsSubstring("[r.stacvrt]"));
  }
}

TEST_CASE("Places in the result tell document, preset and option apart", "[cube]") {
  const Recipe recipe = merged(R"({"preset": "sentinel-2-geomad", "mask": {"cleanup": []}, "items": "i.json"})",
                               {{"MASK_EXCLUDE", "snow"}, {"OUTPUTS", "median"}});
  CHECK(recipe.items.at(0).where.document == "r.stacvrt");
  CHECK(recipe.bands.at(3).where.document == "preset sentinel-2-geomad");
  CHECK(recipe.bands.at(3).where.pointer == "/bands/3");
  CHECK(recipe.masks.at(0).nodata_where.document == "preset sentinel-2-geomad");
  CHECK(recipe.masks.at(0).exclude_where.document == "open option MASK_EXCLUDE");
  CHECK(recipe.outputs.at(0).where.document == "open option OUTPUTS");
  CHECK(recipe.outputs.at(0).where.pointer == "/0");
}

TEST_CASE("Every preset is a valid recipe once it has items", "[cube]") {
  const auto names = cube::preset_names();
  CHECK(names.size() >= 2);
  for (const std::string& name : names) {
    INFO(name);
    CHECK_FALSE(cube::preset_text(name).empty());
    CHECK(message_of("", {{"PRESET", name}}) == "no error");
  }
  CHECK(cube::preset_text("no-such-preset").empty());
}

TEST_CASE("A key that a recipe or an option has twice is refused at its place", "[cube]") {
  CHECK_THAT(message_of(R"({"bands": ["red"], "bands": ["nir"]})", {}),
             ContainsSubstring("'bands' is given twice") && ContainsSubstring("[r.stacvrt, at /bands]"));
  CHECK_THAT(message_of(R"({"mask": {"asset": "scl", "exclude": [1], "exclude": [9]}})", {}),
             ContainsSubstring("at /mask/exclude]"));
  CHECK_THAT(message_of("", {{"MASK", R"({"asset": "scl", "asset": "qa", "exclude": [1]})"}}),
             ContainsSubstring("'asset' is given twice") && ContainsSubstring("open option MASK"));
}
