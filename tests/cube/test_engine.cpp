// SPDX-License-Identifier: MIT
// The block engine on worlds of a few pixels, with results worked out by hand: masks, fusing, missing bands, ranges,
// resampling, and what is read, shared and retried.
#include <cmath>
#include <cstring>
#include <thread>

#include "cube/engine.h"
#include "cube/grid.h"
#include "tests/catch.h"
#include "tests/cube/fakes.h"

namespace {

using namespace stacvrt;
using namespace stacvrt::cube;
using fakes::grid_at;
using fakes::Layer;
using fakes::render;
using fakes::Rendered;
using fakes::World;
using stac::Json;
using Values = std::vector<double>;

Json scl_mask() {
  return Json::parse(R"({"asset": "scl", "exclude": [9], "nodata": [0]})");
}

Json recipe_of(const std::vector<std::string>& bands, const char* outputs, const Json& more = Json::object()) {
  Json recipe{{"bands", bands}, {"outputs", Json::parse(outputs)}};
  recipe.update(more);
  return recipe;
}

// An item whose red band and classification are one row of pixels of 10.
void add_row(World& world, const std::string& id, const std::string& datetime, const Values& red, const Values& scl) {
  world.add(id, datetime, grid_at(0, 0, 10, static_cast<std::int64_t>(red.size()), 1),
            {{"red", red}, {"scl", scl, "uint8", std::nullopt}});
}

// Bands of a rendered view as rows.
std::vector<Values> rows(World& world, const Json& recipe) {
  const auto plan = world.plan(recipe);
  const Rendered all = render(world.pixels, plan);
  std::vector<Values> result;
  for (std::size_t b = 0; b < make_view(*plan, "").bands.size(); ++b) result.push_back(all.band(b));
  return result;
}

// An engine with services of its own.
struct Bench {
  explicit Bench(World& world, const std::shared_ptr<const Plan>& plan, int threads = 1)
      : context{{}, threads},
        services{world.pixels, pool, tiles, memory},
        engine(plan, make_view(*plan, ""), 1, 1U << 28, threads, statistics) {}
  std::shared_ptr<const Tile> tile(std::size_t number = 0) {
    const stac::PixelGrid& grid = engine.plan().grid;
    const auto areas = engine.tiles_in({0, 0, grid.width_px, grid.height_px}, services.pixels);
    return engine.tile(0, areas.at(number), services, context);
  }

  RequestContext context;
  ThreadPool pool;
  TileCache tiles{1U << 28};
  MemoryLedger memory{1U << 28};
  std::shared_ptr<PlanStatistics> statistics = std::make_shared<PlanStatistics>();
  EngineServices services;
  Engine engine;
};

}  // namespace

TEST_CASE("Medians and counts use what is valid, totals what has data", "[cube]") {
  World world;
  add_row(world, "a", "2020-01-01", {10, 20, 0, 40}, {4, 4, 4, 9});
  add_row(world, "b", "2020-01-02", {11, 30, 5, 60}, {4, 9, 4, 9});
  add_row(world, "c", "2020-01-03", {15, 0, 7, 80}, {4, 4, 0, 9});
  const auto bands = rows(world, recipe_of({"red"}, R"(["median", "count", "total"])", {{"mask", scl_mask()}}));
  CHECK(bands[0] == Values{11, 20, 5, 0});
  CHECK(bands[1] == Values{3, 1, 1, 0});
  CHECK(bands[2] == Values{3, 2, 1, 3});
}

TEST_CASE("The median of two rounds half to even, and a valid zero is no nodata", "[cube]") {
  World world;
  const auto grid = grid_at(0, 0, 10, 3, 1);
  world.add("a", "2020-01-01", grid, {{"red", {10, 11, 0}, "uint16", 65535}});
  world.add("b", "2020-01-02", grid, {{"red", {11, 12, 65535}, "uint16", 65535}});
  CHECK(rows(world, recipe_of({"red"}, R"(["median"])"))[0] == Values{10, 12, 0});
  CHECK(rows(world, recipe_of({"red"}, R"([{"reduce": "median", "nodata": 0}])"))[0] == Values{10, 12, 1});
}

TEST_CASE("Items of a day fuse in order of time: clear-first fills, cloud-wins drops", "[cube]") {
  World world;
  add_row(world, "second", "2020-01-01T10:00:10Z", {11, 21, 0, 41, 0}, {4, 9, 4, 4, 9});
  add_row(world, "first", "2020-01-01T10:00:00Z", {10, 20, 30, 0, 50}, {9, 4, 4, 4, 4});
  Json recipe = recipe_of({"red"}, R"(["median", "count", "total"])", {{"mask", scl_mask()}});
  recipe["time"] = {{"fuse", "clear-first"}};
  auto bands = rows(world, recipe);
  CHECK(bands[0] == Values{11, 20, 30, 41, 50});
  CHECK(bands[1] == Values{1, 1, 1, 1, 1});
  CHECK(bands[2] == Values{1, 1, 1, 1, 1});
  recipe["time"] = {{"fuse", "cloud-wins"}};
  bands = rows(world, recipe);
  // A cloud over pixels without data (the last) is nobody's.
  CHECK(bands[0] == Values{0, 0, 30, 41, 50});
  CHECK(bands[1] == Values{0, 0, 1, 1, 1});
  CHECK(bands[2] == Values{1, 1, 1, 1, 1});
  recipe["time"] = {{"group", "none"}};
  bands = rows(world, recipe);
  CHECK(bands[0] == Values{11, 20, 30, 41, 50});
  CHECK(bands[2] == Values{2, 2, 1, 1, 1});
}

TEST_CASE("Of two clear items of a day the earlier counts, by id where times are equal", "[cube]") {
  World world;
  add_row(world, "z", "2020-01-01T10:00:00Z", {1, 1}, {4, 9});
  add_row(world, "m", "2020-01-01T10:00:00Z", {2, 2}, {4, 4});
  add_row(world, "a", "2020-01-01T10:00:01Z", {3, 3}, {4, 4});
  CHECK(rows(world, recipe_of({"red"}, R"(["max"])", {{"mask", scl_mask()}}))[0] == Values{2, 2});
}

TEST_CASE("An item that lacks a band is valid for sets without it only", "[cube]") {
  World world;
  const auto grid = grid_at(0, 0, 10, 2, 1);
  world.add("a", "2020-01-01", grid, {{"red", {10, 20}}, {"nir", {100, 0}}});
  world.add("b", "2020-01-02", grid, {{"red", {30, 40}}});
  const auto bands = rows(world, recipe_of({"red", "nir"}, R"(["max", "count", {"reduce": "max", "of": "red", "name":
      "all"}, {"reduce": "count", "of": ["red"], "name": "reds"}])"));
  CHECK(bands[0] == Values{10, 0});
  CHECK(bands[1] == Values{100, 0});
  CHECK(bands[2] == Values{1, 0});
  CHECK(bands[3] == Values{30, 40});
  CHECK(bands[4] == Values{2, 2});
}

TEST_CASE("A band is nodata together with its set: all bands come from the same samples", "[cube]") {
  World world;
  world.add("a", "2020-01-01", grid_at(0, 0, 10, 2, 1), {{"red", {10, 0}}, {"nir", {0, 20}}});
  const auto bands = rows(world, recipe_of({"red", "nir"}, R"(["max", "total"])"));
  CHECK(bands[0] == Values{0, 0});
  CHECK(bands[1] == Values{0, 0});
  CHECK(bands[2] == Values{0, 0});
}

TEST_CASE("Values outside the valid range make the pixel bad in every band, ends included in the range", "[cube]") {
  World world;
  // Physical value = DN * 0.25 - 1; the range 0 to 10 is DN 4 to 44.
  const auto grid = grid_at(0, 0, 10, 5, 1);
  world.add("a", "2020-01-01", grid,
            {{"red", {4, 3, 10, 10, 0}, "uint16", 0, 0.25, -1}, {"nir", {44, 10, 45, 10, 45}, "uint16", 0, 0.25, -1}});
  const auto bands =
      rows(world, recipe_of({"red", "nir"}, R"(["max", "count", "total"])", {{"mask", {{"valid_range", {0, 10}}}}}));
  CHECK(bands[0] == Values{4, 0, 0, 10, 0});
  CHECK(bands[1] == Values{44, 0, 0, 10, 0});
  CHECK(bands[2] == Values{1, 0, 0, 1, 0});
  CHECK(bands[3] == Values{1, 1, 1, 1, 0});
}

TEST_CASE("Bilinear weighs valid neighbours only, and is valid where its own pixel is", "[cube]") {
  World world;
  const auto coarse = grid_at(0, 0, 20, 3, 1);
  world.add("a", "2020-01-01", coarse, {{"red", {100, 200, 0}}});
  const Json recipe = recipe_of({"red"}, R"(["median"])", {{"grid", {{"resolution", 10}, {"resampling", "bilinear"}}}});
  // Centres at 0.25, 0.75, 1.25, ... of the source's pixels.
  CHECK(rows(world, recipe)[0] == Values{100, 125, 175, 200, 0, 0, 100, 125, 175, 200, 0, 0});
}

TEST_CASE("Cubic weighs four pixels across, and nothing where there is no second row", "[cube]") {
  World world;
  world.add("a", "2020-01-01", grid_at(0, 0, 20, 4, 1), {{"red", {128, 256, 384, 640}}});
  const Json recipe = recipe_of({"red"}, R"(["median"])", {{"grid", {{"resolution", 10}, {"resampling", "cubic"}}}});
  const Values red = rows(world, recipe)[0];
  REQUIRE(red.size() == 16);
  // At 1.75 of the source's pixels: (-9 * 128 + 111 * 256 + 29 * 384 - 3 * 640) / 128; at 2.25 the weights mirrored.
  CHECK((red[3] == 285 && red[4] == 343 && red[11] == 285 && red[12] == 343));
}

TEST_CASE("Average is the mean of the valid pixels under a larger one, band by band", "[cube]") {
  World world;
  const auto fine = grid_at(0, 0, 10, 6, 2);
  world.add("a", "2020-01-01", fine,
            {{"red", {1, 3, 10, 20, 8, 8, 5, 7, 0, 30, 8, 0}}, {"nir", {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}}});
  const Json recipe = recipe_of(
      {"red", "nir"}, R"([{"reduce": "median", "of": "red"},
      {"reduce": "median", "of": "nir", "name": "nirs"}])",
      {{"grid",
        {{"resolution", 20}, {"bounds", {0, -20, 60, 0}}, {"resampling", {{"red", "average"}, {"*", "nearest"}}}}}});
  const auto bands = rows(world, recipe);
  CHECK(bands[0] == Values{4, 20, 0});  // the third pixel's centre lies on a pixel without data
  CHECK(bands[1] == Values{8, 10, 12});
  CHECK(world.plan(recipe)->sets[0].lane == kernels::LaneType::kFloat32);
}

TEST_CASE("Nearest takes the pixel that holds the centre; masks are nearest under bilinear bands", "[cube]") {
  World world;
  const auto coarse = grid_at(0, 0, 20, 2, 1), fine = grid_at(0, 0, 10, 4, 2);
  world.add("a", "2020-01-01", coarse,
            {{"red", {100, 200}}, {"scl", {4, 4, 9, 4, 4, 4, 9, 4}, "uint8", std::nullopt, 1, 0, fine}});
  Json recipe = recipe_of({"red"}, R"(["median"])", {{"grid", {{"resolution", 10}, {"bounds", {0, -10, 40, 0}}}}});
  CHECK(rows(world, recipe)[0] == Values{100, 100, 200, 200});
  recipe["mask"] = scl_mask();
  // The basis is red's: each of its pixels takes the lower right of the four mask pixels that meet at its centre.
  CHECK(rows(world, recipe)[0] == Values{100, 100, 200, 200});
  world.pixels.add("a/scl", {fine, stac::DataType::kUInt8, std::nullopt, {{4, 4, 4, 9, 4, 4, 4, 9}}});
  CHECK(rows(world, recipe)[0] == Values{100, 100, 0, 0});
  recipe["grid"]["resampling"] = "bilinear";
  CHECK(rows(world, recipe)[0] == Values{100, 100, 0, 0});
}

TEST_CASE("Items with different offsets are brought to those of most items", "[cube]") {
  World world;
  const auto grid = grid_at(0, 0, 10, 2, 1);
  world.add("a", "2020-01-01", grid, {{"red", {1500, 1000}, "uint16", 0, 0.5, -500}});
  world.add("b", "2020-01-02", grid, {{"red", {500, 0}, "uint16", 0, 0.5, 0}});
  world.add("c", "2020-01-03", grid, {{"red", {300, 0}, "uint16", 0, 0.5, 0}});
  const auto bands = rows(world, recipe_of({"red"}, R"(["max", "min"])"));
  CHECK(bands[0] == Values{500, 1});  // DN 1000 at -500 is physical 0: a valid zero
  CHECK(bands[1] == Values{300, 1});
}

TEST_CASE("Each window composes its own observations, an empty one is nodata", "[cube]") {
  World world;
  add_row(world, "a", "2020-01-05", {10, 0}, {4, 4});
  add_row(world, "b", "2020-01-06", {20, 5}, {4, 4});
  add_row(world, "c", "2020-03-06", {30, 0}, {4, 4});
  const auto bands = rows(
      world, recipe_of({"red"}, R"(["max", "count"])", {{"time", {{"windows", "P1M"}, {"range", "2020-01/2020-03"}}}}));
  REQUIRE(bands.size() == 6);
  CHECK(bands[0] == Values{20, 5});
  CHECK(bands[1] == Values{2, 1});
  CHECK(bands[2] == Values{0, 0});
  CHECK(bands[3] == Values{0, 0});
  CHECK(bands[4] == Values{30, 0});
  CHECK(bands[5] == Values{1, 0});
}

TEST_CASE("Mixed types open promoted, unrounded and with NaN; alone, an output keeps its own", "[cube]") {
  World world;
  add_row(world, "a", "2020-01-01", {10, 0}, {4, 4});
  add_row(world, "b", "2020-01-02", {11, 0}, {4, 4});
  const auto plan = world.plan(recipe_of({"red"}, R"(["median", "stddev", "count"])"));
  const Rendered all = render(world.pixels, plan);
  CHECK(all.type == stac::DataType::kFloat32);
  CHECK(all.band(0)[0] == 10.5);
  CHECK(std::isnan(all.band(0)[1]));
  CHECK(all.band(1)[0] == 0.5);
  CHECK(std::isnan(all.band(1)[1]));
  CHECK(all.band(2) == Values{2, 0});
  const Rendered median = render(world.pixels, plan, {}, "median");
  CHECK(median.type == stac::DataType::kUInt16);
  CHECK(median.band(0) == Values{10, 0});
}

TEST_CASE("What masks rule out is not read, unless somebody counts what lies beneath", "[cube]") {
  World world;
  add_row(world, "cloudy", "2020-01-01", {10, 20}, {9, 9});
  add_row(world, "empty", "2020-01-02", {10, 20}, {0, 0});
  add_row(world, "clear", "2020-01-03", {10, 20}, {9, 4});
  CHECK(rows(world, recipe_of({"red"}, R"(["median"])", {{"mask", scl_mask()}}))[0] == Values{0, 20});
  CHECK(world.pixels.reads("cloudy/scl") == 1);
  CHECK(world.pixels.reads("cloudy/red") == 0);
  CHECK(world.pixels.reads("empty/red") == 0);
  CHECK(world.pixels.reads("clear/red") == 1);
  CHECK(rows(world, recipe_of({"red"}, R"(["total"])", {{"mask", scl_mask()}}))[0] == Values{2, 2});
  CHECK(world.pixels.reads("cloudy/red") == 1);
}

TEST_CASE("Bands that no output of the view uses and items off the tile are not read", "[cube]") {
  World world;
  world.add("near", "2020-01-01", grid_at(0, 0, 10, 2, 1), {{"red", {1, 2}}, {"nir", {3, 4}}});
  world.add("far", "2020-01-02", grid_at(20000, 0, 10, 2, 1), {{"red", {1, 2}}, {"nir", {3, 4}}});
  const auto plan = world.plan(recipe_of(
      {"red", "nir"}, R"([{"reduce": "max", "of": "red", "name": "r"}, {"reduce": "max", "of": "nir", "name": "n"}])"));
  (void)render(world.pixels, plan, {}, "r");
  CHECK(world.pixels.reads("near/nir") == 0);
  CHECK(world.pixels.reads("near/red") == 1);
  Bench bench(world, plan);
  (void)bench.tile(1);
  CHECK(world.pixels.reads("near/nir") == 0);
  (void)bench.tile(0);
  CHECK(world.pixels.reads("near/nir") == 1);
  CHECK(world.pixels.reads("far/nir") == 0);
}

TEST_CASE("Planning reads no pixels, and opens only rasters whose metadata are silent", "[cube]") {
  World world;
  add_row(world, "a", "2020-01-01", {10, 20}, {4, 4});
  (void)world.plan(recipe_of({"red"}, R"(["median"])", {{"mask", scl_mask()}}));
  CHECK(world.pixels.reads() == 0);
  CHECK(world.pixels.descriptions() == 0);
  const auto grid = grid_at(0, 0, 10, 2, 1);
  world.items.push_back(fakes::ItemBuilder("silent", "2020-01-02").asset("red").build());
  world.pixels.add("silent/red", {grid, stac::DataType::kInt16, -1, {{5, -1}}});
  const auto plan = world.plan(recipe_of({"red"}, R"(["min"])"));
  CHECK(world.pixels.descriptions() == 1);
  CHECK(world.pixels.reads() == 0);
  CHECK(plan->items[1].basis == grid);
  CHECK(rows(world, recipe_of({"red"}, R"(["min"])"))[0] == Values{5, 20});
}

TEST_CASE("Many threads that ask for one tile have it computed once", "[cube]") {
  World world;
  for (int day = 1; day <= 5; ++day)
    add_row(world, "i" + std::to_string(day), "2020-01-0" + std::to_string(day), {1, 2}, {4, 4});
  Bench bench(world, world.plan(recipe_of({"red"}, R"(["median"])", {{"mask", scl_mask()}})), 4);
  std::vector<std::thread> threads;
  std::vector<std::shared_ptr<const Tile>> tiles(8);
  for (auto& tile : tiles) threads.emplace_back([&] { tile = bench.tile(); });
  for (std::thread& thread : threads) thread.join();
  CHECK(bench.statistics->tiles_computed == 1);
  CHECK(world.pixels.reads() == 10);
  for (const auto& tile : tiles) CHECK(tile == tiles[0]);
}

TEST_CASE("A failing read fails the tile with the earliest item's error, and the next call tries again", "[cube]") {
  for (const int threads : {1, 2, 8}) {
    World world;
    for (const char* id : {"a", "b", "c", "d", "e"})
      add_row(world, id, std::string("2020-01-0") + std::to_string(id[0] - 'a' + 1), {1, 2}, {4, 4});
    Bench bench(world, world.plan(recipe_of({"red"}, R"(["max"])", {{"mask", scl_mask()}})), threads);
    for (const char* path : {"e/red", "c/scl", "b/red", "d/scl"}) world.pixels.fail_next(path, 1);
    try {
      (void)bench.tile();
      FAIL("no error");
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::kIo);
      CHECK(error.where().item == "b");
    }
    CHECK(bench.statistics->tiles_computed == 0);
    // At worst each of the remaining failures fails once more.
    for (int attempt = 0; attempt < 4; ++attempt) {
      try {
        (void)bench.tile();
        break;
      } catch (const Error& error) {
        CHECK(error.where().item > "b");
      }
    }
    CHECK(bench.statistics->tiles_computed == 1);
    std::uint16_t value = 0;
    std::memcpy(&value, bench.tile()->values.data(), sizeof value);
    CHECK(value == 1);
  }
}

TEST_CASE("A budget below one row of pixels is an error that says what is needed", "[cube]") {
  World world;
  add_row(world, "a", "2020-01-01", {10, 20}, {4, 4});
  const auto plan = world.plan(recipe_of({"red"}, R"(["median"])"));
  const std::size_t minimum = MemoryShares::least_budget(StripMemory(*plan, make_view(*plan, ""), 2).minimum());
  const auto engine_with = [&](std::size_t budget) {
    return Engine(plan, make_view(*plan, ""), 1, budget, 2, std::make_shared<PlanStatistics>());
  };
  CHECK_NOTHROW(engine_with(minimum));
  try {
    (void)engine_with(minimum - 1);
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::kMemory);
    CHECK_THAT(error.what(), ContainsSubstring("MEMORY"));
  }
}

TEST_CASE("A small budget is told as it is", "[cube]") {
  World world;
  add_row(world, "a", "2020-01-01", {10, 20}, {4, 4});
  const auto plan = world.plan(recipe_of({"red"}, R"(["median"])"));
  for (const auto& [budget, text] : {std::pair{1000, "budget of 1000 bytes"}, std::pair{1024, "budget of 1 KB"},
                                     std::pair{1500, "budget of 2 KB"}, std::pair{1 << 20, "budget of 1 MB"}})
    CHECK_THROWS_WITH(
        Engine(plan, make_view(*plan, ""), 1, static_cast<std::size_t>(budget), 2, std::make_shared<PlanStatistics>()),
        ContainsSubstring(text));
}
