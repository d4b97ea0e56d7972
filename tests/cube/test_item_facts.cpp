// SPDX-License-Identifier: MIT
// What catalogues call the same facts, and which of two versions is the newer one.
#include "cube/item_facts.h"
#include "tests/catch.h"
#include "tests/cube/fakes.h"

namespace {

using namespace stacvrt;
using namespace stacvrt::cube;
using fakes::ItemBuilder;
using stac::Json;

ItemFacts facts(const std::string& id, const Json& properties, const std::string& datetime = "2024-01-06T18:06:01Z") {
  ItemBuilder builder(id, datetime);
  for (const auto& [key, value] : properties.items()) builder.property(key, value);
  return facts_of(builder.build());
}

}  // namespace

TEST_CASE("Sentinel-2's tile, datatake, level and baseline are found in every catalogue's words", "[cube]") {
  const ItemFacts earth_search =
      facts("S2A_12RWT_20240106_1_L2A", {{"platform", "sentinel-2a"},
                                         {"grid:code", "MGRS-12RWT"},
                                         {"s2:datatake_id", "GS2A_20240106T175731_044611_N05.10"},
                                         {"s2:product_type", "S2MSI2A"},
                                         {"s2:processing_baseline", "05.10"},
                                         {"s2:generation_time", "2024-01-06T20:55:50.000000Z"},
                                         {"s2:sequence", "1"}});
  const ItemFacts planetary = facts("S2A_MSIL2A_20240106T175731_R141_T12RWT_20240106T205550",
                                    {{"platform", "Sentinel-2A"}, {"s2:processing_baseline", "05.10"}});
  const ItemFacts version_0 =
      facts("S2A_12RWT_20240106_1_L2A",
            {{"platform", "sentinel-2a"},
             {"sentinel:utm_zone", 12},
             {"sentinel:latitude_band", "R"},
             {"sentinel:grid_square", "WT"},
             {"sentinel:sequence", "1"},
             {"sentinel:product_id", "S2A_MSIL2A_20240106T175731_N0510_R141_T12RWT_20240106T205550"}});
  for (const ItemFacts& one : {earth_search, planetary, version_0}) {
    CHECK(one.mission == Mission::kSentinel2);
    CHECK(one.platform == "sentinel-2a");
    CHECK(one.place == "12RWT");
    CHECK(one.pass == "20240106T175731");
    CHECK(one.level == "L2A");
    CHECK(one.baseline == Approx(5.1));
    CHECK(one.generated == stac::parse_instant("2024-01-06T20:55:50Z"));
  }
  CHECK(earth_search.sequence == 1);
  CHECK(version_0.sequence == 1);
  CHECK(planetary.sequence == -1);
  CHECK(facts("i", {{"platform", "sentinel-2b"}, {"grid:code", "MGRS-1WCQ"}}).place == "01WCQ");
}

TEST_CASE("The time in an Earth Search id is no datatake", "[cube]") {
  const ItemFacts one = facts("S2C_T13TDE_20250729T180310_L2A", {{"platform", "sentinel-2c"}});
  CHECK(one.pass.empty());
  CHECK(one.place == "13TDE");
  CHECK(one.level == "L2A");
}

TEST_CASE("Landsat's scene is path, row, date and level", "[cube]") {
  const ItemFacts usgs = facts("LC08_L2SP_028030_20200114_20200824_02_T1_SR",
                               {{"platform", "LANDSAT_8"},
                                {"landsat:wrs_path", "028"},
                                {"landsat:wrs_row", "030"},
                                {"landsat:correction", "L2SP"}},
                               "2020-01-14T17:05:46Z");
  CHECK(usgs.platform == "landsat-8");
  CHECK(usgs.place == "028030");
  CHECK(usgs.level == "L2");
  CHECK(usgs.pass == "2020-01-14");
  CHECK(usgs.generated == stac::parse_instant("2020-08-24"));
  const ItemFacts australia = facts("2aa69fcf", {{"platform", "landsat-8"},
                                                 {"landsat:wrs_path", 88},
                                                 {"landsat:wrs_row", 80},
                                                 {"odc:product", "ga_ls8c_ard_3"},
                                                 {"odc:processing_datetime", "2020-06-18T07:07:06Z"}});
  CHECK(australia.place == "088080");
  CHECK(australia.level == "ga_ls8c_ard_3");
}

TEST_CASE("Of two versions the one of the later baseline, generation, sequence, version or update is newer", "[cube]") {
  const auto newer = [](const Json& a, const Json& b) {
    const auto with = [](Json more) {
      more["platform"] = "sentinel-2a";
      return facts("i", more);
    };
    const std::string there = later_processing(with(a), with(b)), back = later_processing(with(b), with(a));
    CHECK((there.empty() || back.empty()));
    return there;
  };
  const Json old{{"s2:processing_baseline", "02.14"}, {"updated", "2024-01-01T00:00:00Z"}};
  const Json reprocessed{{"s2:processing_baseline", "05.00"}, {"updated", "2023-01-01T00:00:00Z"}};
  CHECK(newer(reprocessed, old) == "baseline 05.00 after 02.14");
  CHECK(newer(old, reprocessed).empty());
  CHECK_FALSE(newer({{"s2:generation_time", "2023-02-01T00:00:00Z"}, {"s2:sequence", "0"}},
                    {{"s2:generation_time", "2023-01-01T00:00:00Z"}, {"s2:sequence", "1"}})
                  .empty());
  CHECK(newer({{"s2:sequence", "10"}}, {{"s2:sequence", "9"}}) == "sequence 10 after 9");
  CHECK(newer({{"version", "1.10.0"}}, {{"version", "1.9.5"}}) == "version 1.10.0 after 1.9.5");
  CHECK_FALSE(newer({{"updated", "2023-02-01T00:00:00Z"}}, {{"created", "2023-01-01T00:00:00Z"}}).empty());
  CHECK(newer(Json::object(), {{"updated", "2023-01-01T00:00:00Z"}}).empty());
  CHECK(newer(old, old).empty());
}
