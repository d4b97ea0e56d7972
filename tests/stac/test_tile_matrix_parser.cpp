// SPDX-License-Identifier: MIT
// Tile matrix sets in both OGC spellings, axis orders, and the well-known ones.
#include <cmath>

#include "stac/tile_matrix_parser.h"
#include "tests/catch.h"

using namespace stacvrt;
using namespace stacvrt::stac;

namespace {

TileMatrixSet set_of(const std::string& text) {
  const Json json = parse_json(text, "");
  return parse_tile_matrix_set(Cursor(json, "a.json"), "key");
}

/// A TMS 1.0 set of one level of 2 x 1 tiles of 256 pixels.
std::string one_level(const std::string& crs, const std::string& corner, const std::string& more = "") {
  return R"({"supportedCRS": ")" + crs + R"(", "tileMatrix": [{"identifier": "0", "scaleDenominator": 279541132.014358,
      "topLeftCorner": )" +
         corner + R"(, "tileWidth": 256, "tileHeight": 256, "matrixWidth": 2, "matrixHeight": 1}])" + more + "}";
}

std::string with_level(const std::string& members) {
  return R"({"id": "q", "crs": "EPSG:3857", "tileMatrices": [{"id": "0", "cellSize": 10, "pointOfOrigin": [0, 100],
      "tileWidth": 256, "tileHeight": 128, "matrixWidth": 2, "matrixHeight": 3)" +
         members + "}]}";
}

}  // namespace

TEST_CASE("TMS 1.0 levels have the scale denominator's cell size in degrees", "[stac]") {
  const TileMatrixSet set = set_of(one_level("http://www.opengis.net/def/crs/OGC/1.3/CRS84", "[-180, 90]"));
  CHECK(set.identifier == "key");
  CHECK(set.crs.text == "OGC:CRS84");
  REQUIRE(set.levels.size() == 1);
  CHECK(set.levels[0].id == "0");
  CHECK(set.levels[0].transform == Affine{0.703125, 0, -180, 0, -0.703125, 90});
  CHECK(set.levels[0].tile_width_px == 256);
  CHECK(set.levels[0].matrix_width == 2);
  CHECK(set.levels[0].max_col == 1);
  CHECK(set.levels[0].max_row == 0);
}

TEST_CASE("TMS 2.0 levels have their cell size and origin", "[stac]") {
  const TileMatrixSet set = set_of(with_level(R"(, "cornerOfOrigin": "topLeft", "scaleDenominator": 35714.28)"));
  CHECK(set.identifier == "q");
  CHECK(set.crs.text == "EPSG:3857");
  CHECK(set.levels.at(0).transform == Affine{10, 0, 0, 0, -10, 100});
  CHECK(set.levels.at(0).tile_height_px == 128);
  CHECK(set.levels.at(0).max_row == 2);
}

TEST_CASE("The CRS of TMS 2.0 may be an object", "[stac]") {
  const std::string rest = with_level("").substr(with_level("").find("\"tileMatrices\""));
  CHECK(set_of(R"({"crs": {"uri": "http://www.opengis.net/def/crs/EPSG/0/3035"}, )" + rest).crs.text == "EPSG:3035");
  CHECK(set_of(R"({"crs": {"wkt": {"type": "ProjectedCRS"}}, )" + rest).crs.text == R"({"type":"ProjectedCRS"})");
}

TEST_CASE("Metric scale denominators give whole metres despite their rounding", "[stac]") {
  const TileMatrixSet set = set_of(R"({"identifier": "g", "supportedCRS": "EPSG:32633", "tileMatrix": [
      {"identifier": "0", "scaleDenominator": 857142.8571428573, "topLeftCorner": [545580, 5100000],
       "tileWidth": 128, "tileHeight": 128, "matrixWidth": 2, "matrixHeight": 2}]})");
  CHECK(set.levels[0].transform == Affine{240, 0, 545580, 0, -240, 5100000});
}

TEST_CASE("Rounding is undone only where it is rounding", "[stac]") {
  const TileMatrixSet set = set_of(R"({"supportedCRS": "EPSG:3857", "tileMatrix": [
      {"identifier": "0", "scaleDenominator": 559082264.028717, "topLeftCorner": [-20037508.3427892, 20037508.3427892],
       "tileWidth": 256, "tileHeight": 256, "matrixWidth": 1, "matrixHeight": 1}]})");
  CHECK(set.levels[0].transform.a == 559082264.028717 * 0.00028);
}

TEST_CASE("Corners in degrees are read so that latitudes are possible", "[stac]") {
  const Affine expected{0.703125, 0, -180, 0, -0.703125, 90};
  for (const char* crs : {"http://www.opengis.net/def/crs/EPSG/0/4326", "urn:ogc:def:crs:OGC:1.3:CRS84"}) {
    for (const char* corner : {"[90, -180]", "[-180, 90]"}) {
      INFO(crs << " " << corner);
      CHECK(set_of(one_level(crs, corner)).levels[0].transform == expected);
    }
  }
}

TEST_CASE("Where both orders are possible the definition of the CRS or orderedAxes decides", "[stac]") {
  CHECK(set_of(one_level("EPSG:4326", "[50, 10]")).levels[0].transform.c == 10);
  CHECK(set_of(one_level("OGC:CRS84", "[50, 10]")).levels[0].transform.c == 50);
  CHECK(set_of(one_level("EPSG:4326", "[50, 10]", R"(, "orderedAxes": ["Lon", "Lat"])")).levels[0].transform.c == 50);
  CHECK(set_of(one_level("OGC:CRS84", "[50, 10]", R"(, "orderedAxes": ["Lat", "Lon"])")).levels[0].transform.c == 10);
  CHECK(set_of(one_level("EPSG:3035", "[5500000, 2000000]")).levels[0].transform.c == 2000000);
  CHECK(set_of(one_level("EPSG:3035", "[2000000, 5500000]", R"(, "orderedAxes": ["E", "N"])")).levels[0].transform.c ==
        2000000);
  CHECK(set_of(one_level("EPSG:32633", "[5500000, 2000000]")).levels[0].transform.c == 5500000);
}

TEST_CASE("All levels of a set share one axis order", "[stac]") {
  CHECK_THROWS_WITH(set_of(R"({"supportedCRS": "EPSG:4326", "tileMatrix": [
      {"topLeftCorner": [90, -180]}, {"topLeftCorner": [-180, 90]}]})"),
                    ContainsSubstring("in either order") && ContainsSubstring("/tileMatrix"));
}

TEST_CASE("Impossible tile matrices are refused with their place", "[stac]") {
  struct Case {
    std::string text;
    const char* reason;
  };
  for (const auto& [text, reason] :
       {Case{with_level(R"(, "cornerOfOrigin": "bottomLeft")"), "'bottomLeft' corner"},
        {with_level(R"(, "variableMatrixWidths": [{"coalesce": 2}])"), "variable matrix widths"},
        {with_level(R"(, "tileWidth": 0)"), "/tileMatrices/0/tileWidth"},
        {with_level(R"(, "tileHeight": 10000000)"), "from 1 to 1048576"},
        {with_level(R"(, "matrixWidth": -3)"), "/tileMatrices/0/matrixWidth"},
        {with_level(R"(, "cellSize": 0)"), "a positive number"},
        {with_level(R"(, "cellSize": null)"), "missing key 'scaleDenominator'"},
        {with_level(R"(, "pointOfOrigin": [1])"), "two numbers"},
        {with_level(R"(, "id": null)"), "missing key 'identifier'"},
        {with_level(R"(, "id": "../../other")"), "letters, digits"},
        {with_level(R"(, "id": "?header_file=x")"), "letters, digits"},
        {R"({"crs": "EPSG:3857"})", "missing key 'tileMatrix'"},
        {R"({"crs": "EPSG:3857", "tileMatrices": []})", "an array of tile matrices"},
        {R"({"tileMatrices": []})", "missing key 'supportedCRS'"}}) {
    INFO(text);
    CHECK_THROWS_WITH(set_of(text), ContainsSubstring(reason));
  }
}

TEST_CASE("The well-known sets have the standard's scale denominators", "[stac]") {
  const auto mercator = well_known_tile_matrix_set("WebMercatorQuad");
  REQUIRE(mercator.has_value());
  CHECK(mercator->crs.text == "EPSG:3857");
  CHECK(mercator->levels.at(0).transform.c == Approx(-20037508.3427892).epsilon(1e-14));
  CHECK(mercator->levels.at(0).transform.a == Approx(559082264.028717 * 0.00028).epsilon(1e-14));
  CHECK(mercator->levels.at(4).transform.a == Approx(34942641.5017948 * 0.00028).epsilon(1e-14));
  CHECK(mercator->levels.at(4).matrix_width == 16);
  const auto degrees = well_known_tile_matrix_set("WorldCRS84Quad");
  REQUIRE(degrees.has_value());
  CHECK(degrees->levels.at(0).transform == Affine{0.703125, 0, -180, 0, -0.703125, 90});
  CHECK(degrees->levels.at(1).matrix_width == 4);
  CHECK(degrees->levels.at(1).matrix_height == 2);
  CHECK_FALSE(well_known_tile_matrix_set("GNOSISGlobalGrid").has_value());
}

TEST_CASE("Registered quad sets have the registry's scale denominators", "[stac]") {
  struct Case {
    const char* name;
    const char* first;
    double first_denominator;
    const char* last;
    double last_denominator;
    double metres_per_unit;
  };
  // Scale denominators as OGC publishes them, to their printed digits.
  constexpr double kDegree = 111319.49079327358;
  for (const Case& one : {Case{"WebMercatorQuad", "0", 559082264.028717, "24", 33.3238997476528, 1},
                          Case{"WorldCRS84Quad", "0", 279541132.014358, "23", 33.3238997476528, kDegree},
                          Case{"WGS1984Quad", "0", 279541132.014358, "23", 33.3238997476528, kDegree},
                          Case{"WorldMercatorWGS84Quad", "0", 559082264.028717, "24", 33.3238997476528, 1},
                          Case{"EuropeanETRS89_LAEAQuad", "0", 62779017.8571428, "15", 1915.86358258928, 1},
                          Case{"NZTM2000Quad", "0", 139770566.007179, "21", 66.64779949530553, 1},
                          Case{"UPSArcticWGS84Quad", "0", 458726544.4, "24", 27.34223273, 1},
                          Case{"UPSAntarcticWGS84Quad", "0", 458726544.4, "24", 27.34223273, 1},
                          Case{"UTM31WGS84Quad", "1", 279072704.500914, "24", 33.2680588365691, 1}}) {
    INFO(one.name);
    const auto set = well_known_tile_matrix_set(one.name);
    REQUIRE(set.has_value());
    CHECK(set->identifier == one.name);
    CHECK(set->levels.front().id == one.first);
    CHECK(set->levels.back().id == one.last);
    const auto denominator = [&](const TileMatrix& level) { return level.transform.a * one.metres_per_unit / 0.00028; };
    CHECK(std::abs(denominator(set->levels.front()) / one.first_denominator - 1) < 1e-9);
    CHECK(std::abs(denominator(set->levels.back()) / one.last_denominator - 1) < 1e-9);
    CHECK(well_known_names().find(one.name) != std::string::npos);
  }
  CHECK(well_known_tile_matrix_set("UTM31WGS84Quad")->levels.front().matrix_height == 2);
  CHECK(well_known_tile_matrix_set("UTM31WGS84Quad")->levels.back().matrix_height == 16777216);
}
