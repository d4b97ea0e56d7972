// SPDX-License-Identifier: MIT
// The border between exceptions and GDAL: every override is one guarded line, and whatever is thrown inside becomes one
// CPLError and the failing return value.
#pragma once

#include <exception>
#include <new>

#include "driver/gdal_compat.h"
#include "stac/error.h"

namespace stacvrt::driver {

/// GDAL's error number for a code.
[[nodiscard]] CPLErrorNum error_number(ErrorCode code);
/// Emits the exception being handled as one CPLError. Call inside a catch block only.
void report_current_exception() noexcept;

/// body(), or `failure` after reporting what it threw.
template <class Result, class Body>
Result guarded(Result failure, Body&& body) noexcept {
  try {
    return body();
  } catch (...) {
    report_current_exception();
    return failure;
  }
}

}  // namespace stacvrt::driver
