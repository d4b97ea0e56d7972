// SPDX-License-Identifier: MIT
// Recipes that are refused: the code, the message and the place of each error.
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

struct Failure {
  ErrorCode code = ErrorCode::kIo;
  std::string what;
};

template <typename Function>
Failure failure_of(Function function) {
  try {
    function();
  } catch (const Error& error) {
    return {error.code(), error.what()};
  }
  return {ErrorCode::kIo, "no error"};
}

struct BadRecipe {
  const char* keys;
  ErrorCode code;
  std::vector<const char*> parts;  ///< of the message, the place among them
};

void check_table(const std::vector<BadRecipe>& table) {
  for (const BadRecipe& bad : table) {
    INFO(bad.keys);
    const Failure failure = failure_of([&] { (void)parse(bad.keys); });
    INFO(failure.what);
    CHECK(failure.code == bad.code);
    for (const char* part : bad.parts) CHECK_THAT(failure.what, ContainsSubstring(part));
  }
}

constexpr ErrorCode kInvalid = ErrorCode::kInvalid;
constexpr ErrorCode kUnsupported = ErrorCode::kUnsupported;

}  // namespace

TEST_CASE("Unknown keys name their place and the nearest valid spelling", "[cube]") {
  check_table({
      {R"("bnads": [])",
       kInvalid,
       {"unknown key 'bnads'", "did you mean 'bands'?", "'outputs'", "r.stacvrt, at /bnads"}},
      {R"("time": {"windws": "P1M"})", kInvalid, {"did you mean 'windows'?", "at /time/windws"}},
      {R"("mask": {"asset": "scl", "exlude": [3]})", kInvalid, {"did you mean 'exclude'?", "at /mask/exlude"}},
      {R"("mask": [{"valid_range": [0, 1]}, {"asets": "scl"}])", kInvalid, {"'asset'", "at /mask/1/asets"}},
      {R"("mask": {"asset": "a", "bits": {"x": {"shift": 1, "lenght": 2}}})",
       kInvalid,
       {"did you mean 'length'?", "at /mask/bits/x/lenght"}},
      {R"("grid": {"resolutoin": 10})", kInvalid, {"did you mean 'resolution'?"}},
      {R"("filter": {"eo:cloud_cover": {"le": 10}})", kInvalid, {"unknown key 'le'", "did you mean 'lt", "'lte'"}},
      {R"("outputs": [{"reduce": "median", "offf": 1}])", kInvalid, {"did you mean 'of", "at /outputs/0/offf"}},
      {R"("bands": [{"nam": "x"}])", kInvalid, {"did you mean 'name'?", "at /bands/0/nam"}},
  });
}

TEST_CASE("The documented vocabulary that is missing says what to use instead", "[cube]") {
  check_table({
      {R"j("bands": ["red", {"name": "ndvi", "expression": "(nir-red)/(nir+red)"}])j",
       kUnsupported,
       {"\"expression\" is not built yet", "compute it from", "at /bands/1/expression"}},
      {R"("outputs": [{"name": "d", "expression": "a-b"}])",
       kUnsupported,
       {"not built yet", "at /outputs/0/expression"}},
      {R"("outputs": [{"reduce": "best", "by": "ndvi"}])", kUnsupported, {"not built yet", "use "}},
      {R"("outputs": ["medoid"])", kUnsupported, {"reducer 'medoid' is not built yet", "'geomedian'", "at /outputs/0"}},
      {R"("outputs": ["mode"])", kUnsupported, {"not built yet; use 'median'"}},
      {R"("outputs": ["first"])", kUnsupported, {"not built yet", "windows 'none'"}},
      {R"("outputs": ["last"])", kUnsupported, {"not built yet"}},
      {R"("outputs": ["best"])", kUnsupported, {"not built yet"}},
      {R"("outputs": [{"reduce": "date"}])", kUnsupported, {"not built yet", "at /outputs/0/reduce"}},
      {R"("time": {"windows": "season"})", kUnsupported, {"not built yet", "\"P3M\"", "at /time/windows"}},
      {R"("time": {"windows": "P3M/P1M"})", kUnsupported, {"rolling windows", "not built yet", "e.g. \"P3M\""}},
      {R"("time": {"group": "sat:relative_orbit"})", kUnsupported, {"grouping by a property", "'solar_day'"}},
      {R"("grid": {"snap": 10})", kUnsupported, {"\"snap\" is not built yet", "\"bounds\""}},
      {R"("mask": {"asset": "scl", "exclude": [3], "cleanup": {"3": [["dilation", 1]]}})",
       kUnsupported,
       {"cleanup per class", "list of masks"}},
  });
  const auto search = [](const std::string& text) {
    return failure_of(
        [&] { (void)cube::parse_recipe(stac::parse_json(R"({"items": )" + text + "}", ""), "r.stacvrt"); });
  };
  CHECK_THAT(search(R"({"search": {}})").what, ContainsSubstring("missing key 'url'"));
  CHECK_THAT(search(R"({"serach": {}})").what, ContainsSubstring("did you mean 'search'?"));
  CHECK_THAT(search(R"([{"search": {"url": "https://h", "colection": 1}}])").what,
             ContainsSubstring("did you mean 'collections'?") && ContainsSubstring("/items/0/search/colection"));
}

TEST_CASE("Impossible top-level values are errors", "[cube]") {
  check_table({
      {R"("type": "STACVTR")", kInvalid, {"'STACVRT'", "'STACVTR'", "at /type"}},
      {R"("version": 2)", kUnsupported, {"version 2", "reads version 1", "at /version"}},
      {R"("version": "1")", kInvalid, {"expected an integer", "at /version"}},
      {R"("title": 3)", kInvalid, {"expected a string", "at /title"}},
  });
  for (const char* items :
       {R"({"items": []})", R"({"items": [1]})", R"({"items": ""})", R"({"items": {"a": 1}})", "{}"}) {
    INFO(items);
    const Failure failure = failure_of([&] { (void)cube::parse_recipe(stac::parse_json(items, ""), "r.stacvrt"); });
    CHECK(failure.code == kInvalid);
    CHECK_THAT(failure.what, ContainsSubstring("items") && ContainsSubstring("r.stacvrt"));
  }
  CHECK(failure_of([] { (void)cube::parse_recipe(stac::Json::array(), "r"); }).code == kInvalid);
  const Failure empty =
      failure_of([] { (void)cube::parse_recipe(stac::parse_json(R"({"items": []})", ""), "r.stacvrt"); });
  CHECK_THAT(empty.what, ContainsSubstring("at least one STAC document") && !ContainsSubstring("leave the key out"));
}

TEST_CASE("Impossible bands are errors", "[cube]") {
  check_table({
      {R"("bands": "red")", kInvalid, {"expected an array of bands", "at /bands"}},
      {R"("bands": [])", kInvalid, {"no bands", "leave the key out"}},
      {R"("bands": [""])", kInvalid, {"empty", "at /bands/0"}},
      {R"("bands": [4])", kInvalid, {"expected a name or an object"}},
      {R"("bands": ["red", "red"])", kInvalid, {"two bands are named 'red'", "at /bands/1"}},
      {R"("bands": [{"band": 1}])", kInvalid, {"neither \"name\" nor \"asset\""}},
      {R"("bands": [{"name": "a", "band": 1}])", kInvalid, {"needs \"asset\"", "at /bands/0/band"}},
      {R"("bands": [{"asset": "a", "band": 0}])", kInvalid, {"start at 1", "at /bands/0/band"}},
      {R"("bands": [{"asset": "a", "band": true}])", kInvalid, {"a band's name or its number"}},
      {R"("bands": [{"asset": []}])", kInvalid, {"is empty", "at /bands/0/asset"}},
      {R"("bands": [{"asset": ["a", "a"]}])", kInvalid, {"'a' is there twice", "at /bands/0/asset/1"}},
  });
}

TEST_CASE("Impossible masks are errors", "[cube]") {
  check_table({
      {R"("mask": "scl")", kInvalid, {"mask 'scl' excludes nothing", "MASK_EXCLUDE", "at /mask"}},
      {R"("mask": {"asset": "scl"})", kInvalid, {"excludes nothing", "\"keep\""}},
      {R"("mask": {})", kInvalid, {"needs \"asset\"", "\"valid_range\""}},
      {R"("mask": 3)", kInvalid, {"expected an object like"}},
      {R"("mask": {"exclude": [3]})", kInvalid, {"\"exclude\" needs the \"asset\"", "at /mask/exclude"}},
      {R"("mask": {"asset": "a", "exclude": [1.5]})", kInvalid, {"expected an integer", "at /mask/exclude/0"}},
      {R"("mask": {"asset": "a", "exclude": [true]})", kInvalid, {"a class name or an integer"}},
      {R"("mask": {"asset": "a", "exclude": {}})", kInvalid, {"an array of class names or integers"}},
      {R"("mask": {"asset": "a", "keep": []})", kInvalid, {"keeps nothing", "at /mask/keep"}},
      {R"("mask": {"asset": "a", "below": "5"})", kInvalid, {"expected a number", "at /mask/below"}},
      {R"("mask": {"asset": "a", "below": 5, "above": 4})", kInvalid, {"no value would be left"}},
      {R"("mask": {"valid_range": [null, null]})", kInvalid, {"both ends are open"}},
      {R"("mask": {"valid_range": [2, 1]})", kInvalid, {"lowest value is above the highest"}},
      {R"("mask": {"valid_range": 0})", kInvalid, {"[lowest, highest]", "null for an open end"}},
      {R"("mask": {"asset": "a", "bits": 3})", kInvalid, {"\"shift\": 5", "at /mask/bits"}},
      {R"("mask": {"asset": "a", "bits": {"cloud": []}})", kInvalid, {"is empty", "at /mask/bits/cloud"}},
      {R"("mask": {"asset": "a", "bits": {"cloud": true}})", kInvalid, {"a value of the bit field"}},
      {R"("mask": {"asset": "a", "bits": {"shift": 32}})", kInvalid, {"0 to 31", "at /mask/bits/shift"}},
      {R"("mask": {"asset": "a", "bits": {"shift": 31, "length": 2, "values": [1]}})", kInvalid, {"ends at bit 31"}},
      {R"("mask": {"asset": "a", "bits": {"shift": 3, "length": 2}})", kInvalid, {"missing key 'values'"}},
      {R"("mask": {"asset": "a", "bits": {"shift": 3, "length": 2, "values": [4]}})",
       kInvalid,
       {"2 bits cannot hold 4", "at /mask/bits/values"}},
      {R"("mask": {"asset": "a", "bits": {"shift": 3, "values": "high"}})", kInvalid, {"have no names"}},
      {R"("mask": {"asset": "a", "nodata": [0], "cleanup": [["dilatoin", 2]]})",
       kInvalid,
       {"unknown cleanup operation 'dilatoin'", "did you mean 'dilation'?", "at /mask/cleanup/0/0"}},
      {R"("mask": {"asset": "a", "nodata": [0], "cleanup": ["dilation", 2]})",
       kInvalid,
       {"a step like", "at /mask/cleanup/0"}},
      {R"("mask": {"asset": "a", "nodata": [0], "cleanup": [["dilation", "60"]]})",
       kInvalid,
       {"\"60 m\"", "at /mask/cleanup/0/1"}},
      {R"("mask": {"asset": "a", "nodata": [0], "cleanup": [["dilation", "60 km"]]})", kInvalid, {"metres"}},
      {R"("mask": {"asset": "a", "nodata": [0], "cleanup": [["dilation", 0]]})", kInvalid, {"above 0"}},
      {R"("mask": {"asset": "a", "nodata": [0], "cleanup": [["dilation", "-5 m"]]})", kInvalid, {"above 0"}},
      {R"("mask": {"asset": "a", "nodata": [0], "cleanup": [["dilation", 1e9]]})", kInvalid, {"1000 pixels"}},
  });
}

TEST_CASE("Impossible times are errors", "[cube]") {
  check_table({
      {R"("time": 2020)", kInvalid, {"expected a span of time", "at /time"}},
      {R"("time": "2020-13")", kInvalid, {"2020-13", "at /time"}},
      {R"("time": {"range": "2021/2020"})", kInvalid, {"at /time/range"}},
      {R"("time": {"range": ["2020"]})", kInvalid, {"an array of two"}},
      {R"("time": {"range": ["2020", 5]})", kInvalid, {"expected a string", "at /time/range/1"}},
      {R"("time": {"windows": "monthly"})", kInvalid, {"unknown windows 'monthly'", "'P1M'", "'none'"}},
      {R"("time": {"windows": "non"})", kInvalid, {"did you mean 'none'?"}},
      {R"("time": {"windows": "P1"})", kInvalid, {"no ISO 8601 duration"}},
      {R"("time": {"windows": "P0M"})", kInvalid, {"has no length"}},
      {R"("time": {"windows": "P"})", kInvalid, {"has no length"}},
      {R"("time": {"windows": "P-1M"})", kInvalid, {"no ISO 8601 duration"}},
      {R"("time": {"windows": "P1.5M"})", kInvalid, {"no ISO 8601 duration"}},
      {R"("time": {"windows": "P1D1M"})", kInvalid, {"in the order Y, M, W, D"}},
      {R"("time": {"windows": "P99999999999M"})", kInvalid, {"no ISO 8601 duration"}},
      {R"("time": {"windows": "P20000Y"})", kInvalid, {"longer than any archive"}},
      {R"("time": {"windows": "PT6H"})", kInvalid, {"days or longer", "at /time/windows"}},
      {R"("time": {"windows": 3})", kInvalid, {"'all', 'none'"}},
      {R"("time": {"group": "solarday"})", kInvalid, {"unknown group 'solarday'", "did you mean 'solar_day'?"}},
      {R"("time": {"fuse": "cloud_wins"})", kInvalid, {"did you mean 'cloud-wins'?", "at /time/fuse"}},
  });
}

TEST_CASE("Impossible grids are errors", "[cube]") {
  check_table({
      {R"("grid": 10)", kInvalid, {"expected an object", "at /grid"}},
      {R"("grid": {"crs": 6933})", kInvalid, {"EPSG:6933", "at /grid/crs"}},
      {R"("grid": {"crs": "6933"})", kInvalid, {"did you mean 'EPSG:6933'?"}},
      {R"("grid": {"crs": ""})", kInvalid, {"a CRS as text"}},
      {R"("grid": {"resolution": 0})", kInvalid, {"greater than 0"}},
      {R"("grid": {"resolution": [10, -10]})", kInvalid, {"greater than 0, also in y"}},
      {R"("grid": {"resolution": [1, 2, 3]})", kInvalid, {"a number or [x, y]"}},
      {R"("grid": {"resolution": "10"})", kInvalid, {"a number or [x, y]"}},
      {R"("grid": {"bounds": [0, 0, 1]})", kInvalid, {"[xmin, ymin, xmax, ymax]", "at /grid/bounds"}},
      {R"("grid": {"bounds": [0, 0, 0, 1]})", kInvalid, {"xmin is not below xmax"}},
      {R"("grid": {"bounds": [0, 2, 1, 1]})", kInvalid, {"ymin is not below ymax"}},
      {R"("grid": {"bounds": [0, "a", 1, 1]})", kInvalid, {"expected a number", "at /grid/bounds/1"}},
      {R"("grid": {"bbox": [0, 0, 200, 1]})",
       kInvalid,
       {"longitudes", "-180", "antimeridian", "[170, -20, -170, -10]"}},
      {R"("time": {"duplicates": "newst"})", kInvalid, {"rule for duplicates", "'newest'", "'keep'"}},
      {R"("bands": [{"name": "red", "scale": 0}])", kInvalid, {"scale 0", "at /bands/0/scale"}},
      {R"("alternate": [])", kInvalid, {"empty", "at /alternate"}},
      {R"("grid": {"bbox": [0, -91, 1, 1]})", kInvalid, {"latitudes"}},
      {R"("grid": {"bbox": [0, 1, 1, 0]})", kInvalid, {"south is not below north"}},
      {R"("grid": {"bbox": [1, 0, 1, 1]})", kInvalid, {"empty"}},
      {R"("grid": {"bbox": [0, 0, 1, 1], "bounds": [0, 0, 1, 1]})", kInvalid, {"both say the extent"}},
      {R"("grid": {"resampling": "bilinaer"})", kInvalid, {"did you mean 'bilinear'?", "at /grid/resampling"}},
      {R"("grid": {"resampling": "cubik"})", kInvalid, {"did you mean 'cubic'?", "at /grid/resampling"}},
      {R"("grid": {"resampling": 1})", kInvalid, {"'nearest', 'bilinear', 'cubic', 'average'"}},
      {R"("bands": ["red"], "grid": {"resampling": {"rad": "nearest"}})",
       ErrorCode::kNotFound,
       {"no band is named 'rad'", "did you mean 'red'?"}},
  });
}

TEST_CASE("Impossible filters are errors", "[cube]") {
  check_table({
      {R"("filter": [])", kInvalid, {"expected an object", "at /filter"}},
      {R"("filter": {"a": [1, 2]})", kInvalid, {"{\"in\": [...]}", "at /filter/a"}},
      {R"("filter": {"a": {}})", kInvalid, {"no condition"}},
      {R"("filter": {"a": {"lt": true}})", kInvalid, {"a number or a string", "at /filter/a/lt"}},
      {R"("filter": {"a": {"in": []}})", kInvalid, {"not empty"}},
      {R"("filter": {"a": {"in": [[1]]}})", kInvalid, {"at /filter/a/in/0"}},
      {R"("filter": {"a/b": {"gt": {}}})", kInvalid, {"at /filter/a~1b/gt"}},
  });
}

TEST_CASE("Impossible outputs are errors", "[cube]") {
  check_table({
      {R"("outputs": "median")", kInvalid, {"an array of outputs", "at /outputs"}},
      {R"("outputs": [])", kInvalid, {"no outputs"}},
      {R"("outputs": [1])", kInvalid, {"a reducer's name or an object"}},
      {R"("outputs": [{"name": "x"}])", kInvalid, {"missing key 'reduce'", "at /outputs/0"}},
      {R"("outputs": ["meidan"])", kInvalid, {"unknown reducer 'meidan'", "did you mean 'median'?", "'geomedian'"}},
      {R"("outputs": ["geomedoid"])", kInvalid, {"unknown reducer 'geomedoid'"}},
      {R"("outputs": ["percentile"])", kInvalid, {"'percentile' needs \"p\"", "[10, 90]"}},
      {R"("outputs": [{"reduce": "percentile", "p": []}])", kInvalid, {"is empty", "at /outputs/0/p"}},
      {R"("outputs": [{"reduce": "percentile", "p": [10, 101]}])", kInvalid, {"0 to 100", "at /outputs/0/p/1"}},
      {R"("outputs": [{"reduce": "percentile", "p": -1}])", kInvalid, {"0 to 100", "at /outputs/0/p"}},
      {R"("outputs": [{"reduce": "percentile", "p": [5, 5]}])", kInvalid, {"twice", "at /outputs/0/p/1"}},
      {R"("outputs": [{"reduce": "percentile", "p": "5"}])", kInvalid, {"a number from 0 to 100"}},
      {R"("outputs": [{"reduce": "median", "p": 5}])", kInvalid, {"takes no \"p\""}},
      {R"("outputs": [{"reduce": "median", "of": []}])", kInvalid, {"is empty", "at /outputs/0/of"}},
      {R"("outputs": [{"reduce": "median", "of": 1}])", kInvalid, {"a string or an array of strings"}},
      {R"("bands": ["red", "nir"], "outputs": [{"reduce": "median", "of": ["red", "nri"]}])",
       ErrorCode::kNotFound,
       {"no band is named 'nri'", "did you mean 'nir'?", "at /outputs/0/of/1"}},
      {R"("outputs": [{"reduce": "median", "name": "a@b"}])", kInvalid, {"'@'", "at /outputs/0/name"}},
      {R"("outputs": [{"reduce": "median", "name": "a:b"}])", kInvalid, {"':'"}},
      {R"("outputs": [{"reduce": "median", "name": "a\"b"}])", kInvalid, {"cannot hold"}},
      {R"("outputs": [{"reduce": "median", "name": "a\nb"}])", kInvalid, {"control characters"}},
      {R"("outputs": [{"reduce": "median", "name": ""}])", kInvalid, {"name is empty"}},
      {R"("outputs": [{"reduce": "median", "name": "a"}, {"reduce": "mean", "name": "a"}])",
       kInvalid,
       {"two outputs are named 'a'", "at /outputs/1/name"}},
      {R"("outputs": [{"reduce": "median", "dtype": "UInt16"}])", kInvalid, {"did you mean 'uint16'?"}},
      {R"("outputs": [{"reduce": "median", "scale": 0}])", kInvalid, {"greater than 0", "at /outputs/0/scale"}},
      {R"("outputs": [{"reduce": "median", "offset": "0"}])", kInvalid, {"expected a number"}},
      {R"("outputs": [{"reduce": "median", "dtype": "uint8", "nodata": 256}])",
       kInvalid,
       {"uint8", "outside its range"}},
      {R"("outputs": [{"reduce": "median", "dtype": "uint8", "nodata": 0.5}])", kInvalid, {"give an integer"}},
      {R"("outputs": [{"reduce": "median", "dtype": "uint8", "nodata": "nan"}])", kInvalid, {"give an integer"}},
      {R"("outputs": [{"reduce": "median", "nodata": "none"}])", kInvalid, {"a number or \"nan\""}},
      {R"("outputs": [{"reduce": "median", "clamp": true}])", kInvalid, {"needs \"dtype\""}},
      {R"("outputs": [{"reduce": "median", "clamp": [5, 5]}])", kInvalid, {"not below"}},
      {R"("outputs": [{"reduce": "median", "clamp": 5}])", kInvalid, {"[lowest, highest]"}},
      {R"("outputs": [{"reduce": "median", "epsilon": 1e-5}])", kInvalid, {"'median' has none"}},
      {R"("outputs": [{"reduce": "geomedian", "epsilon": 0}])", kInvalid, {"greater than 0"}},
      {R"("outputs": [{"reduce": "geomedian", "epsilon": 1e-5}, {"reduce": "mad", "epsilon": 1e-6}])",
       kInvalid,
       {"differs", "at /outputs/1/epsilon"}},
  });
}
