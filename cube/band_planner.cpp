// SPDX-License-Identifier: MIT
#include "cube/band_planner.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "cube/output_planner.h"
#include "cube/scaling.h"
#include "stac/spelling.h"

namespace stacvrt::cube {

namespace {

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
    const Scaling scaling = item_scaling(*item.item, *item.matches[index], plan.recipe.bands[index]);
    if (!scaling.reason.empty()) ++reasons[band.name + ": " + scaling.reason];
    item.plan.physical.back() = {scaling.scale, scaling.offset};
    scalings.emplace_back(scaling.scale, scaling.offset);
    // NaN has no order; a Float32 output has it as nodata anyway.
    nodata.push_back(source.nodata && std::isnan(*source.nodata) ? std::nullopt : source.nodata);
    const stac::Band& metadata = item.matches[index]->metadata();
    band.type = first ? *source.type : joined(band.type, *source.type);
    if (first) {
      band.common_name = common_name_of(*item.item, *item.matches[index]);
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
                           stac::number_text(band.offset) + ", " + counted(scalings.size() - rescaled, "item") +
                           " as they are, " + counted(rescaled, "item") + " rescaled");
  return band;
}

}  // namespace

std::string counted(std::size_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

void plan_bands(Plan& plan, std::vector<PlannedItem>& items) {
  std::map<std::string, std::size_t> reasons;
  for (const PlannedItem& item : items)
    for (const std::string& remark : item.remarks) ++reasons[remark];
  for (std::size_t b = 0; b < plan.recipe.bands.size(); ++b) plan.bands.push_back(plan_band(plan, b, items, reasons));
  for (const auto& [reason, count] : reasons) plan.decisions.push_back(reason + " (" + counted(count, "item") + ")");
  std::vector<std::string> names;
  for (const BandPlan& band : plan.bands) names.push_back(band.name);
  for (const auto& [name, resampling] : plan.recipe.grid.resampling_of)
    if (std::find(names.begin(), names.end(), name) == names.end())
      throw Error(ErrorCode::kNotFound, "grid.resampling: no band '" + name + "'" + stac::spelling_hint(name, names),
                  plan.recipe.grid.where);
}

}  // namespace stacvrt::cube
