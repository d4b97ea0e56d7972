// SPDX-License-Identifier: MIT
// Observation times to windows: which observations become one composite, and what it is called. Knows the calendar, not
// the items behind an observation.
#pragma once

#include <string>
#include <vector>

#include "cube/recipe.h"
#include "stac/datetime.h"

namespace stacvrt::cube {

/// Most windows of one recipe.
inline constexpr std::size_t kMaxWindows = 65'535;

/// One composite's span of time. A label is unique among the windows of a recipe and holds letters, digits, '-' and '_'
/// only, so that it can stand in a subdataset name: "" (all), "2020" (a year), "2020-03" (a month), "2020-03-05" (a
/// day), else first and last day, "2020-03-01--2020-03-10".
struct Window {
  std::string label;
  stac::Interval span;            ///< open ends of "all" are closed by the first and last observation's day
  std::vector<int> observations;  ///< indices into the times given, ascending
};

/// Windows for observations at `times` (ascending; midnight of the solar day, or the instant where days are not
/// grouped).
///
/// - all: one window. none: one per observation, named by its date (with the time, or _2, _3, where dates repeat).
/// - a duration: consecutive spans from the range's begin, or else from the start of the first observation's calendar
///   year, month or day (the finest unit of the duration), to the range's end, or else to the last observation.
///   Windows without observations stay, so that a band's number tells its time whatever data there are.
///
/// Month steps count from the first begin and are clamped to the month's length (January 31st, February 29th, March
/// 31st). An observation outside the range (an item whose interval reaches into it) belongs to the nearest window.
/// Throws Error{kTooLarge} over kMaxWindows.
[[nodiscard]] std::vector<Window> make_windows(const std::vector<stac::Instant>& times, const TimeRequest& request);

/// `t` moved by `steps` times `duration`: months first, clamped to the month's length, then days; the time of day
/// stays.
[[nodiscard]] stac::Instant advance(stac::Instant t, const Duration& duration, int steps);

}  // namespace stacvrt::cube
