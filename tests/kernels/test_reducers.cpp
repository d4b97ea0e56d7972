// SPDX-License-Identifier: MIT
// The table of reducers and the memory that they share.
#include <cmath>
#include <set>

#include "kernels/reducer.h"
#include "kernels/workspace_state.h"
#include "tests/catch.h"
#include "tests/kernels/sample_group.h"

using namespace stacvrt::kernels;
using namespace stacvrt::test;

TEST_CASE("every reducer of the table is found by its name and complete", "[kernels]") {
  std::set<std::string_view> names;
  for (const Reducer& reducer : reducers()) {
    CAPTURE(std::string(reducer.name));
    CHECK(find_reducer(reducer.name) == &reducer);
    CHECK(reducer.function != nullptr);
    CHECK_FALSE(reducer.summary.empty());
    names.insert(reducer.name);
  }
  CHECK(names == std::set<std::string_view>{"geomedian", "mad", "median", "percentile", "mean", "stddev", "min", "max",
                                            "sum", "count", "total"});
}

TEST_CASE("a reducer that does not exist is null", "[kernels]") {
  CHECK(find_reducer("mediam") == nullptr);
  CHECK(find_reducer("") == nullptr);
}

TEST_CASE("results that are no bands have names", "[kernels]") {
  CHECK(find_reducer("mad")->result_names.size() == 3);
  CHECK(find_reducer("mad")->result_names[0] == "smad");
  CHECK(find_reducer("count")->result_names.size() == 1);
  CHECK(find_reducer("median")->result_names.empty());
  CHECK(find_reducer("percentile")->takes_p);
  CHECK(find_reducer("total")->needs_totals);
}

TEST_CASE("a group without samples is NaN in every reducer but the counts", "[kernels]") {
  for (const LaneType type : {LaneType::kUInt16, LaneType::kInt16, LaneType::kFloat32}) {
    const SampleGroup empty(type, std::vector<std::uint32_t>(kLanes, 0), 3);
    Workspace workspace(4, 3);
    for (const Reducer& reducer : reducers()) {
      CAPTURE(std::string(reducer.name));
      workspace.begin_group();
      const std::vector<double> p = reducer.takes_p ? std::vector<double>{50} : std::vector<double>{};
      for (const double result : reduce(std::string(reducer.name).c_str(), empty, workspace, p)) {
        CHECK((reducer.kind == ResultKind::kCount ? result >= 0 : std::isnan(result)));
      }
    }
  }
}

TEST_CASE("a workspace takes what it said it would", "[kernels]") {
  CHECK(Workspace::bytes(0, 1) > 0);
  CHECK(Workspace::bytes(100, 6) > Workspace::bytes(50, 6));
  Workspace workspace(70, 3);
  const Workspace::State& state = workspace.state();
  const auto* const begin = state.block.get();
  const auto* const end = begin + Workspace::bytes(70, 3) - sizeof(Workspace::State);
  const auto* const last = reinterpret_cast<const std::byte*>(state.geomedian + 3 * kLanes);
  CHECK((last > begin && last <= end));
  CHECK(state.sorted_band(1) - state.sorted_band(0) >= static_cast<std::ptrdiff_t>(70 * kLanes * sizeof(float)));
  for (const void* array : {static_cast<const void*>(state.sorted), static_cast<const void*>(state.selection),
                            static_cast<const void*>(state.copy), static_cast<const void*>(state.distances),
                            static_cast<const void*>(state.geomedian)}) {
    CHECK(reinterpret_cast<std::uintptr_t>(array) % kAlignment == 0);
  }
}

TEST_CASE("a workspace moves with its memory", "[kernels]") {
  Workspace first(8, 2);
  const SampleGroup group = make_group(LaneType::kUInt16, 8, 2, Pattern::kRandom, false, 5);
  const std::vector<double> wanted = reduce("percentile", group, first, {75});
  Workspace second = std::move(first);
  second.begin_group();
  CHECK(reduce("percentile", group, second, {75}) == wanted);
}
