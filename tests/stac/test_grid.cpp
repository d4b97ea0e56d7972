// SPDX-License-Identifier: MIT
// Completing a grid from the parts that metadata give.
#include "stac/grid.h"
#include "tests/catch.h"

using namespace stacvrt::stac;

namespace {

Projection projection_of(std::optional<Affine> transform, std::optional<std::array<std::int64_t, 2>> shape,
                         std::optional<std::array<double, 4>> bbox) {
  return {Crs{"EPSG:32633"}, transform, shape, bbox};
}

constexpr Affine kTransform{60, 0, 440720, 0, -60, 3751320};
constexpr std::array<double, 4> kBbox{440720, 3750120, 441920, 3751320};

}  // namespace

TEST_CASE("Transform and shape make a grid with width before height", "[stac]") {
  const auto grid = projection_of(kTransform, {{10, 20}}, std::nullopt).grid();
  REQUIRE(grid.has_value());
  CHECK(grid->transform == kTransform);
  CHECK(grid->width_px == 20);
  CHECK(grid->height_px == 10);
  CHECK(grid->crs.text == "EPSG:32633");
}

TEST_CASE("A missing transform is derived from bbox and shape", "[stac]") {
  const auto grid = projection_of(std::nullopt, {{20, 40}}, kBbox).grid();
  REQUIRE(grid.has_value());
  CHECK(grid->transform == Affine{30, 0, 440720, 0, -60, 3751320});
}

TEST_CASE("A missing shape is derived from a transform whose pixels fill the bbox", "[stac]") {
  const auto grid = projection_of(kTransform, std::nullopt, kBbox).grid();
  REQUIRE(grid.has_value());
  CHECK(grid->width_px == 20);
  CHECK(grid->height_px == 20);
}

TEST_CASE("A shape is not guessed where bbox and transform do not fit", "[stac]") {
  CHECK_FALSE(projection_of(kTransform, std::nullopt, {{440720, 3750120, 441930, 3751320}}).grid().has_value());
  CHECK_FALSE(projection_of(kTransform, std::nullopt, {{440750, 3750150, 441950, 3751350}}).grid().has_value());
  CHECK_FALSE(projection_of(kTransform, std::nullopt, {{440720, 3751320, 440720, 3751320}}).grid().has_value());
  CHECK_FALSE(projection_of(Affine{0, 60, 440720, -60, 0, 3751320}, std::nullopt, kBbox).grid().has_value());
}

TEST_CASE("Without CRS, or with half of the rest, there is no grid", "[stac]") {
  CHECK_FALSE((Projection{std::nullopt, kTransform, {{20, 20}}, kBbox}).grid().has_value());
  CHECK_FALSE((Projection{Crs{}, kTransform, {{20, 20}}, kBbox}).grid().has_value());
  CHECK_FALSE(projection_of(kTransform, std::nullopt, std::nullopt).grid().has_value());
  CHECK_FALSE(projection_of(std::nullopt, {{20, 20}}, std::nullopt).grid().has_value());
  CHECK_FALSE(projection_of(std::nullopt, {{20, 20}}, {{0, 0, 0, 10}}).grid().has_value());
}
