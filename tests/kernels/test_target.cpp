// SPDX-License-Identifier: MIT
// The choice of instruction set.
#include <algorithm>

#include "kernels/target.h"
#include "tests/catch.h"

using namespace stacvrt::kernels;

TEST_CASE("the best instruction set is in use until another is pinned", "[kernels]") {
  const auto targets = available_targets();
  REQUIRE_FALSE(targets.empty());
  CHECK(current_target() == targets.front());
  for (const auto& name : targets) {
    WARN("compiled and runnable here: " << name);
    CHECK(pin_target(name));
    CHECK(current_target() == name);
  }
  CHECK(pin_target(""));
  CHECK(current_target() == targets.front());
}

TEST_CASE("pinning a set that is not there changes nothing", "[kernels]") {
  const auto before = current_target();
  CHECK_FALSE(pin_target("AVX9000"));
  CHECK(current_target() == before);
}

TEST_CASE("names of sets are distinct", "[kernels]") {
  auto targets = available_targets();
  std::sort(targets.begin(), targets.end());
  CHECK(std::adjacent_find(targets.begin(), targets.end()) == targets.end());
}
