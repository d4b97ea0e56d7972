// SPDX-License-Identifier: MIT
// Properties come back from where they are packed as they were.
#include "stac/properties.h"
#include "tests/catch.h"

using namespace stacvrt::stac;

TEST_CASE("Values of every type are found as they were", "[stac]") {
  const Json object = parse_json(R"({"int": 7, "negative": -40000000000, "large": 18446744073709551615, "float": 0.1,
      "whole": 2.0, "text": "aé\u0000b", "empty": "", "yes": true, "null": null, "list": [1, "x", null, [2.5]],
      "nested": {"z": 1, "a": {"deep": [true]}, "": 3}})",
                                 "i.json");
  const Properties properties(object);
  REQUIRE(properties.names()->size() == object.size());
  for (const auto& [name, value] : object.items()) {
    INFO(name);
    const auto found = properties.find(name);
    REQUIRE(found.has_value());
    CHECK(*found == value);
    CHECK(found->type() == value.type());
    CHECK(found->dump() == value.dump());  // in the same order
  }
  CHECK_FALSE(properties.find("none").has_value());
  CHECK_FALSE(properties.find("nul").has_value());
}

TEST_CASE("What is no object has no properties", "[stac]") {
  for (const char* text : {"[]", "null", "3", "{}"}) {
    const Properties properties(parse_json(text, "i.json"));
    CHECK(properties.names()->empty());
    CHECK_FALSE(properties.find("a").has_value());
  }
  CHECK_FALSE(Properties().find("").has_value());
}

TEST_CASE("An object of a hundred thousand members is found as fast as it was packed", "[stac]") {
  Json large = Json::object();
  for (int i = 0; i < 100'000; ++i) large.get_ref<Json::object_t&>().emplace_back("k" + std::to_string(i), i);
  Json object = Json::object();
  object["large"] = std::move(large);
  const Properties properties(object);
  for (int i = 0; i < 20; ++i) CHECK(properties.find("large")->size() == 100'000);  // hours where members are compared
}
