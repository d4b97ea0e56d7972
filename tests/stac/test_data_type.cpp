// SPDX-License-Identifier: MIT
// Names and limits of the pixel types.
#include "stac/data_type.h"
#include "tests/catch.h"

using namespace stacvrt::stac;

TEST_CASE("Every data type is found by its own STAC name", "[stac]") {
  for (const DataType type : {DataType::kUInt8, DataType::kInt8, DataType::kUInt16, DataType::kInt16, DataType::kUInt32,
                              DataType::kInt32, DataType::kFloat32, DataType::kFloat64})
    CHECK(data_type_from_name(data_type_name(type)) == type);
  CHECK(data_type_from_name("uint16") == DataType::kUInt16);
  CHECK(data_type_from_name("float64") == DataType::kFloat64);
}

TEST_CASE("Words that name no supported type name nothing", "[stac]") {
  for (const char* word : {"int64", "cint16", "other", "UInt16", ""})
    CHECK_FALSE(data_type_from_name(word).has_value());
}

TEST_CASE("Limits are those of the machine types", "[stac]") {
  CHECK(lowest_value(DataType::kInt8) == -128.0);
  CHECK(highest_value(DataType::kUInt16) == 65535.0);
  CHECK(highest_value(DataType::kInt32) == 2147483647.0);
  CHECK(lowest_value(DataType::kFloat32) < -3.4e38);
  CHECK(data_type_size(DataType::kFloat64) == 8);
  CHECK(data_type_size(DataType::kInt16) == 2);
  CHECK(is_integer(DataType::kUInt32));
  CHECK_FALSE(is_integer(DataType::kFloat32));
}
