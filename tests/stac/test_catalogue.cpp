// SPDX-License-Identifier: MIT
// Documents to items: what is recognised, what is inherited, and what malformed items are told.
#include "stac/catalogue.h"
#include "tests/catch.h"
#include "tests/thrown.h"

using namespace stacvrt;
using namespace stacvrt::stac;

namespace {

constexpr const char* kTime = R"("datetime": "2020-01-01T00:00:00Z")";

std::string item(const std::string& properties = kTime, const std::string& assets = R"({"red": {"href": "r.tif"}})",
                 const std::string& more = "") {
  return R"({"type": "Feature", "id": "i1", "properties": {)" + properties + R"(}, "assets": )" + assets + more + "}";
}

Item parsed_item(const std::string& text) {
  return parse_items(text, "a.json").items.at(0);
}

/// The error of a document; fails the test when there is none.
Error thrown_by(const std::string& text) {
  INFO(text);
  return stacvrt::testing::thrown_by([&] { (void)parse_items(text, "a.json"); });
}

}  // namespace

TEST_CASE("An Item becomes one item that knows where it came from", "[stac]") {
  const Item got = parsed_item(item(R"("datetime": "2020-01-01T00:00:00Z", "eo:cloud_cover": 3)",
                                    R"({"b": {"href": "b.tif", "type": "image/tiff", "title": "B", "roles": ["data"]},
                                        "a": {"href": "a.tif", "type": null, "title": 5, "roles": "data"}})",
                                    R"(, "collection": "c", "bbox": [1, 2, 0, 3, 4, 9])"));
  CHECK(got.id == "i1");
  CHECK(got.collection == "c");
  CHECK(got.document == "a.json");
  CHECK(got.pointer.empty());
  CHECK(got.bbox == std::array<double, 4>{1, 2, 3, 4});
  CHECK(*got.properties.find("eo:cloud_cover") == 3);
  REQUIRE(got.assets.size() == 2);
  CHECK(got.assets[0].key == "b");
  CHECK(got.where(got.assets[0]).pointer == "/assets/b");
  CHECK(got.assets[0].type == "image/tiff");
  CHECK(got.assets[1].title.empty());
  CHECK(got.assets[1].has_role("data"));
}

TEST_CASE("An ItemCollection keeps its order and its next links", "[stac]") {
  const auto document = parse_items(R"({"type": "FeatureCollection", "features": [)" + item() + "," + item() + R"(],
      "links": [{"rel": "self", "href": "x"}, {"rel": "next", "href": "p2.json"}, {"href": "y"}]})",
                                    "a.json");
  REQUIRE(document.items.size() == 2);
  CHECK(document.items[1].pointer == "/features/1");
  CHECK(document.items[1].where(document.items[1].assets[0]).pointer == "/features/1/assets/red");
  REQUIRE(document.next.size() == 1);
  CHECK(document.next[0].href == "p2.json");
  CHECK(document.next[0].method == "GET");
  CHECK(document.next[0].where.pointer == "/links/1");
}

TEST_CASE("A next link to null is none, one to nothing at all would lose items and is an error", "[stac]") {
  const auto with = [](const std::string& link) {
    return R"({"type": "FeatureCollection", "features": [)" + item() + R"(], "links": [{"rel": "next")" + link + "}]}";
  };
  CHECK(parse_items(with(R"(, "href": null)"), "a.json").next.empty());
  for (const char* link : {"", R"(, "href": 3)"}) {
    const Error error = thrown_by(with(link));
    CHECK(error.code() == ErrorCode::kInvalid);
    CHECK(error.where().pointer.starts_with("/links/0"));
  }
}

TEST_CASE("An item's time may be an instant, a span, or both", "[stac]") {
  const Item instant = parsed_item(item());
  CHECK(format_instant(instant.when()) == "2020-01-01T00:00:00Z");
  const Item span = parsed_item(item(R"("datetime": null, "start_datetime": "2019-01-01T00:00:00Z",
                                        "end_datetime": "2019-12-31T23:59:59Z")"));
  CHECK_FALSE(span.datetime.has_value());
  CHECK(format_instant(span.when()) == "2019-01-01T00:00:00Z");
  CHECK(format_instant(span.end_datetime.value()) == "2019-12-31T23:59:59Z");
  CHECK_NOTHROW(parsed_item(item(R"("start_datetime": "2019-01-01T00:00:00Z")")));
}

TEST_CASE("The collection of old items stands in their properties", "[stac]") {
  CHECK(parsed_item(item(R"("datetime": "2020-01-01", "collection": "old")")).collection == "old");
}

TEST_CASE("Assets inherit the item's projection in its properties", "[stac]") {
  const Item got = parsed_item(item(R"("datetime": "2020-01-01", "proj:epsg": 32633, "proj:shape": [2, 3],
                                       "proj:transform": [1, 0, 0, 0, -1, 0])",
                                    R"({"a": {"href": "a"}, "b": {"href": "b", "proj:shape": [1, 1]}})"));
  CHECK(got.assets.projection(got.assets[0]).grid().has_value());
  CHECK_FALSE(got.assets.projection(got.assets[1]).grid().has_value());
}

TEST_CASE("Unknown fields of any type are ignored, where they stand", "[stac]") {
  CHECK_NOTHROW(parsed_item(item(R"("datetime": "2020-01-01", "x:y": [1, {"a": null}], "gsd": "ten")",
                                 R"({"a": {"href": "a", "file:size": [], "alternate": 3, "raster:histogram": ""}})",
                                 R"(, "links": "none", "stac_version": 1, "geometry": 5)")));
}

TEST_CASE("Plain assets come before tiled ones", "[stac]") {
  const Item got = parsed_item(item(R"("datetime": "2020-01-01", "tiles:tile_matrix_links": {"WebMercatorQuad": {}})",
                                    R"({"z": {"href": "z.tif"}})",
                                    R"(, "asset_templates": {"a": {"href": "{TileMatrix}/{TileRow}/{TileCol}.tif"}})"));
  REQUIRE(got.assets.size() == 2);
  CHECK(got.assets[0].key == "z");
  CHECK_FALSE(got.assets[0].tiles.has_value());
  CHECK(got.assets[1].tiles.has_value());
}

TEST_CASE("Documents that are no items are refused by kind", "[stac]") {
  struct Case {
    std::string text;
    ErrorCode code;
    const char* reason;
  };
  const std::vector<Case> cases{
      {"", ErrorCode::kSyntax, "not valid JSON"},
      {"<html/>", ErrorCode::kSyntax, "not valid JSON"},
      {"[]", ErrorCode::kInvalid, "expected a STAC Item or ItemCollection, found an array of 0 elements"},
      {"3", ErrorCode::kInvalid, "found number 3"},
      {"{}", ErrorCode::kInvalid, "key 'type' is missing"},
      {R"({"type": "Catalog", "links": []})", ErrorCode::kUnsupported, "STAC Catalog"},
      {R"({"type": "Collection", "links": []})", ErrorCode::kUnsupported, "STAC Collection"},
      {R"({"id": "old", "description": "x", "links": []})", ErrorCode::kUnsupported, "STAC Catalog"},
      {R"({"id": "old", "description": "x", "links": [], "extent": {}})", ErrorCode::kUnsupported, "STAC Collection"},
      {R"({"type": "STACVRT"})", ErrorCode::kInvalid, "recipe"},
      {R"({"type": "Polygon"})", ErrorCode::kInvalid, "type 'Polygon' is no STAC item"},
      {R"({"type": ["Feature"]})", ErrorCode::kInvalid, "expected a string"},
      {R"({"type": "FeatureCollection"})", ErrorCode::kInvalid, "missing key 'features'"},
      {R"({"type": "FeatureCollection", "features": {}})", ErrorCode::kEmpty, "no items"},
      {R"({"type": "FeatureCollection", "features": []})", ErrorCode::kEmpty, "no items"},
      {R"({"type": "FeatureCollection", "features": [{"type": "Point"}]})", ErrorCode::kInvalid, "'Feature'"},
  };
  for (const auto& [text, code, reason] : cases) {
    INFO(text);
    const Error error = thrown_by(text);
    CHECK(error.code() == code);
    CHECK_THAT(error.what(), ContainsSubstring(reason));
    CHECK(error.where().document == "a.json");
  }
}

TEST_CASE("More items than the limit are refused", "[stac]") {
  std::string text = R"({"type": "FeatureCollection", "features": [0)";
  for (std::size_t i = 0; i < kMaxItems; ++i) text += ",0";
  CHECK(thrown_by(text + "]}").code() == ErrorCode::kTooLarge);
}

TEST_CASE("Malformed items are refused with item id and JSON pointer", "[stac]") {
  struct Case {
    std::string text;
    const char* reason;
    const char* pointer;
  };
  const auto with_asset = [](const std::string& fields) {
    return item(kTime, R"({"red": {"href": "r.tif", )" + fields + "}}");
  };
  const auto with_property = [](const std::string& field) { return item(std::string(kTime) + ", " + field); };
  const std::vector<Case> cases{
      {item(""), "neither 'datetime' nor 'start_datetime'", "/properties"},
      {item(R"("datetime": null)"), "neither 'datetime' nor 'start_datetime'", "/properties"},
      {item(R"("datetime": null, "end_datetime": "2020-01-01T00:00:00Z")"), "item has no time", "/properties"},
      {item(R"("datetime": "2020-02-30T00:00:00Z")"), "29 days", "/properties/datetime"},
      {item(R"("datetime": 1577836800)"), "expected a string, found number", "/properties/datetime"},
      {item(R"("datetime": "2020-01-01", "start_datetime": "soon")"), "'soon'", "/properties/start_datetime"},
      {item(R"("start_datetime": "2020-01-02", "end_datetime": "2020-01-01")"), "is before",
       "/properties/end_datetime"},
      {item(kTime, "[]"), "expected an object, found an array", "/assets"},
      {item(kTime, R"({"a/b": 3})"), "expected an object", "/assets/a~1b"},
      {item(kTime, R"({"red": {}})"), "missing key 'href'", "/assets/red"},
      {item(kTime, R"({"red": {"href": ""}})"), "href is empty", "/assets/red/href"},
      {item(kTime, R"({"red": {"href": ["r.tif"]}})"), "expected a string", "/assets/red/href"},
      {item(kTime, "null"), "neither 'assets' nor 'asset_templates'", ""},
      {item(kTime, "{}", R"(, "bbox": [1, 2, 3])"), "4 or 6", "/bbox"},
      {item(kTime, "{}", R"(, "bbox": [1, 2, 3, "4"])"), "expected a number", "/bbox/3"},
      {item(kTime, "{}", R"(, "collection": 5)"), "expected a string", "/collection"},
      {item(kTime, "{}", R"(, "asset_templates": {"a": {"href": "{TileCol}"}})"), "tiles:tile_matrix_sets",
       "/properties"},
      {with_asset(R"("roles": 5)"), "expected an array of strings", "/assets/red/roles"},
      {with_asset(R"("type": 5)"), "expected a string", "/assets/red/type"},
      {with_asset(R"("proj:transform": [1, 0, 0, 0, 0, 0])"), "cannot be inverted", "/assets/red/proj:transform"},
      {with_asset(R"("nodata": "none")"), "expected a number", "/assets/red/nodata"},
      {with_asset(R"("raster:bands": [{"offset": "1"}])"), "expected a number", "/assets/red/raster:bands/0/offset"},
      {with_asset(R"("bands": [{}, {"classification:bitfields": [{"offset": 70, "length": 1}]}])"), "0 to 63",
       "/assets/red/bands/1/classification:bitfields/0/offset"},
      {with_property(R"("proj:epsg": "UTM")"), "EPSG code", "/properties/proj:epsg"},
      {with_property(R"("proj:shape": [0, 5])"), "proj:shape holds 0", "/properties/proj:shape"},
  };
  for (const auto& [text, reason, pointer] : cases) {
    INFO(text);
    const Error error = thrown_by(text);
    CHECK(error.code() == ErrorCode::kInvalid);
    CHECK_THAT(error.message(), ContainsSubstring(reason));
    CHECK(error.where().pointer == pointer);
    CHECK(error.where().item == "i1");
    const Error second = thrown_by(R"({"type": "FeatureCollection", "features": [)" + item() + "," + text + "]}");
    CHECK(second.where().pointer == "/features/1" + std::string(pointer));
  }
}

TEST_CASE("Items without id or properties are refused where they stand", "[stac]") {
  CHECK_THROWS_WITH(parsed_item(R"({"type": "Feature"})"), ContainsSubstring("missing key 'id' [a.json]"));
  CHECK_THROWS_WITH(parsed_item(R"({"type": "Feature", "id": 5})"),
                    ContainsSubstring("expected a string, found number 5"));
  CHECK_THROWS_WITH(parsed_item(R"({"type": "Feature", "id": "x", "assets": {}})"),
                    ContainsSubstring("missing key 'properties' [a.json, item x]"));
  CHECK_THROWS_WITH(parsed_item(R"({"type": "Feature", "id": "x", "properties": []})"),
                    ContainsSubstring("expected an object"));
}
