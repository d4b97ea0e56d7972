// SPDX-License-Identifier: MIT
// Interpolated positions: as near as promised, the same in every window, exact where they cannot be interpolated.
#include <algorithm>
#include <atomic>
#include <cmath>

#include "cube/position_lattice.h"
#include "tests/catch.h"
#include "tests/cube/fakes.h"

namespace {

using namespace stacvrt;
using namespace stacvrt::cube;

// Counts what it is asked for.
struct Curved : CoordinateOperation {
  double bend = 1e-9;
  bool jumps = false;
  mutable std::atomic<std::size_t> places{0};
  void apply(std::size_t count, double* x, double* y) const override {
    places += count;
    for (std::size_t i = 0; i < count; ++i) {
      const double u = x[i], v = y[i];
      x[i] = 1.1 * u + 0.2 * v + bend * u * u + bend * 1e-3 * u * v * v;
      y[i] = 0.9 * v - 0.1 * u + bend * v * v + bend * 1e-3 * u * u * v;
      if (jumps && u > 700) x[i] -= 1e6;         // as longitudes do
      if (jumps && v < -900) x[i] = y[i] = NAN;  // beyond the projection's domain
    }
  }
};

const stac::PixelGrid kGrid = fakes::grid_at(0, 0, 1, 4000, 4000);

struct Places {
  std::vector<double> x, y;
  explicit Places(const PixelWindow& window) : x(window.pixels()), y(window.pixels()) {}
};

Places located(const CoordinateOperation& operation, const PixelWindow& window, double tolerance = 1e-6) {
  ThreadPool pool;
  Places places(window);
  locate_centres({kGrid, operation, tolerance}, window, pool, {nullptr, 3}, places.x.data(), places.y.data());
  return places;
}

Places exact(const CoordinateOperation& operation, const PixelWindow& window) {
  Places places(window);
  locate_exactly(kGrid, &operation, window, places.x.data(), places.y.data());
  return places;
}

double worst(const Places& a, const Places& b) {
  double most = 0;
  for (std::size_t i = 0; i < a.x.size(); ++i) {
    if (std::isnan(a.x[i]) != std::isnan(b.x[i])) return INFINITY;
    if (!std::isnan(a.x[i])) most = std::max(most, std::hypot(a.x[i] - b.x[i], a.y[i] - b.y[i]));
  }
  return most;
}

}  // namespace

TEST_CASE("Positions are as near as promised, at a fraction of the cost", "[cube]") {
  const PixelWindow window{1000, 2000, 512, 512};
  Curved curved;
  const Places wanted = exact(curved, window);
  curved.places = 0;
  CHECK(worst(located(curved, window), wanted) <= 1e-6);
  CHECK(curved.places < window.pixels() / 50);
}

TEST_CASE("Where the map bends too much positions are exact", "[cube]") {
  Curved curved;
  curved.bend = 1e-3;
  const PixelWindow window{1000, 2000, 100, 90};
  CHECK(worst(located(curved, window, 1e-9), exact(curved, window)) <= 1e-8);
}

TEST_CASE("Jumps and places that the map does not reach are met exactly", "[cube]") {
  Curved curved;
  curved.jumps = true;
  const PixelWindow window{600, 0, 200, 1000};  // rows grow southwards: y is negative
  CHECK(worst(located(curved, window), exact(curved, window)) <= 1e-6);
}

TEST_CASE("A pixel's position does not depend on the window", "[cube]") {
  Curved curved;
  const PixelWindow whole{0, 0, 700, 300};
  const Places all = located(curved, whole);
  for (const PixelWindow& part : {PixelWindow{0, 0, 1, 1}, PixelWindow{15, 15, 2, 2}, PixelWindow{16, 160, 600, 7},
                                  PixelWindow{333, 299, 367, 1}}) {
    const Places some = located(curved, part);
    for (std::int64_t row = 0; row < part.height_px; ++row)
      for (std::int64_t column = 0; column < part.width_px; ++column) {
        const auto at = static_cast<std::size_t>(row * part.width_px + column);
        const auto in_all = static_cast<std::size_t>((part.y + row) * whole.width_px + part.x + column);
        if (some.x[at] != all.x[in_all] || some.y[at] != all.y[in_all]) FAIL(part.x << ", " << part.y);
      }
  }
}

TEST_CASE("A straight map of short binary fractions is met without rounding", "[cube]") {
  struct Straight : CoordinateOperation {
    void apply(std::size_t count, double* x, double* y) const override {
      for (std::size_t i = 0; i < count; ++i) {
        const double u = x[i], v = y[i];
        x[i] = 0.5 * u + 0.25 * v + 3;
        y[i] = 2 * v - 0.125 * u;
      }
    }
  };
  const PixelWindow window{100, 200, 300, 40};
  CHECK(worst(located(Straight(), window), exact(Straight(), window)) == 0);
}
