// SPDX-License-Identifier: MIT
// Scale and offset of an item's values: what the metadata declare, and the precedence for Sentinel-2 products.
#include <limits>

#include "cube/scaling.h"
#include "tests/catch.h"
#include "tests/cube/fakes.h"

namespace {

using namespace stacvrt;
using namespace stacvrt::cube;
using fakes::ItemBuilder;
using stac::Json;

struct Case {
  std::optional<double> declared_offset;
  Json properties;
  double offset;
  const char* reason;  // part of it; empty: as declared
};

Json raster_band(std::optional<double> offset, const std::string& key = "raster:bands") {
  Json band{{"scale", 1e-4}};
  if (offset) band["offset"] = *offset;
  Json fields;
  fields[key] = Json::array({band});
  return fields;
}

Scaling scaling_of(const std::string& asset, const Json& fields, const Json& properties) {
  ItemBuilder builder("i", "2022-06-01T10:00:00Z");
  for (const auto& [key, value] : properties.items()) builder.property(key, value);
  const auto item = builder.asset(asset, fields).build();
  return item_scaling(item, {&item.assets[0], 1});
}

}  // namespace

TEST_CASE("The offset of Sentinel-2 reflectances follows flag, baseline and declaration in that order", "[cube]") {
  const auto s2 = [](Json more) {
    more["platform"] = "sentinel-2a";
    return more;
  };
  const Json applied{{"earthsearch:boa_offset_applied", true}}, not_applied{{"earthsearch:boa_offset_applied", false}};
  const auto both = [](Json a, const Json& b) {
    a.update(b);
    return a;
  };
  const Json old{{"s2:processing_baseline", "02.14"}}, fourth{{"s2:processing_baseline", "04.00"}},
      recent{{"s2:processing_baseline", "05.09"}};
  const std::vector<Case> cases{
      // The flag holds over everything.
      {-0.1, s2(both(recent, applied)), 0, "boa_offset_applied"},
      {std::nullopt, s2(both(recent, applied)), 0, ""},
      {-0.1, s2(applied), 0, "boa_offset_applied"},
      // Below baseline 4 there is no offset, whatever the metadata declare.
      {-0.1, s2(old), 0, "below 04.00"},
      {std::nullopt, s2(old), 0, ""},
      {-0.1, s2(both(old, not_applied)), 0, "below 04.00"},
      {-0.1, s2({{"s2:processing_baseline", "03.99"}}), 0, "below 04.00"},
      // From baseline 4 on the declared one, or -1000 DN.
      {-0.1, s2(fourth), -0.1, ""},
      {-0.05, s2(recent), -0.05, ""},
      {0.0, s2(recent), 0, ""},
      {std::nullopt, s2(fourth), -0.1, "-1000 DN"},
      {std::nullopt, s2(both(recent, not_applied)), -0.1, "-1000 DN"},
      // Other spellings of the baseline, and of the platform.
      {std::nullopt, s2({{"processing:version", "05.00"}}), -0.1, "-1000 DN"},
      {std::nullopt, s2({{"sentinel:processing_baseline", "04.00"}}), -0.1, "-1000 DN"},
      {std::nullopt, s2({{"s2:processing_baseline", 4.0}}), -0.1, "-1000 DN"},
      {std::nullopt, both(recent, {{"constellation", "sentinel-2"}}), -0.1, "-1000 DN"},
      {std::nullopt, both(recent, {{"platform", "Sentinel-2B"}}), -0.1, "-1000 DN"},
      {std::nullopt, s2({{"sentinel2:processing_baseline", "05.09"}}), -0.1, "-1000 DN"},
      {-0.1, s2({{"sentinel:product_id", "S2A_MSIL2A_20200714T115221_N0214_R123_T28QCH_20200714T191310"}}), 0,
       "below 04.00"},
      {std::nullopt, s2({{"sentinel2:product_title", "S2A_MSIL2A_20230602T233651_N0509_R030_T01WCQ_20230603T031757"}}),
       -0.1, "-1000 DN"},
      {-0.1, s2({{"sentinel:boa_offset_applied", true}}), 0, "sentinel:boa_offset_applied"},
      {std::nullopt, both(recent, {{"constellation", "Sentinel 2"}}), -0.1, "-1000 DN"},
      // No baseline: as declared. Another mission: as declared.
      {-0.1, s2(Json::object()), -0.1, ""},
      {std::nullopt, s2(Json::object()), 0, ""},
      {std::nullopt, recent, 0, ""},
      {std::nullopt, both(recent, {{"platform", "landsat-8"}}), 0, ""},
      {-0.1, both(old, {{"platform", "landsat-8"}}), -0.1, ""},
  };
  for (const Case& one : cases) {
    INFO(one.properties.dump() << ", declared " << (one.declared_offset ? *one.declared_offset : 99));
    const Scaling scaling = scaling_of("B04", raster_band(one.declared_offset), one.properties);
    CHECK(scaling.scale == 1e-4);
    CHECK(scaling.offset == Approx(one.offset).margin(1e-15));
    if (*one.reason)
      CHECK_THAT(scaling.reason, ContainsSubstring(one.reason));
    else
      CHECK(scaling.reason.empty());
  }
}

TEST_CASE("Only Sentinel-2 reflectances get an offset that nobody declared", "[cube]") {
  const Json recent{{"platform", "sentinel-2a"}, {"s2:processing_baseline", "05.00"}};
  for (const char* asset : {"B01", "B12", "B8A", "b05"}) {
    INFO(asset);
    CHECK(scaling_of(asset, raster_band({}), recent).offset == Approx(-0.1));
  }
  for (const char* asset : {"scl", "aot", "B13", "B00", "WVP", "B1", "B041"}) {
    INFO(asset);
    CHECK(scaling_of(asset, raster_band({}), recent).offset == 0);
  }
  Json by_name = raster_band({});
  by_name["eo:bands"] = Json::array({{{"name", "B04"}}});
  CHECK(scaling_of("red", by_name, recent).offset == Approx(-0.1));
  Json by_role = raster_band({});
  by_role["roles"] = {"data", "reflectance"};
  CHECK(scaling_of("red", by_role, recent).offset == Approx(-0.1));
}

TEST_CASE("Without metadata values are what they are", "[cube]") {
  const Scaling scaling = scaling_of("vv", Json::object(), Json::object());
  CHECK(scaling.scale == 1);
  CHECK(scaling.offset == 0);
}

TEST_CASE("A scale of zero is an error that names item and asset", "[cube]") {
  Json fields;
  fields["raster:bands"] = Json::array({{{"scale", 0}}});
  try {
    (void)scaling_of("red", fields, Json::object());
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::kInvalid);
    CHECK(error.where().item == "i");
    CHECK_THAT(error.what(), ContainsSubstring("assets/red"));
  }
}

TEST_CASE("Where metadata are silent, known products have their scale, and it is told", "[cube]") {
  const Json planetary{{"platform", "Sentinel-2B"}, {"s2:processing_baseline", "02.12"}};
  const Scaling old = scaling_of("B04", Json::object(), planetary);
  CHECK(old.scale == 1e-4);
  CHECK(old.offset == 0);
  CHECK_THAT(old.reason, ContainsSubstring("scale 1e-04, offset 0") && ContainsSubstring("Sentinel-2"));
  const Json recent{{"platform", "Sentinel-2B"}, {"s2:processing_baseline", "05.09"}};
  const Scaling harmonised = scaling_of("B04", Json::object(), recent);
  CHECK(harmonised.scale == 1e-4);
  CHECK(harmonised.offset == Approx(-0.1));
  CHECK_THAT(harmonised.reason, ContainsSubstring("-1000 DN"));
  const Json landsat{{"platform", "LANDSAT_8"}, {"landsat:collection_number", "02"}, {"landsat:correction", "L2SP"}};
  CHECK(scaling_of("red", Json::object(), landsat).offset == -0.2);
  CHECK(scaling_of("lwir11", Json::object(), landsat).scale == 0.00341802);
  CHECK(scaling_of("lwir11", Json::object(), landsat).offset == 149);
  // What is declared holds.
  Json declared = raster_band(-0.3);
  CHECK(scaling_of("red", declared, landsat).scale == 1e-4);
  CHECK(scaling_of("red", declared, landsat).offset == -0.3);
  CHECK(scaling_of("red", declared, landsat).reason.empty());
}

TEST_CASE("The recipe's scale and offset hold over everything", "[cube]") {
  const auto item = ItemBuilder("i", "2022-06-01T10:00:00Z")
                        .property("platform", "sentinel-2a")
                        .property("earthsearch:boa_offset_applied", true)
                        .asset("B04", raster_band(-0.1))
                        .build();
  BandRequest request{"B04", {}, {}, {}};
  request.offset = -0.05;
  const Scaling scaling = item_scaling(item, {&item.assets[0], 1}, request);
  CHECK(scaling.scale == 1e-4);
  CHECK(scaling.offset == -0.05);
  CHECK_THAT(scaling.reason, ContainsSubstring("the recipe's"));
  request.offset = 0;
  CHECK(item_scaling(item, {&item.assets[0], 1}, request).offset == 0);
}
