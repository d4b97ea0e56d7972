// SPDX-License-Identifier: MIT
// What is known of Sentinel-2 and Landsat products, and that it holds for these alone.
#include "cube/products.h"
#include "tests/catch.h"
#include "tests/cube/fakes.h"

namespace {

using namespace stacvrt;
using namespace stacvrt::cube;
using fakes::ItemBuilder;
using stac::Json;

std::optional<KnownAsset> known(const std::string& asset, const Json& properties, const Json& fields = Json::object()) {
  ItemBuilder builder("i", "2022-06-01T10:00:00Z");
  for (const auto& [key, value] : properties.items()) builder.property(key, value);
  const auto item = builder.asset(asset, fields).build();
  return known_asset(item, item.assets[0]);
}

const Json kSentinel2{{"platform", "Sentinel-2B"}, {"s2:processing_baseline", "02.12"}};
const Json kLandsat{{"platform", "LANDSAT_8"}, {"landsat:collection_number", "02"}, {"landsat:correction", "L2SP"}};

}  // namespace

TEST_CASE("Sentinel-2 products have known types, nodata and scales", "[cube]") {
  const auto red = known("B04", kSentinel2);
  REQUIRE(red);
  CHECK(red->type == stac::DataType::kUInt16);
  CHECK(red->nodata == 0.0);
  CHECK(red->scale == 1e-4);
  CHECK(red->reflectance);
  CHECK(known("red", kSentinel2)->reflectance);
  CHECK(known("B04_10m", kSentinel2)->reflectance);
  CHECK(known("SCL", kSentinel2)->type == stac::DataType::kUInt8);
  CHECK_FALSE(known("SCL", kSentinel2)->reflectance);
  CHECK(known("WVP", kSentinel2)->scale == 1e-3);
  CHECK_FALSE(known("visual", kSentinel2));
  CHECK_FALSE(known("B04", {{"platform", "sentinel-2a"}}));  // of whom is not said
  CHECK_FALSE(known("nbart_red", kSentinel2));
  CHECK_FALSE(known("B04", {{"platform", "sentinel-1a"}, {"s2:processing_baseline", "02.12"}}));
}

TEST_CASE("Landsat Collection 2 Level-2 has known scales of reflectance and temperature", "[cube]") {
  for (const char* asset : {"coastal", "red", "nir08", "swir22", "SR_B4"}) {
    INFO(asset);
    REQUIRE(known(asset, kLandsat));
    CHECK(known(asset, kLandsat)->scale == 2.75e-5);
    CHECK(known(asset, kLandsat)->offset == -0.2);
  }
  for (const char* asset : {"lwir11", "ST_B10"}) {
    CHECK(known(asset, kLandsat)->scale == 0.00341802);
    CHECK(known(asset, kLandsat)->offset == 149);
    CHECK(known(asset, kLandsat)->unit == "kelvin");
  }
  CHECK(known("qa_pixel", kLandsat)->nodata == 1.0);
  CHECK(known("emis", kLandsat)->type == stac::DataType::kInt16);
  Json first = kLandsat;
  first["landsat:collection_number"] = "01";
  CHECK_FALSE(known("red", first));
  Json level1 = kLandsat;
  level1["landsat:correction"] = "L1TP";
  CHECK_FALSE(known("red", level1));
}

TEST_CASE("The same name is another band for another sensor", "[cube]") {
  const auto names = [](const char* platform, const char* name) {
    return other_names(ItemBuilder("i", "2022-06-01").property("platform", platform).build(), name);
  };
  CHECK(names("sentinel-2a", "nir08").at(0) == "B8A");
  CHECK(names("sentinel-2a", "nir").at(0) == "B08");
  CHECK(names("landsat-9", "nir").at(0) == "nir08");
  CHECK(names("landsat-9", "nir08").at(0) == "B5");
  CHECK(names("landsat-5", "nir").at(0) == "nir08");
  CHECK(names("landsat-5", "B5").at(0) == "swir16");
  CHECK(names("landsat-8", "B5").at(0) == "nir08");
  CHECK(names("landsat-3", "red").empty());
  CHECK(names("other", "red").empty());
}
