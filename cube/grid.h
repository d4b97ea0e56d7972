// SPDX-License-Identifier: MIT
// Arithmetic on pixel grids within one CRS, and the choice of the target grid.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "cube/pixel_source.h"
#include "cube/projector.h"
#include "cube/recipe.h"
#include "stac/grid.h"

namespace stacvrt::cube {

/// Largest raster side that GDAL can represent.
inline constexpr std::int64_t kMaxSide = 2'147'483'647;

/// xmin, ymin, xmax, ymax of a grid in its CRS.
[[nodiscard]] std::array<double, 4> extent_of(const stac::PixelGrid& grid);
/// No rotation or shear.
[[nodiscard]] bool is_north_up(const stac::Affine& transform);
/// Size of a pixel along columns and rows, > 0, in CRS units.
[[nodiscard]] std::array<double, 2> pixel_size(const stac::Affine& transform);
/// The inverse map, from x, y to column, row. The transform must be invertible.
[[nodiscard]] stac::Affine inverse(const stac::Affine& transform);

/// Column and row shift that turns target pixels into source pixels when both grids share their lattice (same pixel
/// size and a whole shift, to 1e-6 pixel over both grids); nothing otherwise. Both in one CRS.
[[nodiscard]] std::optional<std::array<std::int64_t, 2>> lattice_shift(const stac::PixelGrid& target,
                                                                       const stac::PixelGrid& source);

/// The bounds of `extent` after an operation, with its edges and inside sampled; nothing when points of it cannot be
/// transformed. `turn` is the full turn of the CRS it leads to: with one, longitudes are those near the extent's
/// middle, so that bounds go on across the antimeridian (from 179 to 181, say), or all of them where it lies around a
/// pole.
[[nodiscard]] std::optional<std::array<double, 4>> transformed_extent(const std::array<double, 4>& extent,
                                                                      const CoordinateOperation& operation,
                                                                      double turn = 0);

/// The longitude of a grid's centre in degrees; not finite where it has none.
[[nodiscard]] double longitude_of_centre(const stac::PixelGrid& grid, const CoordinateOperation& to_lonlat);

/// A basis grid as far as the choice of the target grid needs it.
struct GridCandidate {
  const stac::PixelGrid* basis = nullptr;
  int crs = 0;  ///< index into the list of distinct source CRSs
};

/// Per CRS of the list (of `crs_count`), what its candidates cover together: the area that one coordinate operation has
/// to serve. Planning an operation takes milliseconds, too much to have one for each item.
[[nodiscard]] std::vector<std::array<double, 4>> extents_by_crs(const std::vector<GridCandidate>& candidates,
                                                                std::size_t crs_count);

/// The target grid that `request` describes, with what it leaves open taken from the candidates (in order of time): the
/// most common CRS, the finest resolution, the union, snapped to the pixels of the earliest candidate with that CRS and
/// resolution, or to multiples of the resolution; in longitudes beyond 180 where that spans the antimeridian.
/// `crs_list` holds the distinct source CRSs. Throws Error: kEmpty, kInvalid, kTooLarge.
[[nodiscard]] stac::PixelGrid make_target_grid(const GridRequest& request, const std::vector<GridCandidate>& candidates,
                                               const std::vector<stac::Crs>& crs_list, Projector& projector);

}  // namespace stacvrt::cube
