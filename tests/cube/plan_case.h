// SPDX-License-Identifier: MIT
// Plans of one red band: recipes of them, what they group, and the errors of those that cannot be.
#pragma once

#include <string>
#include <vector>

#include "cube/plan.h"
#include "tests/catch.h"
#include "tests/cube/fakes.h"
#include "tests/cube/lines.h"
#include "tests/thrown.h"

namespace stacvrt::cube::fakes {

inline const stac::PixelGrid kGrid = grid_at(0, 0, 10, 2, 1);

inline stac::Json recipe_of(const stac::Json& more = stac::Json::object()) {
  stac::Json recipe{{"bands", {"red"}}, {"outputs", {"median"}}};
  recipe.update(more);
  return recipe;
}

/// No plan is made, with an error of this code whose message has all `parts` in it.
inline void check_failure(World& world, const stac::Json& recipe, ErrorCode code,
                          const std::vector<const char*>& parts) {
  const Error error = stacvrt::testing::thrown_by([&] { (void)world.plan(recipe); });
  INFO(error.what());
  CHECK(error.code() == code);
  for (const char* part : parts) CHECK_THAT(error.what(), ContainsSubstring(part));
}

inline std::vector<std::vector<int>> groups(const Plan& plan) {
  std::vector<std::vector<int>> result;
  for (const Observation& observation : plan.observations) result.push_back(observation.items);
  return result;
}

}  // namespace stacvrt::cube::fakes
