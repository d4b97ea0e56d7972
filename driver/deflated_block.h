// SPDX-License-Identifier: MIT
// One block of a DEFLATE-compressed GeoTIFF with horizontal differences, the usual form of satellite COGs, inflated
// without libtiff, whose predictor takes a quarter of its time. GDAL tells where the block lies and how it is coded;
// whatever is not as expected is left to GDAL.
#pragma once

#include <cstdint>

#include "driver/handle_pool.h"

namespace stacvrt::driver {

/// Whether blocks of the band may be such: a local, single-band GeoTIFF of 16-bit integers.
[[nodiscard]] bool may_be_deflated(const HandlePool::Handle& handle, GDALRasterBand& band);

/// Reads block (x, y), `width` x `height` pixels, into `to`. False, with `to` in any state, when GDAL has to read it:
/// it is missing, broken or coded otherwise, or the file was replaced.
[[nodiscard]] bool read_deflated(const HandlePool::Handle& handle, GDALRasterBand& band, int x, int y,
                                 std::size_t width, std::size_t height, std::uint16_t* to);

}  // namespace stacvrt::driver
