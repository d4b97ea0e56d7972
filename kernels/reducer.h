// SPDX-License-Identifier: MIT
// Reducers by name: the table through which the planner learns what a reducer yields and the engine runs it. A new
// reducer is one kernel file and one line in kernels/reducers.cpp.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "kernels/lanes.h"
#include "kernels/workspace.h"

namespace stacvrt::kernels {

/// What the numbers of a result are, hence its type, scale and nodata when a recipe does not say.
enum class ResultKind : std::uint8_t {
  kDn,      ///< in DN of its band: the bands' integer type, scale, offset and nodata
  kSpread,  ///< in DN, but a difference (scale without offset): the bands' type would clip; Float32, NaN
  kFloat,   ///< a number of its own: Float32, NaN
  kCount,   ///< counts: UInt16 (UInt32 above 65535 observations), 0 is a value
};

/// One reduction of one lane group.
struct ReduceArguments {
  const LaneGroup& group;
  const Physical& physical;
  const double* p = nullptr;  ///< parameters ("percentile": ranks in percent, ascending or not)
  std::uint32_t p_count = 0;
  double epsilon = 1e-6;  ///< geomedian: step in physical units at which it stops
  std::uint32_t max_iterations = 1000;
};

/// Writes [result band][kLanes] doubles (aligned to kAlignment); NaN where a lane has no sample (counts: 0).
/// `workspace` keeps what reducers of the same group share (sorted samples, the geomedian) and must have been told of
/// the group by Workspace::begin_group. Never throws, never allocates beyond what Workspace reserved.
using ReduceFunction = void (*)(const ReduceArguments&, Workspace&, double* out) noexcept;

struct Reducer {
  std::string_view name;     ///< as in recipes
  std::string_view summary;  ///< one line for documentation and error messages
  ReduceFunction function = nullptr;
  ResultKind kind = ResultKind::kDn;
  /// Names of result bands that do not correspond to bands of the set ("smad", "emad", "bcmad"; "count"); empty: one
  /// result per band of the set, times one per parameter for reducers that take parameters (parameter-major: all bands
  /// of p[0], then all of p[1]).
  std::span<const std::string_view> result_names;
  bool takes_p = false;       ///< needs at least one parameter `p` in [0, 100]
  bool needs_totals = false;  ///< reads LaneGroup::totals
};

/// All reducers, in the order of documentation.
[[nodiscard]] std::span<const Reducer> reducers() noexcept;
/// By name; null when there is none.
[[nodiscard]] const Reducer* find_reducer(std::string_view name) noexcept;

}  // namespace stacvrt::kernels
