// SPDX-License-Identifier: MIT
// `filter` of a recipe: conditions on item properties.
#include "cube/recipe_sections.h"
#include "cube/recipe_vocabulary.h"

namespace stacvrt::cube {
namespace {

using Operator = PropertyFilter::Operator;

const std::vector<std::pair<std::string, Operator>>& operators() {
  static const std::vector<std::pair<std::string, Operator>> table = {
      {"lt", Operator::kLt}, {"lte", Operator::kLe}, {"gt", Operator::kGt}, {"gte", Operator::kGe},
      {"eq", Operator::kEq}, {"neq", Operator::kNe}, {"in", Operator::kIn}};
  return table;
}

void check_operand(const stac::Cursor& value, Operator op) {
  if (op == Operator::kIn) {
    if (!value.is_array() || value.size() == 0) value.fail_expected("an array of numbers or strings, not empty");
    for (const stac::Cursor& element : value.elements()) {
      if (!element.is_number() && !element.is_string()) element.fail_expected("a number or a string");
    }
    return;
  }
  const bool equality = op == Operator::kEq || op == Operator::kNe;
  if (value.is_number() || value.is_string() || (equality && value.is_bool())) return;
  value.fail_expected(equality ? "a number, a string, true or false" : "a number or a string");
}

}  // namespace

std::vector<PropertyFilter> parse_filter(const stac::Cursor& filter) {
  if (!filter.is_object()) filter.fail_expected(R"(an object like {"eo:cloud_cover": {"lt": 20}})");
  std::vector<PropertyFilter> filters;
  for (const auto& [property, condition] : filter.members()) {
    if (condition.is_null()) continue;  // a preset's condition taken away
    if (condition.is_array())
      condition.fail_expected(R"(a value or a condition; for several values write {"in": [...]})");
    if (!condition.is_object()) {
      check_operand(condition, Operator::kEq);
      filters.push_back({property, Operator::kEq, condition.json(), condition.where()});
      continue;
    }
    check_keys(condition, condition_section());
    if (condition.size() == 0) condition.fail(ErrorCode::kInvalid, R"(no condition; write e.g. {"lt": 20})");
    for (const auto& [word, op] : operators()) {
      const auto value = condition.find(word);
      if (!value) continue;
      check_operand(*value, op);
      filters.push_back({property, op, value->json(), value->where()});
    }
  }
  return filters;
}

}  // namespace stacvrt::cube
