// SPDX-License-Identifier: MIT
// Declarations of pixel types and nodata values that mean nothing: what a plan makes of them, and says.
#include <algorithm>

#include "tests/cube/plan_case.h"

using namespace stacvrt;
using namespace stacvrt::cube;
using namespace stacvrt::cube::fakes;
using stac::Json;

TEST_CASE("A nodata value that the type cannot hold counts as none, and is remarked upon", "[cube]") {
  const auto planned = [](const char* type, const Json& nodata) {
    World world;
    world.items.push_back(ItemBuilder("a", "2020-01-01")
                              .on(kGrid)
                              .asset("red", {{"raster:bands", {{{"data_type", type}, {"nodata", nodata}}}}})
                              .build());
    return world.plan(recipe_of());
  };
  for (const Json& nodata : {Json(70000), Json(-1), Json(0.5), Json("nan"), Json("inf")}) {
    INFO(nodata.dump());
    const auto plan = planned("uint16", nodata);
    CHECK_FALSE(plan->items[0].bands[0]->nodata.has_value());
    CHECK(any_contains(plan->decisions, "is no value of uint16"));
    CHECK(any_contains(plan->decisions, "asset 'red'"));
  }
  for (const auto& [type, nodata] : {std::pair{"uint16", Json(65535)}, std::pair{"int16", Json(-9999)},
                                     std::pair{"float32", Json(-9999.5)}, std::pair{"float32", Json("nan")}}) {
    INFO(type << " " << nodata.dump());
    const auto plan = planned(type, nodata);
    CHECK(plan->items[0].bands[0]->nodata.has_value());
    CHECK_FALSE(any_contains(plan->decisions, "is no value"));
  }
}

TEST_CASE("A data type that nobody knows counts as undeclared, and is remarked upon", "[cube]") {
  World world;
  world.add("a", "2020-01-01", kGrid, {{"red", {1, 2}}});
  world.items[0] = ItemBuilder("a", "2020-01-01").on(kGrid).asset("red", fakes::band_fields("uint61", 0)).build();
  const auto plan = world.plan(recipe_of());
  CHECK(plan->bands[0].type == stac::DataType::kUInt16);
  CHECK(any_contains(plan->decisions, "data_type 'uint61' is no type that is known here"));
}
