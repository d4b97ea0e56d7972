// SPDX-License-Identifier: MIT
// Observation times to windows: calendar steps, labels, and which observation goes where.
#include <algorithm>
#include <set>

#include "cube/windows.h"
#include "stac/error.h"
#include "tests/catch.h"

namespace {

using namespace stacvrt;
using cube::TimeRequest;
using cube::Window;
using cube::WindowKind;
using stac::parse_instant;

TimeRequest request_of(const std::string& range, const cube::Duration& duration) {
  TimeRequest request;
  if (!range.empty()) request.range = stac::parse_interval(range);
  request.windows = WindowKind::kDuration;
  request.duration = duration;
  return request;
}

std::vector<stac::Instant> times_of(const std::vector<std::string>& texts) {
  std::vector<stac::Instant> times;
  for (const std::string& text : texts) times.push_back(parse_instant(text));
  return times;
}

std::vector<std::string> labels_of(const std::vector<Window>& windows) {
  std::vector<std::string> labels;
  for (const Window& window : windows) labels.push_back(window.label);
  return labels;
}

std::vector<std::size_t> counts_of(const std::vector<Window>& windows) {
  std::vector<std::size_t> counts;
  for (const Window& window : windows) counts.push_back(window.observations.size());
  return counts;
}

constexpr cube::Duration kYear{1, 0, 0};
constexpr cube::Duration kMonth{0, 1, 0};

}  // namespace

TEST_CASE("One window holds every observation and has no label", "[cube]") {
  TimeRequest request;
  const auto windows = make_windows(times_of({"2020-01-05", "2020-03-01T10:00:00Z"}), request);
  REQUIRE(windows.size() == 1);
  CHECK(windows[0].label.empty());
  CHECK(windows[0].observations == std::vector<int>{0, 1});
  CHECK(windows[0].span == stac::parse_interval("2020-01-05/2020-03-01"));
  request.range = stac::parse_interval("2020");
  CHECK(make_windows(times_of({"2020-01-05"}), request)[0].span == stac::parse_interval("2020"));
  CHECK(make_windows({}, request).size() == 1);
}

TEST_CASE("Windows of single observations are named by date, by time where dates repeat", "[cube]") {
  TimeRequest request;
  request.windows = WindowKind::kNone;
  const auto windows = make_windows(times_of({"2020-01-05", "2020-01-06T10:15:30.5Z", "2020-01-06T10:20:00Z",
                                              "2020-01-06T10:20:00Z", "2020-01-07", "2020-01-07"}),
                                    request);
  CHECK(labels_of(windows) == std::vector<std::string>{"2020-01-05", "2020-01-06T101530", "2020-01-06T102000",
                                                       "2020-01-06T102000_2", "2020-01-07", "2020-01-07_2"});
  CHECK(windows[1].observations == std::vector<int>{1});
  CHECK(windows[0].span == stac::parse_interval("2020-01-05"));
  CHECK(windows[1].span.contains(parse_instant("2020-01-06T10:15:30.5Z")));
}

TEST_CASE("Months of a range are windows, also those without observations", "[cube]") {
  const auto windows =
      make_windows(times_of({"2020-01-31", "2020-03-01", "2020-03-31"}), request_of("2020-01/2020-04", kMonth));
  CHECK(labels_of(windows) == std::vector<std::string>{"2020-01", "2020-02", "2020-03", "2020-04"});
  CHECK(counts_of(windows) == std::vector<std::size_t>{1, 0, 2, 0});
  CHECK(windows[1].span == stac::parse_interval("2020-02"));
  CHECK(windows[2].observations == std::vector<int>{1, 2});
  CHECK(make_windows({}, request_of("2020", kMonth)).size() == 12);
}

TEST_CASE("Without a range, windows begin with the first observation's unit and end with the last observation",
          "[cube]") {
  const auto times = times_of({"2020-02-15", "2020-04-01"});
  CHECK(labels_of(make_windows(times, request_of("", kMonth))) ==
        std::vector<std::string>{"2020-02", "2020-03", "2020-04"});
  CHECK(labels_of(make_windows(times, request_of("", kYear))) == std::vector<std::string>{"2020"});
  CHECK(labels_of(make_windows(times, request_of("", {0, 0, 30}))) ==
        std::vector<std::string>{"2020-02-15--2020-03-15", "2020-03-16--2020-04-14"});
  CHECK(labels_of(make_windows(times, request_of("", {0, 3, 0}))) ==
        std::vector<std::string>{"2020-02-01--2020-04-30"});
  CHECK(make_windows({}, request_of("", kMonth)).empty());
}

TEST_CASE("An open end of the range is closed by the observations", "[cube]") {
  const auto times = times_of({"2020-02-15", "2020-04-01"});
  CHECK(labels_of(make_windows(times, request_of("2020-01/..", kMonth))) ==
        std::vector<std::string>{"2020-01", "2020-02", "2020-03", "2020-04"});
  CHECK(labels_of(make_windows(times, request_of("../2020-05", kMonth))) ==
        std::vector<std::string>{"2020-02", "2020-03", "2020-04", "2020-05"});
}

TEST_CASE("Month steps are clamped to the month and do not drift", "[cube]") {
  const stac::Instant begin = parse_instant("2020-01-31T06:00:00Z");
  CHECK(cube::advance(begin, kMonth, 1) == parse_instant("2020-02-29T06:00:00Z"));
  CHECK(cube::advance(begin, kMonth, 2) == parse_instant("2020-03-31T06:00:00Z"));
  CHECK(cube::advance(begin, kMonth, 13) == parse_instant("2021-02-28T06:00:00Z"));
  CHECK(cube::advance(begin, kYear, 1) == parse_instant("2021-01-31T06:00:00Z"));
  CHECK(cube::advance(parse_instant("2020-02-29"), kYear, 1) == parse_instant("2021-02-28"));
  CHECK(cube::advance(parse_instant("2020-02-29"), kYear, 4) == parse_instant("2024-02-29"));
  CHECK(cube::advance(parse_instant("2020-12-31"), {0, 1, 1}, 1) == parse_instant("2021-02-01"));
  CHECK(cube::advance(parse_instant("1969-12-31"), {0, 0, 1}, 1) == 0);
  const auto windows = make_windows({}, request_of("2020-01-31/2020-04-29", kMonth));
  CHECK(labels_of(windows) ==
        std::vector<std::string>{"2020-01-31--2020-02-28", "2020-02-29--2020-03-30", "2020-03-31--2020-04-29"});
}

TEST_CASE("The last window is cut at the end of the range but keeps its name", "[cube]") {
  const auto windows = make_windows({}, request_of("2020-01-01/2020-02-15", kMonth));
  REQUIRE(windows.size() == 2);
  CHECK(windows[1].label == "2020-02");
  CHECK(windows[1].span == stac::parse_interval("2020-02-01/2020-02-15"));
}

TEST_CASE("Windows follow one another without gap and every observation is in exactly one", "[cube]") {
  std::vector<stac::Instant> times;
  for (int day = 0; day < 800; day += 3) times.push_back(parse_instant("2019-11-30") + day * stac::kMicrosPerDay);
  for (const cube::Duration& duration : {kYear, kMonth, cube::Duration{0, 0, 10}, cube::Duration{1, 2, 3}}) {
    const auto windows = make_windows(times, request_of("", duration));
    std::vector<int> seen;
    std::set<std::string> labels;
    for (std::size_t i = 0; i < windows.size(); ++i) {
      if (i > 0) CHECK(windows[i].span.begin == windows[i - 1].span.end);
      labels.insert(windows[i].label);
      for (const int k : windows[i].observations) {
        CHECK(windows[i].span.contains(times[static_cast<std::size_t>(k)]));
        seen.push_back(k);
      }
    }
    CHECK(labels.size() == windows.size());
    REQUIRE(seen.size() == times.size());
    CHECK(std::is_sorted(seen.begin(), seen.end()));
  }
}

TEST_CASE("A solar day outside the range belongs to the nearest window", "[cube]") {
  // West of Greenwich an item of January 1st, 00:30 UTC, is of December 31st by the sun; in the east, the other way
  // round.
  const auto windows =
      make_windows(times_of({"2019-12-31", "2020-02-01", "2020-03-01"}), request_of("2020-01/2020-02", kMonth));
  CHECK(counts_of(windows) == std::vector<std::size_t>{1, 2});
}

TEST_CASE("Labels can stand in a subdataset name", "[cube]") {
  TimeRequest single;
  single.windows = WindowKind::kNone;
  auto windows = make_windows(times_of({"2020-01-06T10:15:30Z", "2020-01-06T10:20:00Z"}), single);
  for (const Window& window : make_windows({}, request_of("2020-01-01T10:00:00Z/2020-01-05T10:00:00Z", {0, 0, 1})))
    windows.push_back(window);
  REQUIRE(windows.size() == 7);
  for (const Window& window : windows) {
    INFO(window.label);
    CHECK(window.label.find_first_not_of("0123456789-_T") == std::string::npos);
  }
}

TEST_CASE("Too many windows are refused", "[cube]") {
  try {
    (void)make_windows({}, request_of("1700/2020", {0, 0, 1}));
    FAIL("117 thousand windows were accepted");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::kTooLarge);
  }
}
