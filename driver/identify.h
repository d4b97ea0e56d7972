// SPDX-License-Identifier: MIT
// Which names and files are ours. A plugin is asked before every built-in driver, so this claims no more than the
// prefix and recipes.
#pragma once

#include <string_view>

#include "driver/gdal_compat.h"

namespace stacvrt::driver {

/// Whether a JSON text says "type": "STACVRT" at its top level (the text may be cut off).
[[nodiscard]] bool says_stacvrt(std::string_view json);

/// GDAL's Identify: TRUE for the prefix, for *.stacvrt files, and for JSON files that say so within their first 64 KB;
/// with this driver the only one allowed also for STAC items and collections of items.
int identify(GDALOpenInfo* info);

}  // namespace stacvrt::driver
