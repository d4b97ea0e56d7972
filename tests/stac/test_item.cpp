// SPDX-License-Identifier: MIT
// Small questions to items and assets, and the hrefs of tiles.
#include "stac/item.h"
#include "tests/catch.h"

using namespace stacvrt::stac;

TEST_CASE("Placeholders of tile templates are filled in any letter case", "[stac]") {
  TilePyramid pyramid;
  pyramid.matrix_set = "Quad";
  TileMatrix level;
  level.id = "7";
  pyramid.href_template = "s3://b/{TileMatrixSet}/{TileMatrix}/{TileRow}/{TileCol}.tif";
  CHECK(pyramid.href(level, 3, 12) == "s3://b/Quad/7/3/12.tif");
  pyramid.href_template = "./{tilematrix}/{TILEROW}-{tileCol}{TileCol}";
  CHECK(pyramid.href(level, 3, 12) == "./7/3-1212");
}

TEST_CASE("What is no placeholder stays, and values are not filled in twice", "[stac]") {
  TilePyramid pyramid;
  TileMatrix level;
  level.id = "{TileRow}";
  pyramid.href_template = "{x}/{TileMatrix}/{TileRow}/{";
  CHECK(pyramid.href(level, 3, 12) == "{x}/{TileRow}/3/{");
}

TEST_CASE("An item's time is its datetime, else its start", "[stac]") {
  Item item;
  item.start_datetime = 5;
  CHECK(item.when() == 5);
  item.datetime = 7;
  CHECK(item.when() == 7);
}

TEST_CASE("Assets are found by key and know their roles", "[stac]") {
  Item item;
  LayoutPool layouts;
  Asset scl;
  scl.key = "scl";
  scl.roles = {"data", "cloud"};
  item.assets = AssetList({{std::make_shared<const Asset>(), "a/x.tif", nullptr, {}},
                           {std::make_shared<const Asset>(scl), "a/y.tif", nullptr, {}}},
                          layouts);
  REQUIRE(item.find_asset("scl") == &item.assets[1]);
  CHECK(item.find_asset("SCL") == nullptr);
  CHECK(item.find_asset("scl")->has_role("cloud"));
  CHECK_FALSE(item.find_asset("scl")->has_role("clou"));
}
