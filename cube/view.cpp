// SPDX-License-Identifier: MIT
#include "cube/view.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "stac/spelling.h"

namespace stacvrt::cube {

namespace {

using stac::DataType;

bool holds(DataType wide, DataType narrow) {
  return stac::lowest_value(wide) <= stac::lowest_value(narrow) &&
         stac::highest_value(wide) >= stac::highest_value(narrow);
}

// The smallest type that holds every integer of both; Float32 beside 16 bits stays Float32, beside 32 bits Float64.
DataType common_type(DataType a, DataType b) {
  if (a == b) return a;
  const bool integers = stac::is_integer(a) && stac::is_integer(b);
  if (!integers) {
    const bool narrow = [&] {
      for (const DataType t : {a, b})
        if (t == DataType::kFloat64 || t == DataType::kUInt32 || t == DataType::kInt32) return false;
      return true;
    }();
    return narrow ? DataType::kFloat32 : DataType::kFloat64;
  }
  for (const DataType t : {DataType::kUInt8, DataType::kInt16, DataType::kUInt16, DataType::kInt32, DataType::kUInt32})
    if (holds(t, a) && holds(t, b)) return t;
  return DataType::kFloat64;
}

// One nodata for the whole dataset. Outputs disagree when theirs differ, or when one is none at all because it counts
// and the counts can reach it: the dataset is then promoted to floating point.
struct Nodata {
  std::optional<double> value;
  bool agreed = true;
};

Nodata common_nodata(const Plan& plan, const std::vector<int>& outputs) {
  Nodata result;
  bool counts = false;
  for (const int index : outputs) {
    const auto& nodata = plan.outputs[static_cast<std::size_t>(index)].nodata;
    if (!nodata) counts = true;
    if (!nodata) continue;
    const bool same = !result.value || *result.value == *nodata || (std::isnan(*result.value) && std::isnan(*nodata));
    if (!same) result.agreed = false;
    if (!result.value) result.value = nodata;
  }
  // A count of 0 may well be called nodata.
  if (counts && result.value && *result.value > 0 && *result.value <= static_cast<double>(plan.observations.size()))
    result.agreed = false;
  return result;
}

void choose_type(const Plan& plan, View& view) {
  const auto output = [&](int index) -> const OutputPlan& { return plan.outputs[static_cast<std::size_t>(index)]; };
  view.type = output(view.outputs.front()).type;
  for (const int index : view.outputs) view.type = common_type(view.type, output(index).type);
  const Nodata nodata = common_nodata(plan, view.outputs);
  if (!nodata.agreed && stac::is_integer(view.type)) view.type = common_type(view.type, DataType::kFloat32);
  view.promoted = std::any_of(view.outputs.begin(), view.outputs.end(),
                              [&](int index) { return output(index).type != view.type; }) &&
                  !stac::is_integer(view.type);
  view.nodata = nodata.value;
  if (!stac::is_integer(view.type) && (view.promoted || !nodata.agreed))
    view.nodata = std::numeric_limits<double>::quiet_NaN();
}

void list_bands(const Plan& plan, View& view) {
  for (const int window : view.windows) {
    int slot = 0;
    const std::string& label = plan.windows[static_cast<std::size_t>(window)].label;
    for (const int output : view.outputs) {
      const auto& bands = plan.outputs[static_cast<std::size_t>(output)].bands;
      for (int band = 0; band < static_cast<int>(bands.size()); ++band) {
        const std::string& name = bands[static_cast<std::size_t>(band)].name;
        view.bands.push_back({window, output, band, slot++, label.empty() ? name : label + " " + name});
      }
    }
    view.bands_per_window = slot;
    if (view.bands.size() > kMaxBands)
      throw Error(ErrorCode::kTooLarge,
                  "more than " + std::to_string(kMaxBands) + " bands: take longer windows or fewer outputs",
                  {plan.recipe.document, {}, {}});
  }
}

template <class Range, class Name>
int find_named(const Range& range, const std::string& wanted, Name name) {
  for (std::size_t i = 0; i < range.size(); ++i)
    if (name(range[i]) == wanted) return static_cast<int>(i);
  return -1;
}

int find_output(const Plan& plan, const std::string& name) {
  return find_named(plan.outputs, name, [](const OutputPlan& output) { return output.name; });
}

int find_window(const Plan& plan, const std::string& label) {
  return label.empty() ? -1 : find_named(plan.windows, label, [](const Window& window) { return window.label; });
}

}  // namespace

View make_view(const Plan& plan, const std::string& selection) {
  View view;
  view.outputs.resize(plan.outputs.size());
  std::iota(view.outputs.begin(), view.outputs.end(), 0);
  view.windows.resize(plan.windows.size());
  std::iota(view.windows.begin(), view.windows.end(), 0);
  if (!selection.empty()) {
    const std::size_t at = selection.find('@');
    int output = find_output(plan, selection.substr(0, at));
    int window = at == std::string::npos ? -1 : find_window(plan, selection.substr(at + 1));
    const bool only_window = at == std::string::npos && output < 0;
    if (only_window) window = find_window(plan, selection);
    const bool found = only_window ? window >= 0 : output >= 0 && (at == std::string::npos || window >= 0);
    if (!found)
      throw Error(ErrorCode::kNotFound,
                  "no subdataset '" + selection + "'" + stac::spelling_hint(selection, subdataset_names(plan)),
                  {plan.recipe.document, {}, {}});
    if (output >= 0) view.outputs = {output};
    if (window >= 0) view.windows = {window};
  }
  choose_type(plan, view);
  list_bands(plan, view);
  return view;
}

std::vector<std::string> subdataset_names(const Plan& plan) {
  std::vector<std::string> names;
  const bool many_windows = plan.windows.size() > 1;
  if (plan.outputs.size() > 1 || many_windows)
    for (const OutputPlan& output : plan.outputs) names.push_back(output.name);
  if (many_windows) {
    for (const Window& window : plan.windows) names.push_back(window.label);
    if (plan.outputs.size() > 1)
      for (const OutputPlan& output : plan.outputs)
        for (const Window& window : plan.windows) names.push_back(output.name + "@" + window.label);
  }
  return names;
}

}  // namespace stacvrt::cube
