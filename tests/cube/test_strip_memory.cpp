// SPDX-License-Identifier: MIT
// Memory known beforehand: monotone in rows and observations, and a minimum that suffices.
#include "cube/grid.h"
#include "cube/strip_memory.h"
#include "tests/catch.h"
#include "tests/cube/fakes.h"

namespace {

using namespace stacvrt;
using namespace stacvrt::cube;
using fakes::grid_at;

// Items of the given reaches on a target grid, each an observation of its own, medians of `bands` Float32 bands.
Plan plan_of(std::int64_t width_px, std::int64_t height_px, const std::vector<PixelWindow>& reaches, int bands = 3) {
  Plan plan;
  plan.grid = grid_at(0, 0, 10, width_px, height_px);
  plan.source_crs.resize(1);
  SetPlan set;
  OutputPlan output;
  output.reducer = kernels::find_reducer("median");
  for (int band = 0; band < bands; ++band) set.bands.push_back(band);
  plan.bands.resize(static_cast<std::size_t>(bands));
  output.bands.resize(static_cast<std::size_t>(bands));
  plan.sets = {set};
  plan.outputs = {output};
  plan.windows.emplace_back();
  for (const PixelWindow& reach : reaches) {
    ItemPlan item;
    item.basis = plan.grid;
    item.aligned = true;
    item.reach = reach;
    plan.observations.push_back({{static_cast<int>(plan.items.size())}, 0});
    plan.items.push_back(item);
  }
  return plan;
}

StripMemory memory_of(const Plan& plan, int threads = 1) {
  return {plan, make_view(plan, ""), threads};
}

}  // namespace

TEST_CASE("More rows, observations, threads or bands never take less memory", "[cube]") {
  const std::vector<PixelWindow> reaches(4, PixelWindow{0, 0, 600, 600});
  const StripMemory memory = memory_of(plan_of(600, 600, reaches));
  for (std::size_t observations : {0U, 1U, 7U, 100U}) {
    std::size_t before = 0;
    for (std::int64_t rows = 1; rows <= kTileSize; ++rows) {
      const std::size_t bytes = memory.bytes(observations, rows);
      if (bytes < before || bytes > memory.bytes(observations + 1, rows)) FAIL(observations << " x " << rows);
      before = bytes;
    }
  }
  CHECK(memory_of(plan_of(600, 600, reaches), 8).bytes(4, 100) > memory.bytes(4, 100));
  CHECK(memory_of(plan_of(600, 600, reaches, 6)).bytes(4, 100) > memory.bytes(4, 100));
}

TEST_CASE("The samples themselves are counted", "[cube]") {
  const StripMemory memory = memory_of(plan_of(600, 600, std::vector<PixelWindow>(4, PixelWindow{0, 0, 600, 600})));
  const std::size_t samples = std::size_t{512} * 512 * 20 * (3 * 4 + 1);
  CHECK(memory.bytes(20, 512) > samples);
  CHECK(memory.bytes(20, 512) < 2 * samples);
}

TEST_CASE("The highest strip that fits is found, and none where not even a row does", "[cube]") {
  const StripMemory memory = memory_of(plan_of(600, 600, std::vector<PixelWindow>(9, PixelWindow{0, 0, 600, 600})));
  CHECK(memory.rows_within(memory.minimum(), 9) == 1);
  CHECK(memory.rows_within(memory.minimum() - 1, 9) == 0);
  CHECK(memory.rows_within(memory.bytes(9, 100), 9) == 100);
  CHECK(memory.rows_within(memory.bytes(9, 100) - 1, 9) == 99);
  CHECK(memory.rows_within(std::size_t{1} << 40, 9) == kTileSize);
  CHECK(memory.rows_within(memory.bytes(9, 100), 1) > 100);
  CHECK(memory.minimum() == memory.bytes(9, 1));
}

TEST_CASE("The deepest tile is where most items can meet", "[cube]") {
  // 3 x 2 tiles. Two items on the left, three around the corner of four tiles, one far right.
  const Plan plan = plan_of(1500, 1000,
                            {{0, 0, 100, 100},
                             {10, 10, 100, 100},
                             {500, 500, 40, 40},
                             {500, 500, 40, 40},
                             {511, 511, 2, 2},
                             {1400, 900, 100, 100},
                             {}});
  CHECK(memory_of(plan).deepest() == 5);  // the upper left tile: two and three
  CHECK(memory_of(plan_of(1500, 1000, {{0, 0, 512, 512}, {512, 0, 512, 512}, {512, 512, 1, 1}})).deepest() == 1);
  CHECK(memory_of(plan_of(1500, 1000, {{0, 0, 513, 512}, {512, 0, 512, 512}, {512, 512, 1, 1}})).deepest() == 2);
}

TEST_CASE("Items of one observation do not deepen a tile beyond the observations", "[cube]") {
  Plan plan = plan_of(600, 600, std::vector<PixelWindow>(6, PixelWindow{0, 0, 600, 600}));
  plan.observations = {{{0, 1, 2}, 0}, {{3, 4, 5}, 1}};
  CHECK(memory_of(plan).deepest() == 2);
}

TEST_CASE("A small grid needs no room for whole tiles", "[cube]") {
  const std::vector<PixelWindow> reaches(3, PixelWindow{0, 0, 20, 20});
  CHECK(memory_of(plan_of(20, 20, reaches)).minimum() < memory_of(plan_of(600, 600, reaches)).minimum());
}

TEST_CASE("Positions that items share are counted once, those of others per thread", "[cube]") {
  const std::size_t pixels = std::size_t{512} * 512, places = pixels * 2 * sizeof(double);
  Plan plan = plan_of(600, 600, std::vector<PixelWindow>(4, PixelWindow{0, 0, 600, 600}));
  const std::size_t aligned = memory_of(plan, 2).bytes(4, 512);
  for (std::size_t i = 0; i < plan.items.size(); ++i) plan.items[i].basis.transform.c += static_cast<double>(i) + 0.5;
  for (ItemPlan& item : plan.items) item.aligned = false;
  const std::size_t apart = memory_of(plan, 2).bytes(4, 512);
  for (ItemPlan& item : plan.items) item.basis = plan.items[0].basis;
  const std::size_t together = memory_of(plan, 2).bytes(4, 512);
  CHECK(apart - aligned >= 3 * places);  // of the CRS, and of an item in either thread
  CHECK(together == apart + places);
}

TEST_CASE("What a kernel reaches around a window is counted", "[cube]") {
  Plan plan = plan_of(600, 600, std::vector<PixelWindow>(3, PixelWindow{0, 0, 600, 600}));
  for (ItemPlan& item : plan.items) {
    item.aligned = false;
    item.basis = grid_at(0, 0, 1, 6000, 6000);
    item.density = {10, 0, 0, 10};
  }
  const std::size_t narrow = memory_of(plan).bytes(3, 1);
  for (ItemPlan& item : plan.items) item.kernel_px = {1, 21};
  // At least the band's values and what is known of them in 40 more rows of 5000.
  CHECK(memory_of(plan).bytes(3, 1) - narrow > std::size_t{40} * 5000 * 3 * 3);
}
