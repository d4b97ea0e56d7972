// SPDX-License-Identifier: MIT
// Coordinate reference systems as far as the cube layer needs them; driver/ implements it with PROJ.
#pragma once

#include <array>
#include <memory>

#include "stac/error.h"
#include "stac/grid.h"

namespace stacvrt::cube {

/// One pinned coordinate operation: the same point gives the same result whatever else is in the batch. Thread-safe.
class CoordinateOperation {
 public:
  virtual ~CoordinateOperation() = default;
  /// Transforms x[i], y[i] in place (easting/longitude first); a point that cannot be transformed becomes NaN.
  virtual void apply(std::size_t count, double* x, double* y) const = 0;
};

/// Thread-safe.
class Projector {
 public:
  virtual ~Projector() = default;
  /// Whether two texts mean the same CRS. Throws Error{kInvalid} for a text that is no CRS.
  virtual bool same(const stac::Crs& a, const stac::Crs& b) = 0;
  /// Throws Error{kInvalid} when `crs` is no CRS.
  virtual void check(const stac::Crs& crs) = 0;
  /// Metres per unit of a projected CRS; for a geographic one metres per degree along a meridian of the sphere.
  virtual double metres_per_unit(const stac::Crs& crs) = 0;
  /// Of a geographic CRS, a full turn in its units: 360 for degrees. 0 for others.
  virtual double full_turn(const stac::Crs& crs) = 0;
  /// The best operation for `area` (xmin, ymin, xmax, ymax in `from`). Throws Error{kInvalid} when there is none.
  virtual std::shared_ptr<const CoordinateOperation> operation(const stac::Crs& from, const stac::Crs& to,
                                                               const std::array<double, 4>& area) = 0;
};

/// Longitude and latitude in degrees on WGS 84, for solar days and bbox.
inline const stac::Crs kLonLat{"OGC:CRS84"};

}  // namespace stacvrt::cube
