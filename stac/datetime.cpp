// SPDX-License-Identifier: MIT
#include "stac/datetime.h"

#include <array>
#include <cstdio>
#include <optional>

#include "stac/error.h"

namespace stacvrt::stac {
namespace {

constexpr std::int64_t kMinutesPerDay = 1440;
constexpr std::int64_t kDaysPer400Years = 146'097;
/// From 0000-03-01, where the year of this calendar arithmetic begins, to 1970-01-01.
constexpr std::int64_t kDaysToEpoch = 719'468;

std::int64_t floor_div(std::int64_t a, std::int64_t b) noexcept {
  const std::int64_t quotient = a / b;
  return quotient - (a % b < 0 ? 1 : 0);
}

int days_in_month(int year, int month) {
  constexpr std::array<int, 12> kDays{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : kDays[static_cast<std::size_t>(month - 1)];
}

/// Reads a text from left to right; each step says whether it succeeded.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : m_rest(text) {}

  [[nodiscard]] bool done() const { return m_rest.empty(); }
  bool take(std::string_view any_of) {
    if (done() || any_of.find(m_rest.front()) == std::string_view::npos) return false;
    m_rest.remove_prefix(1);
    return true;
  }
  std::optional<int> digits(std::size_t count) {
    if (m_rest.size() < count) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (!is_digit(m_rest[i])) return std::nullopt;
      value = 10 * value + (m_rest[i] - '0');
    }
    m_rest.remove_prefix(count);
    return value;
  }
  /// Digits of a second's fraction in microseconds; what is finer is cut off.
  std::optional<std::int64_t> fraction() {
    std::int64_t value = 0;
    std::int64_t weight = kMicrosPerSecond;
    std::size_t count = 0;
    for (; count < m_rest.size() && is_digit(m_rest[count]); ++count) {
      weight /= 10;
      value += weight * (m_rest[count] - '0');
    }
    m_rest.remove_prefix(count);
    return count > 0 ? std::optional(value) : std::nullopt;
  }

 private:
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }
  std::string_view m_rest;
};

[[noreturn]] void fail_text(std::string_view text, const std::string& reason) {
  throw Error(ErrorCode::kInvalid, "'" + std::string(text.substr(0, 80)) + "' is no date and time: " + reason);
}

CivilDate scan_date(Scanner& scanner, std::string_view text) {
  const auto year = scanner.digits(4);
  const bool dash = scanner.take("-");
  const auto month = scanner.digits(2);
  const bool second_dash = scanner.take("-");
  const auto day = scanner.digits(2);
  if (!year || !dash || !month || !second_dash || !day) fail_text(text, "expected YYYY-MM-DD");
  if (*month < 1 || *month > 12) fail_text(text, "month " + std::to_string(*month) + " is not in 1..12");
  if (*day < 1 || *day > days_in_month(*year, *month))
    fail_text(text, "that month has " + std::to_string(days_in_month(*year, *month)) + " days");
  return {*year, *month, *day};
}

/// Minutes east of UTC. Without offset: UTC. "+hhmm" and "+hh" are not RFC 3339, but files have them.
std::int64_t scan_offset(Scanner& scanner, std::string_view text) {
  if (scanner.done() || scanner.take("Zz")) return 0;
  const bool east = scanner.take("+");
  if (!east && !scanner.take("-")) fail_text(text, "expected 'Z' or an offset such as +02:00 after the time");
  const auto hours = scanner.digits(2);
  scanner.take(":");
  const auto minutes = scanner.done() ? std::optional(0) : scanner.digits(2);
  if (!hours || !minutes || *hours > 23 || *minutes > 59) fail_text(text, "expected an offset such as +02:00");
  return (east ? 1 : -1) * (std::int64_t{*hours} * 60 + *minutes);
}

/// Microseconds since midnight UTC of the written day (negative or over a day where the offset says so).
std::int64_t scan_time(Scanner& scanner, std::string_view text) {
  const auto hour = scanner.digits(2);
  const bool colon = scanner.take(":");
  const auto minute = scanner.digits(2);
  const bool second_colon = scanner.take(":");
  const auto second = scanner.digits(2);
  if (!hour || !colon || !minute || !second_colon || !second) fail_text(text, "expected hh:mm:ss after the date");
  if (*hour > 23) fail_text(text, "hour " + std::to_string(*hour) + " is not in 0..23; midnight is 00:00:00");
  if (*minute > 59) fail_text(text, "minute " + std::to_string(*minute) + " is not in 0..59");
  if (*second > 60) fail_text(text, "second " + std::to_string(*second) + " is not in 0..60");
  const auto fraction = scanner.take(".") ? scanner.fraction() : std::optional<std::int64_t>(0);
  if (!fraction) fail_text(text, "expected digits after '.'");
  const std::int64_t minutes = std::int64_t{*hour} * 60 + *minute - scan_offset(scanner, text);
  const std::int64_t minute_of_day = minutes - floor_div(minutes, kMinutesPerDay) * kMinutesPerDay;
  if (*second == 60 && minute_of_day != kMinutesPerDay - 1) fail_text(text, "leap seconds end a day of UTC");
  return (minutes * 60 + *second) * kMicrosPerSecond + *fraction;
}

Instant midnight(int year, int month, int day) {
  return days_from_civil({year, month, day}) * kMicrosPerDay;
}

/// The whole of a coarse text ("2020", "2020-03", "2020-03-05"), or the one microsecond of an instant.
Interval span_of(std::string_view text) {
  Scanner scanner(text);
  const auto year = scanner.digits(4);
  if (year && scanner.done()) return {midnight(*year, 1, 1), midnight(*year + 1, 1, 1)};
  const auto month = scanner.take("-") ? scanner.digits(2) : std::nullopt;
  if (year && month && scanner.done()) {
    if (*month < 1 || *month > 12) fail_text(text, "month " + std::to_string(*month) + " is not in 1..12");
    const bool december = *month == 12;
    return {midnight(*year, *month, 1), midnight(*year + (december ? 1 : 0), december ? 1 : *month + 1, 1)};
  }
  const Instant begin = parse_instant(text);
  constexpr std::size_t kDateLength = 10;
  return {begin, begin + (text.size() == kDateLength ? kMicrosPerDay : 1)};
}

bool is_open(std::string_view text) {
  return text.empty() || text == "..";
}

}  // namespace

std::int64_t days_from_civil(const CivilDate& date) noexcept {
  // Years begin in March, so that the leap day is the last of its year.
  const std::int64_t year = std::int64_t{date.year} - (date.month <= 2 ? 1 : 0);
  const std::int64_t cycle = floor_div(year, 400);
  const std::int64_t year_of_cycle = year - cycle * 400;
  const std::int64_t month_from_march = (date.month + 9) % 12;
  const std::int64_t day_of_year = (153 * month_from_march + 2) / 5 + date.day - 1;
  const std::int64_t day_of_cycle = year_of_cycle * 365 + year_of_cycle / 4 - year_of_cycle / 100 + day_of_year;
  return cycle * kDaysPer400Years + day_of_cycle - kDaysToEpoch;
}

CivilDate civil_from_days(std::int64_t days) noexcept {
  const std::int64_t shifted = days + kDaysToEpoch;
  const std::int64_t cycle = floor_div(shifted, kDaysPer400Years);
  const std::int64_t day_of_cycle = shifted - cycle * kDaysPer400Years;
  const std::int64_t year_of_cycle =
      (day_of_cycle - day_of_cycle / 1460 + day_of_cycle / 36'524 - day_of_cycle / 146'096) / 365;
  const std::int64_t day_of_year = day_of_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
  const std::int64_t month_from_march = (5 * day_of_year + 2) / 153;
  const int month = static_cast<int>((month_from_march + 2) % 12 + 1);
  const int day = static_cast<int>(day_of_year - (153 * month_from_march + 2) / 5 + 1);
  return {static_cast<int>(cycle * 400 + year_of_cycle + (month <= 2 ? 1 : 0)), month, day};
}

std::int64_t day_of(Instant t) noexcept {
  return floor_div(t, kMicrosPerDay);
}

Instant parse_instant(std::string_view text) {
  Scanner scanner(text);
  const CivilDate date = scan_date(scanner, text);
  const Instant day = days_from_civil(date) * kMicrosPerDay;
  if (scanner.done()) return day;
  if (!scanner.take("Tt ")) fail_text(text, "expected 'T' between date and time");
  const Instant time = scan_time(scanner, text);
  if (!scanner.done()) fail_text(text, "text after the time");
  return day + time;
}

Interval parse_interval(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) {
    if (is_open(text)) fail_text(text, "expected an instant, a year, a month, a day, or an interval A/B");
    return span_of(text);
  }
  const std::string_view first = text.substr(0, slash);
  const std::string_view last = text.substr(slash + 1);
  Interval interval;
  if (!is_open(first)) interval.begin = span_of(first).begin;
  if (!is_open(last)) interval.end = span_of(last).end;
  if (interval.end <= interval.begin)
    throw Error(ErrorCode::kInvalid, "interval '" + std::string(text.substr(0, 80)) + "' ends before it begins");
  return interval;
}

std::string format_instant(Instant t) {
  const std::int64_t days = day_of(t);
  const std::int64_t micros = t - days * kMicrosPerDay;
  const int seconds = static_cast<int>(micros / kMicrosPerSecond);
  std::array<char, 40> time{};
  std::snprintf(time.data(), time.size(), "T%02d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
  std::string result = format_date(days) + time.data();
  if (const int fraction = static_cast<int>(micros % kMicrosPerSecond); fraction != 0) {
    std::array<char, 40> digits{};
    std::snprintf(digits.data(), digits.size(), ".%06d", fraction);
    result += digits.data();
    result.erase(result.find_last_not_of('0') + 1);
  }
  return result + "Z";
}

std::string format_date(std::int64_t days) {
  const CivilDate date = civil_from_days(days);
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02d-%02d", date.year, date.month, date.day);
  return text.data();
}

}  // namespace stacvrt::stac
