// SPDX-License-Identifier: MIT
// What a plan makes of metadata that say more, or less, than usual: other places of files, silence about pixels,
// longitudes on both sides of the antimeridian.
#include <algorithm>

#include "tests/cube/plan_case.h"

using namespace stacvrt;
using namespace stacvrt::cube;
using namespace stacvrt::cube::fakes;
using stac::Json;

TEST_CASE("Alternates are read where asked for, and told of; names that no asset has are misspelt", "[cube]") {
  World world;
  Json fields = fakes::band_fields("uint16", 0);
  fields["alternate"] = {{"s3", {{"href", "s3://bucket/red.tif"}}}, {"local", {{"href", "here/red.tif"}}}};
  world.items.push_back(ItemBuilder("a", "2020-01-01").on(kGrid).asset("red", fields).build());
  world.items.push_back(ItemBuilder("b", "2020-01-02").on(kGrid).asset("red", fakes::band_fields("uint16", 0)).build());
  const auto path = [](const Plan& plan, std::size_t item) { return plan.items.at(item).bands.at(0)->path; };
  CHECK(path(*world.plan(recipe_of()), 0) == "a/red");
  const auto plan = world.plan(recipe_of({{"alternate", {"local", "s3"}}}));
  CHECK(path(*plan, 0) == "here/red.tif");
  CHECK(path(*plan, 1) == "b/red");
  CHECK(any_contains(plan->decisions, "asset 'red' is read from its alternate 'local' (1 item)"));
  CHECK_NOTHROW(world.plan(recipe_of({{"alternate", {"gs", "local"}}})));  // the first that there is
  check_failure(world, recipe_of({{"alternate", "s4"}}), ErrorCode::kNotFound, {"'s4'", "did you mean 's3'?"});
}

TEST_CASE("Of remote products that are known no raster is asked for its type; of others the error says why", "[cube]") {
  World world;
  Json silent = Json::object();
  silent["href"] = "https://example.com/B04.tif";
  const auto item = [&](const char* platform) {
    return ItemBuilder("a", "2020-01-01")
        .property("platform", platform)
        .property("s2:processing_baseline", "02.12")
        .on(kGrid)
        .asset("B04", silent)
        .build();
  };
  world.items = {item("sentinel-2a")};
  const Json recipe = recipe_of({{"bands", {"red"}}});
  const auto plan = world.plan(recipe);
  CHECK(world.pixels.descriptions() == 0);
  CHECK(plan->bands[0].type == stac::DataType::kUInt16);
  CHECK(plan->bands[0].nodata == 0.0);
  CHECK(plan->bands[0].scale == 1e-4);
  CHECK(plan->bands[0].common_name == "red");
  CHECK(any_contains(plan->decisions, "asset 'B04': pixel type uint16, nodata 0 as in all of Sentinel-2"));
  CHECK(any_contains(plan->decisions, "red: asset 'B04', by the name 'B04'"));
  world.items = {item("other")};
  check_failure(world, recipe_of({{"bands", {"B04"}}}), ErrorCode::kIo,
                {"no raster", "had to be opened", "pixel type (data_type in bands or raster:bands)"});
}

TEST_CASE("One pass across the antimeridian is one solar day where the grid spans it", "[cube]") {
  World world;
  for (const auto& [id, left] : {std::pair{"west", 178.0}, std::pair{"east", -180.0}})
    world.items.push_back(ItemBuilder(id, "2023-06-02T23:37:44Z")
                              .on(grid_at(left, 1, 1, 2, 1, kLonLat.text))
                              .asset("red", fakes::band_fields("uint16", 0))
                              .build());
  const auto plan = world.plan(recipe_of());
  CHECK(plan->grid == grid_at(178, 1, 1, 4, 1, kLonLat.text));
  CHECK(groups(*plan) == std::vector<std::vector<int>>{{0, 1}});
  // Items of the other count of longitudes have ways of their own there, with a position a turn away.
  REQUIRE(plan->items[0].id == "east");
  const auto& way = plan->source_crs.at(static_cast<std::size_t>(plan->items[0].crs)).from_target;
  REQUIRE(way);
  double x = 180.5, y = 0.5;
  way->apply(1, &x, &y);
  CHECK(x == -179.5);
  CHECK_FALSE(plan->items[0].reach.empty());
  CHECK(plan->items[1].aligned);
}
