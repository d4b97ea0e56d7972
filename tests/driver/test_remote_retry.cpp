// SPDX-License-Identifier: MIT
// What may pass and what will not, how long is waited, which parts of a window are read, and what messages show.
#include "driver/block_parts.h"
#include "driver/remote_retry.h"
#include "driver/task_scope.h"
#include "tests/catch.h"
#include "tests/thrown.h"

using namespace stacvrt;
using namespace stacvrt::driver;
using cube::PixelWindow;
using stacvrt::testing::thrown_by;

TEST_CASE("failures are told apart by what GDAL says of them", "[driver]") {
  CHECK(classify("HTTP response code: 503", 0) == Failure::kTransient);
  CHECK(classify("Request for bytes=1-2 failed with response_code=500", 0) == Failure::kTransient);
  CHECK(classify("CURL error: Recv failure: Connection reset by peer", VSIE_HttpError) == Failure::kTransient);
  CHECK(classify("TIFFFillTile:Read error at row 0, col 0, tile 1; got 5 bytes, expected 9", 0) == Failure::kTransient);
  CHECK(classify("", 0) == Failure::kTransient);
  CHECK(classify("HTTP response code: 408", 0) == Failure::kTransient);
  CHECK(classify("HTTP response code: 429", 0) == Failure::kThrottled);
  CHECK(classify("HTTP response code: 404", 0) == Failure::kPermanent);
  CHECK(classify("HTTP error code : 410", 0) == Failure::kPermanent);
  CHECK(classify("HTTP response code: 501", 0) == Failure::kPermanent);
  CHECK(classify("HTTP response code: 403", 0) == Failure::kLapsed);
  CHECK(classify("HTTP response code: 401", 0) == Failure::kLapsed);
  CHECK(classify("The specified key does not exist.", VSIE_AWSObjectNotFound) == Failure::kPermanent);
  CHECK(classify("", VSIE_AWSAccessDenied) == Failure::kLapsed);
}

TEST_CASE("the last status that is named counts", "[driver]") {
  CHECK(http_status("HTTP response code: 503\nHTTP response code: 404") == 404);
  CHECK(http_status("HTTP response code on https://h/500.tif: 403") == 403);
  CHECK(http_status("no status, but 404 somewhere") == 0);
  CHECK(http_status("") == 0);
}

TEST_CASE("waits double, vary by half, are longer when asked to slow down, and end at half a minute", "[driver]") {
  const Patience patience{4, 0.25};
  CHECK(patience.wait_s(0, Failure::kTransient, 0.5) == 0.25);
  CHECK(patience.wait_s(1, Failure::kTransient, 0.5) == 0.5);
  CHECK(patience.wait_s(3, Failure::kTransient, 0.5) == 2);
  CHECK(patience.wait_s(0, Failure::kTransient, 0) == 0.125);
  CHECK(patience.wait_s(1, Failure::kThrottled, 0.5) == 2);
  CHECK(patience.wait_s(40, Failure::kThrottled, 0.9) == 30);
}

TEST_CASE("retries are as many as configured, and none for what will not pass", "[driver]") {
  const CPLConfigOptionSetter few("GDAL_HTTP_MAX_RETRY", "2", false), quick("GDAL_HTTP_RETRY_DELAY", "0", false);
  Retries retries;
  CHECK_FALSE(retries.again(Failure::kPermanent));
  CHECK_FALSE(retries.again(Failure::kLapsed));
  CHECK(retries.again(Failure::kTransient));
  CHECK(retries.again(Failure::kThrottled));
  CHECK_FALSE(retries.again(Failure::kTransient));
  CHECK(retries.made() == 2);
}

TEST_CASE("what was configured holds in the tasks of a request, where GDAL itself does not retry", "[driver]") {
  const CPLConfigOptionSetter few("GDAL_HTTP_MAX_RETRY", "7", false);
  const auto scope = make_request_context(1).enter_task();
  CHECK(current_request()->patience.retries == 7);
  CHECK(std::string(CPLGetConfigOption("GDAL_HTTP_MAX_RETRY", "")) == "0");
  const auto inner = make_request_context(1).enter_task();
  CHECK(current_request()->patience.retries == 7);
}

TEST_CASE("a stopped request waits no more", "[driver]") {
  const CPLConfigOptionSetter slow("GDAL_HTTP_RETRY_DELAY", "30", false);
  const RequestScope scope([] { return true; });
  Retries retries;
  CHECK(thrown_by([&] { (void)retries.again(Failure::kTransient); }).code() == ErrorCode::kCancelled);
}

TEST_CASE("messages are shown without what signs URLs", "[driver]") {
  CHECK(without_url_secrets("GET 'https://u:p@h/a.tif?sig=x&b=1', HTTP 403") == "GET 'https://h/a.tif?...', HTTP 403");
  CHECK(without_url_secrets("/vsicurl/http://h/a?t=1 and http://h/b?t=2") ==
        "/vsicurl/http://h/a?... and http://h/b?...");
  CHECK(without_url_secrets("why? because") == "why? because");
}

TEST_CASE("a window is cut where blocks meet", "[driver]") {
  using Parts = std::vector<PixelWindow>;
  CHECK(in_blocks({{200, 10, 100, 20}}, {256, 256}) == Parts{{200, 10, 56, 20}, {256, 10, 44, 20}});
  CHECK(in_blocks({{0, 250, 10, 10}, {5, 0, 1, 1}}, {256, 256}) ==
        Parts{{0, 250, 10, 6}, {0, 256, 10, 4}, {5, 0, 1, 1}});
}

TEST_CASE("parts that are wanted are whole blocks of the window in few rectangles", "[driver]") {
  using Parts = std::vector<PixelWindow>;
  const PixelWindow window{2, 2, 6, 6};  // of blocks of 4: 2 + 4 columns, 2 + 4 rows
  std::vector<std::uint8_t> wanted(36, 1);
  CHECK(wanted_parts(window, {4, 4}, wanted.data()) == Parts{window});
  std::fill(wanted.begin(), wanted.end(), std::uint8_t{0});
  CHECK(wanted_parts(window, {4, 4}, wanted.data()).empty());
  wanted[0] = 1;
  CHECK(wanted_parts(window, {4, 4}, wanted.data()) == Parts{{2, 2, 2, 2}});
  wanted[35] = 1;
  CHECK(wanted_parts(window, {4, 4}, wanted.data()) == Parts{{2, 2, 2, 2}, {4, 4, 4, 4}});
  wanted[5] = 1;
  CHECK(wanted_parts(window, {4, 4}, wanted.data()) == Parts{{2, 2, 6, 2}, {4, 4, 4, 4}});
}
