// SPDX-License-Identifier: MIT
// Where pixels lie: CRS by text, affine transform and size, without GDAL or PROJ.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace stacvrt::stac {

/// A coordinate reference system as text that GDAL's OSRSetFromUserInput understands: "EPSG:32633" (any
/// authority:code), WKT, or PROJJSON. Empty: unknown. Equal text means equal CRS; different text may still mean the
/// same one.
struct Crs {
  std::string text;
  [[nodiscard]] bool empty() const noexcept { return text.empty(); }
  friend bool operator==(const Crs&, const Crs&) = default;
};

/// The first six numbers of proj:transform: x = a col + b row + c, y = d col + e row + f, pixel corners at integers.
struct Affine {
  double a = 1, b = 0, c = 0, d = 0, e = 1, f = 0;
  friend bool operator==(const Affine&, const Affine&) = default;
};

/// CRS + affine + size in pixels: an item's own pixels or a target grid.
struct PixelGrid {
  Crs crs;
  Affine transform;
  std::int64_t width_px = 0;
  std::int64_t height_px = 0;
  friend bool operator==(const PixelGrid&, const PixelGrid&) = default;
};

/// What the projection extension says, each part as far as it is said.
struct Projection {
  std::optional<Crs> crs;
  std::optional<Affine> transform;
  std::optional<std::array<std::int64_t, 2>> shape;  ///< height, width (rows, columns), as in proj:shape
  std::optional<std::array<double, 4>> bbox;         ///< xmin, ymin, xmax, ymax in the CRS

  /// The complete grid; nothing when a part is missing. The transform is derived from bbox and shape where needed, the
  /// shape from bbox and a north-up transform where they fit to a thousandth of a pixel.
  [[nodiscard]] std::optional<PixelGrid> grid() const;
  friend bool operator==(const Projection&, const Projection&) = default;
};

}  // namespace stacvrt::stac
