// SPDX-License-Identifier: MIT
// Names in recipes to bands of assets, on the shapes that catalogues give their items.
#include "cube/band_matcher.h"
#include "tests/catch.h"
#include "tests/cube/fakes.h"

namespace {

using namespace stacvrt;
using namespace stacvrt::cube;
using fakes::ItemBuilder;
using stac::Json;

constexpr const char* kTiff = "image/tiff; application=geotiff; profile=cloud-optimized";

Json eo_band(const std::string& name, const std::string& common_name = {}) {
  Json band{{"name", name}};
  if (!common_name.empty()) band["common_name"] = common_name;
  return band;
}

Json fields(const std::vector<Json>& bands, const std::string& type = kTiff,
            const std::vector<std::string>& roles = {}) {
  Json result{{"type", type}, {"roles", roles}};
  if (!bands.empty()) result["eo:bands"] = bands;
  return result;
}

// As a Sentinel-2 catalogue has them: a preview of the same bands, GeoTIFFs, JPEG 2000 copies, a classification.
stac::Item sentinel2(const std::string& id = "s2") {
  return ItemBuilder(id, "2020-01-01T10:00:00Z")
      .asset("visual", fields({eo_band("B04", "red"), eo_band("B03", "green")}, kTiff, {"visual"}))
      .asset("red", fields({eo_band("B04", "red")}, kTiff, {"data", "reflectance"}))
      .asset("green", fields({eo_band("B03", "green")}, kTiff, {"data", "reflectance"}))
      .asset("red-jp2", fields({eo_band("B04", "red")}, "image/jp2", {"data", "reflectance"}))
      .asset("green-jp2", fields({eo_band("B03", "green")}, "image/jp2", {"data", "reflectance"}))
      .asset("scl", fields({}, kTiff, {"data", "reflectance"}))
      .asset("thumbnail", fields({eo_band("B04", "red")}, "image/jpeg", {"thumbnail"}))
      .asset("tileinfo", fields({}, "application/json", {"metadata"}))
      .build();
}

BandRequest named(const std::string& name) {
  return {name, {}, {}, {"r.stacvrt", {}, "/bands/0"}};
}

std::pair<std::string, int> found(const stac::Item& item, const BandRequest& request) {
  const auto match = match_band(item, request);
  return match ? std::pair(match->asset->key, match->band) : std::pair(std::string("-"), 0);
}

void check_failure(const stac::Item& item, const BandRequest& request, ErrorCode code,
                   const std::vector<const char*>& parts) {
  try {
    (void)match_band(item, request);
    FAIL("no error");
  } catch (const Error& error) {
    INFO(error.what());
    CHECK(error.code() == code);
    for (const char* part : parts) CHECK_THAT(error.what(), ContainsSubstring(part));
    CHECK(error.where().pointer == "/bands/0");
  }
}

std::vector<std::string> names(const std::vector<BandRequest>& requests) {
  std::vector<std::string> result;
  for (const BandRequest& request : requests)
    result.push_back(request.name + "=" + request.asset + (request.band.empty() ? "" : "#" + request.band));
  return result;
}

}  // namespace

TEST_CASE("A name is an asset key first, then a band name, then a common name", "[cube]") {
  const auto item = ItemBuilder("i", "2020-01-01")
                        .asset("a", fields({eo_band("nir", "red")}))
                        .asset("b", fields({eo_band("B08", "nir")}))
                        .asset("c", fields({eo_band("a", "b")}))
                        .build();
  CHECK(found(item, named("a")) == std::pair(std::string("a"), 1));
  CHECK(found(item, named("nir")) == std::pair(std::string("a"), 1));
  CHECK(found(item, named("red")) == std::pair(std::string("a"), 1));
  CHECK(found(item, named("B08")) == std::pair(std::string("b"), 1));
  CHECK(found(item, named("blue")).second == 0);
}

TEST_CASE("Of copies of a band the plain GeoTIFF is meant, neither preview nor JPEG 2000", "[cube]") {
  CHECK(found(sentinel2(), named("B04")).first == "red");
  CHECK(found(sentinel2(), named("B03")).first == "green");
  const auto only_jp2 = ItemBuilder("i", "2020-01-01")
                            .asset("preview", fields({eo_band("B04")}, kTiff, {"overview"}))
                            .asset("x", fields({eo_band("B04")}, "image/jp2", {"data"}))
                            .build();
  CHECK(found(only_jp2, named("B04")).first == "x");
  const auto only_preview =
      ItemBuilder("i", "2020-01-01").asset("p", fields({eo_band("B04")}, kTiff, {"thumbnail"})).build();
  CHECK(found(only_preview, named("B04")).first == "p");
}

TEST_CASE("A single band is meant before one band of many", "[cube]") {
  const auto item = ItemBuilder("i", "2020-01-01")
                        .asset("all", fields({eo_band("B03"), eo_band("B04")}))
                        .asset("one", fields({eo_band("B04")}))
                        .build();
  CHECK(found(item, named("B04")).first == "one");
  CHECK(found(item, named("B03")) == std::pair(std::string("all"), 1));
}

TEST_CASE("A name that fits two assets equally well is an error that names both", "[cube]") {
  const auto item = ItemBuilder("twin", "2020-01-01")
                        .asset("left", fields({eo_band("B8A", "nir")}))
                        .asset("right", fields({eo_band("B08", "nir")}))
                        .build();
  check_failure(item, named("nir"), ErrorCode::kInvalid, {"'nir'", "'twin'", "'left'", "'right'"});
  CHECK(found(item, named("B08")).first == "right");
}

TEST_CASE("Bands of a multi-band asset are chosen by name, common name or number", "[cube]") {
  const auto item =
      ItemBuilder("i", "2020-01-01").asset("ms", fields({eo_band("B1", "blue"), eo_band("B2", "green")})).build();
  CHECK(found(item, {"x", "ms", "B2", {}}) == std::pair(std::string("ms"), 2));
  CHECK(found(item, {"x", "ms", "green", {}}).second == 2);
  CHECK(found(item, {"x", "ms", "1", {}}).second == 1);
  CHECK(found(item, {"green", "ms", {}, {}}).second == 2);
  const Where where{"r.stacvrt", {}, "/bands/0"};
  check_failure(item, {"x", "ms", {}, where}, ErrorCode::kInvalid, {"'ms' has 2 bands", "\"band\""});
  check_failure(item, {"x", "ms", "3", where}, ErrorCode::kNotFound, {"no band '3'"});
  check_failure(item, {"x", "ms", "0", where}, ErrorCode::kNotFound, {"no band '0'"});
  check_failure(item, {"x", "ms", "1x", where}, ErrorCode::kNotFound, {"no band '1x'"});
  check_failure(item, {"x", "ms", "gren", where}, ErrorCode::kNotFound, {"'B1'"});
}

TEST_CASE("An explicit asset is that asset or one of its alternatives in turn, never a band name", "[cube]") {
  const auto item = sentinel2();
  CHECK(found(item, {"x", "red", {}, {}}).first == "red");
  CHECK(found(item, {"x", "B04", {}, {}}).second == 0);
  BandRequest request{"x", "SCL_20m", {}, {}};
  request.asset_alternatives = {"SCL", "scl", "red"};
  CHECK(found(item, request).first == "scl");
  request.asset = "green";
  CHECK(found(item, request).first == "green");
  request.asset = "none";
  request.asset_alternatives = {"neither"};
  CHECK(found(item, request).second == 0);
}

TEST_CASE("A mask is looked up like a band, and under its other names where the first is missing", "[cube]") {
  MaskRequest mask;
  mask.asset = "SCL";
  CHECK_FALSE(match_mask(sentinel2(), mask));
  mask.asset_alternatives = {"nope", "scl"};
  REQUIRE(match_mask(sentinel2(), mask));
  CHECK(match_mask(sentinel2(), mask)->asset->key == "scl");
  mask.asset = "B03";
  CHECK(match_mask(sentinel2(), mask)->asset->key == "green");
}

TEST_CASE("Default bands are the spectral ones that all items share, each once", "[cube]") {
  const auto full = sentinel2("a");
  const auto partial = ItemBuilder("b", "2020-01-02")
                           .asset("green", fields({eo_band("B03", "green")}, kTiff, {"reflectance"}))
                           .asset("red-jp2", fields({eo_band("B04", "red")}, "image/jp2", {"reflectance"}))
                           .build();
  auto expected = std::vector<std::string>{"red=red", "green=green"};
  CHECK(names(default_bands({&full})) == expected);
  CHECK(names(default_bands({&full, &partial})) == std::vector<std::string>{"green=green"});
  CHECK(default_bands({}).empty());
}

TEST_CASE("Default bands of a multi-band asset carry common names, names or numbers", "[cube]") {
  const auto item =
      ItemBuilder("i", "2020-01-01")
          .asset("ms", fields({eo_band("B1", "blue"), eo_band("B2"), Json::object()}, kTiff, {"reflectance"}))
          .build();
  CHECK(names(default_bands({&item})) == std::vector<std::string>{"blue=ms#1", "B2=ms#2", "ms_3=ms#3"});
}

TEST_CASE("A true-colour image of bands that stand alone is no further set of default bands", "[cube]") {
  const auto item = ItemBuilder("i", "2020-01-01")
                        .asset("visual", fields({eo_band("B04", "red"), eo_band("B03", "green")}, kTiff, {"data"}))
                        .asset("B03", fields({eo_band("B03", "green")}, kTiff, {"data"}))
                        .asset("B04", fields({eo_band("B04", "red")}, kTiff, {"data"}))
                        .build();
  CHECK(names(default_bands({&item})) == std::vector<std::string>{"B04=B04", "B03=B03"});
}

TEST_CASE("Masks, metadata and previews are no default bands; plain data are where nothing is spectral", "[cube]") {
  Json classified = fields({}, kTiff, {"data"});
  classified["classification:classes"] = Json::array({{{"value", 1}, {"name", "cloud"}}});
  const auto item = ItemBuilder("i", "2020-01-01")
                        .asset("vv", fields({}, kTiff, {"data"}))
                        .asset("quality", classified)
                        .asset("mask", fields({}, kTiff, {"data", "data-mask"}))
                        .asset("look", fields({}, "image/png", {"data", "overview"}))
                        .asset("info", fields({}, "application/json", {"data"}))
                        .build();
  CHECK(names(default_bands({&item})) == std::vector<std::string>{"vv=vv"});
  const auto nothing = ItemBuilder("i", "2020-01-01").asset("info", fields({}, "text/xml", {"metadata"})).build();
  CHECK(default_bands({&nothing}).empty());
}

TEST_CASE("Known names are keys, band names and common names of all items, each once", "[cube]") {
  const auto a = ItemBuilder("a", "2020-01-01").asset("red", fields({eo_band("B04", "red")})).build();
  const auto b = ItemBuilder("b", "2020-01-01").asset("nir", fields({eo_band("B08", "nir")})).build();
  CHECK(known_band_names({&a, &b}) == std::vector<std::string>{"red", "B04", "nir", "B08"});
}

TEST_CASE("Of one band in several resolutions the finest is meant, and copies are no default bands", "[cube]") {
  const auto data = [](const std::string& name) { return fields({eo_band(name, "red")}, "image/jp2", {"data"}); };
  const auto item = ItemBuilder("i", "2020-01-01")
                        .on(fakes::grid_at(0, 0, 60, 1, 1))
                        .asset("B04_60m", data("B04"))
                        .on(fakes::grid_at(0, 0, 10, 6, 6))
                        .asset("B04_10m", data("B04"))
                        .on(fakes::grid_at(0, 0, 20, 3, 3))
                        .asset("B04_20m", data("B04"))
                        .build();
  CHECK(found(item, named("B04")).first == "B04_10m");
  CHECK(found(item, named("red")).first == "B04_10m");
  CHECK(names(default_bands({&item})) == std::vector<std::string>{"B04_10m=B04_10m"});
}

TEST_CASE("A name that an item does not know is that of its sensor, and the match says so", "[cube]") {
  const auto sensor = [](const char* platform, const std::vector<const char*>& assets) {
    ItemBuilder builder("i", "2020-01-01");
    builder.property("platform", platform);
    for (const char* asset : assets) builder.asset(asset, fields({}));
    return builder.build();
  };
  const auto s2 = sensor("sentinel-2a", {"B04", "B08", "B8A", "SCL"});
  CHECK(found(s2, named("red")).first == "B04");
  CHECK(match_band(s2, named("red"))->alias == "B04");
  CHECK(match_band(s2, named("B04"))->alias.empty());
  CHECK(found(s2, named("nir")).first == "B08");
  CHECK(found(s2, named("nir08")).first == "B8A");
  const auto landsat = sensor("landsat-8", {"nir08", "nbart_red"});
  CHECK(found(landsat, named("nir")).first == "nir08");
  CHECK(found(landsat, named("red")).first == "nbart_red");
  CHECK(found(sensor("unknown", {"B04"}), named("red")).second == 0);
  BandRequest explicit_asset{"red", "red", {}, {}};
  CHECK(found(s2, explicit_asset).second == 0);
  MaskRequest mask;
  mask.asset = "scl";
  CHECK(match_mask(s2, mask)->asset->key == "SCL");
}

TEST_CASE("Without names of bands the sensor's, or spectral words, make default bands", "[cube]") {
  const auto s2 = ItemBuilder("i", "2020-01-01")
                      .property("platform", "sentinel-2a")
                      .asset("overview", fields({}, kTiff, {"overview"}))
                      .asset("B02", fields({}))
                      .asset("B04", fields({}))
                      .asset("SCL", fields({}))
                      .asset("AOT", fields({}))
                      .build();
  CHECK(names(default_bands({&s2})) == std::vector<std::string>{"B04=B04", "B02=B02"});
  const auto plain = ItemBuilder("i", "2020-01-01")
                         .asset("blue", fields({}, ""))
                         .asset("red", fields({}, ""))
                         .asset("lowres", fields({}, ""))
                         .build();
  CHECK(names(default_bands({&plain})) == std::vector<std::string>{"blue=blue", "red=red"});
}
