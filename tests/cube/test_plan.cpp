// SPDX-License-Identifier: MIT
// A recipe matched with a catalogue: which items take part, on which grids, in which groups, and what is said where
// they cannot.
#include <algorithm>

#include "cube/item_planner.h"
#include "tests/cube/plan_case.h"

namespace {

using namespace stacvrt;
using namespace stacvrt::cube;
using namespace stacvrt::cube::fakes;
using stac::Json;

void add(World& world, const std::string& id, const std::string& datetime, const stac::PixelGrid& grid = kGrid) {
  world.items.push_back(ItemBuilder(id, datetime).on(grid).asset("red", fakes::band_fields("uint16", 0)).build());
}

// With a mask of bytes.
void add_masked(World& world, const std::string& mask) {
  world.items.push_back(ItemBuilder("a", "2020-03-02T10:00:00Z")
                            .on(kGrid)
                            .asset("red", fakes::band_fields("uint16", 0))
                            .asset(mask, fakes::band_fields("uint8"))
                            .build());
}

std::vector<std::string> ids(const Plan& plan) {
  std::vector<std::string> result;
  for (const ItemPlan& item : plan.items) result.push_back(item.id);
  return result;
}

}  // namespace

TEST_CASE("Items take part in order of time, then id, as filter and range let them", "[cube]") {
  World world;
  for (const char* id : {"c", "a", "b"}) add(world, id, "2020-03-02T10:00:00Z");
  add(world, "early", "2020-03-01T10:00:00Z");
  add(world, "late", "2020-04-01T00:00:00Z");
  CHECK(ids(*world.plan(recipe_of())) == std::vector<std::string>{"early", "a", "b", "c", "late"});
  CHECK(ids(*world.plan(recipe_of({{"time", "2020-03"}}))) == std::vector<std::string>{"early", "a", "b", "c"});
  check_failure(world, recipe_of({{"time", "2021"}}), ErrorCode::kEmpty,
                {"2020-03-01T10:00:00Z to 2020-04-01T00:00:00Z"});
  check_failure(world, recipe_of({{"filter", {{"datetime", "2019"}}}}), ErrorCode::kEmpty, {"none of 5 items"});
  check_failure(world, recipe_of({{"filter", {{"datatime", "2019"}}}}), ErrorCode::kNotFound,
                {"no item has the property 'datatime'", "did you mean 'datetime'?"});
  check_failure(world, recipe_of({{"filter", {{"datetime", {{"gt", "2020"}}}, {"id", "x"}}}}), ErrorCode::kEmpty,
                {"none of 5 items", "/filter/id"});
  check_failure(world, recipe_of({{"filter", {{"datetime", {{"gt", "2020-04"}}}, {"id", "a"}}}}), ErrorCode::kEmpty,
                {"conditions together leave none of 5 items"});
}

TEST_CASE("A solar day is that of the item's own longitude", "[cube]") {
  // 150 degrees east is ten hours ahead: 13:30 and 15:00 UTC lie on both sides of midnight there.
  for (const auto& [left, expected] : {std::pair{0.0, std::vector<std::vector<int>>{{0, 1}, {2}}},
                                       std::pair{15e6, std::vector<std::vector<int>>{{0}, {1, 2}}}}) {
    World world;
    const auto grid = grid_at(left, 0, 10, 2, 1);
    add(world, "a", "2020-03-01T13:30:00Z", grid);
    add(world, "b", "2020-03-01T15:00:00Z", grid);
    add(world, "c", "2020-03-02T01:00:00Z", grid);
    CHECK(groups(*world.plan(recipe_of())) == expected);
    CHECK(groups(*world.plan(recipe_of({{"time", {{"group", "none"}}}}))) ==
          std::vector<std::vector<int>>{{0}, {1}, {2}});
  }
}

TEST_CASE("The basis is the grid of the finest band, the first among equals", "[cube]") {
  World world;
  const auto fine = grid_at(5, 0, 10, 4, 4), also_fine = grid_at(0, 0, 10, 4, 4), coarse = grid_at(0, 0, 20, 2, 2);
  const auto fields = fakes::band_fields("uint16", 0);
  world.items.push_back(ItemBuilder("i", "2020-01-01")
                            .on(coarse)
                            .asset("swir", fields)
                            .on(fine)
                            .asset("red", fields)
                            .on(also_fine)
                            .asset("nir", fields)
                            .build());
  CHECK(world.plan(recipe_of({{"bands", {"swir", "red", "nir"}}}))->items[0].basis == fine);
  CHECK(world.plan(recipe_of({{"bands", {"swir", "nir", "red"}}}))->items[0].basis == also_fine);
  const auto plan = world.plan(
      recipe_of({{"bands", {"swir", "red", "nir"}}, {"outputs", Json::array({{{"reduce", "min"}, {"of", "swir"}}})}}));
  CHECK(plan->items[0].basis == fine);  // whatever outputs use
}

TEST_CASE("Items on the target's lattice are aligned, others are not", "[cube]") {
  World world;
  add(world, "a", "2020-01-01", grid_at(0, 0, 10, 50, 50));
  add(world, "b", "2020-01-02", grid_at(100, -200, 10, 50, 50));
  add(world, "c", "2020-01-03", grid_at(105, -200, 10, 50, 50));
  add(world, "d", "2020-01-04", grid_at(100, -200, 20, 50, 50));
  const auto plan = world.plan(recipe_of());
  CHECK(plan->grid == grid_at(0, 0, 10, 110, 120));
  CHECK(plan->items[0].aligned);
  CHECK(plan->items[1].aligned);
  CHECK((plan->items[1].shift_x == -10 && plan->items[1].shift_y == -20));
  CHECK_FALSE(plan->items[2].aligned);
  CHECK_FALSE(plan->items[3].aligned);
  CHECK(plan->items[3].density == std::array{0.5, 0.0, 0.0, 0.5});
  CHECK(plan->source_crs.size() == 1);
  CHECK_FALSE(plan->source_crs[0].from_target);
}

TEST_CASE("The same CRS by another name is one CRS, another one gets its operation", "[cube]") {
  World world;
  world.projector.define("EPSG:99", {});
  world.projector.define("EPSG:32634", {2, 0, 0, 0, 2, 0});
  add(world, "a", "2020-01-01");
  add(world, "b", "2020-01-02", grid_at(0, 0, 10, 2, 1, "EPSG:99"));
  add(world, "c", "2020-01-03", grid_at(0, 0, 5, 2, 1, "EPSG:32634"));
  const auto plan = world.plan(recipe_of());
  REQUIRE(plan->source_crs.size() == 2);
  CHECK(plan->items[1].crs == 0);
  CHECK(plan->items[1].aligned);
  CHECK(plan->items[2].crs == 1);
  CHECK(plan->source_crs[1].from_target);
  CHECK_FALSE(plan->items[2].aligned);
  CHECK(plan->items[2].density == std::array{1.0, 0.0, 0.0, 1.0});
}

TEST_CASE("Every reach holds all target pixels that the item covers", "[cube]") {
  World world;
  add(world, "all", "2020-01-01", grid_at(0, 0, 10, 2000, 2000));
  add(world, "piece", "2020-01-02", grid_at(3003, -5007, 30, 100, 50));
  const auto plan = world.plan(recipe_of());
  CHECK(plan->items[0].reach == PixelWindow{0, 0, 2000, 2000});
  const PixelWindow covered{300, 500, 301, 151};
  CHECK(plan->items[1].reach.intersect(covered) == covered);
  CHECK(plan->items[1].reach.width_px < 400);
}

TEST_CASE("Scale, offset and nodata are those of most items, the type holds all", "[cube]") {
  World world;
  const auto with = [&](const std::string& id, const Json& fields) {
    world.items.push_back(ItemBuilder(id, "2020-01-01").on(kGrid).asset("red", fields).build());
  };
  with("a", fakes::band_fields("uint8", 255, 1, 0));
  with("b", fakes::band_fields("uint16", 0, 0.5, -2));
  with("c", fakes::band_fields("uint16", 0, 0.5, -2));
  const auto plan = world.plan(recipe_of());
  const BandPlan& band = plan->bands[0];
  CHECK((band.scale == 0.5 && band.offset == -2));
  CHECK(band.type == stac::DataType::kUInt16);
  CHECK(band.nodata == 0.0);
  CHECK((plan->items[0].harmonisation[0].gain == 2 && plan->items[0].harmonisation[0].bias == 4));
  CHECK((plan->items[1].harmonisation[0].gain == 1 && plan->items[1].harmonisation[0].bias == 0));
  CHECK(any_contains(plan->decisions, "1 item rescaled"));
}

TEST_CASE("Items without a mask or band are left out by name, nothing is dropped in silence", "[cube]") {
  World world;
  const auto fields = fakes::band_fields("uint16", 0);
  world.items.push_back(ItemBuilder("full", "2020-01-01")
                            .on(kGrid)
                            .asset("red", fields)
                            .asset("nir", fields)
                            .asset("scl", fields)
                            .build());
  world.items.push_back(ItemBuilder("maskless", "2020-01-02").on(kGrid).asset("red", fields).build());
  world.items.push_back(
      ItemBuilder("no-nir", "2020-01-03").on(kGrid).asset("red", fields).asset("scl", fields).build());
  world.items.push_back(ItemBuilder("bare", "2020-01-04").on(kGrid).asset("scl", fields).build());
  const auto plan = world.plan(recipe_of({{"bands", {"red", "nir"}}, {"mask", {{"asset", "scl"}, {"exclude", {9}}}}}));
  CHECK(ids(*plan) == std::vector<std::string>{"full", "no-nir"});
  REQUIRE(plan->left_out.size() == 3);
  CHECK(any_contains(plan->left_out, "'maskless' is left out: it has no mask asset 'scl'"));
  CHECK(any_contains(plan->left_out, "'bare' is left out"));
  CHECK(any_contains(plan->left_out, "'no-nir' has no band 'nir'"));
}

TEST_CASE("Names that no item knows are misspelt, and the nearest is offered", "[cube]") {
  World world;
  add(world, "a", "2020-01-01");
  check_failure(world, recipe_of({{"bands", {"rde"}}, {"outputs", {"count"}}}), ErrorCode::kNotFound,
                {"'rde'", "'red'", "/bands/0"});
  check_failure(world, recipe_of({{"mask", {{"asset", "rad"}, {"exclude", {1}}}}}), ErrorCode::kNotFound,
                {"mask asset 'rad'", "'red'"});
}

TEST_CASE("Without bands in the recipe the shared ones are taken, or the known ones listed", "[cube]") {
  World world;
  Json fields = fakes::band_fields("uint16", 0);
  fields["roles"] = {"reflectance"};
  world.items.push_back(ItemBuilder("a", "2020-01-01").on(kGrid).asset("x", fields).asset("y", fields).build());
  world.items.push_back(ItemBuilder("b", "2020-01-02").on(kGrid).asset("y", fields).build());
  Json recipe{{"outputs", {"median"}}};
  const auto plan = world.plan(recipe);
  REQUIRE(plan->bands.size() == 1);
  CHECK(plan->bands[0].name == "y");
  world.items.push_back(ItemBuilder("c", "2020-01-03").on(kGrid).asset("z", fields).build());
  check_failure(world, recipe, ErrorCode::kNotFound, {"share no spectral asset", "'x'", "'z'"});
}

TEST_CASE("Resampling may differ from band to band", "[cube]") {
  World world;
  const auto fields = fakes::band_fields("uint16", 0);
  world.items.push_back(ItemBuilder("a", "2020-01-01").on(kGrid).asset("red", fields).asset("nir", fields).build());
  const auto plan = world.plan(
      recipe_of({{"bands", {"red", "nir"}}, {"grid", {{"resampling", {{"*", "bilinear"}, {"nir", "nearest"}}}}}}));
  CHECK(plan->bands[0].resampling == Resampling::kBilinear);
  CHECK(plan->bands[1].resampling == Resampling::kNearest);
  CHECK(plan->items[0].kernel_px == std::array<std::int64_t, 2>{1, 1});
}

TEST_CASE("What kernels reach follows the methods in use and the pixels under a target pixel", "[cube]") {
  World world;
  add(world, "a", "2020-01-01", grid_at(0, 0, 10, 50, 50));
  const auto planned = [&](const char* method, double width, double height) {
    return *world.plan(recipe_of(
        {{"grid", {{"resolution", {width, height}}, {"bounds", {0, -480, 480, 0}}, {"resampling", method}}}}));
  };
  using Reach = std::array<std::int64_t, 2>;
  CHECK(planned("nearest", 30, 30).items[0].kernel_px == Reach{1, 1});
  CHECK(planned("cubic", 30, 30).items[0].kernel_px == Reach{2, 2});
  const Plan average = planned("average", 30, 80);
  CHECK(average.items[0].kernel_px == Reach{3, 5});
  CHECK(footprint_of(average.items[0]).width_px == 3);
  CHECK(footprint_of(average.items[0]).height_px == 8);
}

TEST_CASE("A footprint has the size of a target pixel however that is turned", "[cube]") {
  ItemPlan item;
  item.density = {0, 4, 3, 0};
  CHECK((footprint_of(item).width_px == 4 && footprint_of(item).height_px == 3));
  item.density = {3, 4, 4, 3};
  CHECK((footprint_of(item).width_px == 5 && footprint_of(item).height_px == 5));
  item.density = {0, 0, 0, 0};
  CHECK(footprint_of(item).width_px > 0);
}

TEST_CASE("Items that contradict themselves or cannot be read are errors that name them", "[cube]") {
  const auto fields = fakes::band_fields("uint16", 0);
  const auto fails = [&](const ItemBuilder& item, ErrorCode code, const std::vector<const char*>& parts) {
    World world;
    world.projector.define("EPSG:32634", {2, 0, 0, 0, 2, 0});
    world.items.push_back(item.build());
    check_failure(world, recipe_of({{"bands", {"red", "nir"}}}), code, parts);
  };
  fails(ItemBuilder("i", "2020-01-01")
            .on(kGrid)
            .asset("red", fields)
            .on(grid_at(0, 0, 10, 2, 1, "EPSG:32634"))
            .asset("nir", fields),
        ErrorCode::kUnsupported, {"different CRSs", "'nir'", "EPSG:32634"});
  fails(ItemBuilder("i", "2020-01-01")
            .on(kGrid)
            .asset("red", fields)
            .on({kGrid.crs, {12, 16, 0, 16, -12, 0}, 2, 1})
            .asset("nir", fields),
        ErrorCode::kUnsupported, {"'nir' is rotated"});
  fails(ItemBuilder("i", "2020-01-01").on(kGrid).asset("red", fakes::band_fields("float64")).asset("nir", fields),
        ErrorCode::kUnsupported, {"'red'", "float64"});
  fails(ItemBuilder("i", "2020-01-01").asset("red", fields).asset("nir", fields), ErrorCode::kIo, {"'i/red'"});
}

TEST_CASE("A grid that no item touches is an error, not an empty picture", "[cube]") {
  World world;
  add(world, "a", "2020-01-01");
  check_failure(world, recipe_of({{"grid", {{"bounds", {5000, 5000, 6000, 6000}}}}}), ErrorCode::kEmpty,
                {"no item touches"});
}

TEST_CASE("Items beside the grid are counted", "[cube]") {
  World world;
  add(world, "a", "2020-01-01");
  add(world, "b", "2020-01-02", grid_at(4000, 30, 10, 3, 2));
  const auto plan = world.plan(recipe_of({{"grid", {{"bounds", {0, -10, 20, 0}}, {"resolution", 10}}}}));
  CHECK(any_contains(plan->decisions, "grid: 1 of 2 items lie outside of it"));
  CHECK_FALSE(any_contains(world.plan(recipe_of(Json::object()))->decisions, "outside"));
}

TEST_CASE("What the trust policy refuses is not planned", "[cube]") {
  World world;
  add(world, "a", "2020-01-01");
  PlanEnvironment environment = world.environment();
  environment.resolve = [](const std::string& href, const stac::Item&, const Where& where) -> std::string {
    throw Error(ErrorCode::kRefused, "no " + href, where);
  };
  Recipe recipe;
  recipe.bands = {{"red", {}, {}, {}}};
  try {
    (void)make_plan(recipe, world.items, environment);
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::kRefused);
    CHECK(error.where().item == "a");
  }
}

TEST_CASE("A class that the mask's pixels cannot hold is refused; one that its table does not list is told of",
          "[cube]") {
  World world;
  add_masked(world, "scl");
  const auto excluding = [](int value) { return recipe_of({{"mask", {{"asset", "scl"}, {"exclude", {3, value}}}}}); };
  check_failure(world, excluding(256), ErrorCode::kInvalid, {"cannot hold the class 256", "uint8 (0 to 255)", "/mask"});
  CHECK(any_contains(world.plan(excluding(33))->decisions, "lists no class 33"));
  CHECK_FALSE(any_contains(world.plan(excluding(9))->decisions, "lists no class"));
}

TEST_CASE("Rules that no pixel of the mask can meet are refused", "[cube]") {
  World world;
  add_masked(world, "qa");
  const auto masked = [](const char* key, const Json& rule) {
    return recipe_of({{"mask", {{"asset", "qa"}, {key, rule}}}});
  };
  check_failure(world, masked("bits", {{"cloud", {{"shift", 8}}}}), ErrorCode::kInvalid, {"uint8", "no bit 8"});
  check_failure(world, masked("above", 255), ErrorCode::kInvalid, {"none is above", "/mask"});
  check_failure(world, masked("below", 0), ErrorCode::kInvalid, {"none is below"});
  CHECK(world.plan(masked("bits", {{"cloud", {{"shift", 7}}}})));
  CHECK(world.plan(masked("above", 254)));
}

TEST_CASE("An item that is listed twice counts once, and is told of", "[cube]") {
  World world;
  for (int i = 0; i < 2; ++i) add(world, "a", "2020-03-02T10:00:00Z");
  add(world, "b", "2020-03-02T10:00:00Z");
  const auto plan = world.plan(recipe_of({{"time", {{"group", "none"}}}}));
  CHECK(ids(*plan) == std::vector<std::string>{"a", "b"});
  CHECK(any_contains(plan->left_out, "'a' is listed more than once"));
}

TEST_CASE("A filter that compares text with numbers says so", "[cube]") {
  World world;
  world.items.push_back(ItemBuilder("a", "2020-03-02T10:00:00Z")
                            .property("eo:cloud_cover", 12.5)
                            .on(kGrid)
                            .asset("red", fakes::band_fields("uint16", 0))
                            .build());
  check_failure(world, recipe_of({{"filter", {{"eo:cloud_cover", {{"lt", "20"}}}}}}), ErrorCode::kInvalid,
                {"\"20\"", "12.5", "/filter"});
}

TEST_CASE("A grid beside all items says where they lie, in its own CRS", "[cube]") {
  World world;
  world.projector.define("EPSG:900", {2, 0, 0, 0, 2, 0});
  add(world, "a", "2020-01-01");
  add(world, "b", "2020-01-02", grid_at(40, 30, 10, 3, 2));
  const Json far{{"resolution", 10}, {"bounds", {100000, 100000, 100100, 100100}}};
  check_failure(world, recipe_of({{"grid", far}}), ErrorCode::kEmpty,
                {"2 items elsewhere at 0, -10, 70, 30 of EPSG:32633"});
  Json other = far;
  other["crs"] = "EPSG:900";
  check_failure(world, recipe_of({{"grid", other}}), ErrorCode::kEmpty, {"elsewhere at 0, -5, 35, 15 of EPSG:900"});
}
