// SPDX-License-Identifier: MIT
// Positions of target pixels in sources: what a pixel gets must not depend on the strip it is worked on with.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "cube/grid.h"
#include "cube/strip.h"
#include "tests/catch.h"
#include "tests/cube/fakes.h"

namespace {

using namespace stacvrt;
using namespace stacvrt::cube;
using fakes::grid_at;

// Not affine, and its result depends on nothing but the point.
struct Curved : CoordinateOperation {
  void apply(std::size_t count, double* x, double* y) const override {
    for (std::size_t i = 0; i < count; ++i) {
      const double from_x = x[i];
      x[i] += 0.3 * std::sin(y[i] / 40);
      y[i] += 0.1 * std::cos(from_x / 30);
      if (from_x > 390) x[i] = std::numeric_limits<double>::quiet_NaN();
    }
  }
};

// A target of 41 x 23 pixels of 10, the same CRS and a curved one.
Plan plan_of() {
  Plan plan;
  plan.grid = grid_at(0, 230, 10, 41, 23);
  plan.source_crs = {{plan.grid.crs, nullptr, nullptr, 0, 0, {}},
                     {stac::Crs{"EPSG:4"}, std::make_shared<Curved>(), nullptr, 0, 0, {}}};
  return plan;
}

ItemPlan item_on(const stac::PixelGrid& basis, int crs) {
  ItemPlan item;
  item.basis = basis;
  item.crs = crs;
  item.reach = {0, 0, 1000, 1000};
  return item;
}

ItemPositions locate(const Plan& plan, const ItemPlan& item, const PixelWindow& strip, int threads = 1) {
  ThreadPool pool;
  const auto positions = locate_strip(plan, strip, {{1, 1}, {}}, pool, {{}, threads});
  return *locate_item(item, strip, positions);
}

}  // namespace

TEST_CASE("Pixel centres are half a pixel into the target grid", "[cube]") {
  ThreadPool pool;
  const auto positions = locate_strip(plan_of(), {2, 1, 2, 2}, {{1, 0}, {}}, pool, {{}, 1});
  CHECK(positions.crs[0].x == Doubles{25, 35, 25, 35});
  CHECK(positions.crs[0].y == Doubles{215, 215, 205, 205});
  CHECK(positions.crs[1].x.empty());  // not asked for
}

TEST_CASE("Positions are the same bits whatever the strip and the number of threads", "[cube]") {
  const Plan plan = plan_of();
  const ItemPlan north_up = item_on(grid_at(13.7, 221.3, 7.3, 60, 30, "EPSG:4"), 1);
  const ItemPlan rotated = item_on({stac::Crs{"EPSG:4"}, {6, 1.5, 20, 1.5, -6, 190}, 60, 30}, 1);
  const PixelWindow whole{0, 0, 41, 23};
  for (const ItemPlan& item : {north_up, rotated}) {
    const ItemPositions all = locate(plan, item, whole);
    for (const std::int64_t rows : {1, 2, 5, 22}) {
      for (std::int64_t top = 0; top < 23; top += rows) {
        const PixelWindow strip{3, top, 29, std::min<std::int64_t>(rows, 23 - top)};
        const ItemPositions part = locate(plan, item, strip, 3);
        for (std::int64_t row = 0; row < strip.height_px; ++row)
          for (std::int64_t column = 0; column < strip.width_px; ++column) {
            const auto at = static_cast<std::size_t>(row * strip.width_px + column);
            const auto in_all = static_cast<std::size_t>((top + row) * 41 + strip.x + column);
            const double col = part.col[at] + static_cast<double>(part.window.x);
            const double line = part.row[at] + static_cast<double>(part.window.y);
            const double all_col = all.col[in_all] + static_cast<double>(all.window.x);
            const double all_line = all.row[in_all] + static_cast<double>(all.window.y);
            // Positions off the item are of no use to anybody.
            if (!(all_col >= 0 && all_col < 60 && all_line >= 0 && all_line < 30)) continue;
            if (col != all_col || line != all_line) FAIL("row " << top + row << ", column " << strip.x + column);
          }
      }
    }
  }
}

TEST_CASE("An item's window holds the pixels in use and the kernel's margin, as far as they exist", "[cube]") {
  const Plan plan = plan_of();
  // Target pixels 10 to 13 and 5 to 6 lie on basis columns 20 to 27 and rows 10 to 13.
  ItemPlan item = item_on(grid_at(0, 230, 5, 100, 100), 0);
  CHECK(locate(plan, item, {10, 5, 4, 2}).window == PixelWindow{20, 10, 9, 5});
  item.kernel_px = {0, 0};
  CHECK(locate(plan, item, {10, 5, 4, 2}).window == PixelWindow{21, 11, 7, 3});
  item.kernel_px = {3, 2};
  CHECK(locate(plan, item, {0, 0, 1, 1}).window == PixelWindow{0, 0, 5, 4});
  const ItemPlan small = item_on(grid_at(100, 180, 10, 3, 3), 0);
  CHECK(locate(plan, small, {0, 0, 41, 23}).window == PixelWindow{0, 0, 3, 3});
  CHECK(locate(plan, small, {0, 0, 10, 5}).window.empty());
  CHECK(locate(plan, small, {13, 0, 10, 23}).window.empty());
}

TEST_CASE("Only the part of a strip that an item reaches is located", "[cube]") {
  const Plan plan = plan_of();
  ItemPlan item = item_on(grid_at(13.7, 221.3, 7.3, 60, 30, "EPSG:4"), 1);
  const PixelWindow strip{3, 2, 29, 9};
  const ItemPositions all = locate(plan, item, strip);
  CHECK(all.part == PixelWindow{0, 0, 29, 9});
  item.reach = {7, 5, 11, 100};
  const ItemPositions some = locate(plan, item, strip);
  CHECK(some.part == PixelWindow{4, 3, 11, 6});
  for (std::size_t row = 0; row < 6; ++row)
    for (std::size_t column = 0; column < 11; ++column) {
      const std::size_t at = row * 11 + column, in_all = (row + 3) * 29 + column + 4;
      CHECK(some.col[at] + static_cast<double>(some.window.x) == all.col[in_all] + static_cast<double>(all.window.x));
      CHECK(some.row[at] + static_cast<double>(some.window.y) == all.row[in_all] + static_cast<double>(all.window.y));
    }
  item.reach = {0, 0, 3, 100};
  CHECK(locate(plan, item, strip).window.empty());
}

TEST_CASE("Points that cannot be transformed have no position and widen no window", "[cube]") {
  const Plan plan = plan_of();
  const ItemPlan item = item_on(grid_at(-1000, 1000, 10, 300, 300, "EPSG:4"), 1);
  const auto positions = locate(plan, item, {0, 0, 41, 1});
  CHECK(std::isnan(positions.col[40]));
  CHECK(std::isfinite(positions.col[38]));
  CHECK(positions.window.x + positions.window.width_px <= 141);
}

TEST_CASE("An aligned item needs no positions, only its window", "[cube]") {
  ItemPlan item = item_on(grid_at(100, 180, 10, 8, 6), 0);
  item.aligned = true;
  item.shift_x = -10;
  item.shift_y = -5;
  const auto at = *locate_item(item, {0, 0, 12, 7}, {});
  CHECK(at.window == PixelWindow{0, 0, 2, 2});
  CHECK(at.col.empty());
  CHECK(locate_item(item, {12, 6, 40, 40}, {})->window == PixelWindow{2, 1, 6, 5});
  CHECK(locate_item(item, {18, 0, 12, 23}, {})->window.empty());
}

TEST_CASE("Items on one grid share the positions that each would have alone", "[cube]") {
  // Large enough to be worked out in several runs.
  Plan plan = plan_of();
  plan.grid = grid_at(0, 5000, 1, 390, 300);
  const auto basis = grid_at(40.5, 4970.25, 2, 120, 150, "EPSG:4");
  plan.items = {item_on(basis, 1), item_on(grid_at(40.5, 4970.25, 2, 120, 151, "EPSG:4"), 1), item_on(basis, 1)};
  const PixelWindow strip{0, 0, 390, 300};
  ThreadPool pool;
  const auto shared = locate_strip(plan, strip, {{1, 1}, shared_grids(plan, {0, 1, 2})}, pool, {{}, 3});
  REQUIRE(shared.grids.size() == 1);
  const auto at = locate_item(plan.items[0], strip, shared);
  CHECK(at == locate_item(plan.items[2], strip, shared));
  CHECK(at != locate_item(plan.items[1], strip, shared));
  const ItemPositions alone = locate(plan, plan.items[0], strip);
  CHECK(at->window == alone.window);
  const auto same = [](double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); };
  CHECK(std::equal(at->col.begin(), at->col.end(), alone.col.begin(), alone.col.end(), same));
  CHECK(std::equal(at->row.begin(), at->row.end(), alone.row.begin(), alone.row.end(), same));
}

TEST_CASE("Grids of two or more items that are not aligned are shared, the most common ones", "[cube]") {
  Plan plan = plan_of();
  const auto add = [&](int grid, int times, bool aligned) {
    for (int i = 0; i < times; ++i) {
      plan.items.push_back(item_on(grid_at(grid, 230, 10, 41, 23), 0));
      plan.items.back().aligned = aligned;
    }
  };
  add(0, 5, true);
  for (int grid = 1; grid <= 10; ++grid) add(grid, grid, false);
  std::vector<int> items(plan.items.size());
  std::iota(items.begin(), items.end(), 0);
  std::vector<double> origins;
  for (const int item : shared_grids(plan, items))
    origins.push_back(plan.items[static_cast<std::size_t>(item)].basis.transform.c);
  CHECK(origins == std::vector<double>{10, 9, 8, 7, 6, 5, 4, 3});
  CHECK(shared_grids(plan, {0, 1, 5, 6}).empty());
  CHECK(shared_grids(plan, {6, 7}) == std::vector<int>{6});
}
