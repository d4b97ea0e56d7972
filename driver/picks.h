// SPDX-License-Identifier: MIT
// Pixels of a finer raster that serve a coarser grid: nearest neighbour, by columns and rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "cube/pixel_source.h"
#include "driver/gdal_compat.h"

namespace stacvrt::driver {

/// Columns and rows of a raster, in ascending order; one may come several times. Neither is empty.
struct Picks {
  std::vector<std::int64_t> columns, rows;

  /// The window that they are, where they leave nothing out and repeat nothing.
  [[nodiscard]] std::optional<cube::PixelWindow> as_window() const;
};

/// Where `count` pixels from `first` on have their centres among the `side` pixels of a raster, overview or tile level:
/// ratio * position + shift, half-open.
[[nodiscard]] std::vector<std::int64_t> picks_along(std::int64_t first, std::int64_t count, double ratio, double shift,
                                                    std::int64_t side);

/// A window of a grid in a band that shows the same extent, in other pixels or in the same.
[[nodiscard]] Picks picks_of(const stac::PixelGrid& grid, const cube::PixelWindow& window, GDALRasterBand& band);

/// A run of indices.
struct IndexRange {
  std::size_t begin = 0, end = 0;
};
/// The runs of places (ascending) that lie in the same block of `side` pixels.
[[nodiscard]] std::vector<IndexRange> ranges_by_block(const std::vector<std::int64_t>& places, std::int64_t side);

/// How many of the band's blocks hold them.
[[nodiscard]] std::uint64_t blocks_of(GDALRasterBand& band, const Picks& picks);

}  // namespace stacvrt::driver
