// SPDX-License-Identifier: MIT
// The Error that an expression throws, to be looked at.
#pragma once

#include <utility>

#include "stac/error.h"
#include "tests/catch.h"

namespace stacvrt::stac::testing {

/// What `body` throws; the test fails when it throws nothing.
template <class Body>
Error error_of(Body&& body) {
  try {
    std::forward<Body>(body)();
  } catch (const Error& error) {
    return error;
  }
  FAIL("nothing was thrown");
  return Error(ErrorCode::kInvalid, "");
}

}  // namespace stacvrt::stac::testing
