// SPDX-License-Identifier: MIT
// Exceptions end at the border: one CPLError each, with the number GDAL's callers look at.
#include <stdexcept>

#include "driver/guard.h"
#include "tests/catch.h"
#include "tests/driver/error_log.h"

using namespace stacvrt;
using namespace stacvrt::driver;
using stacvrt::driver::testing::ErrorLog;

namespace {

template <class Thrown>
ErrorLog::Entry reported(const Thrown& thrown) {
  const ErrorLog log;
  CHECK(guarded(CE_Failure, [&]() -> CPLErr { throw thrown; }) == CE_Failure);
  REQUIRE(log.entries().size() == 1);
  return log.entries()[0];
}

}  // namespace

TEST_CASE("Every error code has its number in GDAL", "[driver]") {
  const std::pair<ErrorCode, CPLErrorNum> table[] = {
      {ErrorCode::kIo, CPLE_FileIO},           {ErrorCode::kSyntax, CPLE_AppDefined},
      {ErrorCode::kInvalid, CPLE_AppDefined},  {ErrorCode::kNotFound, CPLE_OpenFailed},
      {ErrorCode::kRefused, CPLE_AppDefined},  {ErrorCode::kUnsupported, CPLE_NotSupported},
      {ErrorCode::kTooLarge, CPLE_AppDefined}, {ErrorCode::kEmpty, CPLE_OpenFailed},
      {ErrorCode::kMemory, CPLE_OutOfMemory},  {ErrorCode::kCancelled, CPLE_UserInterrupt}};
  for (const auto& [code, number] : table) {
    const auto entry = reported(Error(code, "it broke", {"a.json", "S2A", "/bands"}));
    CHECK(entry.level == CE_Failure);
    CHECK(entry.number == number);
    CHECK(entry.message == "STACVRT: it broke [a.json, item S2A, at /bands]");
  }
}

TEST_CASE("A message with percent signs reaches the user as it is", "[driver]") {
  CHECK(reported(Error(ErrorCode::kInvalid, "25%s of %n 100%")).message == "STACVRT: 25%s of %n 100%");
}

TEST_CASE("Bytes that are no UTF-8 do not take the message with them", "[driver]") {
  CHECK(reported(Error(ErrorCode::kNotFound, "no 'M\xFCnchen.tif', but 'K\xC3\xB6ln.tif'")).message ==
        "STACVRT: no 'M\\xFCnchen.tif', but 'K\xC3\xB6ln.tif'");
}

TEST_CASE("Lack of memory names the option that lowers its use", "[driver]") {
  const auto entry = reported(std::bad_alloc());
  CHECK(entry.number == CPLE_OutOfMemory);
  CHECK_THAT(entry.message, ContainsSubstring("MEMORY"));
  CHECK(reported(std::bad_array_new_length()).number == CPLE_OutOfMemory);
}

TEST_CASE("What nobody expected is reported too", "[driver]") {
  const auto standard = reported(std::out_of_range("index 7"));
  CHECK(standard.number == CPLE_AppDefined);
  CHECK(standard.message == "STACVRT: unexpected error: index 7");
  CHECK(reported(42).message == "STACVRT: unexpected error");
}

TEST_CASE("Without an exception the result passes and nothing is reported", "[driver]") {
  const ErrorLog log;
  CHECK(guarded(-1, [] { return 7; }) == 7);
  CHECK(log.entries().empty());
}
