// SPDX-License-Identifier: MIT
// Runs a check once per instruction set that is compiled in and that this CPU has (test_target.cpp lists them).
#pragma once

#include <string>

#include "kernels/target.h"
#include "tests/catch.h"

namespace stacvrt::test {

/// Sanitizers watch what the code does, and slow it down tenfold: a part of the cases shows them all of it.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

template <typename Body>
void in_every_target(const Body& body) {
  for (const std::string& name : kernels::available_targets()) {
    INFO("instruction set " << name);
    REQUIRE(kernels::pin_target(name));
    body();
  }
  kernels::pin_target("");
}

}  // namespace stacvrt::test
