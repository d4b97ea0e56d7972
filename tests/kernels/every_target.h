// SPDX-License-Identifier: MIT
// Runs a check once per instruction set that is compiled in and that this CPU has (test_target.cpp lists them).
#pragma once

#include <string>

#include "kernels/target.h"
#include "tests/catch.h"

namespace stacvrt::test {

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
