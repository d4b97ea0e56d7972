// SPDX-License-Identifier: MIT
// Longitudes around the earth, and extents that go on across the antimeridian.
#include "cube/longitude.h"
#include "tests/catch.h"

namespace {

using namespace stacvrt::cube;
using Extent = std::array<double, 4>;

}  // namespace

TEST_CASE("A longitude is moved by whole turns, or left bit for bit", "[cube]") {
  CHECK(longitude_near(-179, 180, 360) == 181);
  CHECK(longitude_near(179, -180, 360) == -181);
  CHECK(longitude_near(725, 0, 360) == 5);
  const double odd = 12.345678901234567;
  CHECK(longitude_near(odd, 0, 360) == odd);
  CHECK(longitude_near(-199, 200, 400) == 201);
  CHECK(longitude_near(180, 0, 360) == 180);  // half a turn away is near enough
  CHECK(longitude_near(-180, 0, 360) == -180);
}

TEST_CASE("A range is the usual one, that from 0 on, or the extent's own", "[cube]") {
  CHECK(range_centre({-180, 0, 180, 1}, 360) == 0);
  CHECK(range_centre({170, 0, 190, 1}, 360) == 180);
  CHECK(range_centre({-200, 0, -160, 1}, 360) == -180);
}

TEST_CASE("A union crosses the antimeridian only where that is far narrower", "[cube]") {
  CHECK(union_around({{170, 0, 179, 5}, {-179, -5, -171, 3}}, 360) == Extent{170, -5, 189, 5});
  CHECK(union_around({{178.5, 0, 181.3, 5}, {-177, 0, -175, 1}}, 360) == Extent{178.5, 0, 185, 5});
  CHECK(union_around({{-181, 0, -178, 1}, {175, 0, 178, 1}}, 360) == Extent{175, 0, 182, 1});
  CHECK(union_around({{-100, 0, -90, 1}, {100, 0, 110, 1}}, 360) == Extent{-100, 0, 110, 1});
  CHECK(union_around({{-180, -90, 180, 90}}, 360) == Extent{-180, -90, 180, 90});
  CHECK(union_around({{10, 0, 11, 1}, {12, 0, 13, 1}}, 360) == Extent{10, 0, 13, 1});
}

TEST_CASE("Results of an operation are counted around a centre", "[cube]") {
  double x[]{-179, 179, 10, 360}, y[]{1, 2, 3, 4};
  around(nullptr, 180, 360)->apply(4, x, y);
  CHECK(x[0] == 181);
  CHECK(x[1] == 179);
  CHECK(x[2] == 10);
  CHECK(x[3] == 0);
  CHECK(y[2] == 3);
}
