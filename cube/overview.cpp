// SPDX-License-Identifier: MIT
#include "cube/overview.h"

#include <algorithm>
#include <cmath>

#include "cube/grid.h"
#include "cube/item_planner.h"
#include "cube/output_planner.h"

namespace stacvrt::cube {

namespace {

// The largest power of two that is at most `ratio`, at least 1. Neither rounded metadata nor the scale of a
// neighbouring UTM zone (0.2 to 0.6 %) must cost a level.
std::int64_t power_of_two_within(double ratio) {
  constexpr double kRounding = 0.02;
  constexpr int kMostExponent = 30;
  int exponent = 0;
  while (exponent < kMostExponent && std::ldexp(1.0, exponent + 1) <= ratio * (1 + kRounding)) ++exponent;
  return std::int64_t{1} << exponent;
}

void coarsen(SourceBand& source, double ratio) {
  const std::int64_t factor = power_of_two_within(ratio);
  if (factor == 1) return;
  source.full = source.grid;
  source.grid = coarsened(source.grid, factor);
}

// A radius that is nearer to one pixel than to none reaches one: rims of clouds would show from afar.
double whole_pixel(double radius, double pixel) {
  return radius < pixel && radius >= pixel / 2 ? pixel : radius;
}

void coarsen_masks(ItemPlan& item, const stac::PixelGrid& basis, double ratio, const ItemPlan& from) {
  const auto fine = pixel_size(from.basis.transform), coarse = pixel_size(basis.transform);
  item.halo = {};
  for (MaskPlan& mask : item.masks) {
    coarsen(mask.source, ratio * fine[0] / pixel_size(mask.source.grid.transform)[0]);
    for (kernels::MorphologyStep& step : mask.cleanup) {
      step.pixel_width *= coarse[0] / fine[0];
      step.pixel_height *= coarse[1] / fine[1];
      step.radius = whole_pixel(step.radius, std::max(step.pixel_width, step.pixel_height));
    }
    mask.halo = kernels::halo_of(mask.cleanup);
    item.halo.x_px = std::max(item.halo.x_px, mask.halo.x_px);
    item.halo.y_px = std::max(item.halo.y_px, mask.halo.y_px);
  }
}

// The target pixels of the overview that hold `reach`, and what a kernel there reaches beyond.
PixelWindow coarse_reach(const PixelWindow& reach, std::int64_t factor, const stac::PixelGrid& grid) {
  if (reach.empty()) return {};
  constexpr std::int64_t kMargin = 4;
  const PixelWindow wide{reach.x / factor - kMargin, reach.y / factor - kMargin,
                         (reach.x + reach.width_px) / factor - reach.x / factor + 2 * kMargin + 1,
                         (reach.y + reach.height_px) / factor - reach.y / factor + 2 * kMargin + 1};
  return wide.intersect({0, 0, grid.width_px, grid.height_px});
}

ItemPlan coarse_item(const ItemPlan& from, std::int64_t factor) {
  ItemPlan item = from;
  // Basis pixels per target pixel in the direction in which there are fewer.
  const double along = std::hypot(from.density[0], from.density[2]),
               down = std::hypot(from.density[1], from.density[3]);
  const std::int64_t of_basis = power_of_two_within(std::min(along, down) * static_cast<double>(factor));
  const auto ratio = static_cast<double>(of_basis);
  item.basis = coarsened(from.basis, of_basis);
  const double width = pixel_size(from.basis.transform)[0];
  for (auto& source : item.bands)
    if (source) coarsen(*source, ratio * width / pixel_size(source->grid.transform)[0]);
  coarsen_masks(item, item.basis, ratio, from);
  return item;
}

}  // namespace

stac::PixelGrid coarsened(const stac::PixelGrid& grid, std::int64_t factor) {
  stac::PixelGrid coarse = grid;
  coarse.width_px = (grid.width_px + factor - 1) / factor;
  coarse.height_px = (grid.height_px + factor - 1) / factor;
  const auto stretch = [](double step, std::int64_t fine, std::int64_t pixels) {
    return step * static_cast<double>(fine) / static_cast<double>(pixels);
  };
  coarse.transform.a = stretch(grid.transform.a, grid.width_px, coarse.width_px);
  coarse.transform.d = stretch(grid.transform.d, grid.width_px, coarse.width_px);
  coarse.transform.b = stretch(grid.transform.b, grid.height_px, coarse.height_px);
  coarse.transform.e = stretch(grid.transform.e, grid.height_px, coarse.height_px);
  return coarse;
}

int overview_count(const stac::PixelGrid& grid) {
  int count = 0;
  for (std::int64_t side = std::max(grid.width_px, grid.height_px); side >= kLeastOverview; side = (side + 1) / 2)
    ++count;
  return count;
}

Plan make_overview_plan(const Plan& plan, std::int64_t factor) {
  Plan coarse = plan;
  coarse.grid = coarsened(plan.grid, factor);
  coarse.items.clear();
  for (const ItemPlan& from : plan.items) {
    ItemPlan item = coarse_item(from, factor);
    item.reach = coarse_reach(from.reach, factor, coarse.grid);
    relate_to_grid(item, coarse);
    coarse.items.push_back(std::move(item));
  }
  // Where sides are odd, what is copied at full resolution is interpolated here: integers would not hold it.
  for (SetPlan& set : coarse.sets) set.lane = lane_type_of(coarse, set.bands);
  set_tolerances(coarse);
  return coarse;
}

}  // namespace stacvrt::cube
