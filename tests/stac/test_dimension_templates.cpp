// SPDX-License-Identifier: MIT
// Items that stand for a series: templates that name a dimension.
#include "stac/catalogue.h"
#include "stac/dimension_templates.h"
#include "tests/catch.h"

using namespace stacvrt;
using namespace stacvrt::stac;

namespace {

std::string feature(const std::string& dimensions, const std::string& href,
                    const std::string& assets = R"({"B02": {"href": "first.tif"}, "info": {"href": "i.html"}})") {
  return R"({"type": "Feature", "id": "x", "properties": {"datetime": "2018-01-01T00:00:00Z", "cube:dimensions": )" +
         dimensions + R"(}, "assets": )" + assets + R"(, "asset_templates": {"B02": {"href": ")" + href + R"("}}})";
}

std::vector<Item> items_of(const std::string& text) {
  return parse_items(text, "a.json").items;
}

constexpr const char* kSpans = R"({"time": {"type": "temporal", "values": ["2018-02-26_2018-03-11", "2018-03-12"]}})";

}  // namespace

TEST_CASE("Each value of a dimension of time is an item of its own", "[stac]") {
  const auto items = items_of(feature(kSpans, "./{cube:dimensions:time}/{cube:dimensions:time}_B02.tif"));
  REQUIRE(items.size() == 2);
  CHECK(items[0].id == "x@2018-02-26_2018-03-11");
  CHECK(format_instant(items[0].when()) == "2018-02-26T00:00:00Z");
  CHECK(format_instant(*items[0].end_datetime) == "2018-03-11T23:59:59.999999Z");
  CHECK(format_instant(items[1].when()) == "2018-03-12T00:00:00Z");
  REQUIRE(items[0].assets.size() == 2);
  const Asset* band = items[0].find_asset("B02");
  REQUIRE(band != nullptr);
  CHECK(items[0].assets.href(*band) == "./2018-02-26_2018-03-11/2018-02-26_2018-03-11_B02.tif");
  CHECK(items[0].where(*band).pointer == "/asset_templates/B02");
  CHECK(items[0].find_asset("info") != nullptr);
}

TEST_CASE("An item of a collection may stand for a series too", "[stac]") {
  const auto items =
      items_of(R"({"type": "FeatureCollection", "features": [)" + feature(kSpans, "{cube:dimensions:time}.tif") + "]}");
  REQUIRE(items.size() == 2);
  CHECK(items[1].assets.href(*items[1].find_asset("B02")) == "2018-03-12.tif");
  CHECK(items[1].pointer == "/features/0");
}

TEST_CASE("An item on a line of its own may stand for a series too", "[stac]") {
  const std::string line = feature(kSpans, "{cube:dimensions:time}.tif");
  const auto items = items_of(line + "\n" + line + "\n");
  REQUIRE(items.size() == 4);
  CHECK(items[3].document == "a.json");
}

TEST_CASE("Other dimensions are filled in where they have one value", "[stac]") {
  const std::string dimensions =
      R"({"time": {"values": ["2018", "2019"]}, "elevation": {"values": [10]}, "unused": {"values": [1, 2]}})";
  const auto items = items_of(feature(dimensions, "{cube:dimensions:elevation}/{cube:dimensions:time}.tif"));
  REQUIRE(items.size() == 2);
  CHECK(items[1].assets.href(*items[1].find_asset("B02")) == "10/2019.tif");
  const auto one = items_of(feature(R"({"elevation": {"values": ["low"]}})", "{cube:dimensions:elevation}.tif"));
  REQUIRE(one.size() == 1);
  CHECK(one[0].id == "x");
  CHECK(one[0].assets.href(*one[0].find_asset("B02")) == "low.tif");
}

TEST_CASE("Dimensions that no series can be made of are refused", "[stac]") {
  const std::string href = "{cube:dimensions:d}.tif";
  CHECK_THROWS_WITH(items_of(feature("{}", href)), ContainsSubstring("dimension 'd', which 'cube:dimensions' lacks"));
  CHECK_THROWS_WITH(items_of(feature(R"({"d": {"extent": ["2018", "2019"], "step": "P1M"}})", href)),
                    ContainsSubstring("'d' has no 'values'"));
  CHECK_THROWS_WITH(items_of(feature(R"({"d": {"values": ["low", "high"]}})", href)),
                    ContainsSubstring("'low' is no time"));
  CHECK_THROWS_WITH(items_of(feature(R"({"d": {"values": []}})", href)), ContainsSubstring("1 to 100000 values"));
  CHECK_THROWS_WITH(items_of(feature(R"({"d": {"values": ["2018", "2019"]}, "e": {"values": ["2018", "2019"]}})",
                                     "{cube:dimensions:d}{cube:dimensions:e}.tif")),
                    ContainsSubstring("two dimensions of time"));
}

TEST_CASE("Items whose templates name no dimension stay as they are", "[stac]") {
  const Json json = parse_json(feature(kSpans, "plain.tif"), "");
  CHECK_FALSE(expand_dimensions(Cursor(json, ""), [](const Json&) { FAIL("no series"); }));
}
