// SPDX-License-Identifier: MIT
// Class names to numbers: built-in tables, an asset's own classes over them, and the messages for names that are not
// there.
#include "cube/classes.h"
#include "tests/catch.h"

namespace {

using namespace stacvrt;
using cube::ClassReference;
using cube::MaskRequest;
using cube::MaskValues;
using Values = std::vector<std::int64_t>;

stac::Asset asset_of(const std::string& key) {
  stac::Asset asset;
  asset.key = key;
  asset.bands.resize(1);
  return asset;
}

cube::BitRule rule_of(const std::string& name, std::vector<ClassReference> values) {
  cube::BitRule rule;
  rule.name = name;
  rule.values = std::move(values);
  rule.where = {"r.stacvrt", {}, "/mask/bits/" + name};
  return rule;
}

MaskRequest excluding(std::vector<ClassReference> classes) {
  MaskRequest request;
  request.exclude = std::move(classes);
  request.exclude_where = {"r.stacvrt", {}, "/mask/exclude"};
  return request;
}

MaskValues resolve(const MaskRequest& request, const stac::Asset& asset) {
  return cube::resolve_mask(request, asset, asset.bands[0], "item-1");
}

void check_failure(const MaskRequest& request, const stac::Asset& asset, ErrorCode code,
                   const std::vector<const char*>& parts) {
  try {
    (void)resolve(request, asset);
    FAIL("no error");
  } catch (const Error& error) {
    INFO(error.what());
    CHECK(error.code() == code);
    for (const char* part : parts) CHECK_THAT(error.what(), ContainsSubstring(part));
  }
}

constexpr std::int64_t operator""_v(unsigned long long value) {
  return static_cast<std::int64_t>(value);
}

}  // namespace

TEST_CASE("Well-known masks are found by key in any letter case", "[cube]") {
  for (const char* key : {"scl", "SCL", "SCL_20m", "scl-jp2"}) {
    INFO(key);
    REQUIRE(cube::lookup_class_table(key) != nullptr);
    CHECK(cube::lookup_class_table(key)->name == "SCL");
  }
  REQUIRE(cube::lookup_class_table("QA_PIXEL") != nullptr);
  REQUIRE(cube::lookup_class_table("bqa") != nullptr);
  CHECK(cube::lookup_class_table("cloud") == nullptr);
}

TEST_CASE("The scene classification by name is the published one", "[cube]") {
  MaskRequest request =
      excluding({"cloud_shadows", "cloud_medium_probability", "cloud_high_probability", "thin_cirrus"});
  request.nodata = std::vector<ClassReference>{"no_data"};
  const MaskValues values = resolve(request, asset_of("scl"));
  CHECK(values.exclude == Values{3, 8, 9, 10});
  CHECK(values.nodata == Values{0});
  CHECK(values.has_nodata);
  CHECK_FALSE(values.has_keep);
  CHECK(values.bits.empty());
}

TEST_CASE("QA_PIXEL fields have the published bits", "[cube]") {
  MaskRequest request;
  request.bits = {rule_of("cloud", {1_v}), rule_of("cirrus_confidence", {"high"}),
                  rule_of("cloud_confidence", {"medium", 3_v})};
  request.nodata_bits = {rule_of("fill", {"fill"})};
  const MaskValues values = resolve(request, asset_of("qa_pixel"));
  CHECK(values.bits == std::vector<MaskValues::Bits>{{3, 1, {1}}, {14, 2, {3}}, {8, 2, {2, 3}}});
  CHECK(values.nodata_bits == std::vector<MaskValues::Bits>{{0, 1, {1}}});
  CHECK_FALSE(values.has_nodata);
  const std::vector<std::pair<const char*, int>> bits = {{"fill", 0},  {"dilated_cloud", 1}, {"cirrus", 2},
                                                         {"cloud", 3}, {"cloud_shadow", 4},  {"snow", 5},
                                                         {"clear", 6}, {"water", 7}};
  for (const auto& [name, bit] : bits) {
    INFO(name);
    CHECK(resolve(excluding({name}), asset_of("qa_pixel")).bits == std::vector<MaskValues::Bits>{{bit, 1, {1}}});
  }
}

TEST_CASE("A one-bit field may be excluded, or called no-data, like a class", "[cube]") {
  MaskRequest request = excluding({"cloud", 5_v});
  request.nodata = std::vector<ClassReference>{"fill"};
  const MaskValues values = resolve(request, asset_of("qa_pixel"));
  CHECK(values.exclude == Values{5});
  CHECK(values.bits == std::vector<MaskValues::Bits>{{3, 1, {1}}});
  CHECK(values.nodata_bits == std::vector<MaskValues::Bits>{{0, 1, {1}}});
  CHECK(values.has_nodata);
}

TEST_CASE("Bits by number need no names", "[cube]") {
  cube::BitRule rule;
  rule.shift = 5;
  rule.length = 2;
  rule.values = {3_v, 2_v};
  MaskRequest request;
  request.bits = {rule};
  CHECK(resolve(request, asset_of("anything")).bits == std::vector<MaskValues::Bits>{{5, 2, {2, 3}}});
}

TEST_CASE("An asset's own classes add to the table and hold where they contradict it", "[cube]") {
  stac::Asset asset = asset_of("scl");
  asset.bands[0].classes = {{3, "cloud_shadow"}, {11, "water"}, {6, "snow"}};
  CHECK(resolve(excluding({"cloud_shadow"}), asset).exclude == Values{3});
  CHECK(resolve(excluding({"cloud_shadows"}), asset).exclude == Values{3});
  CHECK(resolve(excluding({"water"}), asset).exclude == Values{11});
  CHECK(resolve(excluding({"snow"}), asset).exclude == Values{6});
  stac::Asset repeated = asset_of("mask");
  repeated.bands[0].classes = {{1, "cloud"}, {2, "cloud"}, {3, "clear"}};
  CHECK(resolve(excluding({"cloud"}), repeated).exclude == Values{1, 2});
}

TEST_CASE("An asset's own bit fields hold against the table's", "[cube]") {
  stac::Asset asset = asset_of("qa_pixel");
  asset.bands[0].bitfields = {{"cloud", 4, 1, {}}, {"cirrus_confidence", 14, 2, {{3, "very_high"}}}};
  MaskRequest request;
  request.bits = {rule_of("cloud", {1_v}), rule_of("cirrus_confidence", {"very_high"}),
                  rule_of("cirrus_confidence", {"high"}), rule_of("snow", {"snow"})};
  CHECK(resolve(request, asset).bits ==
        std::vector<MaskValues::Bits>{{4, 1, {1}}, {14, 2, {3}}, {14, 2, {3}}, {5, 1, {1}}});
}

TEST_CASE("Collection 1 bits are not those of Collection 2, and an asset's own hold", "[cube]") {
  const stac::Asset plain = asset_of("BQA");
  CHECK(resolve(excluding({"cloud"}), plain).bits == std::vector<MaskValues::Bits>{{4, 1, {1}}});
  CHECK(resolve(excluding({"cloud"}), asset_of("qa_pixel")).bits == std::vector<MaskValues::Bits>{{3, 1, {1}}});
  MaskRequest request;
  request.bits = {{"cirrus_confidence", {}, 1, {"high"}, {}}, {"cloud_shadow_confidence", {}, 1, {"medium"}, {}}};
  CHECK(resolve(request, plain).bits == std::vector<MaskValues::Bits>{{11, 2, {3}}, {7, 2, {2}}});
  stac::Asset asset = asset_of("bqa");
  asset.bands[0].bitfields = {{"cloud", 6, 1, {{0, "not_cloud"}, {1, "cloud"}}}};
  CHECK(resolve(excluding({"cloud"}), asset).bits == std::vector<MaskValues::Bits>{{6, 1, {1}}});
  check_failure(excluding({"snow"}), asset, ErrorCode::kNotFound, {"no class 'snow'", "'cloud'"});
}

TEST_CASE("Fmask has classes where it is that of analysis-ready Landsat, bits where it is that of HLS", "[cube]") {
  CHECK(resolve(excluding({"cloud", "shadow", "snow"}), asset_of("oa_fmask")).exclude == Values{2, 3, 4});
  CHECK(resolve(excluding({"cloud"}), asset_of("fmask")).exclude == Values{2});
  const auto hls = resolve(excluding({"cloud", "cloud_shadow"}), asset_of("Fmask"));
  CHECK(hls.exclude.empty());
  CHECK(hls.bits == std::vector<MaskValues::Bits>{{1, 1, {1}}, {3, 1, {1}}});
}

TEST_CASE("Thresholds and kept classes pass through", "[cube]") {
  MaskRequest request;
  request.keep = {"vegetation", 6_v, "vegetation"};
  request.below = 5;
  request.above = 80;
  const MaskValues values = resolve(request, asset_of("scl"));
  CHECK(values.has_keep);
  CHECK(values.keep == Values{4, 6});
  CHECK(values.below == 5.0);
  CHECK(values.above == 80.0);
}

TEST_CASE("Names that do not exist are errors with those that do", "[cube]") {
  check_failure(excluding({3_v, "cloud_shadow"}), asset_of("scl"), ErrorCode::kNotFound,
                {"mask asset 'scl' has no class 'cloud_shadow'", "did you mean 'cloud_shadows'?", "'thin_cirrus'",
                 "item-1", "at /mask/exclude/1"});
  check_failure(excluding({"cloud"}), asset_of("own_mask"), ErrorCode::kNotFound, {"name no classes", "give values"});
  MaskRequest request;
  request.bits = {rule_of("clouds", {1_v})};
  check_failure(request, asset_of("qa_pixel"), ErrorCode::kNotFound,
                {"no bit field 'clouds'", "did you mean 'cloud'?", "'cirrus_confidence'", "at /mask/bits/clouds"});
  check_failure(request, asset_of("qa"), ErrorCode::kNotFound, {"name no bit fields", "\"shift\""});
  request.bits = {rule_of("cirrus_confidence", {"hihg"})};
  check_failure(request, asset_of("qa_pixel"), ErrorCode::kNotFound,
                {"'cirrus_confidence'", "no class 'hihg'", "did you mean 'high'?", "'low'"});
}

TEST_CASE("Values that a field cannot hold and contradictions are errors", "[cube]") {
  MaskRequest request;
  request.bits = {rule_of("cloud", {2_v})};
  check_failure(request, asset_of("qa_pixel"), ErrorCode::kInvalid, {"has 1 bit and cannot hold 2", "'not_cloud'"});
  check_failure(excluding({"cloud_confidence"}), asset_of("qa_pixel"), ErrorCode::kInvalid,
                {"is a bit field", "\"bits\"", "'high'"});
  MaskRequest both = excluding({"water"});
  both.keep = {6_v};
  check_failure(both, asset_of("scl"), ErrorCode::kInvalid, {"class 6", "both excluded and kept", "at /mask/exclude"});
  MaskRequest keep;
  keep.keep = {"clear"};
  keep.keep_where = {"r.stacvrt", {}, "/mask/keep"};
  check_failure(keep, asset_of("qa_pixel"), ErrorCode::kInvalid, {"is a bit field", "at /mask/keep/0"});
}
