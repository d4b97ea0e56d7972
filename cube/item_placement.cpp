// SPDX-License-Identifier: MIT
#include "cube/item_placement.h"

#include <algorithm>
#include <cmath>

#include "cube/grid.h"
#include "cube/longitude.h"

namespace stacvrt::cube {

namespace {

// Pixels of the target grid that `extent` (in the grid's CRS) covers, with a margin for the curvature between the
// sampled points and for the resampling kernel.
PixelWindow generous_window(const std::array<double, 4>& extent, const stac::PixelGrid& grid) {
  const auto& t = grid.transform;
  const double margin_x = 10 * std::abs(t.a) + 0.05 * (extent[2] - extent[0]);
  const double margin_y = 10 * std::abs(t.e) + 0.05 * (extent[3] - extent[1]);
  const auto clamp = [](double value, std::int64_t side) {
    return static_cast<std::int64_t>(std::clamp(value, 0.0, static_cast<double>(side)));
  };
  const std::int64_t left = clamp(std::floor((extent[0] - margin_x - t.c) / t.a), grid.width_px);
  const std::int64_t right = clamp(std::ceil((extent[2] + margin_x - t.c) / t.a), grid.width_px);
  const std::int64_t top = clamp(std::floor((extent[3] + margin_y - t.f) / t.e), grid.height_px);
  const std::int64_t bottom = clamp(std::ceil((extent[1] - margin_y - t.f) / t.e), grid.height_px);
  return {left, top, right - left, bottom - top};
}

// The same for an extent in longitudes, which lies in the grid wherever a full turn leads there.
PixelWindow reach_around(const std::array<double, 4>& extent, const stac::PixelGrid& grid, double turn) {
  PixelWindow all = generous_window(extent, grid);
  if (turn == 0) return all;
  const auto whole = extent_of(grid);
  for (const double by : {-turn, turn}) {
    if (extent[0] + by >= whole[2] || extent[2] + by <= whole[0]) continue;
    const PixelWindow one = generous_window({extent[0] + by, extent[1], extent[2] + by, extent[3]}, grid);
    if (all.empty()) {
      all = one;
      continue;
    }
    const std::int64_t right = std::max(all.x + all.width_px, one.x + one.width_px);
    all.x = std::min(all.x, one.x);
    all.width_px = right - all.x;
  }
  return all;
}

using Density = std::array<double, 4>;

// Basis pixels per target pixel to the right of and below a point of the target's CRS; NaN where nothing leads there.
Density density_at(std::array<double, 2> point, const ItemPlan& item, const stac::Affine& target,
                   const SourceCrs& source) {
  std::array step{target.a, 0.0, 0.0, target.e};  // x and y to the right, x and y below
  if (source.from_target) {
    std::array<double, 3> x{point[0], point[0] + target.a, point[0]};
    std::array<double, 3> y{point[1], point[1], point[1] + target.e};
    source.from_target->apply(x.size(), x.data(), y.data());
    step = {x[1] - x[0], y[1] - y[0], x[2] - x[0], y[2] - y[0]};
  }
  const stac::Affine to_pixel = inverse(item.basis.transform);
  const auto span = [&](double across, double dy) {
    const double dx = source.turn > 0 ? longitude_near(across, 0, source.turn) : across;
    return std::array{std::abs(to_pixel.a * dx + to_pixel.b * dy), std::abs(to_pixel.d * dx + to_pixel.e * dy)};
  };
  const auto along = span(step[0], step[1]), down = span(step[2], step[3]);
  return {along[0], down[0], along[1], down[1]};
}

// The middle of the item in the target's CRS.
std::array<double, 2> middle_of(const ItemPlan& item, const SourceCrs& source) {
  const auto& t = item.basis.transform;
  const double col = static_cast<double>(item.basis.width_px) / 2, row = static_cast<double>(item.basis.height_px) / 2;
  std::array point{t.a * col + t.b * row + t.c, t.d * col + t.e * row + t.f};
  if (source.to_target) source.to_target->apply(1, &point[0], &point[1]);
  return point;
}

// The corner of target pixels next to the middle of what the item covers of the grid.
std::array<double, 2> middle_of_reach(const ItemPlan& item, const stac::PixelGrid& grid) {
  const auto& t = grid.transform;
  const double col = std::floor(static_cast<double>(item.reach.x) + static_cast<double>(item.reach.width_px) / 2);
  const double row = std::floor(static_cast<double>(item.reach.y) + static_cast<double>(item.reach.height_px) / 2);
  return {t.a * col + t.c, t.e * row + t.f};
}

bool is_alike(const Density& a, const Density& b) {
  constexpr double kMost = 0.05;  // of a pixel's size
  const auto size = [](const Density& d) { return std::hypot(std::hypot(d[0], d[1]), std::hypot(d[2], d[3])); };
  double difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) difference = std::hypot(difference, a[i] - b[i]);
  return difference <= kMost * size(b);
}

bool is_finite(const Density& density) {
  return std::ranges::all_of(density, [](double value) { return std::isfinite(value); });
}

// Measured in the middle of the item, whatever part of it the grid has, so that products made tile by tile join. Of
// items so large that pixels are others there, in the middle of the part.
Density density_of(const ItemPlan& item, const stac::PixelGrid& grid, const SourceCrs& source) {
  const Density here = density_at(middle_of_reach(item, grid), item, grid.transform, source);
  const Density middle = density_at(middle_of(item, source), item, grid.transform, source);
  Density density = is_alike(middle, here) || !is_finite(here) ? middle : here;
  for (double& value : density) value = std::isfinite(value) ? std::min(value, 1e9) : 1.0;
  return density;
}

// What the bands' kernels need around the pixel that holds a position, itself not counted.
std::array<std::int64_t, 2> kernel_reach(const ItemPlan& item, const std::vector<BandPlan>& bands) {
  const kernels::Footprint box = footprint_of(item);
  std::array<std::int64_t, 2> reach{1, 1};
  for (const BandPlan& band : bands) {
    std::array<std::int64_t, 2> wanted{1, 1};
    if (band.resampling == Resampling::kCubic) wanted = {2, 2};
    if (band.resampling == Resampling::kAverage)
      wanted = {static_cast<std::int64_t>(std::ceil(box.width_px / 2)) + 1,
                static_cast<std::int64_t>(std::ceil(box.height_px / 2)) + 1};
    reach = {std::max(reach[0], wanted[0]), std::max(reach[1], wanted[1])};
  }
  return reach;
}

}  // namespace

void place_on_grid(ItemPlan& item, const Plan& plan, double target_turn) {
  const PixelWindow everything{0, 0, plan.grid.width_px, plan.grid.height_px};
  const SourceCrs& source = plan.source_crs[static_cast<std::size_t>(item.crs)];
  std::optional<std::array<double, 4>> extent = extent_of(item.basis);
  if (source.to_target) extent = transformed_extent(*extent, *source.to_target, target_turn);
  item.reach = extent ? reach_around(*extent, plan.grid, target_turn) : everything;
  relate_to_grid(item, plan);
}

void relate_to_grid(ItemPlan& item, const Plan& plan) {
  const SourceCrs& source = plan.source_crs[static_cast<std::size_t>(item.crs)];
  const auto shift = source.from_target ? std::nullopt : lattice_shift(plan.grid, item.basis);
  item.aligned = shift.has_value();
  item.shift_x = shift ? (*shift)[0] : 0;
  item.shift_y = shift ? (*shift)[1] : 0;
  item.density = density_of(item, plan.grid, source);
  item.kernel_px = kernel_reach(item, plan.bands);
}

kernels::Footprint footprint_of(const ItemPlan& item) {
  const auto& d = item.density;
  return {std::max(std::hypot(d[0], d[1]), kernels::Footprint::kLeastSide),
          std::max(std::hypot(d[2], d[3]), kernels::Footprint::kLeastSide)};
}

}  // namespace stacvrt::cube
