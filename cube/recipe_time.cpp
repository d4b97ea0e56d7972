// SPDX-License-Identifier: MIT
// `time` of a recipe: range, windows, grouping and fuse rule.
#include <charconv>
#include <string_view>

#include "cube/recipe_sections.h"
#include "cube/recipe_vocabulary.h"
#include "stac/spelling.h"

namespace stacvrt::cube {
namespace {

const char* const kWindowForms = "'all', 'none', or a duration of calendar units like 'P1M', 'P1Y', 'P10D', 'P2W'";
/// Longer windows than any archive; keeps calendar arithmetic far from overflow.
constexpr int kMaxUnits = 10'000;

std::string end_text(const stac::Cursor& end) {
  if (end.is_null()) return "..";
  return end.as_string();
}

stac::Interval parse_range(const stac::Cursor& range) {
  std::string text;
  if (range.is_array()) {
    if (range.size() != 2) range.fail_expected("an array of two instants or dates, null for an open end");
    text = end_text(range.at(std::size_t{0})) + "/" + end_text(range.at(std::size_t{1}));
  } else if (range.is_string()) {
    text = range.as_string();
  } else {
    range.fail_expected(R"(a span of time like "2020", "2020-03/2020-05" or ["2020-01-01", null])");
  }
  try {
    return stac::parse_interval(text);
  } catch (const Error& error) {
    range.fail(error.code(), error.message());
  }
}

/// One number with its unit off the front of `text`; 0 when the text does not go on with digits and `unit`.
int take_units(std::string_view& text, char unit) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end == text.data() + text.size() || *end != unit || number < 0 || text[0] == '-')
    return 0;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()) + 1);
  return number;
}

Duration parse_duration(const stac::Cursor& windows, std::string_view text) {
  const auto bad = [&](const std::string& why) {
    windows.fail(ErrorCode::kInvalid, "'" + windows.as_string() + "' " + why + "; valid: " + kWindowForms);
  };
  if (text.find('T') != std::string_view::npos) bad("has hours, minutes or seconds; windows are days or longer");
  text.remove_prefix(1);
  Duration duration;
  duration.years = take_units(text, 'Y');
  duration.months = take_units(text, 'M');
  const int weeks = take_units(text, 'W');
  const int days = take_units(text, 'D');
  if (!text.empty()) bad("is no ISO 8601 duration (whole, positive units in the order Y, M, W, D)");
  if (duration.years > kMaxUnits || duration.months > kMaxUnits || weeks > kMaxUnits || days > kMaxUnits)
    bad("is longer than any archive");
  duration.days = 7 * weeks + days;
  if (duration.years == 0 && duration.months == 0 && duration.days == 0) bad("has no length");
  return duration;
}

void parse_windows(const stac::Cursor& windows, TimeRequest& request) {
  if (!windows.is_string()) windows.fail_expected(kWindowForms);
  const std::string word = windows.as_string();
  const std::vector<std::string> words = {"all", "none", "P1Y", "P1M", "P1D"};
  if (word == "all") {
    request.windows = WindowKind::kAll;
  } else if (word == "none") {
    request.windows = WindowKind::kNone;
  } else if (word == "season") {
    fail_planned(windows, "windows by season", "use \"P3M\" with a range that begins with a season, e.g. 2019-12");
  } else if (word.starts_with('P') && word.find('/') != std::string::npos) {
    fail_planned(windows, "rolling windows ('" + word + "')",
                 "use windows that follow one another, e.g. \"" + word.substr(0, word.find('/')) + "\"");
  } else if (word.starts_with('P')) {
    request.windows = WindowKind::kDuration;
    request.duration = parse_duration(windows, word);
  } else {
    const std::string nearest = stac::nearest_spelling(word, words);
    windows.fail(ErrorCode::kInvalid, "unknown windows '" + word + "'" +
                                          (nearest.empty() ? "" : "; did you mean '" + nearest + "'?") +
                                          "; valid: " + kWindowForms);
  }
}

GroupKind parse_group(const stac::Cursor& group) {
  const std::vector<std::pair<std::string, GroupKind>> kinds = {{"solar_day", GroupKind::kSolarDay},
                                                                {"none", GroupKind::kNone}};
  const std::string word = group.as_string();
  const bool known = word == "solar_day" || word == "none";
  if (!known && !word.empty() && stac::nearest_spelling(word, {"solar_day", "none"}).empty())
    fail_planned(group, "grouping by a property ('" + word + "')", "use 'solar_day' or 'none'");
  return choose(group, "group", kinds);
}

}  // namespace

TimeRequest parse_time(const stac::Cursor& time) {
  TimeRequest request;
  request.where = time.where();
  if (time.is_string()) {
    request.range = parse_range(time);
    return request;
  }
  if (!time.is_object()) time.fail_expected(R"(a span of time like "2020" or an object like {"range": "2020"})");
  check_keys(time, time_section());
  if (const auto range = time.find("range")) request.range = parse_range(*range);
  if (const auto windows = time.find("windows")) parse_windows(*windows, request);
  if (const auto group = time.find("group")) request.group = parse_group(*group);
  if (const auto fuse = time.find("fuse")) {
    request.fuse = choose<FuseRule>(*fuse, "fuse rule",
                                    {{"clear-first", FuseRule::kClearFirst}, {"cloud-wins", FuseRule::kCloudWins}});
  }
  if (const auto duplicates = time.find("duplicates"))
    request.duplicates = choose<Duplicates>(*duplicates, "rule for duplicates",
                                            {{"newest", Duplicates::kNewest}, {"keep", Duplicates::kKeep}});
  return request;
}

}  // namespace stacvrt::cube
