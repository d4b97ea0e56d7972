// SPDX-License-Identifier: MIT
// A nominal-resolution RasterIO assembled from whole tiles, for bands and datasets alike.
#pragma once

#include <vector>

#include "cube/engine.h"
#include "driver/gdal_compat.h"

namespace stacvrt::driver {

/// The arguments of an IRasterIO whose window and buffer have the same size.
struct ReadRequest {
  cube::PixelWindow window;
  std::vector<int> bands;  ///< GDAL band numbers, from 1, in the buffer's order
  void* buffer = nullptr;
  GDALDataType buffer_type = GDT_Unknown;
  GSpacing pixel_space = 0, line_space = 0, band_space = 0;
  GDALProgressFunc progress = nullptr;
  void* progress_data = nullptr;
};

/// Whether a read of `window` into a buffer wants pixels of the grid as they are: neither zoomed nor, by the fractions
/// that `extra` (may be null) has of the window, shifted or stretched.
[[nodiscard]] bool wants_grid_pixels(const cube::PixelWindow& window, int buffer_width, int buffer_height,
                                     const GDALRasterIOExtraArg* extra);

/// The windows of time (indices into Plan::windows) of a request's bands.
[[nodiscard]] std::vector<int> time_windows_of(const cube::View& view, const std::vector<int>& bands);

/// Reads it; every tile it touches is computed or taken from the cache whole. Progress is reported from the calling
/// thread only. Throws Error, kCancelled included.
void read_request(const cube::Engine& engine, int threads, const ReadRequest& request);

}  // namespace stacvrt::driver
