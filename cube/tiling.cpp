// SPDX-License-Identifier: MIT
#include "cube/tiling.h"

#include <algorithm>

namespace stacvrt::cube {

namespace {

// The first band of the view that an item on the target's pixels has; null when there is none.
const SourceBand* first_aligned(const Plan& plan, const View& view, const ItemPlan*& item) {
  for (const ItemPlan& candidate : plan.items) {
    if (!candidate.aligned) continue;
    for (const int output : view.outputs)
      for (const int band :
           plan.sets[static_cast<std::size_t>(plan.outputs[static_cast<std::size_t>(output)].set)].bands)
        if (const auto& source = candidate.bands[static_cast<std::size_t>(band)]) {
          item = &candidate;
          return &*source;
        }
  }
  return nullptr;
}

}  // namespace

std::vector<PixelWindow> tiles_in(const Tiling& tiling, const PixelWindow& window, const stac::PixelGrid& grid) {
  const std::int64_t side = tiling.side_px;
  std::vector<PixelWindow> tiles;
  for (std::int64_t y = window.y / side; y * side < window.y + window.height_px; ++y)
    for (std::int64_t x = window.x / side; x * side < window.x + window.width_px; ++x)
      tiles.push_back(PixelWindow{x * side, y * side, side, side}.intersect({0, 0, grid.width_px, grid.height_px}));
  return tiles;
}

std::int64_t side_for_blocks(const Plan& plan, const View& view, PixelSource& pixels) {
  const ItemPlan* item = nullptr;
  const SourceBand* const source = first_aligned(plan, view, item);
  if (!source || source->grid.transform != item->basis.transform) return kTileSize;
  const auto [width, height] = pixels.block_size(*source);
  const std::int64_t side = std::max(width, height);
  const bool fits = side > kTileSize && side <= kMostTileSize && side % kTileSize == 0 && side % width == 0 &&
                    side % height == 0 && item->shift_x % side == 0 && item->shift_y % side == 0;
  return fits ? side : kTileSize;
}

}  // namespace stacvrt::cube
