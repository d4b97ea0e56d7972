// SPDX-License-Identifier: MIT
#include "cube/output_planner.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "stac/spelling.h"

namespace stacvrt::cube {

namespace {

using kernels::LaneType;
using kernels::ResultKind;
using stac::DataType;

constexpr std::size_t kMost16BitCount = 65535;

// The bands an output uses, as indices into Plan::bands, in the order asked.
std::vector<int> bands_of(const Plan& plan, const OutputRequest& request) {
  std::vector<int> bands;
  std::vector<std::string> names;
  for (const BandPlan& band : plan.bands) names.push_back(band.name);
  if (request.of.empty())
    for (std::size_t i = 0; i < names.size(); ++i) bands.push_back(static_cast<int>(i));
  for (const std::string& name : request.of) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end())
      throw Error(ErrorCode::kNotFound,
                  "output '" + request.name + "': no band '" + name + "'" + stac::spelling_hint(name, names),
                  request.where);
    const int index = static_cast<int>(found - names.begin());
    if (std::find(bands.begin(), bands.end(), index) == bands.end()) bands.push_back(index);
  }
  return bands;
}

int set_of(Plan& plan, const std::vector<int>& bands) {
  for (std::size_t i = 0; i < plan.sets.size(); ++i)
    if (plan.sets[i].bands == bands) return static_cast<int>(i);
  plan.sets.push_back({bands, lane_type_of(plan, bands)});
  return static_cast<int>(plan.sets.size()) - 1;
}

// The smallest integer type for all bands of a set, or Float32.
DataType common_band_type(const Plan& plan, const std::vector<int>& bands) {
  double low = 0, high = 0;
  bool integer = true;
  for (const int band : bands) {
    const DataType type = plan.bands[static_cast<std::size_t>(band)].type;
    integer = integer && stac::is_integer(type);
    low = std::min(low, stac::lowest_value(type));
    high = std::max(high, stac::highest_value(type));
  }
  if (!integer) return DataType::kFloat32;
  for (const DataType type : {DataType::kUInt8, DataType::kUInt16, DataType::kInt16, DataType::kInt32})
    if (stac::lowest_value(type) <= low && stac::highest_value(type) >= high) return type;
  return DataType::kFloat32;
}

bool fits(DataType type, double value) {
  if (!stac::is_integer(type)) return true;
  return std::isfinite(value) && value == std::floor(value) && value >= stac::lowest_value(type) &&
         value <= stac::highest_value(type);
}

DataType type_of(const Plan& plan, const OutputRequest& request, const kernels::Reducer& reducer,
                 const std::vector<int>& bands) {
  if (request.dtype) return *request.dtype;
  switch (reducer.kind) {
    case ResultKind::kDn:
      return common_band_type(plan, bands);
    case ResultKind::kCount:
      return plan.observations.size() > kMost16BitCount ? DataType::kUInt32 : DataType::kUInt16;
    case ResultKind::kSpread:
    case ResultKind::kFloat:
      break;
  }
  return DataType::kFloat32;
}

std::optional<double> nodata_of(const Plan& plan, const OutputRequest& request, const kernels::Reducer& reducer,
                                const std::vector<int>& bands, DataType type) {
  if (request.nodata) {
    if (!fits(type, *request.nodata))
      throw Error(ErrorCode::kInvalid,
                  "output '" + request.name + "': nodata " + stac::number_text(*request.nodata) + " is no value of " +
                      stac::data_type_name(type),
                  request.where);
    return request.nodata;
  }
  if (reducer.kind == ResultKind::kCount) return std::nullopt;
  if (!stac::is_integer(type)) return std::numeric_limits<double>::quiet_NaN();
  const auto& declared = plan.bands[static_cast<std::size_t>(bands.front())].nodata;
  return declared && fits(type, *declared) ? *declared : default_nodata(type);
}

// What valid values can become must exist: [70000, 80000] leaves nothing of UInt16.
void check_clamp(const OutputRequest& request, const OutputPlan& output) {
  if (!request.clamp || !stac::is_integer(output.type)) return;
  const double low = std::max(std::ceil((*request.clamp)[0]), stac::lowest_value(output.type));
  const double high = std::min(std::floor((*request.clamp)[1]), stac::highest_value(output.type));
  if (low < high || (low == high && output.nodata != low)) return;
  throw Error(ErrorCode::kInvalid,
              "output '" + request.name + "': clamp [" + stac::number_text((*request.clamp)[0]) + ", " +
                  stac::number_text((*request.clamp)[1]) + "] leaves no valid value of " +
                  stac::data_type_name(output.type) + " (" + stac::number_text(stac::lowest_value(output.type)) +
                  " to " + stac::number_text(stac::highest_value(output.type)) + ")",
              request.where);
}

// MADs: only the Euclidean distance has the unit of the bands.
bool has_unit_of_bands(std::string_view result_name) {
  return result_name == "emad";
}

OutputBand result_band(const OutputRequest& request, ResultKind kind, const BandPlan& band) {
  const double scale = request.scale.value_or(band.scale);
  OutputBand result;
  result.gain = band.scale / scale;
  result.unit = band.unit;
  result.scale = scale;
  if (kind == ResultKind::kDn) {
    const double offset = request.offset.value_or(request.scale ? 0.0 : band.offset);
    result.offset = offset;
    result.bias = (band.offset - offset) / scale;
    result.common_name = band.common_name;
  } else if (request.offset) {
    result.offset = request.offset;
    result.bias = -*request.offset / scale;
  }
  return result;
}

// A result that is no DN: its numbers are physical as they are.
OutputBand plain_band(const OutputRequest& request) {
  OutputBand result;
  if (!request.scale && !request.offset) return result;
  result.scale = request.scale.value_or(1.0);
  result.offset = request.offset.value_or(0.0);
  result.gain = 1 / *result.scale;
  result.bias = -*result.offset / *result.scale;
  return result;
}

// What would be ignored, or would leave nothing of the numbers, is refused.
void check_packing(const OutputRequest& request, const kernels::Reducer& reducer, DataType type) {
  if (reducer.kind == ResultKind::kCount && (request.scale || request.offset || request.clamp))
    throw Error(ErrorCode::kInvalid,
                "output '" + request.name + "': counts are whole numbers as they are; \"scale\", \"offset\" and " +
                    "\"clamp\" do not apply",
                request.where);
  if (reducer.kind == ResultKind::kFloat && stac::is_integer(type) && !request.scale)
    throw Error(ErrorCode::kInvalid,
                "output '" + request.name + "': " + std::string(reducer.name) + " yields fractions, of which " +
                    stac::data_type_name(type) + " would keep little; give a \"scale\", e.g. 0.0001, or leave out " +
                    "\"dtype\" (float32)",
                request.where);
}

void list_bands(const Plan& plan, const OutputRequest& request, OutputPlan& output, const std::vector<int>& bands) {
  const kernels::Reducer& reducer = *output.reducer;
  const auto band_at = [&](std::size_t i) -> const BandPlan& { return plan.bands[static_cast<std::size_t>(bands[i])]; };
  if (!reducer.result_names.empty()) {
    for (const std::string_view name : reducer.result_names) {
      OutputBand band =
          has_unit_of_bands(name) ? result_band(request, ResultKind::kSpread, band_at(0)) : plain_band(request);
      band.name = reducer.result_names.size() == 1 ? output.name : std::string(name);
      output.bands.push_back(std::move(band));
    }
    return;
  }
  const bool scaled = reducer.kind == ResultKind::kDn || reducer.kind == ResultKind::kSpread;
  for (std::size_t p = 0; p < std::max<std::size_t>(output.p.size(), 1); ++p)
    for (std::size_t i = 0; i < bands.size(); ++i) {
      OutputBand band = scaled ? result_band(request, reducer.kind, band_at(i)) : plain_band(request);
      band.name = band_at(i).name;
      if (reducer.takes_p) band.name += "_p" + stac::number_text(output.p[p]);
      output.bands.push_back(std::move(band));
    }
}

// The geomedian's last step in physical units. Its error is a few steps: real Landsat scenes in DN of 2e-5 need 0.005
// DN to be within 0.1 DN, and MADs of dark pixels react to less.
double default_epsilon(const Plan& plan, const std::vector<int>& bands) {
  double epsilon = 1e-6;
  for (const int band : bands) epsilon = std::min(epsilon, 0.005 * plan.bands[static_cast<std::size_t>(band)].scale);
  return epsilon;
}

// "red" where one output shows the band, else "red_min", "red_max".
void make_names_unique(Plan& plan) {
  std::multiset<std::string> all;
  for (const OutputPlan& output : plan.outputs)
    for (const OutputBand& band : output.bands) all.insert(band.name);
  for (OutputPlan& output : plan.outputs)
    for (OutputBand& band : output.bands)
      if (all.count(band.name) > 1) band.name += "_" + output.name;
}

}  // namespace

double default_nodata(DataType type) {
  return stac::lowest_value(type) < 0 ? stac::lowest_value(type) : 0.0;
}

LaneType read_type_of(const SourceBand& source) {
  switch (source.type.value_or(DataType::kFloat32)) {
    case DataType::kUInt8:
    case DataType::kUInt16:
      return LaneType::kUInt16;
    case DataType::kInt8:
    case DataType::kInt16:
      return LaneType::kInt16;
    case DataType::kFloat32:
      return LaneType::kFloat32;
    case DataType::kUInt32:
    case DataType::kInt32:
    case DataType::kFloat64:
      break;
  }
  throw Error(ErrorCode::kUnsupported,
              "asset '" + source.asset_key + "' has pixels of type " + stac::data_type_name(*source.type) +
                  ", which is not built yet: integers of up to 16 bits and float32 can be used",
              source.where);
}

LaneType lane_type_of(const Plan& plan, const std::vector<int>& bands) {
  const DataType type = common_band_type(plan, bands);
  const bool is_unsigned = type == DataType::kUInt8 || type == DataType::kUInt16;
  const bool is_signed = type == DataType::kInt8 || type == DataType::kInt16;
  if (!is_unsigned && !is_signed) return LaneType::kFloat32;
  for (const ItemPlan& item : plan.items)
    for (const int band : bands) {
      const auto index = static_cast<std::size_t>(band);
      if (!item.bands[index]) continue;
      const auto& h = item.harmonisation[index];
      const bool copied = item.aligned || plan.bands[index].resampling == Resampling::kNearest;
      if (h.gain != 1 || h.bias != 0 || !copied) return LaneType::kFloat32;
    }
  return is_unsigned ? LaneType::kUInt16 : LaneType::kInt16;
}

void plan_outputs(Plan& plan) {
  for (const OutputRequest& request : plan.recipe.outputs) {
    OutputPlan output;
    output.name = request.name;
    output.reducer = kernels::find_reducer(request.reducer);
    if (!output.reducer)
      throw Error(ErrorCode::kUnsupported, "reducer '" + request.reducer + "' is not built yet", request.where);
    const std::vector<int> bands = bands_of(plan, request);
    output.set = set_of(plan, bands);
    output.p = request.p;
    output.epsilon = plan.recipe.epsilon.value_or(default_epsilon(plan, bands));
    output.type = type_of(plan, request, *output.reducer, bands);
    check_packing(request, *output.reducer, output.type);
    output.nodata = nodata_of(plan, request, *output.reducer, bands, output.type);
    check_clamp(request, output);
    output.clamp = request.clamp;
    list_bands(plan, request, output, bands);
    plan.outputs.push_back(std::move(output));
  }
  make_names_unique(plan);
}

}  // namespace stacvrt::cube
