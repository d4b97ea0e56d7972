// SPDX-License-Identifier: MIT
#include "driver/guard.h"

#include "stac/utf8.h"

namespace stacvrt::driver {

CPLErrorNum error_number(ErrorCode code) {
  switch (code) {
    case ErrorCode::kIo:
      return CPLE_FileIO;
    case ErrorCode::kNotFound:
    case ErrorCode::kEmpty:
      return CPLE_OpenFailed;
    case ErrorCode::kUnsupported:
      return CPLE_NotSupported;
    case ErrorCode::kMemory:
      return CPLE_OutOfMemory;
    case ErrorCode::kCancelled:
      return CPLE_UserInterrupt;
    case ErrorCode::kSyntax:
    case ErrorCode::kInvalid:
    case ErrorCode::kRefused:
    case ErrorCode::kTooLarge:
      break;
  }
  return CPLE_AppDefined;
}

namespace {

// Names and values from documents come along in messages: bytes that are no UTF-8 would leave Python without any text.
void report(CPLErrorNum number, const char* message) noexcept {
  try {
    CPLError(CE_Failure, number, "STACVRT: %s", stac::printable(message).c_str());
  } catch (...) {  // no memory left for that
    CPLError(CE_Failure, number, "STACVRT: %s", message);
  }
}

}  // namespace

void report_current_exception() noexcept {
  try {
    throw;
  } catch (const Error& error) {
    report(error_number(error.code()), error.what());
  } catch (const std::bad_alloc&) {
    CPLError(CE_Failure, CPLE_OutOfMemory, "STACVRT: out of memory; lower the open option MEMORY");
  } catch (const std::exception& error) {
    CPLError(CE_Failure, CPLE_AppDefined, "STACVRT: unexpected error: %s", error.what());
  } catch (...) {
    CPLError(CE_Failure, CPLE_AppDefined, "STACVRT: unexpected error");
  }
}

}  // namespace stacvrt::driver
