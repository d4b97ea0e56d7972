// SPDX-License-Identifier: MIT
#include "cube/item_filter.h"

#include <algorithm>
#include <set>

#include "cube/band_planner.h"
#include "stac/spelling.h"

namespace stacvrt::cube {

namespace {

using Operator = PropertyFilter::Operator;

/// What a condition named `name` is about: the Item's own id or collection, or a property. Nothing for null.
std::optional<stac::Json> value_of(const stac::Item& item, const std::string& name) {
  if (name == "id") return item.id;
  if (name == "collection" && !item.collection.empty()) return item.collection;
  auto found = item.properties.find(name);
  return found && !found->is_null() ? std::move(found) : std::nullopt;
}

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

// "20" is not less than 30, nor equal to [20]: where all items have another type of value than the filter, that is the
// reason.
void fail_between_types(const PropertyFilter& filter, const std::vector<stac::Item>& items) {
  const stac::Json& wanted = filter.value.is_array() && !filter.value.empty() ? filter.value.front() : filter.value;
  std::optional<stac::Json> other;
  for (const stac::Item& item : items) {
    auto found = value_of(item, filter.property);
    if (!found) continue;
    if (found->is_number() == wanted.is_number() && !found->is_structured()) return;
    other = std::move(found);
  }
  if (other)
    throw Error(ErrorCode::kInvalid,
                "the filter compares with " + wanted.dump() + ", but the items' values are like " + other->dump(),
                filter.where);
}

// Either a property is misspelt, or no item has such values.
[[noreturn]] void fail_filtered(const Recipe& recipe, const std::vector<stac::Item>& items) {
  std::set<std::string> known = {"id"};
  for (const stac::Item& item : items) {
    if (!item.collection.empty()) known.insert("collection");
    known.insert(item.properties.names()->begin(), item.properties.names()->end());
  }
  for (const PropertyFilter& filter : recipe.filters)
    if (!known.contains(filter.property))
      throw Error(ErrorCode::kNotFound,
                  "no item has the property '" + filter.property + "'" +
                      stac::spelling_hint(filter.property, {known.begin(), known.end()}),
                  filter.where);
  for (const PropertyFilter& filter : recipe.filters) fail_between_types(filter, items);
  for (const PropertyFilter& filter : recipe.filters)
    if (std::none_of(items.begin(), items.end(), [&](const stac::Item& item) { return matches(item, {filter}); }))
      throw Error(ErrorCode::kEmpty, "the filter leaves none of " + counted(items.size(), "item"), filter.where);
  throw Error(ErrorCode::kEmpty, "the filter's conditions together leave none of " + counted(items.size(), "item"),
              recipe.filters.empty() ? Where{recipe.document, {}, {}} : recipe.filters.front().where);
}

// How many items each condition leaves out, and how many of them because they lack the property.
void tell_filters(const Recipe& recipe, const std::vector<stac::Item>& items, std::vector<std::string>& decisions) {
  for (const PropertyFilter& filter : recipe.filters) {
    std::size_t fail = 0, lack = 0;
    for (const stac::Item& item : items) {
      const auto found = value_of(item, filter.property);
      lack += found ? 0U : 1U;
      fail += !found || !holds(*found, filter) ? 1U : 0U;
    }
    if (fail == 0) continue;
    decisions.push_back("filter on '" + filter.property + "': " + std::to_string(fail) + " of " +
                        counted(items.size(), "item") + " left out" +
                        (lack > 0 ? ", " + std::to_string(lack) + " of them without this property" : ""));
  }
}

}  // namespace

bool matches(const stac::Item& item, const std::vector<PropertyFilter>& filters) {
  return std::all_of(filters.begin(), filters.end(), [&](const PropertyFilter& filter) {
    const auto found = value_of(item, filter.property);
    return found && holds(*found, filter);
  });
}

bool in_range(const stac::Item& item, const stac::Interval& range) {
  if (item.datetime) return range.contains(*item.datetime);
  const stac::Instant begin = item.when();
  return begin < range.end && item.end_datetime.value_or(begin) >= range.begin;
}

std::vector<const stac::Item*> select_items(const Recipe& recipe, const std::vector<stac::Item>& items,
                                            std::vector<std::string>& decisions) {
  std::vector<const stac::Item*> selected;
  for (const stac::Item& item : items)
    if (matches(item, recipe.filters)) selected.push_back(&item);
  if (selected.empty()) fail_filtered(recipe, items);
  tell_filters(recipe, items, decisions);
  std::stable_sort(selected.begin(), selected.end(), [](const stac::Item* a, const stac::Item* b) {
    return std::pair(a->when(), std::string_view(a->id)) < std::pair(b->when(), std::string_view(b->id));
  });
  if (!recipe.time.range) return selected;
  const std::string span =
      stac::format_instant(selected.front()->when()) + " to " + stac::format_instant(selected.back()->when());
  const std::size_t before = selected.size();
  std::erase_if(selected, [&](const stac::Item* item) { return !in_range(*item, *recipe.time.range); });
  if (selected.empty())
    throw Error(ErrorCode::kEmpty, "no item lies in the time range; the items' times are " + span, recipe.time.where);
  if (selected.size() < before)
    decisions.push_back("time range: " + std::to_string(before - selected.size()) + " of " + counted(before, "item") +
                        " left out");
  return selected;
}

}  // namespace stacvrt::cube
