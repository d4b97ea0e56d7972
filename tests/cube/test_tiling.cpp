// SPDX-License-Identifier: MIT
// Tiles follow the sources' blocks where those are larger and lie as tiles do; pixels do not depend on it.
#include "cube/tiling.h"
#include "tests/catch.h"
#include "tests/cube/fakes.h"

namespace {

using namespace stacvrt;
using namespace stacvrt::cube;
using fakes::grid_at;

// Blocks of one size, and nothing to read.
struct Blocks : PixelSource {
  std::int64_t width = 0, height = 0;
  RasterInfo describe(const SourceBand&) override { return {}; }
  std::array<std::int64_t, 2> block_size(const SourceBand&) noexcept override { return {width, height}; }
  std::optional<double> read(const SourceBand&, const PixelWindow&, kernels::LaneType, void*) override { return {}; }
};

// One item of one band, `shift` pixels right of and below the target's corner.
Plan plan_with(std::int64_t shift, bool aligned) {
  Plan plan;
  plan.grid = grid_at(0, 0, 10, 3000, 2100);
  plan.sets.resize(1);
  plan.sets[0].bands = {0};
  plan.bands.resize(1);
  OutputPlan output;
  output.reducer = kernels::find_reducer("median");
  output.bands.resize(1);
  plan.outputs = {output};
  plan.windows.emplace_back();
  ItemPlan item;
  item.aligned = aligned;
  item.shift_x = item.shift_y = -shift;
  item.basis = plan.grid;
  item.bands.resize(1);
  item.bands[0].emplace();
  item.bands[0]->grid = plan.grid;
  plan.items = {item};
  return plan;
}

std::int64_t side_of(std::int64_t width, std::int64_t height, std::int64_t shift = 0, bool aligned = true) {
  const Plan plan = plan_with(shift, aligned);
  Blocks blocks;
  blocks.width = width;
  blocks.height = height;
  return side_for_blocks(plan, make_view(plan, ""), blocks);
}

}  // namespace

TEST_CASE("Tiles are as large as larger blocks that begin where tiles do", "[cube]") {
  CHECK(side_of(1024, 1024) == 1024);
  CHECK(side_of(2048, 512) == 2048);
  CHECK(side_of(1024, 1024, 2048) == 1024);
  for (const std::int64_t small : {0, 128, 256, 512}) CHECK(side_of(small, small) == kTileSize);
  CHECK(side_of(4096, 4096) == kTileSize);       // more than a tile should hold
  CHECK(side_of(1000, 1000) == kTileSize);       // no multiple of GDAL's block
  CHECK(side_of(1024, 768) == kTileSize);        // cut by every other tile
  CHECK(side_of(1024, 1024, 512) == kTileSize);  // would straddle
  CHECK(side_of(1024, 1024, 0, false) == kTileSize);
}

TEST_CASE("Tiles cover a window without overlap and end at the grid's edges", "[cube]") {
  const Plan plan = plan_with(0, true);
  const Tiling tiling{1024, {plan, make_view(plan, ""), 1, 1024}};
  CHECK(tiles_in(tiling, {0, 0, 1, 1}, plan.grid) == std::vector<PixelWindow>{{0, 0, 1024, 1024}});
  CHECK(tiles_in(tiling, {2047, 2000, 953, 100}, plan.grid) ==
        std::vector<PixelWindow>{
            {1024, 1024, 1024, 1024}, {2048, 1024, 952, 1024}, {1024, 2048, 1024, 52}, {2048, 2048, 952, 52}});
  CHECK(tiling.memory.whole() > 3 * StripMemory(plan, make_view(plan, ""), 1).whole());
}
