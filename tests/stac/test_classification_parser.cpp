// SPDX-License-Identifier: MIT
// Classes and bitfields of one object.
#include "stac/classification_parser.h"
#include "tests/catch.h"

using namespace stacvrt;
using namespace stacvrt::stac;

namespace {

auto bitfields_of(const std::string& list) {
  const Json json = parse_json("{\"classification:bitfields\": " + list + "}", "");
  return parse_bitfields(Cursor(json, ""));
}

auto classes_of(const std::string& list) {
  const Json json = parse_json("{\"classification:classes\": " + list + "}", "");
  return parse_classes(Cursor(json, ""));
}

}  // namespace

TEST_CASE("Classes have values and names, the name may be missing", "[stac]") {
  const auto classes = classes_of(R"([{"value": 3, "name": "cloud_shadows"}, {"value": -1, "description": "x"}])");
  REQUIRE(classes.has_value());
  REQUIRE(classes->size() == 2);
  CHECK((*classes)[0].value == 3);
  CHECK((*classes)[0].name == "cloud_shadows");
  CHECK((*classes)[1].value == -1);
  CHECK((*classes)[1].name.empty());
}

TEST_CASE("Bitfields have name, bits and the classes of their values", "[stac]") {
  const auto fields = bitfields_of(R"([{"name": "cirrus", "offset": 14, "length": 2,
                                        "classes": [{"value": 3, "name": "high"}]}])");
  REQUIRE(fields.has_value());
  REQUIRE(fields->size() == 1);
  CHECK(fields->front().name == "cirrus");
  CHECK(fields->front().offset == 14);
  CHECK(fields->front().length == 2);
  CHECK(fields->front().classes.at(0).name == "high");
}

TEST_CASE("An absent list is told from an empty one", "[stac]") {
  CHECK_FALSE(classes_of("null").has_value());
  CHECK_FALSE(bitfields_of("null").has_value());
  CHECK(classes_of("[]")->empty());
  CHECK(bitfields_of("[]")->empty());
}

TEST_CASE("Classes without value and bits that no integer has are refused", "[stac]") {
  CHECK_THROWS_WITH(classes_of(R"([{"name": "x"}])"),
                    ContainsSubstring("missing key 'value'") && ContainsSubstring("/classification:classes/0"));
  CHECK_THROWS_WITH(classes_of(R"([{"value": 1.5}])"), ContainsSubstring("an integer"));
  CHECK_THROWS_WITH(classes_of(R"({"value": 1})"), ContainsSubstring("an array"));
  CHECK_THROWS_WITH(bitfields_of(R"([{"offset": 64, "length": 1}])"), ContainsSubstring("0 to 63"));
  CHECK_THROWS_WITH(bitfields_of(R"([{"offset": -1, "length": 1}])"), ContainsSubstring("0 to 63"));
  CHECK_THROWS_WITH(bitfields_of(R"([{"offset": 62, "length": 3}])"),
                    ContainsSubstring("1 to 2 bits") && ContainsSubstring("/classification:bitfields/0/length"));
  CHECK_THROWS_WITH(bitfields_of(R"([{"offset": 1}])"), ContainsSubstring("missing key 'length'"));
}
