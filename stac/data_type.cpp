// SPDX-License-Identifier: MIT
#include "stac/data_type.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

namespace stacvrt::stac {
namespace {

struct TypeFacts {
  const char* name;
  std::size_t size;
  bool integer;
  double lowest;
  double highest;
};

template <typename T>
constexpr TypeFacts facts(const char* name) {
  using Limits = std::numeric_limits<T>;
  return {name, sizeof(T), Limits::is_integer, static_cast<double>(Limits::lowest()),
          static_cast<double>(Limits::max())};
}

// In the order of the enumeration.
constexpr std::array<TypeFacts, 8> kTypes{facts<std::uint8_t>("uint8"),   facts<std::int8_t>("int8"),
                                          facts<std::uint16_t>("uint16"), facts<std::int16_t>("int16"),
                                          facts<std::uint32_t>("uint32"), facts<std::int32_t>("int32"),
                                          facts<float>("float32"),        facts<double>("float64")};

const TypeFacts& facts_of(DataType type) noexcept {
  return kTypes[static_cast<std::size_t>(type)];
}

}  // namespace

std::optional<DataType> data_type_from_name(std::string_view name) {
  const auto found = std::find_if(kTypes.begin(), kTypes.end(), [name](const TypeFacts& f) { return name == f.name; });
  if (found == kTypes.end()) return std::nullopt;
  return static_cast<DataType>(found - kTypes.begin());
}

const char* data_type_name(DataType type) noexcept {
  return facts_of(type).name;
}
std::size_t data_type_size(DataType type) noexcept {
  return facts_of(type).size;
}
bool is_integer(DataType type) noexcept {
  return facts_of(type).integer;
}
double lowest_value(DataType type) noexcept {
  return facts_of(type).lowest;
}
double highest_value(DataType type) noexcept {
  return facts_of(type).highest;
}

}  // namespace stacvrt::stac
