// SPDX-License-Identifier: MIT
// Places of a coarser grid's pixels in a finer or almost as fine raster, and when they are a window of it.
#include "driver/picks.h"
#include "tests/catch.h"

using namespace stacvrt;
using namespace stacvrt::driver;

TEST_CASE("Picks are a window when every place follows the one before", "[driver]") {
  CHECK(Picks{{3, 4, 5}, {7}}.as_window() == cube::PixelWindow{3, 7, 3, 1});
  CHECK_FALSE(Picks{{0, 2, 2}, {7}}.as_window());
  CHECK_FALSE(Picks{{7}, {0, 0, 2, 3}}.as_window());
  CHECK_FALSE(Picks{{0, 2, 4}, {7}}.as_window());
  CHECK_FALSE(Picks{{4, 4}, {7}}.as_window());
}

TEST_CASE("A grid of one pixel more than a level has takes one of its pixels twice, and none beyond it", "[driver]") {
  const auto places = picks_along(0, 138, 137.0 / 138, 0, 137);
  CHECK(places.front() == 0);
  CHECK(places.back() == 136);
  int repeated = 0;
  for (std::size_t i = 1; i < places.size(); ++i) {
    CHECK(places[i] - places[i - 1] <= 1);
    repeated += places[i] == places[i - 1] ? 1 : 0;
  }
  CHECK(repeated == 1);
}
