// SPDX-License-Identifier: MIT
// The parts of a budget: never more than it, and the least budget is exactly that.
#include "cube/memory_shares.h"
#include "tests/catch.h"

using stacvrt::cube::MemoryShares;

TEST_CASE("The parts of a budget are no more than the budget", "[cube]") {
  for (const std::size_t budget :
       {std::size_t{0}, std::size_t{1}, std::size_t{17}, std::size_t{1} << 20, (std::size_t{1} << 40) + 7}) {
    const MemoryShares shares = MemoryShares::of(budget);
    CHECK(shares.compute + shares.tiles + shares.handles + shares.idle <= budget);
    CHECK(shares.compute >= budget / 2);
  }
}

TEST_CASE("The least budget leaves what is needed, and a byte less does not", "[cube]") {
  for (std::size_t bytes = 1; bytes < 2000; ++bytes) {
    const std::size_t least = MemoryShares::least_budget(bytes);
    if (MemoryShares::of(least).compute < bytes || MemoryShares::of(least - 1).compute >= bytes) FAIL(bytes);
  }
}
