// SPDX-License-Identifier: MIT
// When a failed request is tried again, and after how long. Pure functions: clock and chance are the caller's.
#pragma once

#include <curl/curl.h>

#include <optional>
#include <string>

#include "stac/http_settings.h"

namespace stacvrt::stac {

/// Whether an answer of that status may be another one a little later: 408, 425, 429, and 5xx but 501 and 505.
[[nodiscard]] bool is_transient_status(long status) noexcept;

/// Whether a transfer that failed so may succeed a little later: no connection, reset, cut off, timed out.
[[nodiscard]] bool is_transient_failure(CURLcode code) noexcept;

/// Seconds from `now_s` (since 1970) that a header Retry-After tells, as a number or as a date; not below 0. Nothing
/// for other text.
[[nodiscard]] std::optional<double> parse_retry_after(const std::string& value, double now_s);

/// What is known when an attempt has failed.
struct FailedAttempt {
  int retries = 0;     ///< made so far
  double spent_s = 0;  ///< since the first attempt began
  std::optional<double> retry_after_s = {};
  double chance = 0;  ///< in [0, 1): spreads clients that failed together
};

/// Seconds until the next attempt; nothing when the settings allow none. Between half the delay and the delay, which
/// doubles with each retry up to a minute; where the server names a time, that time and up to the first delay more.
[[nodiscard]] std::optional<double> next_attempt_in_s(const HttpSettings& settings, const FailedAttempt& failed);

}  // namespace stacvrt::stac
