// SPDX-License-Identifier: MIT
// Lattices and the choice of the target grid.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "cube/grid.h"
#include "tests/catch.h"
#include "tests/cube/fakes.h"

namespace {

using namespace stacvrt;
using namespace stacvrt::cube;
using fakes::FakeProjector;
using fakes::grid_at;
using Shift = std::array<std::int64_t, 2>;

// The distinct CRSs of some grids, and the grids as candidates.
struct Candidates {
  explicit Candidates(std::vector<stac::PixelGrid> list) : grids(std::move(list)) {
    for (const auto& grid : grids) {
      const auto found = std::find(crs.begin(), crs.end(), grid.crs);
      candidates.push_back({&grid, static_cast<int>(found - crs.begin())});
      if (found == crs.end()) crs.push_back(grid.crs);
    }
  }
  std::vector<stac::PixelGrid> grids;
  std::vector<stac::Crs> crs;
  std::vector<GridCandidate> candidates;
};

stac::PixelGrid target_of(const GridRequest& request, std::vector<stac::PixelGrid> grids) {
  FakeProjector projector;
  projector.define("EPSG:32634", {1, 0, 500, 0, 1, 0});
  const Candidates all(std::move(grids));
  return make_target_grid(request, all.candidates, all.crs, projector);
}

void check_failure(const GridRequest& request, std::vector<stac::PixelGrid> grids, ErrorCode code, const char* part) {
  try {
    (void)target_of(request, std::move(grids));
    FAIL("no error");
  } catch (const Error& error) {
    INFO(error.what());
    CHECK(error.code() == code);
    CHECK_THAT(error.what(), ContainsSubstring(part));
    CHECK(error.where().pointer == request.where.pointer);
  }
}

GridRequest request_at(const char* pointer = "/grid") {
  GridRequest request;
  request.where = {"r.stacvrt", {}, pointer};
  return request;
}

}  // namespace

TEST_CASE("Windows intersect to what both have, and to nothing without negative sides", "[cube]") {
  const PixelWindow window{2, 3, 10, 20};
  CHECK(window.intersect({0, 0, 5, 5}) == PixelWindow{2, 3, 3, 2});
  CHECK(window.intersect(window) == window);
  CHECK(window.intersect({12, 3, 5, 5}).empty());
  CHECK(window.intersect({50, 50, 5, 5}).pixels() == 0);
}

TEST_CASE("A lattice is shared where pixels coincide, whatever the origins and sizes", "[cube]") {
  const auto target = grid_at(600, 5000, 10, 100, 80);
  CHECK(lattice_shift(target, grid_at(500, 5030, 10, 7, 9)) == Shift{10, 3});
  CHECK(lattice_shift(target, grid_at(620, 4990, 10, 7, 9)) == Shift{-2, -1});
  CHECK(lattice_shift(target, target) == Shift{0, 0});
}

TEST_CASE("Half a pixel, another size or a rotation is no shared lattice", "[cube]") {
  const auto target = grid_at(600, 5000, 10, 100, 80);
  CHECK_FALSE(lattice_shift(target, grid_at(595, 5000, 10, 100, 80)));
  CHECK_FALSE(lattice_shift(target, grid_at(600, 4995, 10, 100, 80)));
  CHECK_FALSE(lattice_shift(target, grid_at(600, 5000, 20, 100, 80)));
  auto flipped = target;
  flipped.transform.e = 10;
  CHECK_FALSE(lattice_shift(target, flipped));
  auto rotated = target;
  rotated.transform.b = 1e-3;
  CHECK_FALSE(lattice_shift(target, rotated));
  CHECK_FALSE(lattice_shift(rotated, target));
}

TEST_CASE("A lattice may be off by a millionth of a pixel at either end of the grid, not more", "[cube]") {
  const auto target = grid_at(0, 0, 10, 1000, 1000);
  CHECK(lattice_shift(target, grid_at(5e-6, 0, 10, 1000, 1000)) == Shift{0, 0});
  CHECK_FALSE(lattice_shift(target, grid_at(2e-5, 0, 10, 1000, 1000)));
  auto source = target;
  source.transform.a = 10 + 1e-9;  // 1e-7 pixels at the far end
  CHECK(lattice_shift(target, source) == Shift{0, 0});
  source.transform.a = 10 + 1e-7;  // 1e-5 pixels there
  CHECK_FALSE(lattice_shift(target, source));
}

TEST_CASE("Inverse, extent and pixel size hold for rotated grids", "[cube]") {
  const stac::PixelGrid grid{{}, {3, 4, 100, 4, -3, 200}, 10, 20};
  CHECK(pixel_size(grid.transform) == std::array{5.0, 5.0});
  CHECK(extent_of(grid) == std::array{100.0, 140.0, 210.0, 240.0});
  CHECK_FALSE(is_north_up(grid.transform));
  const stac::Affine i = inverse(grid.transform);
  const double x = 3 * 7.0 + 4 * 2.0 + 100, y = 4 * 7.0 - 3 * 2.0 + 200;
  CHECK(i.a * x + i.b * y + i.c == Approx(7));
  CHECK(i.d * x + i.e * y + i.f == Approx(2));
}

TEST_CASE("An extent that cannot be transformed everywhere has no bounds", "[cube]") {
  struct Half : CoordinateOperation {
    void apply(std::size_t count, double* x, double* y) const override {
      for (std::size_t i = 0; i < count; ++i) {
        if (x[i] > 100) y[i] = std::numeric_limits<double>::quiet_NaN();
        x[i] = -x[i];
      }
    }
  };
  CHECK(transformed_extent({0, 5, 100, 7}, Half{}) == std::array{-100.0, 5.0, 0.0, 7.0});
  CHECK_FALSE(transformed_extent({0, 5, 101, 7}, Half{}));
}

TEST_CASE("Without a request the grid is the union on the pixels of the earliest finest item", "[cube]") {
  const auto grid = target_of(request_at(), {grid_at(1003, 2007, 20, 10, 10), grid_at(1005, 2005, 10, 10, 10),
                                             grid_at(1047, 2055, 10, 10, 10)});
  // Snapped to 1005 + 10 n, 2005 + 10 n; the others reach from 1003 to 1203 and from 1807 to 2055.
  CHECK(grid == grid_at(995, 2055, 10, 21, 25));
}

TEST_CASE("The most common CRS wins, the earliest among equals", "[cube]") {
  const auto a = grid_at(0, 100, 10, 10, 10);
  const auto b = grid_at(0, 100, 10, 10, 10, "EPSG:32634");
  CHECK(target_of(request_at(), {a, b, b}).crs.text == "EPSG:32634");
  CHECK(target_of(request_at(), {b, a}).crs.text == "EPSG:32634");
  CHECK(target_of(request_at(), {a, b}).crs.text == "EPSG:32633");
}

TEST_CASE("Items of another CRS join the union where they lie", "[cube]") {
  // EPSG:32634 lies 500 to the east: x 0 there is x 500 here.
  const auto grid = target_of(request_at(), {grid_at(0, 100, 10, 10, 10), grid_at(0, 100, 10, 10, 10),
                                             grid_at(0, 130, 10, 10, 10, "EPSG:32634")});
  CHECK(grid == grid_at(0, 130, 10, 60, 13));
}

TEST_CASE("Bounds are the grid's corner as they stand, the far side rounds up", "[cube]") {
  GridRequest request = request_at();
  request.bounds = {1003, 50, 1043, 71};
  const auto grid = target_of(request, {grid_at(1000, 100, 10, 10, 10)});
  CHECK(grid == grid_at(1003, 71, 10, 4, 3));
  request.bounds = {1003, 50, 1043.0000001, 70};  // a rounding error is no pixel
  CHECK(target_of(request, {grid_at(1000, 100, 10, 10, 10)}) == grid_at(1003, 70, 10, 4, 2));
}

TEST_CASE("A bbox encloses, on the items' pixels", "[cube]") {
  GridRequest request = request_at();
  request.bbox = {0.01003, 0.00051, 0.01041, 0.00069};  // 1003 to 1041, 51 to 69
  CHECK(target_of(request, {grid_at(1005, 105, 10, 10, 10)}) == grid_at(995, 75, 10, 5, 3));
}

TEST_CASE("A resolution of its own snaps to its multiples, with x and y apart", "[cube]") {
  GridRequest request = request_at();
  request.resolution = {30, 15};
  const auto grid = target_of(request, {grid_at(1005, 105, 10, 10, 10)});
  CHECK(grid.transform == stac::Affine{30, 0, 990, 0, -15, 105});
  CHECK(grid.width_px == 4);
  CHECK(grid.height_px == 7);
}

TEST_CASE("A CRS that no item has needs a resolution, and snaps to its multiples", "[cube]") {
  GridRequest request = request_at();
  request.crs = "EPSG:32634";
  check_failure(request, {grid_at(1005, 105, 10, 10, 10)}, ErrorCode::kInvalid, "with pixels of 10 x 10");
  request.resolution = {10, 10};
  CHECK(target_of(request, {grid_at(1005, 105, 10, 10, 10)}) == grid_at(500, 110, 10, 11, 11, "EPSG:32634"));
}

TEST_CASE("Impossible grids are errors that say why", "[cube]") {
  const auto item = grid_at(0, 100, 10, 10, 10);
  GridRequest request = request_at("/grid/x");
  request.crs = "EPSG:nonsense";
  check_failure(request, {item}, ErrorCode::kInvalid, "grid.crs: 'EPSG:nonsense' is no CRS");
  request = request_at();
  request.bounds = {10, 10, 10, 20};
  check_failure(request, {item}, ErrorCode::kEmpty, "leave no pixel");
  request.bounds = {0, 0, 1e12, 10};
  check_failure(request, {item}, ErrorCode::kTooLarge, "2147483647");
  request.bounds = {0, 0, 10, 1e12};
  check_failure(request, {item}, ErrorCode::kTooLarge, "coarser resolution");
}

TEST_CASE("A rotated item counts with its extent, and gives no pixels to snap to", "[cube]") {
  const auto grid = target_of(request_at(), {{stac::Crs{"EPSG:32633"}, {3, 4, 100, 4, -3, 200}, 10, 20}});
  CHECK(grid == grid_at(100, 240, 5, 22, 20));
}

TEST_CASE("A bbox across the antimeridian goes on beyond 180 degrees", "[cube]") {
  GridRequest request = request_at();
  request.crs = kLonLat.text;
  request.resolution = {1, 1};
  request.bbox = {170, -20, -170, -10};
  CHECK(target_of(request, {grid_at(0, 0, 10, 1, 1)}) == grid_at(170, -10, 1, 20, 10, kLonLat.text));
}

TEST_CASE("The union of items on both sides of the antimeridian spans it", "[cube]") {
  const auto grid =
      target_of(request_at(), {grid_at(175, 5, 1, 5, 5, kLonLat.text), grid_at(-180, 5, 1, 4, 5, kLonLat.text)});
  CHECK(grid == grid_at(175, 5, 1, 9, 5, kLonLat.text));
}

TEST_CASE("Bounds in longitudes go on across the antimeridian, or are all where a pole is inside", "[cube]") {
  class Wrapped : public CoordinateOperation {
   public:
    void apply(std::size_t count, double* x, double* /*y*/) const override {
      for (std::size_t i = 0; i < count; ++i) x[i] = x[i] > 180 ? x[i] - 360 : x[i];
    }
  };
  const auto extent = transformed_extent({178, 5, 182, 7}, Wrapped{}, 360);
  REQUIRE(extent);
  CHECK((*extent)[2] - (*extent)[0] == Approx(4));
  CHECK(transformed_extent({178, 5, 182, 7}, Wrapped{}) == std::array{-179.875, 5.0, 180.0, 7.0});
  CHECK(transformed_extent({-170, 5, 170, 7}, Wrapped{}, 360) == std::array{-170.0, 5.0, 170.0, 7.0});
  CHECK(transformed_extent({-180, 5, 180, 7}, Wrapped{}, 360) == std::array{-180.0, 5.0, 180.0, 7.0});
  class Polar : public CoordinateOperation {
   public:
    void apply(std::size_t count, double* x, double* y) const override {
      for (std::size_t i = 0; i < count; ++i) {
        const double r = std::hypot(x[i], y[i]), lon = std::atan2(x[i], y[i]) * 180 / std::numbers::pi;
        x[i] = lon;
        y[i] = 90 - r;
      }
    }
  };
  const auto around = transformed_extent({-3, -4, 3, 5}, Polar{}, 360);
  REQUIRE(around);
  CHECK((*around)[0] == -180);
  CHECK((*around)[1] == Approx(90 - std::hypot(3, 5)));
  CHECK((*around)[2] == 180);
  CHECK((*around)[3] == 90);
  const auto beside = transformed_extent({1, -4, 3, 5}, Polar{}, 360);
  REQUIRE(beside);
  CHECK((*beside)[0] > 0);
  CHECK((*beside)[2] < 180);
}
