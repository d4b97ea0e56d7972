// SPDX-License-Identifier: MIT
// Assets beyond their bands and projection: other places of the same file.
#include "stac/asset_parser.h"
#include "stac/catalogue.h"
#include "tests/catch.h"

using namespace stacvrt;
using namespace stacvrt::stac;

TEST_CASE("Alternates are other hrefs by name; entries without one are passed over", "[stac]") {
  const Json json = parse_json(R"({"href": "https://host/red.tif", "alternate:name": "HTTPS",
      "alternate": {"s3": {"href": "s3://bucket/red.tif", "storage:requester_pays": true}, "odd": 7, "none": {},
                    "empty": {"href": ""}}})",
                               "i.json");
  CHECK(parse_alternates(Cursor(json, "i.json")) ==
        std::vector<std::pair<std::string, std::string>>{{"s3", "s3://bucket/red.tif"}});
  for (const char* text :
       {R"({"href": "x"})", R"({"href": "x", "alternate": []})", R"({"href": "x", "alternate": 1})"}) {
    const Json other = parse_json(text, "i.json");
    CHECK(parse_alternates(Cursor(other, "i.json")).empty());
  }
}

TEST_CASE("A list of assets tells each one's alternates, however items share assets", "[stac]") {
  const std::string feature = R"({"type": "Feature", "id": "ID", "properties": {"datetime": "2020-01-01"}, "assets": {
      "red": {"href": "https://h/ID/red.tif", "alternate": {"s3": {"href": "s3://b/ID/red.tif"}}},
      "plain": {"href": "https://h/ID/p.tif"},
      "nir": {"href": "https://h/ID/nir.tif", "alternate": {"s3": {"href": "s3://b/ID/nir.tif"}}}}})";
  const auto named = [&](const std::string& id) {
    std::string text = feature;
    for (std::size_t at = text.find("ID"); at != std::string::npos; at = text.find("ID", at)) text.replace(at, 2, id);
    return text;
  };
  const std::string text = R"({"type": "FeatureCollection", "features": [)" + named("a1") + "," + named("b2") + "]}";
  const auto items = parse_items(text, "items.json").items;
  REQUIRE(items.size() == 2);
  CHECK(&items[0].assets[0] == &items[1].assets[0]);  // shared, whatever their hrefs
  for (const Item& item : items) {
    using Alternates = std::vector<std::pair<std::string, std::string>>;
    CHECK(item.assets.alternates(item.assets[0]) == Alternates{{"s3", "s3://b/" + item.id + "/red.tif"}});
    CHECK(item.assets.alternates(item.assets[1]).empty());
    CHECK(item.assets.alternates(item.assets[2]) == Alternates{{"s3", "s3://b/" + item.id + "/nir.tif"}});
  }
}
