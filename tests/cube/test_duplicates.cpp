// SPDX-License-Identifier: MIT
// Versions of one acquisition: which counts, which parts stay together, and that neighbours are never taken for them.
#include <algorithm>

#include "cube/duplicates.h"
#include "cube/plan.h"
#include "tests/catch.h"
#include "tests/cube/fakes.h"

namespace {

using namespace stacvrt;
using namespace stacvrt::cube;
using fakes::grid_at;
using fakes::ItemBuilder;
using fakes::World;
using stac::Json;

constexpr const char* kNoon = "2024-01-06T18:06:01.022Z";

Json outline(double west, double south, double east, double north) {
  return {{"type", "Polygon"},
          {"coordinates",
           Json::array({Json::array({{west, south}, {east, south}, {east, north}, {west, north}, {west, south}})})}};
}

// A granule of tile 12RWT as Earth Search describes it; `more` replaces.
stac::Item granule(const std::string& id, const Json& more, const Json& geometry = outline(10, 40, 11, 41),
                   const std::string& datetime = kNoon, const std::vector<std::string>& assets = {"red"}) {
  ItemBuilder builder(id, datetime);
  Json properties{{"platform", "sentinel-2a"},
                  {"grid:code", "MGRS-12RWT"},
                  {"s2:product_type", "S2MSI2A"},
                  {"s2:datatake_id", "GS2A_20240106T175731_044611_N05.10"}};
  properties.update(more);
  for (const auto& [key, value] : properties.items()) builder.property(key, value);
  builder.geometry(geometry).on(grid_at(0, 0, 10, 2, 1));
  for (const std::string& asset : assets) builder.asset(asset, fakes::band_fields("uint16", 0, 1e-4));
  return builder.build();
}

Json baseline(const char* text) {
  return {{"s2:processing_baseline", text}};
}

Recipe recipe_for(const std::vector<std::string>& bands) {
  Recipe recipe;
  for (const std::string& band : bands) recipe.bands.push_back({band, {}, {}, {}});
  return recipe;
}

struct Outcome {
  std::vector<std::string> ids, left_out, decisions;
  std::vector<Part> parts;
};

Outcome resolve(const std::vector<stac::Item>& items, const Recipe& recipe = recipe_for({"red"})) {
  std::vector<const stac::Item*> pointers;
  for (const stac::Item& item : items) pointers.push_back(&item);
  Acquisitions found = resolve_duplicates(pointers, recipe);
  Outcome outcome{{}, found.left_out, found.decisions, found.parts};
  for (const stac::Item* item : found.items) outcome.ids.push_back(item->id);
  return outcome;
}

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("Of a reprocessed Sentinel-2 granule the newest processing counts, and the other is told of", "[cube]") {
  const auto found = resolve(
      {granule("S2A_12RWT_20240106_0_L2A", baseline("02.14")), granule("S2A_12RWT_20240106_1_L2A", baseline("05.00"))});
  CHECK(found.ids == Ids{"S2A_12RWT_20240106_1_L2A"});
  REQUIRE(found.left_out.size() == 1);
  CHECK_THAT(found.left_out[0], ContainsSubstring("'S2A_12RWT_20240106_0_L2A' is left out") &&
                                    ContainsSubstring("'S2A_12RWT_20240106_1_L2A'") &&
                                    ContainsSubstring("baseline 05.00 after 02.14"));
  CHECK(found.parts[0].acquisition == -1);
  // The order in which they are listed plays no role.
  CHECK(resolve({granule("b", baseline("05.00")), granule("a", baseline("02.14"))}).ids == Ids{"b"});
}

TEST_CASE("One product in two catalogues is one acquisition", "[cube]") {
  const auto planetary = granule("S2A_MSIL2A_20240106T175731_R141_T12RWT_20240106T205550",
                                 {{"grid:code", nullptr},
                                  {"s2:datatake_id", nullptr},
                                  {"platform", "Sentinel-2A"},
                                  {"s2:processing_baseline", "04.00"},
                                  {"s2:mgrs_tile", "12RWT"}},
                                 outline(10, 40, 11, 41), "2024-01-06T17:57:31.024Z");
  CHECK(resolve({planetary, granule("S2A_12RWT_20240106_0_L2A", baseline("05.10"))}).ids ==
        Ids{"S2A_12RWT_20240106_0_L2A"});
}

TEST_CASE("What the newer version does not show, or lacks a band of, keeps the older one", "[cube]") {
  const auto newer = granule("n", baseline("05.00"), outline(10, 40, 11, 40.6));
  const auto found = resolve({granule("o", baseline("02.14")), newer});
  CHECK(found.ids == Ids{"o", "n"});
  CHECK(found.left_out.empty());
  CHECK(found.parts[0].acquisition == 0);
  CHECK(found.parts[1].acquisition == 0);
  CHECK(found.parts[1].version > found.parts[0].version);
  REQUIRE(found.decisions.size() == 1);
  CHECK_THAT(found.decisions[0], ContainsSubstring("parts of one acquisition") && ContainsSubstring("'n' and 'o'"));
  // The older has a band that the recipe takes; without that band it is superfluous.
  const auto with_nir = granule("o", baseline("02.14"), outline(10, 40, 11, 41), kNoon, {"red", "nir"});
  CHECK(resolve({with_nir, granule("n", baseline("05.00"))}, recipe_for({"red", "nir"})).ids == Ids{"o", "n"});
  CHECK(resolve({with_nir, granule("n", baseline("05.00"))}, recipe_for({"red"})).ids == Ids{"n"});
}

TEST_CASE("Twins of Earth Search count once where they show the same, and are parts where they do not", "[cube]") {
  const auto twin = [](int sequence, const Json& geometry) {
    return granule("S2A_12RWT_20240106_" + std::to_string(sequence) + "_L2A",
                   {{"s2:sequence", std::to_string(sequence)}}, geometry);
  };
  const auto north = outline(10, 40.5, 11, 41), south = outline(10, 40, 11, 40.6);
  CHECK(resolve({twin(0, north), twin(1, north)}).ids == Ids{"S2A_12RWT_20240106_1_L2A"});
  const auto parts = resolve({twin(0, north), twin(1, south)});
  REQUIRE(parts.ids.size() == 2);
  CHECK(parts.parts[1].version > parts.parts[0].version);
}

TEST_CASE("Neighbours of the same day are never taken for versions", "[cube]") {
  const auto one = granule("a", baseline("02.14"));
  const std::vector<std::pair<const char*, stac::Item>> neighbours{
      {"another tile", granule("b", {{"grid:code", "MGRS-12RWU"}, {"s2:processing_baseline", "05.00"}})},
      {"another satellite", granule("b", {{"platform", "sentinel-2b"}, {"s2:processing_baseline", "05.00"}})},
      {"another level", granule("b", {{"s2:product_type", "S2MSI1C"}, {"s2:processing_baseline", "05.00"}})},
      {"the next orbit", granule("b", {{"s2:datatake_id", "GS2A_20240106T193731_044612_N05.10"}},
                                 outline(10, 40, 11, 41), "2024-01-06T19:46:01Z")},
      {"nothing known of it", granule("b", {{"platform", nullptr}, {"s2:processing_baseline", "05.00"}})},
  };
  for (const auto& [what, other] : neighbours) {
    INFO(what);
    const auto found = resolve({one, other});
    CHECK(found.ids == Ids{"a", "b"});
    CHECK(found.parts[0].acquisition == -1);
    CHECK(found.parts[1].acquisition == -1);
  }
}

TEST_CASE("Of a Landsat scene the newest processing counts; surface temperature beside reflectance does too",
          "[cube]") {
  const auto scene = [](const std::string& id, const std::string& row, const std::vector<std::string>& assets) {
    ItemBuilder builder(id, "2020-01-14T17:05:46Z");
    const Json properties{{"platform", "landsat-8"},
                          {"landsat:wrs_path", "028"},
                          {"landsat:wrs_row", row},
                          {"landsat:correction", "L2SP"}};
    for (const auto& [key, value] : properties.items()) builder.property(key, value);
    builder.on(grid_at(0, 0, 30, 2, 1));
    for (const std::string& asset : assets) builder.asset(asset, fakes::band_fields("uint16", 0));
    return builder.build();
  };
  const auto old = scene("LC08_L2SP_028030_20200114_20200824_02_T1", "030", {"red"});
  const auto renewed = scene("LC08_L2SP_028030_20200114_20220824_02_T1", "030", {"red"});
  CHECK(resolve({old, renewed}).ids == Ids{renewed.id});
  const auto next_row = scene("LC08_L2SP_028031_20200114_20220824_02_T1", "031", {"red"});
  CHECK(resolve({old, next_row}).ids == Ids{old.id, next_row.id});
  const auto temperature = scene("LC08_L2SP_028030_20200114_20220824_02_T1_ST", "030", {"lwir11"});
  CHECK(resolve({old, temperature}, recipe_for({"red", "lwir11"})).ids.size() == 2);
}

TEST_CASE("One id twice counts once: the newest, or the first where nothing tells", "[cube]") {
  const auto plain = [](const char* updated, const char* datetime = "2020-01-01T10:00:00Z") {
    ItemBuilder builder("station", datetime);
    if (updated) builder.property("updated", updated);
    return builder.on(grid_at(0, 0, 10, 2, 1)).asset("red", fakes::band_fields("uint16", 0)).build();
  };
  const auto found = resolve({plain("2020-02-01T00:00:00Z"), plain("2021-02-01T00:00:00Z")});
  REQUIRE(found.ids.size() == 1);
  CHECK_THAT(found.left_out.at(0), ContainsSubstring("updated 2021-02-01"));
  const auto undecided = resolve({plain(nullptr), plain(nullptr)});
  CHECK(undecided.ids.size() == 1);
  CHECK_THAT(undecided.left_out.at(0), ContainsSubstring("listed more than once"));
  CHECK(resolve({plain(nullptr), plain(nullptr, "2020-01-02T10:00:00Z")}).ids.size() == 2);
  // An id that says no more than the day: neighbours by their pixels, and of unknown pixels nothing is presumed.
  const auto day = [](std::optional<double> left) {
    ItemBuilder builder("20200101", "2020-01-01T10:00:00Z");
    if (left) builder.on(grid_at(*left, 0, 10, 2, 1));
    return builder.asset("red", fakes::band_fields("uint16", 0)).build();
  };
  CHECK(resolve({day(0), day(20)}).ids.size() == 2);
  CHECK(resolve({day({}), day({})}).ids.size() == 2);
}

TEST_CASE("Duplicates may all be kept", "[cube]") {
  Recipe recipe = recipe_for({"red"});
  recipe.time.duplicates = Duplicates::kKeep;
  const auto found = resolve({granule("a", baseline("02.14")), granule("b", baseline("05.00"))}, recipe);
  CHECK(found.ids == Ids{"a", "b"});
  CHECK(found.left_out.empty());
}

TEST_CASE("In a plan, parts of an acquisition are one observation with the newest first", "[cube]") {
  World world;
  world.items = {granule("a", baseline("02.14"), outline(10, 40.5, 11, 41)),
                 granule("b", baseline("05.00"), outline(10, 40, 11, 40.6)),
                 granule("c", {{"grid:code", "MGRS-12RWU"}})};
  for (const char* group : {"none", "solar_day"}) {
    INFO(group);
    const auto plan = world.plan({{"bands", {"red"}}, {"outputs", {"median"}}, {"time", {{"group", group}}}});
    REQUIRE(plan->items.size() == 3);
    const auto& first = plan->observations.at(0).items;
    REQUIRE(first.size() >= 2);
    CHECK(first[0] == 1);
    CHECK(first[1] == 0);
    CHECK(plan->observations.size() == (std::string(group) == "none" ? 2 : 1));
    CHECK(std::any_of(plan->decisions.begin(), plan->decisions.end(), [](const std::string& line) {
      return line.find("parts of one acquisition") != std::string::npos;
    }));
  }
}
