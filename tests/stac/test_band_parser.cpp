// SPDX-License-Identifier: MIT
// Bands from the lists of STAC 1.0 and 1.1 and from the asset itself.
#include <cmath>
#include <limits>

#include "stac/band_parser.h"
#include "tests/catch.h"

using namespace stacvrt;
using namespace stacvrt::stac;

namespace {

std::vector<Band> bands_of(const std::string& asset) {
  const Json json = parse_json(asset, "");
  return parse_bands(Cursor(json, "a.json"));
}

Band only_band(const std::string& asset) {
  const auto bands = bands_of(asset);
  REQUIRE(bands.size() == 1);
  return bands.front();
}

}  // namespace

TEST_CASE("An asset without band metadata has one unnamed band", "[stac]") {
  const Band band = only_band("{}");
  CHECK(band.name.empty());
  CHECK_FALSE(band.scale.has_value());
  CHECK_FALSE(band.nodata.has_value());
  CHECK_FALSE(band.data_type.has_value());
}

TEST_CASE("STAC 1.0 and 1.1 spellings make the same band", "[stac]") {
  for (const char* asset : {R"({"eo:bands": [{"name": "B04", "common_name": "red"}],
            "raster:bands": [{"data_type": "uint16", "nodata": 0, "scale": 1e-4, "offset": -0.1, "unit": "1"}]})",
                            R"({"bands": [{"name": "B04", "eo:common_name": "red"}],
            "data_type": "uint16", "nodata": 0, "raster:scale": 1e-4, "raster:offset": -0.1, "unit": "1"})",
                            R"({"bands": [{"name": "B04", "eo:common_name": "red", "data_type": "uint16", "nodata": 0,
                       "raster:scale": 1e-4, "raster:offset": -0.1, "unit": "1"}]})"}) {
    INFO(asset);
    const Band band = only_band(asset);
    CHECK(band.name == "B04");
    CHECK(band.common_name == "red");
    CHECK(band.data_type == DataType::kUInt16);
    CHECK(band.data_type_text == "uint16");
    CHECK(band.nodata == 0.0);
    CHECK(band.scale == 1e-4);
    CHECK(band.offset == -0.1);
    CHECK(band.unit == "1");
  }
}

TEST_CASE("Fields of a band hold over those of the asset, bands over raster:bands over eo:bands", "[stac]") {
  const auto bands = bands_of(R"({"nodata": 9, "raster:scale": 2, "data_type": "uint8",
      "eo:bands": [{"name": "e1", "description": "old"}, {"name": "e2"}],
      "raster:bands": [{"nodata": 1, "scale": 3}, {}],
      "bands": [{"name": "b1", "nodata": 5}, {"raster:scale": 4, "data_type": "int16"}]})");
  REQUIRE(bands.size() == 2);
  CHECK(bands[0].name == "b1");
  CHECK(bands[0].description == "old");
  CHECK(bands[0].nodata == 5.0);
  CHECK(bands[0].scale == 3.0);
  CHECK(bands[0].data_type == DataType::kUInt8);
  CHECK(bands[1].name == "e2");
  CHECK(bands[1].nodata == 9.0);
  CHECK(bands[1].scale == 4.0);
  CHECK(bands[1].data_type == DataType::kInt16);
}

TEST_CASE("A common name on the asset is that of its only band", "[stac]") {
  CHECK(only_band(R"({"eo:common_name": "blue", "data_type": "uint16"})").common_name == "blue");
  CHECK(bands_of(R"({"eo:common_name": "blue", "bands": [{}, {}]})")[0].common_name.empty());
}

TEST_CASE("A raster:bands list of one entry holds for all bands, but names none", "[stac]") {
  const auto bands = bands_of(R"({"eo:bands": [{"name": "r"}, {"name": "g"}, {"name": "b"}],
                                  "raster:bands": [{"nodata": 0, "data_type": "uint8"}]})");
  REQUIRE(bands.size() == 3);
  for (const Band& band : bands) CHECK(band.nodata == 0.0);
  const auto unnamed = bands_of(R"({"eo:bands": [{"name": "r"}], "raster:bands": [{}, {}]})");
  CHECK(unnamed[0].name == "r");
  CHECK(unnamed[1].name.empty());
}

TEST_CASE("A band list inside a list is taken out of it", "[stac]") {
  const auto bands = bands_of(R"({"raster:bands": [[{"nodata": null, "data_type": "uint8"}, {"data_type": "int8"}]]})");
  REQUIRE(bands.size() == 2);
  CHECK(bands[1].data_type == DataType::kInt8);
  CHECK_FALSE(bands[0].nodata.has_value());
}

TEST_CASE("Nodata may be a number or its text", "[stac]") {
  CHECK(only_band(R"({"nodata": -9999})").nodata == -9999.0);
  CHECK(only_band(R"({"nodata": "-9999"})").nodata == -9999.0);
  CHECK(only_band(R"({"nodata": "inf"})").nodata == std::numeric_limits<double>::infinity());
  CHECK(only_band(R"({"nodata": "-inf"})").nodata == -std::numeric_limits<double>::infinity());
  CHECK(std::isnan(only_band(R"({"nodata": "nan"})").nodata.value_or(0)));
  CHECK(std::isnan(only_band(R"({"raster:bands": [{"nodata": "NaN"}]})").nodata.value_or(0)));
  for (const char* nodata : {"\"\"", "\"none\"", "\"1 2\"", "[0]", "true"}) {
    INFO(nodata);
    CHECK_THROWS_WITH(only_band("{\"nodata\": " + std::string(nodata) + "}"), ContainsSubstring("'nan'"));
  }
}

TEST_CASE("An unknown data type is kept as text", "[stac]") {
  const Band band = only_band(R"({"raster:bands": [{"data_type": "cint16"}]})");
  CHECK_FALSE(band.data_type.has_value());
  CHECK(band.data_type_text == "cint16");
}

TEST_CASE("A band's known data type replaces the asset's unknown one and the other way round", "[stac]") {
  CHECK(only_band(R"({"data_type": "other", "bands": [{"data_type": "uint8"}]})").data_type == DataType::kUInt8);
  CHECK_FALSE(only_band(R"({"data_type": "uint8", "bands": [{"data_type": "other"}]})").data_type.has_value());
}

TEST_CASE("Classes and bitfields are found on asset and band", "[stac]") {
  constexpr const char* kClasses = R"("classification:classes": [{"value": 3, "name": "cloud"}])";
  constexpr const char* kBits = R"("classification:bitfields": [{"name": "fill", "offset": 0, "length": 1}])";
  for (const std::string& asset :
       {"{" + std::string(kClasses) + "}", "{\"raster:bands\": [{" + std::string(kClasses) + "}]}",
        "{\"bands\": [{" + std::string(kClasses) + "}]}"}) {
    INFO(asset);
    CHECK(only_band(asset).classes.at(0).name == "cloud");
  }
  for (const std::string& asset : {"{" + std::string(kBits) + "}", "{\"raster:bands\": [{" + std::string(kBits) + "}]}",
                                   "{\"bands\": [{" + std::string(kBits) + "}]}"}) {
    INFO(asset);
    CHECK(only_band(asset).bitfields.at(0).name == "fill");
  }
}

TEST_CASE("Contradictory and mistyped bands are refused with their place", "[stac]") {
  struct Case {
    const char* asset;
    const char* reason;
    const char* pointer;
  };
  for (const auto& [asset, reason, pointer] :
       {Case{R"({"eo:bands": [{}, {}, {}], "raster:bands": [{}, {}]})", "has 2 entries, another", "at /raster:bands]"},
        {R"({"raster:bands": [{"scale": "1e-4"}]})", "a number", "at /raster:bands/0/scale]"},
        {R"({"raster:bands": [{"scale": 0}]})", "scale 0", "at /raster:bands/0/scale]"},
        {R"({"raster:offset": [1]})", "a number", "at /raster:offset]"},
        {R"({"bands": [{"data_type": 16}]})", "a string", "at /bands/0/data_type]"},
        {R"({"bands": {"B1": {}}})", "an array", "at /bands]"},
        {R"({"eo:bands": [0, 1]})", "a band object", "at /eo:bands/0]"},
        {R"({"eo:bands": [{"name": 4}]})", "a string", "at /eo:bands/0/name]"}}) {
    INFO(asset);
    CHECK_THROWS_WITH(bands_of(asset), ContainsSubstring(reason) && ContainsSubstring(pointer));
  }
}

TEST_CASE("Remarks of odd types are as good as none", "[stac]") {
  CHECK(only_band(R"({"bands": [{"unit": 1, "description": ["x"]}]})").unit.empty());
}
