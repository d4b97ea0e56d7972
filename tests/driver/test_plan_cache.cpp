// SPDX-License-Identifier: MIT
// Plans made once per key, bounded, and view numbers that are the same for equal text only.
#include <atomic>
#include <set>
#include <thread>

#include "driver/plan_cache.h"
#include "tests/catch.h"

using namespace stacvrt;
using namespace stacvrt::driver;

namespace {

cube::Plan plan_of_width(std::int64_t width) {
  cube::Plan plan;
  plan.grid.width_px = width;
  return plan;
}

std::size_t unchanged(const cube::Plan&) {
  return 0;
}

}  // namespace

TEST_CASE("A plan is made once per key", "[driver]") {
  PlanCache cache;
  int made = 0;
  const auto make = [&made](std::int64_t width) {
    return [&made, width] {
      ++made;
      return plan_of_width(width);
    };
  };
  const auto first = cache.get("a", make(1), unchanged);
  const auto other = cache.get("b", make(2), unchanged);
  CHECK(cache.get("a", make(3), unchanged) == first);
  CHECK(made == 2);
  CHECK(first->plan->grid.width_px == 1);
  CHECK(other->plan->grid.width_px == 2);
  CHECK(first->id != other->id);
}

TEST_CASE("A plan whose rasters were replaced is made anew, and others are not", "[driver]") {
  PlanCache cache;
  std::size_t state = 5;
  const auto state_of = [&state](const cube::Plan&) { return state; };
  const auto make = [] { return plan_of_width(1); };
  const auto before = cache.get("a", make, state_of);
  CHECK(cache.get("a", make, state_of) == before);
  state = 6;
  const auto after = cache.get("a", make, state_of);
  CHECK(after != before);
  CHECK(after->id != before->id);
  CHECK(cache.get("a", make, state_of) == after);
}

TEST_CASE("Plan numbers never come back", "[driver]") {
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 10; ++i) {
    PlanCache cache;  // as a forked child has its own
    const auto plan = cache.get(
        "a", [] { return plan_of_width(1); }, unchanged);
    CHECK(seen.insert(plan->id).second);
  }
}

TEST_CASE("A plan that cannot be made is tried again", "[driver]") {
  PlanCache cache;
  CHECK_THROWS_AS(cache.get(
                      "a", []() -> cube::Plan { throw Error(ErrorCode::kIo, "gone"); }, unchanged),
                  Error);
  CHECK(cache
            .get(
                "a", [] { return plan_of_width(5); }, unchanged)
            ->plan->grid.width_px == 5);
}

TEST_CASE("The plans used last are kept", "[driver]") {
  PlanCache cache;
  int made = 0;
  const auto get = [&](std::size_t number) {
    (void)cache.get(
        std::to_string(number),
        [&] {
          ++made;
          return plan_of_width(1);
        },
        unchanged);
  };
  for (std::size_t i = 0; i < PlanCache::kMaxPlans; ++i) get(i);
  get(0);
  CHECK(made == static_cast<int>(PlanCache::kMaxPlans));
  get(PlanCache::kMaxPlans);  // pushes out the one used longest ago, 1
  get(0);
  CHECK(made == static_cast<int>(PlanCache::kMaxPlans) + 1);
  get(1);
  CHECK(made == static_cast<int>(PlanCache::kMaxPlans) + 2);
}

TEST_CASE("Threads that ask at once get one plan", "[driver]") {
  PlanCache cache;
  std::vector<std::shared_ptr<const SharedPlan>> got(8);
  std::vector<std::thread> threads;
  for (auto& plan : got)
    threads.emplace_back([&cache, &plan] {
      plan = cache.get(
          "a", [] { return plan_of_width(1); }, unchanged);
    });
  for (std::thread& thread : threads) thread.join();
  for (const auto& plan : got) CHECK(plan == got[0]);
}

TEST_CASE("Views have numbers of their own, the same for equal text", "[driver]") {
  PlanCache cache;
  const std::uint64_t first = cache.view_id("1:mad:0");
  CHECK(cache.view_id("1:count:0") != first);
  CHECK(cache.view_id("2:mad:0") != first);
  CHECK(cache.view_id("1:mad:0") == first);
  std::set<std::uint64_t> seen{first};
  for (int i = 0; i < 5000; ++i) CHECK(seen.insert(cache.view_id("x" + std::to_string(i))).second);
  // Forgotten by now: a new number, never one that tiles may still carry.
  CHECK(seen.insert(cache.view_id("1:mad:0")).second);
}

TEST_CASE("Another cache, such as a forked child's, gives other numbers", "[driver]") {
  PlanCache parent, child;
  const auto make = [] { return plan_of_width(1); };
  CHECK(parent.get("a", make, unchanged)->id != child.get("a", make, unchanged)->id);
  CHECK(parent.view_id("1:mad:0") != child.view_id("1:mad:0"));
}
