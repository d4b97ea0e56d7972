// SPDX-License-Identifier: MIT
#include "cube/item_planner.h"

#include <algorithm>
#include <cmath>

#include "cube/grid.h"
#include "cube/output_planner.h"
#include "stac/spelling.h"

namespace stacvrt::cube {

namespace {

void check_grid(const SourceBand& source) {
  if (source.grid.crs.empty())
    throw Error(ErrorCode::kInvalid,
                "asset '" + source.asset_key +
                    "' has no coordinate reference system: neither the metadata (proj:code, proj:epsg, proj:wkt2, "
                    "proj:projjson) nor the raster give one",
                source.where);
  if (source.grid.width_px > kMaxSide || source.grid.height_px > kMaxSide)
    throw Error(ErrorCode::kTooLarge,
                "asset '" + source.asset_key + "' is larger than GDAL's 2147483647 pixels on a side", source.where);
}

// A rule that no pixel can meet would mask nothing.
void check_values(const MaskRequest& request, const MaskPlan& plan) {
  const stac::DataType type = *plan.source.type;
  const double lowest = stac::lowest_value(type), highest = stac::highest_value(type);
  const auto fail = [&](Where where, const std::string& what) {
    where.item = plan.source.where.item;
    throw Error(ErrorCode::kInvalid,
                "the mask asset '" + plan.source.asset_key + "' has pixels of " + stac::data_type_name(type) + " (" +
                    stac::number_text(lowest) + " to " + stac::number_text(highest) + "): " + what,
                where);
  };
  const auto check = [&](const std::vector<std::int64_t>& values, const Where& where) {
    for (const std::int64_t value : values)
      if (static_cast<double>(value) < lowest || static_cast<double>(value) > highest)
        fail(where, "they cannot hold the class " + std::to_string(value));
  };
  const int most_bits = static_cast<int>(8 * stac::data_type_size(type));
  for (const auto* rules : {&plan.values.bits, &plan.values.nodata_bits})
    for (const MaskValues::Bits& rule : *rules)
      if (rule.shift + rule.length > most_bits)
        fail(request.where, "there is no bit " + std::to_string(rule.shift + rule.length - 1));
  if (request.above && *request.above >= highest) fail(request.where, "none is above \"above\"");
  if (request.below && *request.below <= lowest) fail(request.where, "none is below \"below\"");
  check(plan.values.exclude, request.exclude_where);
  check(plan.values.keep, request.keep_where);
  check(plan.values.nodata, request.nodata_where);
}

void remark_unknown_classes(PlannedItem& planned, const MaskPlan& mask, const BandMatch& match) {
  for (const std::int64_t value : values_without_class(mask.values, *match.asset, match.metadata()))
    planned.remarks.push_back("mask asset '" + mask.source.asset_key + "' lists no class " + std::to_string(value) +
                              ", which the recipe names");
}

// Declarations that mean nothing count as none, and say so.
void heed_declarations(PlannedItem& planned, SourceBand& source, const stac::Band& metadata) {
  const std::string asset = "asset '" + source.asset_key + "': ";
  if (!metadata.data_type && !metadata.data_type_text.empty())
    planned.remarks.push_back(asset + "data_type '" + metadata.data_type_text +
                              "' is no type that is known here; the raster's own counts");
  if (!source.nodata || !stac::is_integer(*source.type)) return;
  const double nodata = *source.nodata;
  if (nodata == std::floor(nodata) && nodata >= stac::lowest_value(*source.type) &&
      nodata <= stac::highest_value(*source.type))
    return;
  planned.remarks.push_back(asset + "nodata " + stac::number_text(nodata) + " is no value of " +
                            stac::data_type_name(*source.type) + "; the raster's own counts, if it has one");
  source.nodata.reset();
}

MaskPlan plan_mask(const stac::Item& item, const MaskRequest& request, const BandMatch& match,
                   const PlanEnvironment& environment, MaskTables& tables, PlannedItem& planned) {
  MaskPlan plan;
  plan.source = make_source(item, match, environment);
  heed_declarations(planned, plan.source, match.metadata());
  plan.source.classes = true;
  (void)read_type_of(plan.source);
  plan.values = resolve_mask(request, *match.asset, match.metadata(), item.id);
  check_values(request, plan);
  plan.table = tables.get(plan.values, *plan.source.type);
  return plan;
}

kernels::MorphologyOperation operation_of(CleanupOperation operation) {
  switch (operation) {
    case CleanupOperation::kOpening:
      return kernels::MorphologyOperation::kOpening;
    case CleanupOperation::kClosing:
      return kernels::MorphologyOperation::kClosing;
    case CleanupOperation::kDilation:
      return kernels::MorphologyOperation::kDilation;
    case CleanupOperation::kErosion:
      break;
  }
  return kernels::MorphologyOperation::kErosion;
}

void plan_cleanup(MaskPlan& mask, const std::vector<CleanupStep>& steps, const stac::PixelGrid& basis,
                  Projector& projector) {
  const auto size = pixel_size(basis.transform);
  const double metres = projector.metres_per_unit(basis.crs);
  for (const CleanupStep& step : steps)
    mask.cleanup.push_back({operation_of(step.operation), step.radius, step.metres ? size[0] * metres : 1.0,
                            step.metres ? size[1] * metres : 1.0});
  mask.halo = kernels::halo_of(mask.cleanup);
}

// The finest band's grid, the first among equals.
const SourceBand* basis_of(const ItemPlan& plan) {
  const SourceBand* basis = nullptr;
  const auto width = [](const SourceBand& source) { return pixel_size(source.grid.transform)[0]; };
  for (const auto& source : plan.bands)
    if (source && (!basis || width(*source) < width(*basis))) basis = &*source;
  return basis;
}

// All of an item's sources must lie in one CRS, and on different pixels only without rotation.
void check_on_basis(const SourceBand& source, const stac::PixelGrid& basis, Projector& projector) {
  if (source.grid == basis) return;
  if (!projector.same(source.grid.crs, basis.crs))
    throw Error(ErrorCode::kUnsupported,
                "assets of one item lie in different CRSs: '" + source.asset_key + "' in " + source.grid.crs.text +
                    ", others in " + basis.crs.text,
                source.where);
  if (source.grid.transform != basis.transform &&
      (!is_north_up(source.grid.transform) || !is_north_up(basis.transform)))
    throw Error(ErrorCode::kUnsupported,
                "asset '" + source.asset_key + "' is rotated and lies on other pixels than the item's finest band",
                source.where);
}

}  // namespace

SourceBand make_source(const stac::Item& item, const BandMatch& match, const PlanEnvironment& environment) {
  const stac::Asset& asset = *match.asset;
  SourceBand source;
  source.where = item.where(asset);
  source.asset_key = asset.key;
  source.band = match.band;
  source.nodata = match.metadata().nodata;
  source.type = match.metadata().data_type;
  source.path =
      environment.resolve(asset.tiles ? asset.tiles->href_template : item.assets.href(asset), item, source.where);
  if (asset.tiles) {
    auto tiles = std::make_shared<stac::TilePyramid>(*asset.tiles);
    tiles->href_template = source.path;
    source.tiles = std::move(tiles);
  }
  if (const auto grid = asset.projection.grid()) source.grid = *grid;
  const bool grid_known = source.grid.width_px > 0;
  if (!grid_known || source.grid.crs.empty() || !source.type) {
    const RasterInfo info = environment.pixels.describe(source);
    if (!grid_known) {
      const stac::Crs declared = asset.projection.crs.value_or(stac::Crs{});
      source.grid = info.grid;
      if (!declared.empty()) source.grid.crs = declared;
    }
    if (source.grid.crs.empty()) source.grid.crs = info.grid.crs;
    if (!source.type) source.type = info.type;
  }
  check_grid(source);
  return source;
}

std::optional<PlannedItem> plan_item(const stac::Item& item, const Recipe& recipe, const PlanEnvironment& environment,
                                     MaskTables& tables, std::string& why_not) {
  PlannedItem planned;
  planned.item = &item;
  planned.plan.id = item.id;
  planned.plan.when = item.when();
  planned.plan.where = item.where();
  std::vector<std::optional<BandMatch>> masks;
  for (const MaskRequest& request : recipe.masks) {
    masks.push_back(request.asset.empty() ? std::nullopt : match_mask(item, request));
    if (!request.asset.empty() && !masks.back()) {
      why_not = "item '" + item.id + "' is left out: it has no mask asset '" + request.asset + "'";
      return std::nullopt;
    }
  }
  for (const BandRequest& request : recipe.bands) {
    planned.matches.push_back(match_band(item, request));
    auto& bands = planned.plan.bands;
    bands.emplace_back();
    if (!planned.matches.back()) continue;
    bands.back() = make_source(item, *planned.matches.back(), environment);
    heed_declarations(planned, *bands.back(), planned.matches.back()->metadata());
  }
  const SourceBand* basis = basis_of(planned.plan);
  if (!basis) {
    why_not = "item '" + item.id + "' is left out: it has none of the recipe's bands";
    return std::nullopt;
  }
  planned.plan.basis = basis->grid;
  for (const auto& source : planned.plan.bands)
    if (source) check_on_basis(*source, planned.plan.basis, environment.projector);
  for (std::size_t i = 0; i < masks.size(); ++i) {
    if (!masks[i]) continue;
    MaskPlan mask = plan_mask(item, recipe.masks[i], *masks[i], environment, tables, planned);
    check_on_basis(mask.source, planned.plan.basis, environment.projector);
    remark_unknown_classes(planned, mask, *masks[i]);
    plan_cleanup(mask, recipe.masks[i].cleanup, planned.plan.basis, environment.projector);
    planned.plan.halo.x_px = std::max(planned.plan.halo.x_px, mask.halo.x_px);
    planned.plan.halo.y_px = std::max(planned.plan.halo.y_px, mask.halo.y_px);
    planned.plan.masks.push_back(std::move(mask));
  }
  return planned;
}

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
  const auto span = [&](double dx, double dy) {
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

void place_on_grid(ItemPlan& item, const Plan& plan) {
  const PixelWindow everything{0, 0, plan.grid.width_px, plan.grid.height_px};
  const SourceCrs& source = plan.source_crs[static_cast<std::size_t>(item.crs)];
  std::optional<std::array<double, 4>> extent = extent_of(item.basis);
  if (source.to_target) extent = transformed_extent(*extent, *source.to_target);
  item.reach = extent ? generous_window(*extent, plan.grid) : everything;
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
