// SPDX-License-Identifier: MIT
#include "cube/windows.h"

#include <algorithm>
#include <set>
#include <string_view>

namespace stacvrt::cube {
namespace {

using stac::Instant;
using stac::Interval;

bool is_midnight(Instant t) {
  return t == stac::day_of(t) * stac::kMicrosPerDay;
}

int days_in_month(int year, int month) {
  const stac::CivilDate next = month == 12 ? stac::CivilDate{year + 1, 1, 1} : stac::CivilDate{year, month + 1, 1};
  return static_cast<int>(stac::days_from_civil(next) - stac::days_from_civil({year, month, 1}));
}

/// First and last day, or the name of the calendar unit that the span is.
std::string span_label(const Interval& span, const Duration& duration) {
  const std::int64_t first = stac::day_of(span.begin);
  const std::int64_t last = stac::day_of(span.end - 1);
  const stac::CivilDate date = stac::civil_from_days(first);
  const bool whole_days = is_midnight(span.begin);
  if (whole_days && date.day == 1 && duration.days == 0) {
    if (duration.years == 1 && duration.months == 0 && date.month == 1) return stac::format_date(first).substr(0, 4);
    if (duration.years == 0 && duration.months == 1) return stac::format_date(first).substr(0, 7);
  }
  if (first == last) return stac::format_date(first);
  return stac::format_date(first) + "--" + stac::format_date(last);
}

/// Where windows begin when the range does not say: the first day of the finest unit that the duration counts in.
Instant unit_start(Instant first, const Duration& duration) {
  stac::CivilDate date = stac::civil_from_days(stac::day_of(first));
  if (duration.days == 0) {
    date.day = 1;
    if (duration.months == 0) date.month = 1;
  }
  return stac::days_from_civil(date) * stac::kMicrosPerDay;
}

/// `label`, or with _2, _3, ... when it is taken.
std::string unique(const std::string& label, std::set<std::string>& taken) {
  std::string name = label;
  for (int i = 2; !taken.insert(name).second; ++i) name = label + "_" + std::to_string(i);
  return name;
}

/// "T101530": the instant's time without the colons that separate the parts of subdataset names.
std::string time_label(Instant t) {
  std::string text =
      stac::format_instant(t).substr(std::string_view("2020-01-31").size(), std::string_view("T10:15:30").size());
  std::erase(text, ':');
  return text;
}

void check_count(std::size_t count, const Where& where) {
  if (count <= kMaxWindows) return;
  throw Error(ErrorCode::kTooLarge,
              "more than " + std::to_string(kMaxWindows) + " windows; take longer ones or a shorter range", where);
}

std::vector<Window> one_window(const std::vector<Instant>& times, const TimeRequest& request) {
  Window window;
  window.span = request.range.value_or(Interval{});
  for (std::size_t i = 0; i < times.size(); ++i) window.observations.push_back(static_cast<int>(i));
  if (!times.empty()) {
    if (window.span.begin == stac::kBeginOfTime) window.span.begin = stac::day_of(times.front()) * stac::kMicrosPerDay;
    if (window.span.end == stac::kEndOfTime) window.span.end = (stac::day_of(times.back()) + 1) * stac::kMicrosPerDay;
  }
  return {window};
}

std::vector<Window> window_per_observation(const std::vector<Instant>& times, const TimeRequest& request) {
  check_count(times.size(), request.where);
  std::vector<Window> windows;
  std::set<std::string> taken;
  for (std::size_t i = 0; i < times.size(); ++i) {
    const Instant t = times[i];
    const std::int64_t day = stac::day_of(t);
    const bool repeated =
        (i > 0 && stac::day_of(times[i - 1]) == day) || (i + 1 < times.size() && stac::day_of(times[i + 1]) == day);
    std::string label = stac::format_date(day);
    if (repeated && !is_midnight(t)) label += time_label(t);
    const Instant end = t + (is_midnight(t) ? stac::kMicrosPerDay : 1);
    windows.push_back({unique(label, taken), {t, end}, {static_cast<int>(i)}});
  }
  return windows;
}

std::vector<Window> windows_of_duration(const std::vector<Instant>& times, const TimeRequest& request) {
  const Interval range = request.range.value_or(Interval{});
  const bool from_range = range.begin != stac::kBeginOfTime;
  const bool to_range = range.end != stac::kEndOfTime;
  if (times.empty() && !(from_range && to_range)) return {};
  const Instant begin = from_range ? range.begin : unit_start(times.front(), request.duration);
  Instant end = range.end;
  if (!to_range) end = std::max(times.back(), begin) + 1;
  std::vector<Window> windows;
  std::set<std::string> taken;
  for (int step = 0;; ++step) {
    Interval span = {advance(begin, request.duration, step), advance(begin, request.duration, step + 1)};
    if (span.begin >= end) break;
    check_count(windows.size() + 1, request.where);
    const std::string label = unique(span_label(span, request.duration), taken);
    if (to_range) span.end = std::min(span.end, end);
    windows.push_back({label, span, {}});
  }
  std::size_t window = 0;
  for (std::size_t i = 0; i < times.size() && !windows.empty(); ++i) {
    while (window + 1 < windows.size() && times[i] >= windows[window].span.end) ++window;
    windows[window].observations.push_back(static_cast<int>(i));
  }
  return windows;
}

}  // namespace

Instant advance(Instant t, const Duration& duration, int steps) {
  const std::int64_t day = stac::day_of(t);
  const stac::CivilDate from = stac::civil_from_days(day);
  const std::int64_t months =
      std::int64_t{from.year} * 12 + (from.month - 1) + std::int64_t{steps} * (duration.years * 12 + duration.months);
  stac::CivilDate to;
  to.year = static_cast<int>(months / 12);
  to.month = static_cast<int>(months % 12) + 1;
  to.day = std::min(from.day, days_in_month(to.year, to.month));
  const std::int64_t moved = stac::days_from_civil(to) + std::int64_t{steps} * duration.days;
  return t + (moved - day) * stac::kMicrosPerDay;
}

std::vector<Window> make_windows(const std::vector<Instant>& times, const TimeRequest& request) {
  switch (request.windows) {
    case WindowKind::kAll:
      return one_window(times, request);
    case WindowKind::kNone:
      return window_per_observation(times, request);
    case WindowKind::kDuration:
      break;
  }
  return windows_of_duration(times, request);
}

}  // namespace stacvrt::cube
