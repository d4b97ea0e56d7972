// SPDX-License-Identifier: MIT
// Plans of coarser grids: the same extent, sources as coarse as they may be, cleanup as wide on the ground as before.
#include <tuple>

#include "cube/grid.h"
#include "cube/overview.h"
#include "tests/catch.h"
#include "tests/cube/fakes.h"

namespace {

using namespace stacvrt;
using namespace stacvrt::cube;
using fakes::grid_at;

SourceBand source_on(const stac::PixelGrid& grid) {
  SourceBand source;
  source.grid = grid;
  return source;
}

// A target of 10 m with an item of 10 m (and a mask of 20 m), cleaned up within 30 m.
Plan plan_of(std::int64_t side = 10980) {
  Plan plan;
  plan.grid = grid_at(0, 109800, 10, side, side);
  plan.source_crs = {{plan.grid.crs, nullptr, nullptr, 0, 0, {}}};
  ItemPlan item;
  item.basis = plan.grid;
  item.bands = {source_on(plan.grid), source_on(grid_at(0, 109800, 60, side / 6, side / 6)), std::nullopt};
  MaskPlan mask;
  mask.source = source_on(grid_at(0, 109800, 20, side / 2, side / 2));
  mask.source.classes = true;
  mask.cleanup = {{kernels::MorphologyOperation::kDilation, 30, 10, 10}};
  mask.halo = kernels::halo_of(mask.cleanup);
  item.masks = {mask};
  item.halo = mask.halo;
  item.reach = {0, 0, side, side};
  item.aligned = true;
  plan.items = {item};
  return plan;
}

}  // namespace

TEST_CASE("A coarser grid has the same extent and sides rounded up", "[cube]") {
  const stac::PixelGrid grid = grid_at(300000, 5000000, 10, 10980, 7001);
  for (const std::int64_t factor : {1, 2, 3, 8, 64}) {
    const stac::PixelGrid coarse = coarsened(grid, factor);
    CHECK(coarse.width_px == (10980 + factor - 1) / factor);
    CHECK(coarse.height_px == (7001 + factor - 1) / factor);
    for (std::size_t i = 0; i < 4; ++i) CHECK(extent_of(coarse)[i] == Approx(extent_of(grid)[i]).epsilon(1e-15));
  }
  const stac::PixelGrid rotated = coarsened({grid.crs, {6, 1.5, 20, 1.5, -6, 190}, 60, 31}, 2);
  CHECK(rotated.transform == stac::Affine{12, 1.5 * 31 / 16, 20, 3, -6.0 * 31 / 16, 190});
}

TEST_CASE("Overviews end below 256 pixels", "[cube]") {
  CHECK(overview_count(grid_at(0, 0, 1, 255, 10)) == 0);
  CHECK(overview_count(grid_at(0, 0, 1, 256, 10)) == 1);
  CHECK(overview_count(grid_at(0, 0, 1, 10, 1025)) == 3);  // 513, 257, 129
  CHECK(overview_count(grid_at(0, 0, 1, 100000, 100000)) == 9);
}

TEST_CASE("An overview's sources are as coarse as its pixels allow and lie on them", "[cube]") {
  const Plan plan = plan_of();
  const Plan coarse = make_overview_plan(plan, 8);
  CHECK(coarse.grid.width_px == 1373);
  const ItemPlan& item = coarse.items.front();
  CHECK(item.aligned);
  CHECK(item.basis == coarse.grid);
  CHECK(item.bands[0]->grid == coarse.grid);
  CHECK(item.bands[0]->raster_grid() == plan.grid);
  CHECK(item.bands[1]->grid.width_px == 1830);  // 60 m are at most 80 m; 120 m would be too coarse
  CHECK_FALSE(item.bands[1]->full);
  CHECK_FALSE(item.bands[2]);
  CHECK(item.masks[0].source.grid == coarse.grid);
  CHECK(item.masks[0].source.raster_grid() == plan.items[0].masks[0].source.grid);
  CHECK(item.masks[0].source.classes);
  CHECK(item.reach == PixelWindow{0, 0, 1373, 1373});
}

TEST_CASE("A target coarser or finer than its items takes their levels accordingly", "[cube]") {
  Plan plan = plan_of();
  plan.items[0].aligned = false;
  plan.items[0].density = {3, 0, 0, 3};  // a target of 30 m
  CHECK(make_overview_plan(plan, 2).items[0].basis.width_px == 10980 / 4);
  plan.items[0].density = {0.5, 0, 0, 0.5};
  CHECK(make_overview_plan(plan, 2).items[0].basis == plan.items[0].basis);
  CHECK(make_overview_plan(plan, 4).items[0].basis.width_px == 5490);
  plan.items[0].density = {0.994, 0, 0, 0.994};  // of a neighbouring UTM zone
  CHECK(make_overview_plan(plan, 8).items[0].basis.width_px == 1373);
  plan.items[0].density = {0.97, 0, 0, 0.97};
  CHECK(make_overview_plan(plan, 8).items[0].basis.width_px == 2745);
  plan.items[0].density = {0, 2, 2, 0};  // turned by a right angle
  CHECK(make_overview_plan(plan, 2).items[0].basis.width_px == 10980 / 4);
}

TEST_CASE("Cleanup keeps its length on the ground", "[cube]") {
  const Plan plan = plan_of();
  const Plan coarse = make_overview_plan(plan, 2);
  const MaskPlan& mask = coarse.items[0].masks[0];
  CHECK(mask.cleanup[0].radius == 30);
  CHECK(mask.cleanup[0].pixel_width == 20);
  CHECK(mask.cleanup[0].pixel_height == 20);
  CHECK(plan.items[0].halo.x_px == 3);
  CHECK(mask.halo.x_px == 1);  // 20 m are within 30 m, 40 m are not
  CHECK(coarse.items[0].halo.x_px == 1);
  const Plan half = make_overview_plan(plan, 4), less = make_overview_plan(plan, 8);
  CHECK(half.items[0].masks[0].cleanup[0].radius == 40);
  CHECK(half.items[0].halo.x_px == 1);
  CHECK(less.items[0].masks[0].cleanup[0].radius == 30);  // of pixels of 80 m
  CHECK(less.items[0].halo.x_px == 0);
}

TEST_CASE("Positions on an overview need not be more exact than its pixels", "[cube]") {
  Plan plan = plan_of();
  set_tolerances(plan);
  const double fine = plan.source_crs[0].tolerance;
  CHECK(make_overview_plan(plan, 4).source_crs[0].tolerance == Approx(4 * fine));
}

TEST_CASE("Values that an overview interpolates are no integers, though full resolution copies them", "[cube]") {
  const stac::PixelGrid grid = grid_at(0, 11000, 10, 1101, 1100);
  for (const auto& [method, width, lane] : {std::tuple{"nearest", 1000, kernels::LaneType::kUInt16},
                                            std::tuple{"bilinear", 1000, kernels::LaneType::kFloat32},
                                            std::tuple{"cubic", 1000, kernels::LaneType::kFloat32},
                                            std::tuple{"average", 1000, kernels::LaneType::kFloat32},
                                            std::tuple{"average", 1101, kernels::LaneType::kUInt16}}) {
    INFO(method << ", " << width << " columns");
    fakes::World world;
    world.add("a", "2024-05-01T10:00:00Z", grid, {{"red", std::vector<double>(1101 * 1100, 7)}});
    const auto plan = world.plan({{"bands", {"red"}},
                                  {"outputs", {"median"}},
                                  {"grid", {{"bounds", {0, 1000, 10 * width, 11000}}, {"resampling", method}}}});
    REQUIRE(plan->items[0].aligned);
    REQUIRE(plan->sets[0].lane == kernels::LaneType::kUInt16);
    const Plan coarse = make_overview_plan(*plan, 2);
    CHECK(coarse.items[0].aligned == (width == 1101));
    CHECK(coarse.sets[0].lane == lane);
  }
}
