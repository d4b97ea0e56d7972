// SPDX-License-Identifier: MIT
// When and after how long a request is tried again; clock and chance are given.
#include "stac/http_retry.h"
#include "tests/catch.h"

using namespace stacvrt::stac;

namespace {

HttpSettings patient() {
  HttpSettings settings;
  settings.max_retries = 8;
  settings.retry_delay_s = 0.5;
  settings.retry_time_s = 1000;
  return settings;
}

}  // namespace

TEST_CASE("Overload and broken gateways pass, refusals stay", "[stac]") {
  for (const long status : {408, 425, 429, 500, 502, 503, 504, 520, 599}) CHECK(is_transient_status(status));
  for (const long status : {200, 301, 400, 401, 403, 404, 410, 422, 501, 505, 600})
    CHECK_FALSE(is_transient_status(status));
  for (const CURLcode code : {CURLE_RECV_ERROR, CURLE_PARTIAL_FILE, CURLE_OPERATION_TIMEDOUT, CURLE_GOT_NOTHING,
                              CURLE_COULDNT_CONNECT, CURLE_HTTP2_STREAM})
    CHECK(is_transient_failure(code));
  for (const CURLcode code :
       {CURLE_OK, CURLE_PEER_FAILED_VERIFICATION, CURLE_UNSUPPORTED_PROTOCOL, CURLE_WRITE_ERROR, CURLE_URL_MALFORMAT})
    CHECK_FALSE(is_transient_failure(code));
}

TEST_CASE("Retry-After is a number of seconds or a date", "[stac]") {
  const double now = 784111777;  // Sun, 06 Nov 1994 08:49:37 GMT
  CHECK(parse_retry_after("120", now) == 120);
  CHECK(parse_retry_after(" 0 ", now) == 0);
  CHECK(parse_retry_after("Sun, 06 Nov 1994 08:50:37 GMT", now) == 60);
  CHECK(parse_retry_after("Sunday, 06-Nov-94 08:49:47 GMT", now) == 10);
  CHECK(parse_retry_after("Sun Nov  6 08:49:39 1994", now) == 2);
  CHECK(parse_retry_after("Sun, 06 Nov 1994 08:00:00 GMT", now) == 0);
  for (const char* text : {"", " ", "soon", "-5", "1e3", "0x10", "12 s"}) {
    INFO(text);
    CHECK_FALSE(parse_retry_after(text, now));
  }
}

TEST_CASE("Delays double up to a minute, spread over their second half", "[stac]") {
  const HttpSettings settings = patient();
  double expected = 0.5;
  for (int retries = 0; retries < 8; ++retries) {
    CHECK(next_attempt_in_s(settings, {retries, 0, {}, 0.0}) == Approx(expected / 2));
    CHECK(next_attempt_in_s(settings, {retries, 0, {}, 0.999999}) == Approx(expected).epsilon(1e-5));
    expected = std::min(expected * 2, 60.0);
  }
  CHECK_FALSE(next_attempt_in_s(settings, {8, 0, {}, 0}));
}

TEST_CASE("What the server asks for is waited, and a little more", "[stac]") {
  const HttpSettings settings = patient();
  CHECK(next_attempt_in_s(settings, {0, 0, 7.0, 0.0}) == Approx(7));
  CHECK(next_attempt_in_s(settings, {5, 0, 7.0, 0.5}) == Approx(7.25));
}

TEST_CASE("No attempt begins after the time for retries", "[stac]") {
  HttpSettings settings = patient();
  settings.retry_time_s = 10;
  CHECK(next_attempt_in_s(settings, {0, 9.7, {}, 0.0}));
  CHECK_FALSE(next_attempt_in_s(settings, {0, 9.8, {}, 0.0}));
  CHECK_FALSE(next_attempt_in_s(settings, {0, 0, 3600.0, 0.0}));
  settings.max_retries = 0;
  CHECK_FALSE(next_attempt_in_s(settings, {0, 0, {}, 0.0}));
}
