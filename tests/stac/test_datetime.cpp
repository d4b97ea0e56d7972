// SPDX-License-Identifier: MIT
// Calendar arithmetic, RFC 3339 texts and the intervals users write.
#include "stac/datetime.h"
#include "stac/error.h"
#include "tests/catch.h"

using namespace stacvrt;
using namespace stacvrt::stac;

namespace {

constexpr Instant kHour = 3600 * kMicrosPerSecond;

Instant at_midnight(int year, int month, int day) {
  return days_from_civil({year, month, day}) * kMicrosPerDay;
}

}  // namespace

TEST_CASE("Days and civil dates are each other's inverse over millennia", "[stac]") {
  CHECK(days_from_civil({1970, 1, 1}) == 0);
  CHECK(days_from_civil({2000, 3, 1}) == 11017);
  CHECK(days_from_civil({2024, 2, 29}) == 19782);
  CHECK(civil_from_days(-1) == CivilDate{1969, 12, 31});
  CHECK(civil_from_days(11016) == CivilDate{2000, 2, 29});
  CivilDate previous{-401, 12, 31};
  for (std::int64_t day = days_from_civil({-400, 1, 1}); day < days_from_civil({3000, 1, 1}); ++day) {
    const CivilDate date = civil_from_days(day);
    REQUIRE(days_from_civil(date) == day);
    const bool next_day = date.month == previous.month && date.day == previous.day + 1;
    const bool next_month = date.day == 1 && date.month == previous.month % 12 + 1;
    REQUIRE((next_day || next_month));
    previous = date;
  }
}

TEST_CASE("The day of an instant before 1970 is rounded down", "[stac]") {
  CHECK(day_of(0) == 0);
  CHECK(day_of(-1) == -1);
  CHECK(day_of(-kMicrosPerDay) == -1);
  CHECK(day_of(kMicrosPerDay - 1) == 0);
}

TEST_CASE("Instants are read in every form of RFC 3339", "[stac]") {
  const Instant day = at_midnight(2020, 3, 5);
  CHECK(parse_instant("1970-01-01T00:00:00Z") == 0);
  CHECK(parse_instant("2001-09-09T01:46:40Z") == 1'000'000'000 * kMicrosPerSecond);
  CHECK(parse_instant("2020-03-05") == day);
  CHECK(parse_instant("2020-03-05T10:00:00Z") == day + 10 * kHour);
  CHECK(parse_instant("2020-03-05t10:00:00z") == day + 10 * kHour);
  CHECK(parse_instant("2020-03-05 10:00:00") == day + 10 * kHour);
  CHECK(parse_instant("2020-03-05T10:00:00.5Z") == day + 10 * kHour + 500'000);
  CHECK(parse_instant("2020-03-05T10:00:00.123456789Z") == day + 10 * kHour + 123'456);
  CHECK(parse_instant("2020-03-05T10:00:00+02:00") == day + 8 * kHour);
  CHECK(parse_instant("2020-03-05T20:30:00-05:30") == day + 26 * kHour);
  CHECK(parse_instant("2020-03-05T00:00:00-00:00") == day);
  CHECK(parse_instant("2020-03-05T10:00:00+0000") == day + 10 * kHour);
  CHECK(parse_instant("2020-03-05T10:00:00+01") == day + 9 * kHour);
  CHECK(parse_instant("1900-01-01T00:00:00Z") == at_midnight(1900, 1, 1));
}

TEST_CASE("A leap second is the first instant of the next day and stands nowhere else", "[stac]") {
  CHECK(parse_instant("2016-12-31T23:59:60Z") == at_midnight(2017, 1, 1));
  CHECK(parse_instant("2016-12-31T15:59:60-08:00") == at_midnight(2017, 1, 1));
  CHECK_THROWS_WITH(parse_instant("2016-12-31T22:59:60Z"), ContainsSubstring("leap second"));
}

TEST_CASE("Malformed instants are refused with the text and the reason", "[stac]") {
  struct Case {
    const char* text;
    const char* reason;
  };
  for (const auto& [text, reason] : {Case{"2023-02-29", "28 days"},
                                     {"2100-02-29T00:00:00Z", "28 days"},
                                     {"2020-04-31", "30 days"},
                                     {"2020-13-01", "month 13"},
                                     {"2020-00-01", "month 0"},
                                     {"2020-01-00", "31 days"},
                                     {"2020-01-01T24:00:00Z", "hour 24"},
                                     {"2020-01-01T23:60:00Z", "minute 60"},
                                     {"2020-01-01T23:59:61Z", "second 61"},
                                     {"2020-01-01T10:00Z", "hh:mm:ss"},
                                     {"2020-01-01T10:00:00.Z", "digits after"},
                                     {"2020-01-01T10:00:00+25:00", "offset"},
                                     {"2020-01-01T10:00:00+1:00", "offset"},
                                     {"2020-01-01T10:00:00ZZ", "text after"},
                                     {"2020-01-01X10:00:00Z", "'T'"},
                                     {"2020-01", "YYYY-MM-DD"},
                                     {"20200101", "YYYY-MM-DD"},
                                     {"yesterday", "YYYY-MM-DD"},
                                     {"", "YYYY-MM-DD"}}) {
    INFO(text);
    CHECK_THROWS_WITH(parse_instant(text), ContainsSubstring(reason));
    CHECK_THROWS_WITH(parse_instant(text), ContainsSubstring("'" + std::string(text) + "'"));
  }
}

TEST_CASE("Coarse texts are whole years, months and days", "[stac]") {
  CHECK(parse_interval("2020") == Interval{at_midnight(2020, 1, 1), at_midnight(2021, 1, 1)});
  CHECK(parse_interval("2020-02") == Interval{at_midnight(2020, 2, 1), at_midnight(2020, 3, 1)});
  CHECK(parse_interval("2020-12") == Interval{at_midnight(2020, 12, 1), at_midnight(2021, 1, 1)});
  CHECK(parse_interval("2020-02-29") == Interval{at_midnight(2020, 2, 29), at_midnight(2020, 3, 1)});
  CHECK(parse_interval("2020/2021") == Interval{at_midnight(2020, 1, 1), at_midnight(2022, 1, 1)});
  CHECK(parse_interval("2020-01/2020-02") == Interval{at_midnight(2020, 1, 1), at_midnight(2020, 3, 1)});
  CHECK(parse_interval("2020/2020-03-05") == Interval{at_midnight(2020, 1, 1), at_midnight(2020, 3, 6)});
}

TEST_CASE("An instant as end is included to the microsecond", "[stac]") {
  const Instant noon = at_midnight(2020, 1, 1) + 12 * kHour;
  CHECK(parse_interval("2020-01-01T12:00:00Z") == Interval{noon, noon + 1});
  const Interval interval = parse_interval("2020/2020-01-01T12:00:00Z");
  CHECK(interval.contains(noon));
  CHECK_FALSE(interval.contains(noon + 1));
}

TEST_CASE("Open ends are written as two dots or nothing", "[stac]") {
  CHECK(parse_interval("../2020") == Interval{kBeginOfTime, at_midnight(2021, 1, 1)});
  CHECK(parse_interval("/2020") == Interval{kBeginOfTime, at_midnight(2021, 1, 1)});
  CHECK(parse_interval("2020/..") == Interval{at_midnight(2020, 1, 1), kEndOfTime});
  CHECK(parse_interval("2020/") == Interval{at_midnight(2020, 1, 1), kEndOfTime});
  CHECK(parse_interval("../..") == Interval{});
}

TEST_CASE("Impossible intervals are refused", "[stac]") {
  CHECK_THROWS_WITH(parse_interval("2021/2020"), ContainsSubstring("ends before it begins"));
  CHECK_THROWS_WITH(parse_interval("2020-01-02T00:00:00Z/2020-01-01"), ContainsSubstring("ends before it begins"));
  CHECK_NOTHROW(parse_interval("2020-01-01T12:00:00Z/2020-01-01"));
  for (const char* text : {"", "..", "2020/2021/2022", "20", "2020-13", "2020-1", "P1M", "2020-01-01T10/2021"}) {
    INFO(text);
    CHECK_THROWS_AS(parse_interval(text), Error);
  }
}

TEST_CASE("Instants are written in UTC with a fraction only where there is one", "[stac]") {
  CHECK(format_instant(0) == "1970-01-01T00:00:00Z");
  CHECK(format_instant(-1) == "1969-12-31T23:59:59.999999Z");
  CHECK(format_instant(parse_instant("2020-03-05T10:00:00.120Z")) == "2020-03-05T10:00:00.12Z");
  CHECK(format_instant(parse_instant("0001-02-03")) == "0001-02-03T00:00:00Z");
  CHECK(format_date(days_from_civil({2020, 3, 5})) == "2020-03-05");
}
