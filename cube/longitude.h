// SPDX-License-Identifier: MIT
// Longitudes around the earth: which of the numbers x, x + 360, x - 360 is meant, and coordinate operations that say
// so. In units of a CRS: a full turn is 360 where these are degrees.
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "cube/projector.h"

namespace stacvrt::cube {

/// `x` moved by full turns to at most half a turn from `centre`; unchanged (bit for bit) where it lies there already.
[[nodiscard]] double longitude_near(double x, double centre, double turn);

/// `operation` (null: none, coordinates as they are), then x moved by full turns to the range of one turn around
/// `centre`, its end not included.
[[nodiscard]] std::shared_ptr<const CoordinateOperation> around(std::shared_ptr<const CoordinateOperation> operation,
                                                                double centre, double turn);

/// Where the longitudes of an extent lie in the plain range, its middle: 0 for -180 to 180, 180 for 0 to 360, else that
/// of the extent itself. Few values, so that many items share one.
[[nodiscard]] double range_centre(const std::array<double, 4>& extent, double turn);

/// The smallest extent that holds all of `extents` (xmin, ymin, xmax, ymax), each of which may be moved by a full turn:
/// across the antimeridian, from below to beyond 180, only where that is less than half as wide as from -180 to 180.
[[nodiscard]] std::array<double, 4> union_around(std::vector<std::array<double, 4>> extents, double turn);

}  // namespace stacvrt::cube
