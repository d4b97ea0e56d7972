// SPDX-License-Identifier: MIT
// Whether a Collection can hold anything that a recipe wants, by the extents that it states. Conservative: what is
// missing, malformed or near the border is not ruled out.
#pragma once

#include <array>
#include <optional>

#include "stac/datetime.h"
#include "stac/json.h"

namespace stacvrt::stac {

/// What a recipe wants, as far as it says so in terms of STAC.
struct Wanted {
  std::optional<std::array<double, 4>> bbox = {};  ///< west, south, east, north in degrees; west may be east of east
  std::optional<Interval> range = {};
};

/// Added on all sides: footprints are approximate, and solar days reach into the next day of UTC.
inline constexpr double kExtentMarginDegrees = 0.1;
inline constexpr Instant kExtentMarginTime = kMicrosPerDay;

/// Whether two boxes share a point, on the circle of longitudes; `margin_degrees` is added around the first.
[[nodiscard]] bool boxes_meet(const std::array<double, 4>& a, const std::array<double, 4>& b, double margin_degrees);

/// Whether the Collection `collection` may hold items that are wanted: some spatial box and some temporal interval of
/// its extent come near.
[[nodiscard]] bool may_hold(const Cursor& collection, const Wanted& wanted);

}  // namespace stacvrt::stac
