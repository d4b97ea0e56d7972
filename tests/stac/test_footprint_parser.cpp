// SPDX-License-Identifier: MIT
// Outlines of items: what is read, and that nothing odd in them is an error.
#include "stac/footprint_parser.h"
#include "tests/catch.h"

namespace {

using namespace stacvrt;
using namespace stacvrt::stac;

std::vector<Ring> parsed(const std::string& geometry) {
  const Json json = parse_json(R"({"geometry": )" + geometry + "}", "f.json");
  return parse_footprint(Cursor(json, "f.json"));
}

}  // namespace

TEST_CASE("Outer rings of polygons are the footprint, heights dropped", "[stac]") {
  const auto one = parsed(R"({"type": "Polygon", "coordinates": [[[1, 2, 9], [3, 2, 9], [3, 4, 9], [1, 2, 9]],
                              [[1.5, 2.5], [2, 2.5], [2, 3], [1.5, 2.5]]]})");
  CHECK(one == std::vector<Ring>{{{1, 2}, {3, 2}, {3, 4}, {1, 2}}});
  const auto two = parsed(R"({"type": "MultiPolygon", "coordinates": [[[[1, 2], [3, 2], [3, 4], [1, 2]]],
                              [[[5, 2], [6, 2], [6, 4], [5, 2]]]]})");
  REQUIRE(two.size() == 2);
  CHECK(two[1][0] == std::array<double, 2>{5, 2});
}

TEST_CASE("What is no polygon, or malformed, is no footprint and no error", "[stac]") {
  for (const char* geometry :
       {"null", "7", "{}", R"({"type": "Point", "coordinates": [1, 2]})", R"({"type": "Polygon"})",
        R"({"type": "Polygon", "coordinates": 3})", R"({"type": "Polygon", "coordinates": []})",
        R"({"type": "Polygon", "coordinates": [[[1, 2], [3, 4]]]})",
        R"({"type": "Polygon", "coordinates": [[[1, 2], ["3", 4], [5, 6], [1, 2]]]})",
        R"({"type": "MultiPolygon", "coordinates": [[[[1, 2], [3, 2], [3, 4], [1, 2]]], [7]]})",
        R"({"type": 1, "coordinates": [[[1, 2], [3, 2], [3, 4], [1, 2]]]})"}) {
    INFO(geometry);
    CHECK(parsed(geometry).empty());
  }
}

TEST_CASE("Outlines of more points than are worth keeping are dropped", "[stac]") {
  const auto ring = [](std::size_t points) {
    std::string text = R"({"type": "Polygon", "coordinates": [[)";
    for (std::size_t i = 0; i < points; ++i) text += (i ? ",[" : "[") + std::to_string(i) + ",0]";
    return text + "]]}";
  };
  CHECK(parsed(ring(kMostFootprintPoints)).size() == 1);
  CHECK(parsed(ring(kMostFootprintPoints + 1)).empty());
}
