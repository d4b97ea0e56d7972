// SPDX-License-Identifier: MIT
#include "stac/extent.h"

#include <algorithm>

namespace stacvrt::stac {
namespace {

/// Member `key` of an object, or nothing for whatever is in its way.
const Json* member(const Json* object, const char* key) {
  if (object == nullptr || !object->is_object()) return nullptr;
  const auto found = object->find(key);
  return found == object->end() ? nullptr : &*found;
}

std::optional<std::array<double, 4>> box_of(const Json& box) {
  if (!box.is_array() || (box.size() != 4 && box.size() != 6)) return std::nullopt;
  if (!std::ranges::all_of(box, [](const Json& number) { return number.is_number(); })) return std::nullopt;
  const std::size_t upper = box.size() / 2;
  return std::array<double, 4>{box[0].get<double>(), box[1].get<double>(), box[upper].get<double>(),
                               box[upper + 1].get<double>()};
}

bool may_meet_box(const Json& text, const std::array<double, 4>& wanted) {
  const auto box = box_of(text);
  return !box || boxes_meet(*box, wanted, kExtentMarginDegrees);
}

Instant instant_or(const Json& text, Instant open) {
  return text.is_string() ? parse_instant(text.get<std::string>()) : open;
}

bool may_meet_interval(const Json& interval, const Interval& wanted) {
  if (!interval.is_array() || interval.size() != 2) return true;
  try {
    const Instant begin = instant_or(interval[0], kBeginOfTime);
    const Instant end = instant_or(interval[1], kEndOfTime);
    const bool over_before =
        end != kEndOfTime && wanted.begin != kBeginOfTime && end < wanted.begin - kExtentMarginTime;
    const bool begins_after =
        begin != kBeginOfTime && wanted.end != kEndOfTime && begin - kExtentMarginTime >= wanted.end;
    return !over_before && !begins_after;
  } catch (const Error&) {
    return true;  // no reason to leave items out
  }
}

}  // namespace

bool boxes_meet(const std::array<double, 4>& a, const std::array<double, 4>& b, double margin_degrees) {
  if (a[1] - margin_degrees > b[3] || b[1] > a[3] + margin_degrees) return false;
  constexpr double kTurn = 360;
  const double a_west = a[0] - margin_degrees, a_east = (a[2] < a[0] ? a[2] + kTurn : a[2]) + margin_degrees;
  const double b_west = b[0], b_east = b[2] < b[0] ? b[2] + kTurn : b[2];
  return std::ranges::any_of(std::array{-kTurn, 0.0, kTurn},
                             [&](double turn) { return a_west <= b_east + turn && b_west + turn <= a_east; });
}

bool may_hold(const Cursor& collection, const Wanted& wanted) {
  const Json* extent = member(&collection.json(), "extent");
  const Json* boxes = member(member(extent, "spatial"), "bbox");
  const Json* intervals = member(member(extent, "temporal"), "interval");
  const auto known = [](const Json* list) { return list != nullptr && list->is_array() && !list->empty(); };
  if (wanted.bbox && known(boxes) &&
      std::ranges::none_of(*boxes, [&](const Json& box) { return may_meet_box(box, *wanted.bbox); }))
    return false;
  return !wanted.range || !known(intervals) ||
         std::ranges::any_of(*intervals, [&](const Json& one) { return may_meet_interval(one, *wanted.range); });
}

}  // namespace stacvrt::stac
