// SPDX-License-Identifier: MIT
// Instants and intervals as STAC and its API write them (RFC 3339), on the proleptic Gregorian calendar in UTC.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace stacvrt::stac {

/// Microseconds since 1970-01-01T00:00:00Z.
using Instant = std::int64_t;
inline constexpr Instant kMicrosPerSecond = 1'000'000;
inline constexpr Instant kMicrosPerDay = 86'400 * kMicrosPerSecond;
inline constexpr Instant kBeginOfTime = INT64_MIN;
inline constexpr Instant kEndOfTime = INT64_MAX;

/// Half-open [begin, end); open ends are kBeginOfTime and kEndOfTime.
struct Interval {
  Instant begin = kBeginOfTime;
  Instant end = kEndOfTime;
  [[nodiscard]] bool contains(Instant t) const noexcept { return t >= begin && t < end; }
  friend bool operator==(const Interval&, const Interval&) = default;
};

struct CivilDate {
  int year = 1970;
  int month = 1;  ///< 1..12
  int day = 1;    ///< 1..31
  friend bool operator==(const CivilDate&, const CivilDate&) = default;
};

/// Days since 1970-01-01 and back.
[[nodiscard]] std::int64_t days_from_civil(const CivilDate& date) noexcept;
[[nodiscard]] CivilDate civil_from_days(std::int64_t days) noexcept;
/// The UTC calendar day of an instant (floor).
[[nodiscard]] std::int64_t day_of(Instant t) noexcept;

/// An RFC 3339 date-time ("2020-01-31T10:00:00.123456Z", any offset, lower-case t/z, space for T) or a bare date
/// (midnight UTC); a date-time without offset is taken as UTC. Throws Error{kInvalid} quoting the text.
[[nodiscard]] Instant parse_instant(std::string_view text);

/// What a user may write for a span of time: "2020", "2020-03", "2020-03-05", an instant, or "A/B" of these with ".."
/// or "" for an open end. A coarse end is included whole ("2020-01/2020-02" ends where March begins; an instant as end
/// is included to the microsecond). Throws Error{kInvalid} for malformed text and for an end before its begin.
[[nodiscard]] Interval parse_interval(std::string_view text);

/// "2020-03-05T10:00:00Z", with a fraction only where it is not zero.
[[nodiscard]] std::string format_instant(Instant t);
/// "2020-03-05".
[[nodiscard]] std::string format_date(std::int64_t days);

}  // namespace stacvrt::stac
