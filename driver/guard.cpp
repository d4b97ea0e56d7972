// SPDX-License-Identifier: MIT
#include "driver/guard.h"

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

void report_current_exception() noexcept {
  try {
    throw;
  } catch (const Error& error) {
    CPLError(CE_Failure, error_number(error.code()), "STACVRT: %s", error.what());
  } catch (const std::bad_alloc&) {
    CPLError(CE_Failure, CPLE_OutOfMemory, "STACVRT: out of memory; lower the open option MEMORY");
  } catch (const std::exception& error) {
    CPLError(CE_Failure, CPLE_AppDefined, "STACVRT: unexpected error: %s", error.what());
  } catch (...) {
    CPLError(CE_Failure, CPLE_AppDefined, "STACVRT: unexpected error");
  }
}

}  // namespace stacvrt::driver
