// SPDX-License-Identifier: MIT
// Which band of a raster serves a grid coarser than its own: the coarsest overview that is at least as fine; of classes
// only where overviews keep them.
#pragma once

#include "cube/pixel_source.h"
#include "driver/handle_pool.h"

namespace stacvrt::driver {

/// The band itself or one of its overviews, at least as large as `source.grid`. Of classes, overviews count when the
/// file says that they were made by nearest neighbour or mode, or when that can be seen: no pixel where the finer of
/// the two smallest levels is not uniform holds a value that is not around it there. What was found is kept in the
/// handle.
[[nodiscard]] GDALRasterBand& band_for(const cube::SourceBand& source, HandlePool::Handle& file, GDALRasterBand& band);

}  // namespace stacvrt::driver
