// SPDX-License-Identifier: MIT
// data/stacvrt.schema.json against the parser: the same keys, the same words, the same verdict on
// tests/data/recipes.json.
#include <algorithm>
#include <fstream>
#include <iterator>

#include "cube/recipe_parser.h"
#include "cube/recipe_vocabulary.h"
#include "kernels/reducer.h"
#include "tests/catch.h"

namespace {

using namespace stacvrt;

stac::Json read_json(const std::string& path) {
  std::ifstream file(std::string(STACVRT_SOURCE_DIR) + "/" + path);
  REQUIRE(file.good());
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  return stac::parse_json(text, path);
}

std::vector<std::string> sorted(std::vector<std::string> words) {
  std::sort(words.begin(), words.end());
  return words;
}

/// The verdict of the parser: "" or what it says.
std::string verdict_on(const stac::Json& recipe) {
  try {
    (void)cube::parse_recipe(cube::merge_recipe(recipe.dump(), "recipes.json", {}), "recipes.json");
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

}  // namespace

TEST_CASE("The schema has exactly the keys that the parser accepts", "[cube]") {
  const stac::Json schema = read_json("data/stacvrt.schema.json");
  for (const cube::Section& section : cube::recipe_sections()) {
    INFO(section.name);
    const stac::Json& object = section.name == "recipe" ? schema : schema.at("$defs").at(section.name);
    CHECK(object.at("additionalProperties") == false);
    std::vector<std::string> keys;
    for (const auto& [key, value] : object.at("properties").items()) keys.push_back(key);
    CHECK(sorted(keys) == sorted(section.keys));
  }
}

TEST_CASE("The schema has exactly the reducers that are built", "[cube]") {
  const stac::Json schema = read_json("data/stacvrt.schema.json");
  std::vector<std::string> names;
  for (const kernels::Reducer& reducer : kernels::reducers()) names.emplace_back(reducer.name);
  CHECK(sorted(schema.at("$defs").at("reducer").at("enum").get<std::vector<std::string>>()) == sorted(names));
}

TEST_CASE("The parser agrees with the schema on valid and invalid recipes", "[cube]") {
  const stac::Json recipes = read_json("tests/data/recipes.json");
  CHECK(recipes.at("valid").size() > 5);
  for (const stac::Json& recipe : recipes.at("valid")) {
    INFO(recipe.dump());
    CHECK(verdict_on(recipe).empty());
  }
  for (const stac::Json& recipe : recipes.at("invalid")) {
    INFO(recipe.dump());
    CHECK_FALSE(verdict_on(recipe).empty());
  }
}
