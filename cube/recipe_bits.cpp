// SPDX-License-Identifier: MIT
// `bits` and `nodata_bits` of a mask.
#include "cube/recipe_sections.h"
#include "cube/recipe_vocabulary.h"

namespace stacvrt::cube {
namespace {

/// Mask assets hold at most 32 bits per value.
constexpr std::int64_t kMaskBits = 32;

const char* const kForms =
    R"({"cloud": 1, "cirrus_confidence": ["high"]}, {"shift": 5, "length": 2, "values": [2, 3]} or an array of these)";

std::vector<ClassReference> parse_values(const stac::Cursor& values) {
  std::vector<ClassReference> result;
  for (const stac::Cursor& value : one_or_more(values)) {
    if (value.is_number()) {
      result.emplace_back(value.as_integer());
    } else if (value.is_string() && !value.as_string().empty()) {
      result.emplace_back(value.as_string());
    } else {
      value.fail_expected("a value of the bit field or the name of one");
    }
  }
  return result;
}

/// {"shift": 5, "length": 2, "values": [2, 3]}
BitRule parse_explicit(const stac::Cursor& object) {
  check_keys(object, bit_rule_section());
  BitRule rule;
  rule.where = object.where();
  const stac::Cursor shift = object.at("shift");
  const std::int64_t first = shift.as_integer();
  if (first < 0 || first >= kMaskBits) shift.fail(ErrorCode::kInvalid, "bits are numbered 0 to 31 from the right");
  std::int64_t length = 1;
  if (const auto found = object.find("length")) {
    length = found->as_integer();
    if (length < 1 || first + length > kMaskBits)
      found->fail(ErrorCode::kInvalid, "a field has at least one bit and ends at bit 31");
  }
  rule.shift = static_cast<int>(first);
  rule.length = static_cast<int>(length);
  const auto values = object.find("values");
  if (!values && length > 1) object.fail(ErrorCode::kInvalid, "missing key 'values' (a field of several bits)");
  rule.values = values ? parse_values(*values) : std::vector<ClassReference>{std::int64_t{1}};
  for (const ClassReference& reference : rule.values) {
    const auto* const value = std::get_if<std::int64_t>(&reference);
    if (value == nullptr) values->fail(ErrorCode::kInvalid, "bits given by number have no names; give integers");
    if (*value < 0 || *value >= std::int64_t{1} << length)
      values->fail(ErrorCode::kInvalid,
                   "a field of " + std::to_string(length) + " bits cannot hold " + std::to_string(*value));
  }
  return rule;
}

void parse_object(const stac::Cursor& object, std::vector<BitRule>& rules) {
  if (!object.is_object()) object.fail_expected(kForms);
  if (object.find("shift")) {
    rules.push_back(parse_explicit(object));
    return;
  }
  for (const auto& [name, value] : object.members()) {
    if (value.is_null()) continue;  // a preset's rule taken away
    if (value.is_object()) {
      rules.push_back(parse_explicit(value));
      continue;
    }
    BitRule rule;
    rule.where = value.where();
    rule.name = name;
    rule.values = parse_values(value);
    rules.push_back(std::move(rule));
  }
}

}  // namespace

std::vector<BitRule> parse_bit_rules(const stac::Cursor& bits) {
  std::vector<BitRule> rules;
  if (bits.is_array()) {
    for (const stac::Cursor& object : bits.elements()) parse_object(object, rules);
  } else {
    parse_object(bits, rules);
  }
  return rules;
}

}  // namespace stacvrt::cube
