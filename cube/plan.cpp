// SPDX-License-Identifier: MIT
#include "cube/plan.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "cube/band_planner.h"
#include "cube/grid.h"
#include "cube/item_facts.h"
#include "cube/item_filter.h"
#include "cube/item_planner.h"
#include "cube/longitude.h"
#include "cube/output_planner.h"
#include "stac/spelling.h"

namespace stacvrt::cube {

namespace {

constexpr std::int64_t kMicrosPerHour = 3600 * stac::kMicrosPerSecond;
constexpr double kDegreesPerHour = 15;
constexpr double kPositionTolerancePx = 1e-6;
constexpr double kFar = std::numeric_limits<double>::max();

void complete_bands(Recipe& recipe, const std::vector<const stac::Item*>& items) {
  if (recipe.bands.empty()) recipe.bands = default_bands(items);
  if (recipe.bands.empty())
    throw Error(ErrorCode::kNotFound,
                "the items share no spectral asset; name the bands. The items have: " +
                    stac::quoted_list(known_band_names(items), 40),
                {recipe.document, {}, "/bands"});
}

// The names of all alternates, in order of appearance.
std::vector<std::string> known_alternates(const std::vector<const stac::Item*>& items) {
  std::vector<std::string> names;
  for (const stac::Item* item : items)
    for (const stac::Asset& asset : item->assets)
      for (const auto& [name, href] : item->assets.alternates(asset))
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  return names;
}

void check_alternates(const Recipe& recipe, const std::vector<const stac::Item*>& items) {
  if (recipe.alternates.empty()) return;
  const std::vector<std::string> known = known_alternates(items);
  const Where where{recipe.document, {}, "/alternate"};
  if (known.empty())
    throw Error(ErrorCode::kNotFound, "the items' assets have no alternates; leave \"alternate\" out", where);
  const auto is_known = [&](const std::string& name) {
    return std::find(known.begin(), known.end(), name) != known.end();
  };
  if (std::any_of(recipe.alternates.begin(), recipe.alternates.end(), is_known)) return;
  const std::string& name = recipe.alternates.front();
  throw Error(ErrorCode::kNotFound, "no asset has an alternate '" + name + "'" + stac::spelling_hint(name, known),
              where);
}

// Where a preset asks for what the items lack: whose items they are.
std::string of_which_platform(const Recipe& recipe, const std::vector<const stac::Item*>& items) {
  if (recipe.preset.empty()) return {};
  std::vector<std::string> platforms;
  for (const stac::Item* item : items) {
    const std::string name = text_property(*item, "platform").value_or("");
    if (!name.empty() && std::find(platforms.begin(), platforms.end(), name) == platforms.end())
      platforms.push_back(name);
  }
  return platforms.empty() ? std::string() : " (the items are of " + stac::quoted_list(platforms, 4) + ")";
}

// A name that no item knows is a misspelling, not a gap in the data.
void check_names(const Recipe& recipe, const std::vector<const stac::Item*>& items) {
  const auto check = [&](const auto& match, const std::string& name, const std::string& what, const Where& where) {
    if (std::none_of(items.begin(), items.end(), [&](const stac::Item* item) { return match(*item).has_value(); }))
      throw Error(ErrorCode::kNotFound,
                  "no item has the " + what + " '" + name + "'" + of_which_platform(recipe, items) +
                      stac::spelling_hint(name, known_band_names(items)),
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
  const Acquisitions acquisitions = resolve_duplicates(items, plan.recipe);
  plan.left_out = acquisitions.left_out;
  plan.decisions.insert(plan.decisions.end(), acquisitions.decisions.begin(), acquisitions.decisions.end());
  std::vector<PlannedItem> planned;
  MaskTables tables;
  for (std::size_t i = 0; i < acquisitions.items.size(); ++i) {
    std::string why_not;
    const stac::Item& item = *acquisitions.items[i];
    try {
      auto one = plan_item(item, plan.recipe, environment, tables, why_not);
      if (!one) {
        plan.left_out.push_back(why_not);
        continue;
      }
      one->plan.part = acquisitions.parts[i];
      planned.push_back(std::move(*one));
    } catch (const Error& error) {
      if (!environment.skip_unreadable || error.code() != ErrorCode::kIo) throw;
      plan.unreadable.emplace_back(item.id, error.what());
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

// Midnight of the acquisition's date in local solar time at the centre of the item's grid. Longitudes are counted on
// from `middle`, so that days do not end at the antimeridian in the middle of a pass.
stac::Instant solar_midnight(const ItemPlan& item, const CoordinateOperation& to_lonlat, double middle) {
  double lon = longitude_of_centre(item.basis, to_lonlat);
  if (!std::isfinite(lon))
    throw Error(ErrorCode::kInvalid, "the centre of item '" + item.id + "' has no longitude; use time.group 'none'",
                item.where);
  lon = longitude_near(lon, middle, 360);
  const auto shift =
      static_cast<stac::Instant>(std::llround(lon / kDegreesPerHour * static_cast<double>(kMicrosPerHour)));
  return stac::day_of(item.when + shift) * stac::kMicrosPerDay;
}

// The longitude of the grid's centre; 0 where it has none.
double middle_longitude(const stac::PixelGrid& grid, Projector& projector) {
  if (projector.full_turn(grid.crs) == 360) {
    const auto extent = extent_of(grid);
    return (extent[0] + extent[2]) / 2;
  }
  const double lon = longitude_of_centre(grid, *projector.operation(grid.crs, kLonLat, extent_of(grid)));
  return std::isfinite(lon) ? lon : 0;
}

// Among the items of an observation the one of a later version comes before others of its acquisition.
void add_to(Observation& observation, int index, const std::vector<ItemPlan>& items) {
  const Part& part = items[static_cast<std::size_t>(index)].part;
  const auto older = std::find_if(observation.items.begin(), observation.items.end(), [&](int other) {
    const Part& of = items[static_cast<std::size_t>(other)].part;
    return part.acquisition >= 0 && of.acquisition == part.acquisition && of.version < part.version;
  });
  observation.items.insert(older, index);
}

// Groups by solar day, or parts of one acquisition only.
void group_items(Plan& plan, Projector& projector) {
  const bool by_day = plan.recipe.time.group == GroupKind::kSolarDay;
  const double middle = by_day ? middle_longitude(plan.grid, projector) : 0;
  std::vector<std::shared_ptr<const CoordinateOperation>> to_lonlat(plan.source_crs.size());
  std::map<stac::Instant, std::size_t> groups;
  for (std::size_t i = 0; i < plan.items.size(); ++i) {
    const ItemPlan& item = plan.items[i];
    stac::Instant group = item.part.acquisition;
    if (by_day) {
      auto& operation = to_lonlat[static_cast<std::size_t>(item.crs)];
      if (!operation) operation = projector.operation(item.basis.crs, kLonLat, extent_of(item.basis));
      group = solar_midnight(item, *operation, middle);
    }
    const bool alone = !by_day && item.part.acquisition < 0;
    const auto found = alone ? groups.end() : groups.try_emplace(group, plan.observations.size()).first;
    const std::size_t at = alone ? plan.observations.size() : found->second;
    if (at == plan.observations.size()) plan.observations.push_back({{}, item.when});
    add_to(plan.observations[at], static_cast<int>(i), plan.items);
  }
}

// The ways between the target grid and the CRS of an item: those of its CRS, or their own where its longitudes, or the
// grid's, are not those from -180 to 180.
int way_of(Plan& plan, const ItemPlan& item, const std::vector<double>& turns, double target_turn) {
  const auto crs = static_cast<std::size_t>(item.crs);
  const double turn = turns[crs];
  if (turn == 0) return item.crs;
  const auto target = extent_of(plan.grid), extent = extent_of(item.basis);
  const double centre = range_centre(extent, turn);
  const SourceCrs plain = plan.source_crs[crs];
  // In one CRS, longitudes are the same numbers unless the item shows in the grid a turn further on.
  const auto shows = [&](double by) { return extent[0] + by < target[2] && extent[2] + by > target[0]; };
  const bool beyond = target_turn > 0 && range_centre(target, target_turn) != 0;
  if (plain.from_target ? centre == 0 && !beyond : !shows(turn) && !shows(-turn)) return item.crs;
  const SourceCrs way{
      plain.crs,
      around(plain.from_target, centre, turn),
      target_turn > 0 ? around(plain.to_target, (target[0] + target[2]) / 2, target_turn) : plain.to_target,
      0,
      turn,
      centre};
  for (std::size_t i = 0; i < plan.source_crs.size(); ++i)
    if (plan.source_crs[i].crs == way.crs && plan.source_crs[i].centre == way.centre) return static_cast<int>(i);
  plan.source_crs.push_back(way);
  return static_cast<int>(plan.source_crs.size()) - 1;
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
    plan.source_crs.push_back({crs, nullptr, nullptr, 0, projector.full_turn(crs), {}});
    if (projector.same(crs, plan.grid.crs)) continue;
    plan.source_crs.back().from_target = projector.operation(plan.grid.crs, crs, extent);
    plan.source_crs.back().to_target = projector.operation(crs, plan.grid.crs, areas[i]);
  }
}

void choose_ways(Plan& plan, std::vector<PlannedItem>& items, double target_turn) {
  std::vector<double> turns;
  for (const SourceCrs& source : plan.source_crs) turns.push_back(source.turn);
  for (PlannedItem& item : items) item.plan.crs = way_of(plan, item.plan, turns, target_turn);
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

void check_overlap(Plan& plan) {
  const auto outside = static_cast<std::size_t>(
      std::count_if(plan.items.begin(), plan.items.end(), [](const ItemPlan& item) { return item.reach.empty(); }));
  if (outside > 0)
    plan.decisions.push_back("grid: " + std::to_string(outside) + " of " + counted(plan.items.size(), "item") +
                             " lie outside of it");
  if (outside < plan.items.size()) return;
  throw Error(ErrorCode::kEmpty,
              "the grid is empty: no item touches its bounds (" + counted(plan.items.size(), "item") + " elsewhere" +
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
  const std::vector<const stac::Item*> selected = select_items(plan.recipe, items, plan.decisions);
  complete_bands(plan.recipe, selected);
  check_names(plan.recipe, selected);
  check_alternates(plan.recipe, selected);
  std::vector<PlannedItem> planned = plan_items(plan, selected, environment);
  const std::vector<stac::Crs> crs_list = number_crs(planned, environment.projector);
  plan_bands(plan, planned);
  plan_grid(plan, planned, crs_list, environment.projector);
  const double target_turn = environment.projector.full_turn(plan.grid.crs);
  choose_ways(plan, planned, target_turn);
  for (PlannedItem& item : planned) {
    place_on_grid(item.plan, plan, target_turn);
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
