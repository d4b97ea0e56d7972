// SPDX-License-Identifier: MIT
// Outlines that hold one another, plainly, around corners and across the antimeridian.
#include "cube/footprint.h"
#include "tests/catch.h"

namespace {

using namespace stacvrt;
using namespace stacvrt::cube;

stac::Ring box(double west, double south, double east, double north) {
  return {{west, south}, {east, south}, {east, north}, {west, north}, {west, south}};
}

stac::Item outlined(std::vector<stac::Ring> rings) {
  stac::Item item;
  item.footprint = std::move(rings);
  return item;
}

stac::Item boxed(double west, double south, double east, double north) {
  stac::Item item;
  item.bbox = {west, south, east, north};
  return item;
}

}  // namespace

TEST_CASE("An outline holds what lies in it or a kilometre outside, not more", "[cube]") {
  const auto whole = outlined({box(10, 40, 12, 42)});
  CHECK(covers(whole, whole) == true);
  CHECK(covers(whole, outlined({box(10.5, 40.5, 11, 41)})) == true);
  CHECK(covers(whole, outlined({box(9.993, 39.993, 12.007, 42.007)})) == true);
  CHECK(covers(whole, outlined({box(10, 39.98, 12, 42)})) == false);
  CHECK(covers(outlined({box(10.5, 40.5, 11, 41)}), whole) == false);
}

TEST_CASE("Corners inside are not enough where an edge leaves the outline", "[cube]") {
  // A U open to the north, and a bar across its opening.
  const stac::Ring u{{0, 0}, {3, 0}, {3, 3}, {2, 3}, {2, 1}, {1, 1}, {1, 3}, {0, 3}, {0, 0}};
  CHECK(covers(outlined({u}), outlined({box(0.2, 2, 2.8, 2.5)})) == false);
  CHECK(covers(outlined({u}), outlined({box(0.2, 0.2, 2.8, 0.8)})) == true);
}

TEST_CASE("Outlines across the antimeridian are the same however they are written", "[cube]") {
  const auto beyond = outlined({box(179, 10, 181, 12)});
  const auto wrapped = outlined({box(179, 10, -179, 12)});
  const auto split = outlined({box(179, 10, 180, 12), box(-180, 10, -179, 12)});
  const auto bbox = boxed(179, 10, -179, 12);
  for (const auto* a : {&beyond, &wrapped, &split, &bbox})
    for (const auto* b : {&beyond, &wrapped, &split, &bbox}) CHECK(covers(*a, *b) == true);
  const auto half = outlined({box(-180, 10, -179, 12)});
  CHECK(covers(beyond, half) == true);
  CHECK(covers(half, beyond) == false);
}

TEST_CASE("Without outlines boxes are compared, without boxes nothing is known", "[cube]") {
  CHECK(covers(boxed(0, 0, 2, 2), boxed(0, 0, 1, 1)) == true);
  CHECK(covers(boxed(0, 0, 1, 1), boxed(0, 0, 2, 2)) == false);
  CHECK_FALSE(covers(boxed(0, 0, 2, 2), stac::Item()).has_value());
}
