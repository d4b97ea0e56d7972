// SPDX-License-Identifier: MIT
// Asset templates, their links and limits.
#include "stac/tiled_assets_parser.h"
#include "tests/catch.h"

using namespace stacvrt;
using namespace stacvrt::stac;

namespace {

constexpr const char* kSets = R"("tiles:tile_matrix_sets": {"grid": {"identifier": "G", "supportedCRS": "EPSG:32633",
  "tileMatrix": [
    {"identifier": "coarse", "cellSize": 20, "topLeftCorner": [1000, 2000],
     "tileWidth": 128, "tileHeight": 64, "matrixWidth": 2, "matrixHeight": 1},
    {"identifier": "fine", "cellSize": 10, "topLeftCorner": [1000, 2000],
     "tileWidth": 128, "tileHeight": 64, "matrixWidth": 4, "matrixHeight": 2}]}})";

std::vector<PlacedAsset> placed_by(const std::string& properties,
                                   const std::string& href = "./{TileMatrix}/{TileRow}.tif") {
  const Json json = parse_json(R"({"properties": {)" + properties + R"(}, "asset_templates": {"bands": {"href": ")" +
                                   href + R"(", "eo:bands": [{"name": "B1"}, {"name": "B2"}]}}})",
                               "");
  return parse_asset_templates(Cursor(json, "a.json", "item-1"), {});
}

std::vector<Asset> assets_of(const std::string& properties, const std::string& href = "./{TileMatrix}/{TileRow}.tif") {
  std::vector<Asset> assets;
  for (const PlacedAsset& placed : placed_by(properties, href)) assets.push_back(*placed.asset);
  return assets;
}

std::string links(const std::string& limits, const std::string& name = "grid") {
  return R"("tiles:tile_matrix_links": {")" + name + R"(": {"url": "#grid", "limits": )" + limits + "}}";
}

std::string with_links(const std::string& limits) {
  return std::string(kSets) + ", " + links(limits);
}

}  // namespace

TEST_CASE("An item without templates has no tiled assets", "[stac]") {
  const Json json = parse_json(R"({"properties": {}, "assets": {}})", "");
  CHECK(parse_asset_templates(Cursor(json, ""), {}).empty());
}

TEST_CASE("A template becomes an asset with levels from fine to coarse", "[stac]") {
  const auto assets = assets_of(kSets);
  REQUIRE(assets.size() == 1);
  const Asset& asset = assets[0];
  CHECK(asset.key == "bands");
  CHECK(asset.bands.at(1).name == "B2");
  REQUIRE(asset.tiles.has_value());
  CHECK(asset.tiles->matrix_set == "G");
  CHECK(asset.tiles->crs.text == "EPSG:32633");
  REQUIRE(asset.tiles->levels.size() == 2);
  CHECK(asset.tiles->levels[0].id == "fine");
  CHECK(asset.tiles->levels[1].id == "coarse");
  CHECK(asset.tiles->href(asset.tiles->levels[0], 1, 3) == "./fine/1.tif");
  const auto grid = placed_by(kSets).at(0).projection->grid();
  REQUIRE(grid.has_value());
  CHECK(*grid == PixelGrid{{"EPSG:32633"}, {10, 0, 1000, 0, -10, 2000}, 512, 128});
}

TEST_CASE("Limits narrow levels, and levels without limits do not exist", "[stac]") {
  constexpr const char* kLimits =
      R"({"fine": {"min_tile_col": 1, "max_tile_col": 2, "min_tile_row": 1, "max_tile_row": 1}})";
  const auto assets = assets_of(with_links(kLimits));
  const TilePyramid& tiles = assets.at(0).tiles.value();
  REQUIRE(tiles.levels.size() == 1);
  CHECK(tiles.levels[0].min_col == 1);
  CHECK(tiles.levels[0].max_col == 2);
  CHECK(tiles.levels[0].min_row == 1);
  CHECK(tiles.levels[0].transform.c == 1000);
  CHECK(placed_by(with_links(kLimits)).at(0).projection->grid() ==
        PixelGrid{{"EPSG:32633"}, {10, 0, 2280, 0, -10, 1360}, 256, 64});
}

TEST_CASE("Empty limits of a level mean the whole level, empty limits altogether all levels", "[stac]") {
  CHECK(assets_of(with_links(R"({"fine": {}})")).at(0).tiles->levels.at(0).max_col == 3);
  CHECK(assets_of(with_links("{}")).at(0).tiles->levels.size() == 2);
}

TEST_CASE("Of several sets the first linked is taken", "[stac]") {
  const std::string two = std::string(kSets).insert(std::string(kSets).find("\"grid\""), R"("other": {"crs": "EPSG:1",
      "tileMatrices": [{"id": 0, "cellSize": 1, "pointOfOrigin": [0, 0], "tileWidth": 1, "tileHeight": 1,
                        "matrixWidth": 1, "matrixHeight": 1}]}, )");
  CHECK(assets_of(two).at(0).tiles->matrix_set == "other");
  CHECK(assets_of(two).at(0).tiles->levels.at(0).id == "0");
  CHECK(assets_of(two + ", " + links("{}")).at(0).tiles->matrix_set == "G");
}

TEST_CASE("Well-known sets need no definition", "[stac]") {
  const auto by_name = assets_of(links(R"({"3": {}})", "WebMercatorQuad"));
  CHECK(by_name.at(0).tiles->levels.at(0).matrix_width == 8);
  const auto by_url = assets_of(R"("tiles:tile_matrix_links": {"x": {"url": "http://h/json/WorldCRS84Quad.json"}})");
  CHECK(by_url.at(0).tiles->crs.text == "OGC:CRS84");
  CHECK(by_url.at(0).tiles->levels.size() == 24);
}

TEST_CASE("Contradictory tiling is refused with its place", "[stac]") {
  CHECK_THROWS_WITH(assets_of(""), ContainsSubstring("missing key 'tiles:tile_matrix_sets' [a.json, item item-1"));
  CHECK_THROWS_WITH(assets_of(R"("tiles:tile_matrix_sets": {})"), ContainsSubstring("no tile matrix set"));
  CHECK_THROWS_WITH(assets_of(links("{}", "Mars")), ContainsSubstring("'Mars' is not defined"));
  CHECK_THROWS_WITH(assets_of(with_links(R"({"9": {}})")), ContainsSubstring("name no level"));
  for (const char* limit : {R"({"max_tile_col": 4})", R"({"min_tile_col": -1})",
                            R"({"min_tile_col": 3, "max_tile_col": 2})", R"({"max_tile_row": 2})"}) {
    INFO(limit);
    CHECK_THROWS_WITH(assets_of(with_links("{\"fine\": " + std::string(limit) + "}")),
                      ContainsSubstring("do not lie in order") && ContainsSubstring("/grid/limits/fine"));
  }
}

TEST_CASE("A template must tell levels apart where there are several", "[stac]") {
  CHECK_THROWS_WITH(assets_of(kSets, "./{TileRow}/{TileCol}.tif"),
                    ContainsSubstring("no {TileMatrix}") && ContainsSubstring("/asset_templates/bands/href"));
  CHECK_NOTHROW(assets_of(with_links(R"({"fine": {}})"), "./{TileRow}/{TileCol}.tif"));
}

TEST_CASE("A link's fragment names a set of the item, whatever the link itself is called", "[stac]") {
  const auto assets = assets_of(std::string(kSets) + ", " + links("{}", "renamed"));
  CHECK(assets.at(0).tiles->matrix_set == "G");
}

TEST_CASE("Tiles with a pixel buffer are refused", "[stac]") {
  const auto with_buffer = [](const std::string& top) {
    return std::string(kSets) +
           R"(, "tiles:tile_matrix_links": {"grid": {"url": "#grid", "pixel_buffer": {"fine": {"top": )" + top + "}}}}";
  };
  CHECK_NOTHROW(assets_of(with_buffer("0")));
  CHECK_THROWS_WITH(assets_of(with_buffer("2")), ContainsSubstring("pixel buffer are not supported"));
}

TEST_CASE("A template that names no tile is a plain raster", "[stac]") {
  const auto assets = assets_of("", "./whole.tif");
  REQUIRE(assets.size() == 1);
  CHECK_FALSE(assets[0].tiles.has_value());
  CHECK(assets[0].is_template);
}
