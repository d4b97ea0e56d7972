// SPDX-License-Identifier: MIT
// Whether a mask's overviews hold its classes or means of them, seen in the pixels: files of GDAL before 3.9 do not
// say.
#pragma once

#include <optional>
#include <vector>

#include "driver/gdal_compat.h"

namespace stacvrt::driver {

/// Whether pixels of each of the `overviews` (of `band`, largest first, at least one) hold values that are around them
/// in the next larger level, but for one in a hundred of those where classes meet. The smallest level tells when
/// classes meet in it often enough, else all do; true where no classes meet. Large levels are looked at in parts.
/// Nothing when pixels cannot be read (GDAL's last error says why).
[[nodiscard]] std::optional<bool> keep_values(GDALRasterBand& band, const std::vector<GDALRasterBand*>& overviews);

}  // namespace stacvrt::driver
