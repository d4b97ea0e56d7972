// SPDX-License-Identifier: MIT
// Spellings of the projection extension and what an asset takes from its item.
#include "stac/projection_parser.h"
#include "tests/catch.h"

using namespace stacvrt;
using namespace stacvrt::stac;

namespace {

Projection parsed(const std::string& text) {
  const Json json = parse_json(text, "");
  return parse_projection(Cursor(json, "a.json"));
}

std::string crs_of(const std::string& text) {
  return parsed(text).crs.value_or(Crs{"none"}).text;
}

Projection item_projection() {
  return parsed(R"({"proj:epsg": 32633, "proj:shape": [4, 8], "proj:transform": [10, 0, 5, 0, -10, 6],
                    "proj:bbox": [5, -34, 85, 6]})");
}

Projection inherited(const std::string& asset) {
  return inherit_projection(parsed(asset), item_projection());
}

}  // namespace

TEST_CASE("The CRS is read in every spelling of the projection extension", "[stac]") {
  CHECK(crs_of(R"({"proj:epsg": 32633})") == "EPSG:32633");
  CHECK(crs_of(R"({"proj:epsg": 32633.0})") == "EPSG:32633");
  CHECK(crs_of(R"({"proj:epsg": "32633"})") == "EPSG:32633");
  CHECK(crs_of(R"({"proj:epsg": "EPSG:32633"})") == "EPSG:32633");
  CHECK(crs_of(R"({"proj:code": "EPSG:32633"})") == "EPSG:32633");
  CHECK(crs_of(R"({"proj:code": "IAU_2015:30100"})") == "IAU_2015:30100");
  CHECK(crs_of(R"({"proj:wkt2": "PROJCRS[\"x\"]"})") == "PROJCRS[\"x\"]");
  CHECK(crs_of(R"({"proj:projjson": {"type": "ProjectedCRS", "name": "x"}})") ==
        R"({"type":"ProjectedCRS","name":"x"})");
}

TEST_CASE("A null code leaves the CRS to the fields after it", "[stac]") {
  CHECK(crs_of(R"({"proj:epsg": null, "proj:wkt2": "PROJCRS[\"x\"]"})") == "PROJCRS[\"x\"]");
  CHECK(crs_of(R"({"proj:code": null, "proj:wkt2": null, "proj:projjson": {"a": 1}})") == R"({"a":1})");
  CHECK(crs_of(R"({"proj:epsg": null})") == "none");
  CHECK(crs_of(R"({"proj:projjson": {"a": 1}, "proj:wkt2": "W", "proj:epsg": 1, "proj:code": "EPSG:2"})") == "EPSG:2");
}

TEST_CASE("Transforms of 6 and 9 numbers mean the same", "[stac]") {
  const Affine expected{10, 1, 5, 2, -10, 6};
  CHECK(parsed(R"({"proj:transform": [10, 1, 5, 2, -10, 6]})").transform == expected);
  CHECK(parsed(R"({"proj:transform": [10, 1, 5, 2, -10, 6, 0, 0, 1]})").transform == expected);
}

TEST_CASE("Shapes are height and width, boxes lose their heights", "[stac]") {
  CHECK(parsed(R"({"proj:shape": [3, 7.0]})").shape == std::array<std::int64_t, 2>{3, 7});
  CHECK(parsed(R"({"proj:bbox": [1, 2, 3, 4]})").bbox == std::array<double, 4>{1, 2, 3, 4});
  CHECK(parsed(R"({"proj:bbox": [1, 2, -9, 3, 4, 9]})").bbox == std::array<double, 4>{1, 2, 3, 4});
}

TEST_CASE("Impossible projection fields are refused with their place", "[stac]") {
  struct Case {
    const char* text;
    const char* reason;
    const char* pointer;
  };
  for (const auto& [text, reason, pointer] :
       {Case{R"({"proj:transform": [1, 0, 0, 0, -1]})", "has 5 numbers; valid: 6 or 9", "at /proj:transform]"},
        {R"({"proj:transform": [1, 0, 0, 0, -1, 0, 0, 0]})", "has 8 numbers", "at /proj:transform]"},
        {R"({"proj:transform": [1, 0, 0, 0, 0, 0]})", "cannot be inverted", "at /proj:transform]"},
        {R"({"proj:transform": [2, 4, 0, 1, 2, 0]})", "cannot be inverted", "at /proj:transform]"},
        {R"({"proj:transform": [1e200, 0, 0, 0, 1e200, 0]})", "cannot be inverted", "at /proj:transform]"},
        {R"({"proj:transform": [1, 0, 0, 0, -1, 0, 1, 0, 1]})", "not affine", "at /proj:transform]"},
        {R"({"proj:transform": [1, 0, 0, 0, -1, 0, 0, 1, 1]})", "not affine", "at /proj:transform]"},
        {R"({"proj:transform": [1, 0, "0", 0, -1, 0]})", "expected a number", "at /proj:transform/2]"},
        {R"({"proj:transform": 3})", "array of numbers", "at /proj:transform]"},
        {R"({"proj:shape": [3]})", "two integers", "at /proj:shape]"},
        {R"({"proj:shape": [3, 0]})", "holds 0", "at /proj:shape]"},
        {R"({"proj:shape": [3, 1e10]})", "2147483647", "at /proj:shape]"},
        {R"({"proj:shape": [3, 2.5]})", "an integer", "at /proj:shape/1]"},
        {R"({"proj:shape": {"a": 1, "b": 2}})", "two integers", "at /proj:shape]"},
        {R"({"proj:bbox": [1, 2, 3]})", "4 or 6", "at /proj:bbox]"},
        {R"({"proj:bbox": [3, 2, 1, 4]})", "low to high", "at /proj:bbox]"},
        {R"({"proj:epsg": "UTM33"})", "EPSG code", "at /proj:epsg]"},
        {R"({"proj:epsg": 0})", "positive", "at /proj:epsg]"},
        {R"({"proj:epsg": [32633]})", "an integer", "at /proj:epsg]"},
        {R"({"proj:code": 32633})", "a string", "at /proj:code]"},
        {R"({"proj:code": ""})", "reference system", "at /proj:code]"},
        {R"({"proj:projjson": "x"})", "PROJJSON", "at /proj:projjson]"}}) {
    INFO(text);
    CHECK_THROWS_WITH(parsed(text), ContainsSubstring(reason) && ContainsSubstring(pointer));
  }
}

TEST_CASE("An asset without projection has all of its item's", "[stac]") {
  const Projection projection = inherited("{}");
  CHECK(projection.crs == item_projection().crs);
  CHECK(projection.transform == item_projection().transform);
  CHECK(projection.shape == item_projection().shape);
  CHECK(projection.bbox == item_projection().bbox);
}

TEST_CASE("An asset's half of a grid is not completed with the item's other half", "[stac]") {
  for (const char* asset : {R"({"proj:shape": [2, 4]})", R"({"proj:transform": [20, 0, 5, 0, -20, 6]})"}) {
    INFO(asset);
    const Projection projection = inherited(asset);
    CHECK(projection.crs == Crs{"EPSG:32633"});
    CHECK_FALSE(projection.bbox.has_value());
    CHECK(projection.shape.has_value() != projection.transform.has_value());
    CHECK_FALSE(projection.grid().has_value());
  }
}

TEST_CASE("An asset in another CRS inherits no grid, in the same CRS it does", "[stac]") {
  CHECK_FALSE(inherited(R"({"proj:epsg": 4326})").transform.has_value());
  CHECK(inherited(R"({"proj:code": "EPSG:32633"})").grid().has_value());
}
