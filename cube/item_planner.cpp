// SPDX-License-Identifier: MIT
#include "cube/item_planner.h"

#include <algorithm>
#include <cmath>

#include "cube/grid.h"
#include "cube/output_planner.h"
#include "cube/products.h"
#include "stac/href.h"
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

MaskPlan plan_mask(const stac::Item& item, const MaskRequest& request, const BandMatch& match, const Recipe& recipe,
                   const PlanEnvironment& environment, MaskTables& tables, PlannedItem& planned) {
  MaskPlan plan;
  plan.source = make_source(item, match, recipe, environment, planned.remarks);
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

namespace {

// The href to read: the first of the alternates asked for that the asset has, else its own.
std::string chosen_href(const stac::Item& item, const stac::Asset& asset, const Recipe& recipe,
                        std::vector<std::string>& remarks) {
  if (asset.tiles) return asset.tiles->href_template;
  if (!recipe.alternates.empty()) {
    const auto alternates = item.assets.alternates(asset);
    for (const std::string& wanted : recipe.alternates)
      for (const auto& [name, href] : alternates)
        if (name == wanted) {
          remarks.push_back("asset '" + asset.key + "' is read from its alternate '" + name + "'");
          return href;
        }
  }
  return item.assets.href(asset);
}

// Pixel type and nodata where the metadata are silent: of a local file it says itself what it holds.
void assume_known(SourceBand& source, const stac::Item& item, const stac::Asset& asset,
                  std::vector<std::string>& remarks) {
  const auto known = known_asset(item, asset);
  if (!known) return;
  std::string assumed;
  const bool silent = asset.bands.front().data_type_text.empty();
  if (!source.type && silent && stac::is_remote(source.path)) {
    source.type = known->type;
    assumed = std::string("pixel type ") + stac::data_type_name(known->type);
  }
  if (!source.nodata && known->nodata) {
    source.nodata = known->nodata;
    assumed += (assumed.empty() ? "nodata " : ", nodata ") + stac::number_text(*known->nodata);
  }
  if (!assumed.empty())
    remarks.push_back("asset '" + asset.key + "': " + assumed + " as in all of " + known->product +
                      ", since the metadata give none");
}

// What the raster has to be asked for, in the words of the metadata.
std::string what_is_missing(const SourceBand& source, bool grid_known) {
  std::string missing;
  const auto add = [&missing](const std::string& what) { missing += (missing.empty() ? "" : " and ") + what; };
  if (!grid_known) add("pixel grid (proj:shape with proj:transform or proj:bbox)");
  if (source.grid.crs.empty() && grid_known) add("coordinate reference system (proj:code)");
  if (!source.type) add("pixel type (data_type in bands or raster:bands)");
  return missing;
}

// Asks the raster for what the metadata lack; an error tells why it was asked at all.
RasterInfo ask_raster(const SourceBand& source, bool grid_known, PixelSource& pixels) {
  try {
    return pixels.describe(source);
  } catch (const Error& error) {
    if (source.tiles || error.code() != ErrorCode::kIo) throw;
    throw Error(error.code(),
                error.message() + "; it had to be opened because its metadata do not tell its " +
                    what_is_missing(source, grid_known),
                error.where());
  }
}

}  // namespace

SourceBand make_source(const stac::Item& item, const BandMatch& match, const Recipe& recipe,
                       const PlanEnvironment& environment, std::vector<std::string>& remarks) {
  const stac::Asset& asset = *match.asset;
  SourceBand source;
  source.where = item.where(asset);
  source.asset_key = asset.key;
  source.band = match.band;
  source.nodata = match.metadata().nodata;
  source.type = match.metadata().data_type;
  source.path = environment.resolve(chosen_href(item, asset, recipe, remarks), item, source.where);
  if (asset.tiles) {
    auto tiles = std::make_shared<stac::TilePyramid>(*asset.tiles);
    tiles->href_template = source.path;
    source.tiles = std::move(tiles);
  }
  const stac::Projection& projection = item.assets.projection(asset);
  if (const auto grid = projection.grid()) source.grid = *grid;
  const bool grid_known = source.grid.width_px > 0;
  assume_known(source, item, asset, remarks);
  if (!grid_known || source.grid.crs.empty() || !source.type) {
    const RasterInfo info = ask_raster(source, grid_known, environment.pixels);
    if (!grid_known) {
      const stac::Crs declared = projection.crs.value_or(stac::Crs{});
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
    const BandMatch& match = *planned.matches.back();
    bands.back() = make_source(item, match, recipe, environment, planned.remarks);
    heed_declarations(planned, *bands.back(), match.metadata());
    if (!match.alias.empty())
      planned.remarks.push_back(request.name + ": asset '" + match.asset->key + "', by the name '" + match.alias +
                                "' that the band has for this sensor");
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
    MaskPlan mask = plan_mask(item, recipe.masks[i], *masks[i], recipe, environment, tables, planned);
    check_on_basis(mask.source, planned.plan.basis, environment.projector);
    remark_unknown_classes(planned, mask, *masks[i]);
    plan_cleanup(mask, recipe.masks[i].cleanup, planned.plan.basis, environment.projector);
    planned.plan.halo.x_px = std::max(planned.plan.halo.x_px, mask.halo.x_px);
    planned.plan.halo.y_px = std::max(planned.plan.halo.y_px, mask.halo.y_px);
    planned.plan.masks.push_back(std::move(mask));
  }
  return planned;
}

}  // namespace stacvrt::cube
