// SPDX-License-Identifier: MIT
// The short way from an ItemCollection to items: it must make the same of it as the tree of the whole document does.
#include <cmath>

#include "shared_documents.h"
#include "stac/collection_reader.h"
#include "stac/item_parser.h"

using namespace stacvrt;
using namespace stacvrt::stac;
using namespace stacvrt::stac::testing;

namespace {

std::vector<Item> by_tree(const std::string& text) {
  const Json json = parse_json(text, "a.json");
  ItemPool pool;
  std::vector<Item> items;
  for (const Cursor& feature : Cursor(json, "a.json").at("features").elements())
    items.push_back(parse_item(feature, pool));
  return items;
}

void check_equal(const Band& a, const Band& b) {
  CHECK(a.name == b.name);
  CHECK(a.common_name == b.common_name);
  CHECK(a.scale == b.scale);
  CHECK(a.offset == b.offset);
  CHECK(a.nodata.has_value() == b.nodata.has_value());
  CHECK((!a.nodata || *a.nodata == *b.nodata || (std::isnan(*a.nodata) && std::isnan(*b.nodata))));
  CHECK(a.data_type == b.data_type);
  CHECK(a.classes.size() == b.classes.size());
  CHECK(a.bitfields.size() == b.bitfields.size());
}

void check_equal(const Item& a, const Item& b) {
  INFO(a.id);
  CHECK(a.id == b.id);
  CHECK(a.collection == b.collection);
  CHECK(a.when() == b.when());
  CHECK(a.bbox == b.bbox);
  CHECK(a.pointer == b.pointer);
  CHECK(a.document == b.document);
  REQUIRE(*a.properties.names() == *b.properties.names());
  for (const std::string& name : *a.properties.names()) CHECK(*a.properties.find(name) == *b.properties.find(name));
  REQUIRE(a.assets.size() == b.assets.size());
  for (std::size_t i = 0; i < a.assets.size(); ++i) {
    INFO(a.assets[i].key);
    CHECK(a.assets[i].key == b.assets[i].key);
    CHECK(a.assets.href(a.assets[i]) == b.assets.href(b.assets[i]));
    CHECK(a.assets[i].type == b.assets[i].type);
    CHECK(a.assets[i].roles == b.assets[i].roles);
    CHECK(a.assets.projection(a.assets[i]).grid() == b.assets.projection(b.assets[i]).grid());
    CHECK(a.assets.projection(a.assets[i]).crs == b.assets.projection(b.assets[i]).crs);
    REQUIRE(a.assets[i].bands.size() == b.assets[i].bands.size());
    for (std::size_t j = 0; j < a.assets[i].bands.size(); ++j) check_equal(a.assets[i].bands[j], b.assets[i].bands[j]);
  }
}

std::string collection(const std::string& features, const std::string& more = "") {
  return R"({"type": "FeatureCollection", "features": [)" + features + "]" + more + "}";
}

std::string feature(const std::string& id, const std::string& properties = "", const std::string& asset = "") {
  return R"({"type": "Feature", "id": ")" + id + R"(", "properties": {"datetime": "2020-01-01T00:00:00Z")" +
         properties + R"(}, "assets": {"red": {"href": "http://h/)" + id + R"(/red.tif")" + asset + "}}}";
}

}  // namespace

TEST_CASE("Real item collections are read the short way as by their tree", "[stac]") {
  if (!shared_data_present()) return;
  for (const char* name :
       {"series/s2-l2a-33T/items.json", "series/s2-l2a-33T/items-stac11.json",
        "series/landsat8-l1-ny-013032/items.json", "stac/planetary-computer_sentinel-2-l2a_itemcollection_9.geojson",
        "stac/earthsearch-v1_sentinel-2-l2a_search-post-next.json", "stac/eoapi_search-post-next.json",
        "stac/planetary-computer_landsat-c2-l2_items-get-next.json", "stac/gdal_stacit_test.json"}) {
    INFO(name);
    const std::string text = text_of(kSharedData / name);
    ItemPool pool;
    const auto read = read_collection(text, "a.json", pool);
    REQUIRE(read.has_value());
    const std::vector<Item> expected = by_tree(text);
    REQUIRE(read->items.size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) check_equal(read->items[i], expected[i]);
  }
}

TEST_CASE("Assets that differ in anything but their href are told apart", "[stac]") {
  const std::string one = R"(, "raster:bands": [{"scale": 0.1, "offset": 1}])";
  const std::string other = R"(, "raster:bands": [{"scale": 0.1, "offset": 1.5}])";
  const std::string text =
      collection(feature("a", "", one) + "," + feature("b", "", other) + "," + feature("c", "", one) + "," +
                 feature("d", R"(, "proj:code": "EPSG:32633")", one));
  ItemPool pool;
  const auto read = read_collection(text, "a.json", pool);
  REQUIRE(read.has_value());
  const std::vector<Item> expected = by_tree(text);
  for (std::size_t i = 0; i < 4; ++i) check_equal(read->items[i], expected[i]);
  CHECK(read->items[1].assets[0].bands[0].offset == 1.5);
  CHECK(&read->items[0].assets[0] == &read->items[2].assets[0]);
  // Where pixels lie is no part of what is shared.
  CHECK(&read->items[0].assets[0] == &read->items[3].assets[0]);
  CHECK_FALSE(projection_of(read->items[0], "red").crs.has_value());
  CHECK(projection_of(read->items[3], "red").crs->text == "EPSG:32633");
  CHECK(read->items[0].properties.names() == read->items[1].properties.names());
}

TEST_CASE("Of equal keys the last holds, the short way too", "[stac]") {
  const std::string text = collection(
      R"({"id": "x", "id": "y", "properties": {"datetime": "2020-01-01T00:00:00Z"}, "assets": {"a": {"href": "a.tif"}}})");
  ItemPool pool;
  const auto read = read_collection(text, "a.json", pool);
  REQUIRE(read.has_value());
  CHECK(read->items[0].id == "y");
  const auto twice = read_collection(
      R"({"type": "FeatureCollection", "features": [)" + feature("a") + R"(], "features": [)" + feature("b") + "]}",
      "a.json", pool);
  REQUIRE(twice.has_value());
  CHECK(twice->items[0].id == "b");
  // Inside of objects they are left to the tree.
  CHECK_FALSE(read_collection(collection(feature("a", R"(, "x": 1, "x": 2)")), "a.json", pool));
  CHECK(parse_items(collection(feature("a", R"(, "x": 1, "x": 2)")), "a.json")
            .items[0]
            .properties.find("x")
            ->get<int>() == 2);
}

TEST_CASE("What needs an error, or is not plain, is left to the tree", "[stac]") {
  const std::string good = feature("a");
  ItemPool pool;
  CHECK(read_collection(collection(good), "a.json", pool).has_value());
  for (const std::string& text :
       {collection(good) + "x", collection(good).substr(0, 90), collection(""), std::string("[]"), std::string(),
        collection(R"({"id": 3, "properties": {}, "assets": {}})"), collection(feature("a", "", R"(, "roles": 7)")),
        collection(R"({"type": "Feature", "id": "a", "properties": {"datetime": "x"}, "assets": {}})"),
        collection(good, R"(, "links": 3)"),
        collection(good, R"(, "x": )" + std::string(70, '[') + std::string(70, ']'))})
    CHECK_FALSE(read_collection(text, "a.json", pool).has_value());
}

TEST_CASE("Hrefs come back as they were, however much they share", "[stac]") {
  const std::vector<std::string> hrefs{"https://h/a/X_1_B1.TIF",
                                       "https://h/a/X_1_B2.TIF",
                                       "https://h/a/X_1_B2.TIF",
                                       "b.tif",
                                       "https://h/a/",
                                       "s3://c/d/e_f_g.jp2",
                                       "https://h/a/X_1_B3.TIF",
                                       "/",
                                       "_"};
  std::vector<PlacedAsset> placed;
  for (const std::string& href : hrefs)
    placed.push_back({std::make_shared<const Asset>(), href, nullptr, {{"other", "s3://c/d/" + href}, {"more", href}}});
  LayoutPool layouts;
  const AssetList list(placed, layouts);
  for (std::size_t i = 0; i < hrefs.size(); ++i) {
    CHECK(list.href(list[i]) == hrefs[i]);
    CHECK(list.alternates(list[i]) == placed[i].alternates);
  }
}

TEST_CASE("Lists that differ in where their files are share all the rest", "[stac]") {
  LayoutPool layouts;
  const auto red = std::make_shared<const Asset>(), nir = std::make_shared<const Asset>();
  const auto list_of = [&](const std::string& id, const std::string& folder) {
    return AssetList({{red, folder + id + "_B4.TIF", nullptr, {}}, {nir, folder + id + "_B5.TIF", nullptr, {}}},
                     layouts);
  };
  const AssetList a = list_of("LC08_1", "https://h/1/"), b = list_of("LC09_2_3", "");
  CHECK(&*a.begin() == &*b.begin());
  CHECK(a.begin() == b.begin());  // of one vector
  CHECK(a.href(*red) == "https://h/1/LC08_1_B4.TIF");
  CHECK(b.href(*nir) == "LC09_2_3_B5.TIF");
  const AssetList c({{red, "x.tif", nullptr, {}}, {nir, "y.tif", nullptr, {}}}, layouts);
  CHECK_FALSE(a.begin() == c.begin());
  CHECK(AssetList().empty());
}

TEST_CASE("An item by itself is read the short way, and shares with those of other documents", "[stac]") {
  ItemPool pool;
  const std::string scene = R"(, "type": "image/tiff", "file:size": )";
  const auto a = read_collection(feature("a", "", scene + "17"), "a.json", pool);
  const auto b = read_collection(feature("b", "", scene + "18"), "b.json", pool);
  REQUIRE((a.has_value() && b.has_value()));
  CHECK(a->items[0].pointer.empty());
  CHECK(a->items[0].document == "a.json");
  CHECK(&a->items[0].assets[0] == &b->items[0].assets[0]);
  CHECK(b->items[0].assets.href(b->items[0].assets[0]) == "http://h/b/red.tif");
}

TEST_CASE("Items on lines of their own are read like those of a collection", "[stac]") {
  const std::string lines = feature("a") + "\r\n\n\x1e" + feature("b", R"(, "x": 1, "x": 2)") + "\n";
  CHECK(is_line_delimited(lines));
  const ItemDocument read = parse_items(lines, "a.ndjson");
  REQUIRE(read.items.size() == 2);
  CHECK(read.items[0].id == "a");
  CHECK(read.items[1].id == "b");
  CHECK(read.items[1].assets.href(read.items[1].assets[0]) == "http://h/b/red.tif");
  CHECK(read.items[1].where(read.items[1].assets[0]).pointer == "/assets/red");
  CHECK(read.items[1].document == "a.ndjson");
}

TEST_CASE("One object, on however many lines, is no newline-delimited text", "[stac]") {
  CHECK_FALSE(is_line_delimited(feature("a")));
  CHECK_FALSE(is_line_delimited(feature("a") + "\n\n"));
  CHECK_FALSE(is_line_delimited("{\n\"type\": \"Feature\"}\n"));
  CHECK_FALSE(is_line_delimited(""));
  CHECK_FALSE(is_line_delimited("\n"));
}

TEST_CASE("A line may be nested no deeper than a document", "[stac]") {
  const std::string deep = feature("a", R"(, "x": )" + std::string(70, '[') + std::string(70, ']'));
  CHECK_THROWS_WITH(parse_items(feature("b") + "\n" + deep, "a.ndjson"),
                    ContainsSubstring("nested deeper") && ContainsSubstring("line 2"));
}

TEST_CASE("An error in newline-delimited items names the line", "[stac]") {
  CHECK_THROWS_WITH(parse_items(feature("a") + "\n{\"id\": }\n", "a.ndjson"),
                    ContainsSubstring("a.ndjson, line 2") && ContainsSubstring("not valid JSON"));
  CHECK_THROWS_WITH(parse_items(feature("a") + "\n\n{\"id\": \"b\", \"properties\": {}}\n", "a.ndjson"),
                    ContainsSubstring("item has no time") && ContainsSubstring("a.ndjson, line 3, item b"));
  CHECK_THROWS_WITH(parse_items(feature("a") + "\n{\"type\": \"Catalog\"}", "a.ndjson"),
                    ContainsSubstring("expected 'Feature'"));
}
