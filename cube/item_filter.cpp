// SPDX-License-Identifier: MIT
#include "cube/item_filter.h"

#include <algorithm>

namespace stacvrt::cube {

namespace {

using Operator = PropertyFilter::Operator;

bool equal(const stac::Json& a, const stac::Json& b) {
  if (a.is_number() && b.is_number()) return a.get<double>() == b.get<double>();
  return a == b;
}

// -1, 0, 1 for comparable values (two numbers, two strings); nothing otherwise.
std::optional<int> order(const stac::Json& a, const stac::Json& b) {
  if (a.is_number() && b.is_number()) {
    const double x = a.get<double>(), y = b.get<double>();
    return x < y ? -1 : (x > y ? 1 : 0);
  }
  if (a.is_string() && b.is_string()) {
    const int sign = a.get_ref<const std::string&>().compare(b.get_ref<const std::string&>());
    return sign < 0 ? -1 : (sign > 0 ? 1 : 0);
  }
  return std::nullopt;
}

bool holds(const stac::Json& value, const PropertyFilter& filter) {
  switch (filter.op) {
    case Operator::kEq:
      return equal(value, filter.value);
    case Operator::kNe:
      return !equal(value, filter.value);
    case Operator::kIn:
      return std::any_of(filter.value.begin(), filter.value.end(),
                         [&](const stac::Json& candidate) { return equal(value, candidate); });
    default:
      break;
  }
  const std::optional<int> sign = order(value, filter.value);
  if (!sign) return false;
  switch (filter.op) {
    case Operator::kLt:
      return *sign < 0;
    case Operator::kLe:
      return *sign <= 0;
    case Operator::kGt:
      return *sign > 0;
    default:
      return *sign >= 0;
  }
}

}  // namespace

bool matches(const stac::Item& item, const std::vector<PropertyFilter>& filters) {
  return std::all_of(filters.begin(), filters.end(), [&](const PropertyFilter& filter) {
    const auto found = item.properties.find(filter.property);
    return found && !found->is_null() && holds(*found, filter);
  });
}

bool in_range(const stac::Item& item, const stac::Interval& range) {
  if (item.datetime) return range.contains(*item.datetime);
  const stac::Instant begin = item.when();
  return begin < range.end && item.end_datetime.value_or(begin) >= range.begin;
}

}  // namespace stacvrt::cube
