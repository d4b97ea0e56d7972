// SPDX-License-Identifier: MIT
// The Error that an expression throws, to be looked at: its code, its message and its place.
#pragma once

#include <utility>

#include "stac/error.h"
#include "tests/catch.h"

namespace stacvrt::testing {

/// What `body` throws; the test fails when it throws nothing.
template <class Body>
Error thrown_by(Body&& body) {
  try {
    std::forward<Body>(body)();
  } catch (const Error& error) {
    return error;
  }
  FAIL("nothing was thrown");
  return Error(ErrorCode::kInvalid, "");
}

}  // namespace stacvrt::testing
