// SPDX-License-Identifier: MIT
#include "cube/plan.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "cube/grid.h"
#include "cube/item_filter.h"
#include "cube/item_planner.h"
#include "cube/output_planner.h"
#include "cube/scaling.h"
#include "stac/spelling.h"

namespace stacvrt::cube {

namespace {

constexpr std::int64_t kMicrosPerHour = 3600 * stac::kMicrosPerSecond;
constexpr double kDegreesPerHour = 15;
constexpr double kPositionTolerancePx = 1e-6;
constexpr double kFar = std::numeric_limits<double>::max();

std::string plural(std::size_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

// "20" is not less than 30: where all items have another type of value than the filter, that is the reason.
void fail_between_types(const PropertyFilter& filter, const std::vector<stac::Item>& items) {
  const stac::Json& wanted = filter.value.is_array() && !filter.value.empty() ? filter.value.front() : filter.value;
  const stac::Json* other = nullptr;
  for (const stac::Item& item : items) {
    const auto found = item.properties.find(filter.property);
    if (found == item.properties.end() || found->is_null()) continue;
    if (found->is_number() == wanted.is_number()) return;
    other = &*found;
  }
  if (other)
    throw Error(ErrorCode::kInvalid,
                "the filter compares with " + wanted.dump() + ", but the items' values are like " + other->dump(),
                filter.where);
}

// Either a property is misspelt, or no item has such values.
[[noreturn]] void fail_filtered(const Recipe& recipe, const std::vector<stac::Item>& items) {
  std::set<std::string> known;
  for (const stac::Item& item : items) known.insert(item.properties.names()->begin(), item.properties.names()->end());
  for (const PropertyFilter& filter : recipe.filters)
    if (!known.contains(filter.property))
      throw Error(ErrorCode::kNotFound,
                  "no item has the property '" + filter.property + "'" +
                      stac::spelling_hint(filter.property, {known.begin(), known.end()}),
                  filter.where);
  for (const PropertyFilter& filter : recipe.filters) fail_between_types(filter, items);
  throw Error(ErrorCode::kEmpty, "the filter leaves none of " + plural(items.size(), "item"),
              recipe.filters.empty() ? Where{recipe.document, {}, {}} : recipe.filters.front().where);
}

// Items that satisfy filter and range, in order of datetime, then id.
std::vector<const stac::Item*> select_items(const Recipe& recipe, const std::vector<stac::Item>& items) {
  std::vector<const stac::Item*> selected;
  for (const stac::Item& item : items)
    if (matches(item, recipe.filters)) selected.push_back(&item);
  if (selected.empty()) fail_filtered(recipe, items);
  std::stable_sort(selected.begin(), selected.end(), [](const stac::Item* a, const stac::Item* b) {
    return std::pair(a->when(), std::string_view(a->id)) < std::pair(b->when(), std::string_view(b->id));
  });
  if (recipe.time.range) {
    const std::string span =
        stac::format_instant(selected.front()->when()) + " to " + stac::format_instant(selected.back()->when());
    std::erase_if(selected, [&](const stac::Item* item) { return !in_range(*item, *recipe.time.range); });
    if (selected.empty())
      throw Error(ErrorCode::kEmpty, "no item lies in the time range; the items' times are " + span, recipe.time.where);
  }
  return selected;
}

void complete_bands(Recipe& recipe, const std::vector<const stac::Item*>& items) {
  if (recipe.bands.empty()) recipe.bands = default_bands(items);
  if (recipe.bands.empty())
    throw Error(ErrorCode::kNotFound,
                "the items share no spectral asset; name the bands. The items have: " +
                    stac::quoted_list(known_band_names(items), 40),
                {recipe.document, {}, "/bands"});
}

// A name that no item knows is a misspelling, not a gap in the data.
void check_names(const Recipe& recipe, const std::vector<const stac::Item*>& items) {
  const auto check = [&](const auto& match, const std::string& name, const std::string& what, const Where& where) {
    if (std::none_of(items.begin(), items.end(), [&](const stac::Item* item) { return match(*item).has_value(); }))
      throw Error(ErrorCode::kNotFound,
                  "no item has the " + what + " '" + name + "'" + stac::spelling_hint(name, known_band_names(items)),
                  where);
  };
  for (const BandRequest& band : recipe.bands)
    check([&](const stac::Item& item) { return match_band(item, band); }, band.asset.empty() ? band.name : band.asset,
          "band", band.where);
  for (const MaskRequest& mask : recipe.masks)
    if (!mask.asset.empty())
      check([&](const stac::Item& item) { return match_mask(item, mask); }, mask.asset, "mask asset", mask.where);
}

// Everything that an item's pixels come from.
std::string identity_of(const ItemPlan& item) {
  std::string text = item.id + "\n" + std::to_string(item.when);
  const auto add = [&text](const SourceBand& source) {
    text += "\n" + source.path + "\n" + std::to_string(source.band);
  };
  for (const auto& band : item.bands)
    if (band) add(*band);
  for (const MaskPlan& mask : item.masks) add(mask.source);
  return text;
}

// An item that is listed twice, on overlapping pages of a search for instance, is one observation.
void leave_out_twins(Plan& plan, std::vector<PlannedItem>& items) {
  std::set<std::string> seen;
  std::erase_if(items, [&](const PlannedItem& item) {
    if (seen.insert(identity_of(item.plan)).second) return false;
    plan.left_out.push_back("item '" + item.plan.id + "' is listed more than once: it counts once");
    return true;
  });
}

std::vector<PlannedItem> plan_items(Plan& plan, const std::vector<const stac::Item*>& items,
                                    const PlanEnvironment& environment) {
  std::vector<PlannedItem> planned;
  MaskTables tables;
  for (const stac::Item* item : items) {
    std::string why_not;
    try {
      if (auto one = plan_item(*item, plan.recipe, environment, tables, why_not))
        planned.push_back(std::move(*one));
      else
        plan.left_out.push_back(why_not);
    } catch (const Error& error) {
      if (!environment.skip_unreadable || error.code() != ErrorCode::kIo) throw;
      plan.unreadable.emplace_back(item->id, error.what());
    }
  }
  leave_out_twins(plan, planned);
  if (planned.empty())
    throw Error(
        ErrorCode::kEmpty,
        "no item can take part: " + (plan.left_out.empty() ? plan.unreadable.front().second : plan.left_out.front()),
        {plan.recipe.document, {}, {}});
  for (const PlannedItem& one : planned)
    for (std::size_t b = 0; b < plan.recipe.bands.size(); ++b)
      if (!one.matches[b])
        plan.left_out.push_back("item '" + one.plan.id + "' has no band '" + plan.recipe.bands[b].name +
                                "': it counts for outputs without that band only");
  return planned;
}

std::vector<stac::Crs> number_crs(std::vector<PlannedItem>& items, Projector& projector) {
  std::vector<stac::Crs> list;
  for (PlannedItem& item : items) {
    const stac::Crs& crs = item.plan.basis.crs;
    auto found = std::find(list.begin(), list.end(), crs);
    if (found == list.end())
      found =
          std::find_if(list.begin(), list.end(), [&](const stac::Crs& other) { return projector.same(other, crs); });
    item.plan.crs = static_cast<int>(found - list.begin());
    if (found == list.end()) list.push_back(crs);
  }
  return list;
}

// The value most items have; the earliest of equally common ones.
template <class Value>
Value most_common(const std::vector<Value>& values) {
  std::map<Value, std::size_t> counts;
  for (const Value& value : values) ++counts[value];
  std::size_t most = 0;
  for (const auto& [value, count] : counts) most = std::max(most, count);
  return *std::find_if(values.begin(), values.end(), [&](const Value& value) { return counts[value] == most; });
}

stac::DataType joined(stac::DataType a, stac::DataType b) {
  using stac::DataType;
  if (a == b) return a;
  if (!stac::is_integer(a) || !stac::is_integer(b)) return DataType::kFloat32;
  const double low = std::min(stac::lowest_value(a), stac::lowest_value(b));
  const double high = std::max(stac::highest_value(a), stac::highest_value(b));
  for (const DataType type : {DataType::kUInt8, DataType::kUInt16, DataType::kInt16})
    if (stac::lowest_value(type) <= low && stac::highest_value(type) >= high) return type;
  return DataType::kInt32;
}

Resampling resampling_for(const GridRequest& grid, const std::string& band) {
  for (const auto& [name, resampling] : grid.resampling_of)
    if (name == band) return resampling;
  return grid.resampling;
}

// One band over all items: common scale, offset, type and nodata, and each item's way there.
BandPlan plan_band(Plan& plan, std::size_t index, std::vector<PlannedItem>& items,
                   std::map<std::string, std::size_t>& reasons) {
  std::vector<std::pair<double, double>> scalings;
  std::vector<std::optional<double>> nodata;
  BandPlan band;
  band.name = plan.recipe.bands[index].name;
  band.resampling = resampling_for(plan.recipe.grid, band.name);
  bool first = true;
  for (PlannedItem& item : items) {
    item.plan.physical.push_back({1.0, 0.0});
    if (!item.matches[index]) continue;
    const SourceBand& source = *item.plan.bands[index];
    (void)read_type_of(source);
    const Scaling scaling = item_scaling(*item.item, *item.matches[index]);
    if (!scaling.reason.empty()) ++reasons[band.name + ": " + scaling.reason];
    item.plan.physical.back() = {scaling.scale, scaling.offset};
    scalings.emplace_back(scaling.scale, scaling.offset);
    // NaN has no order; a Float32 output has it as nodata anyway.
    nodata.push_back(source.nodata && std::isnan(*source.nodata) ? std::nullopt : source.nodata);
    const stac::Band& metadata = item.matches[index]->metadata();
    band.type = first ? *source.type : joined(band.type, *source.type);
    if (first) {
      band.common_name = metadata.common_name;
      band.unit = metadata.unit;
    }
    first = false;
  }
  if (scalings.empty())
    throw Error(ErrorCode::kEmpty, "no item that can take part has the band '" + band.name + "'",
                plan.recipe.bands[index].where);
  std::tie(band.scale, band.offset) = most_common(scalings);
  band.nodata = most_common(nodata);
  std::size_t rescaled = 0;
  for (PlannedItem& item : items) {
    const auto [scale, offset] = item.plan.physical[index];
    kernels::Harmonisation way;
    if (item.matches[index] && (scale != band.scale || offset != band.offset)) {
      way = {scale / band.scale, (offset - band.offset) / band.scale};
      ++rescaled;
    }
    item.plan.harmonisation.push_back(way);
  }
  plan.decisions.push_back(band.name + ": scale " + stac::number_text(band.scale) + ", offset " +
                           stac::number_text(band.offset) + ", " + plural(scalings.size() - rescaled, "item") +
                           " as they are, " + plural(rescaled, "item") + " rescaled");
  return band;
}

void plan_bands(Plan& plan, std::vector<PlannedItem>& items) {
  std::map<std::string, std::size_t> reasons;
  for (const PlannedItem& item : items)
    for (const std::string& remark : item.remarks) ++reasons[remark];
  for (std::size_t b = 0; b < plan.recipe.bands.size(); ++b) plan.bands.push_back(plan_band(plan, b, items, reasons));
  for (const auto& [reason, count] : reasons) plan.decisions.push_back(reason + " (" + plural(count, "item") + ")");
  std::vector<std::string> names;
  for (const BandPlan& band : plan.bands) names.push_back(band.name);
  for (const auto& [name, resampling] : plan.recipe.grid.resampling_of)
    if (std::find(names.begin(), names.end(), name) == names.end())
      throw Error(ErrorCode::kNotFound, "grid.resampling: no band '" + name + "'" + stac::spelling_hint(name, names),
                  plan.recipe.grid.where);
}

// Midnight of the acquisition's date in local solar time at the centre of the item's grid.
stac::Instant solar_midnight(const ItemPlan& item, const CoordinateOperation& to_lonlat) {
  const auto& t = item.basis.transform;
  const double col = static_cast<double>(item.basis.width_px) / 2;
  const double row = static_cast<double>(item.basis.height_px) / 2;
  double lon = t.a * col + t.b * row + t.c;
  double lat = t.d * col + t.e * row + t.f;
  to_lonlat.apply(1, &lon, &lat);
  if (!std::isfinite(lon))
    throw Error(ErrorCode::kInvalid, "the centre of item '" + item.id + "' has no longitude; use time.group 'none'",
                item.where);
  const auto shift =
      static_cast<stac::Instant>(std::llround(lon / kDegreesPerHour * static_cast<double>(kMicrosPerHour)));
  return stac::day_of(item.when + shift) * stac::kMicrosPerDay;
}

void group_items(Plan& plan, Projector& projector) {
  std::vector<std::shared_ptr<const CoordinateOperation>> to_lonlat(plan.source_crs.size());
  std::map<stac::Instant, std::size_t> days;
  for (std::size_t i = 0; i < plan.items.size(); ++i) {
    const ItemPlan& item = plan.items[i];
    if (plan.recipe.time.group == GroupKind::kNone) {
      plan.observations.push_back({{static_cast<int>(i)}, item.when});
      continue;
    }
    auto& operation = to_lonlat[static_cast<std::size_t>(item.crs)];
    if (!operation) operation = projector.operation(item.basis.crs, kLonLat, extent_of(item.basis));
    const stac::Instant day = solar_midnight(item, *operation);
    const auto [found, added] = days.try_emplace(day, plan.observations.size());
    if (added) plan.observations.push_back({{}, item.when});
    plan.observations[found->second].items.push_back(static_cast<int>(i));
  }
}

void plan_grid(Plan& plan, const std::vector<PlannedItem>& items, const std::vector<stac::Crs>& crs_list,
               Projector& projector) {
  std::vector<GridCandidate> candidates;
  for (const PlannedItem& item : items) candidates.push_back({&item.plan.basis, item.plan.crs});
  plan.grid = make_target_grid(plan.recipe.grid, candidates, crs_list, projector);
  const auto extent = extent_of(plan.grid);
  const auto areas = extents_by_crs(candidates, crs_list.size());
  for (std::size_t i = 0; i < crs_list.size(); ++i) {
    const stac::Crs& crs = crs_list[i];
    plan.source_crs.push_back({crs, nullptr, nullptr, 0});
    if (projector.same(crs, plan.grid.crs)) continue;
    plan.source_crs.back().from_target = projector.operation(plan.grid.crs, crs, extent);
    plan.source_crs.back().to_target = projector.operation(crs, plan.grid.crs, areas[i]);
  }
}

// Where the items lie, in the grid's CRS; nothing where none can be shown in it.
std::string extent_text(const Plan& plan) {
  std::array<double, 4> all{kFar, kFar, -kFar, -kFar};
  for (const ItemPlan& item : plan.items) {
    const auto& to_target = plan.source_crs[static_cast<std::size_t>(item.crs)].to_target;
    std::optional<std::array<double, 4>> extent = extent_of(item.basis);
    if (to_target) extent = transformed_extent(*extent, *to_target);
    if (!extent) continue;
    const auto& [left, bottom, right, top] = *extent;
    all = {std::min(all[0], left), std::min(all[1], bottom), std::max(all[2], right), std::max(all[3], top)};
  }
  if (all[0] > all[2]) return {};
  return " at " + stac::number_text(all[0]) + ", " + stac::number_text(all[1]) + ", " + stac::number_text(all[2]) +
         ", " + stac::number_text(all[3]) + " of " + plan.grid.crs.text;
}

void check_overlap(const Plan& plan) {
  if (std::any_of(plan.items.begin(), plan.items.end(), [](const ItemPlan& item) { return !item.reach.empty(); }))
    return;
  throw Error(ErrorCode::kEmpty,
              "the grid is empty: no item touches its bounds (" + plural(plan.items.size(), "item") + " elsewhere" +
                  extent_text(plan) + "; leave out grid.bounds and grid.bbox to see them all)",
              plan.recipe.grid.where);
}

void make_plan_windows(Plan& plan) {
  std::vector<stac::Instant> times;
  for (const Observation& observation : plan.observations) times.push_back(observation.time);
  plan.windows = make_windows(times, plan.recipe.time);
}

}  // namespace

void set_tolerances(Plan& plan) {
  for (SourceCrs& source : plan.source_crs) source.tolerance = kFar;
  for (const ItemPlan& item : plan.items) {
    const auto size = pixel_size(item.basis.transform);
    double& tolerance = plan.source_crs[static_cast<std::size_t>(item.crs)].tolerance;
    tolerance = std::min({tolerance, kPositionTolerancePx * size[0], kPositionTolerancePx * size[1]});
  }
}

Plan make_plan(Recipe recipe, const std::vector<stac::Item>& items, const PlanEnvironment& environment) {
  Plan plan;
  plan.recipe = std::move(recipe);
  const std::vector<const stac::Item*> selected = select_items(plan.recipe, items);
  complete_bands(plan.recipe, selected);
  check_names(plan.recipe, selected);
  std::vector<PlannedItem> planned = plan_items(plan, selected, environment);
  const std::vector<stac::Crs> crs_list = number_crs(planned, environment.projector);
  plan_bands(plan, planned);
  plan_grid(plan, planned, crs_list, environment.projector);
  for (PlannedItem& item : planned) {
    place_on_grid(item.plan, plan);
    plan.items.push_back(std::move(item.plan));
  }
  set_tolerances(plan);
  check_overlap(plan);
  for (const MaskRequest& mask : plan.recipe.masks)
    if (mask.valid_range) plan.valid_ranges.push_back(*mask.valid_range);
  group_items(plan, environment.projector);
  make_plan_windows(plan);
  plan_outputs(plan);
  return plan;
}

}  // namespace stacvrt::cube
