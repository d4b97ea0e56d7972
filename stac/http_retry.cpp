// SPDX-License-Identifier: MIT
#include "stac/http_retry.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace stacvrt::stac {

namespace {

constexpr double kLongestDelayS = 60;

}  // namespace

bool is_transient_status(long status) noexcept {
  if (status == 408 || status == 425 || status == 429) return true;
  return status >= 500 && status <= 599 && status != 501 && status != 505;
}

bool is_transient_failure(CURLcode code) noexcept {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_PARTIAL_FILE:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
      return true;
    default:
      return false;
  }
}

std::optional<double> parse_retry_after(const std::string& value, double now_s) {
  const std::size_t begin = value.find_first_not_of(" \t");
  if (begin == std::string::npos) return std::nullopt;
  const std::string text = value.substr(begin, value.find_last_not_of(" \t") - begin + 1);
  if (text.find_first_not_of("0123456789") == std::string::npos) {
    double seconds = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), seconds);
    return read.ec == std::errc() ? std::optional(seconds) : std::nullopt;
  }
  const time_t date = curl_getdate(text.c_str(), nullptr);
  if (date == -1) return std::nullopt;
  return std::max(0.0, static_cast<double>(date) - now_s);
}

std::optional<double> next_attempt_in_s(const HttpSettings& settings, const FailedAttempt& failed) {
  if (failed.retries >= settings.max_retries) return std::nullopt;
  const double delay = std::min(std::ldexp(settings.retry_delay_s, failed.retries), kLongestDelayS);
  double wait = delay * (0.5 + 0.5 * failed.chance);
  if (failed.retry_after_s) wait = *failed.retry_after_s + std::min(settings.retry_delay_s, 1.0) * failed.chance;
  if (failed.spent_s + wait > settings.retry_time_s) return std::nullopt;
  return wait;
}

}  // namespace stacvrt::stac
