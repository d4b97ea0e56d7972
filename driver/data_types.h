// SPDX-License-Identifier: MIT
// Pixel types of the cube layer to GDAL's and back.
#pragma once

#include <optional>

#include "driver/gdal_compat.h"
#include "kernels/lanes.h"
#include "stac/data_type.h"

namespace stacvrt::driver {

/// GDT_Unknown where this GDAL has no such type (Int8 before 3.7).
[[nodiscard]] GDALDataType gdal_type(stac::DataType type);
[[nodiscard]] GDALDataType gdal_type(kernels::LaneType type);
/// Nothing for complex and 64-bit integer types.
[[nodiscard]] std::optional<stac::DataType> data_type(GDALDataType type);

}  // namespace stacvrt::driver
