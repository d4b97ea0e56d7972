// SPDX-License-Identifier: MIT
// Whatever bytes a recipe has: a Recipe, or an Error. Its length chooses open options that are laid over it.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "cube/recipe_parser.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace stacvrt;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::array<cube::OptionList, 3> options{
      cube::OptionList{}, cube::OptionList{{"PRESET", "sentinel-2-geomad"}, {"DATETIME", "2020"}},
      cube::OptionList{{"BANDS", "red"}, {"MASK_EXCLUDE", "3"}, {"RESOLUTION", "20"}, {"WINDOWS", "P1M"}}};
  try {
    (void)cube::parse_recipe(cube::merge_recipe(text, "r.stacvrt", options[size % options.size()]), "r.stacvrt");
  } catch (const Error&) {
  }
  return 0;
}
