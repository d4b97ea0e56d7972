// SPDX-License-Identifier: MIT
// STAC GeoParquet: tables of items, one to a row, read by GDAL's own driver where the GDAL underneath has it.
#pragma once

#include <string>
#include <string_view>

#include "driver/gdal_compat.h"
#include "stac/error.h"

namespace stacvrt::driver {

/// Whether a name is that of such a table (*.parquet, *.geoparquet; any letter case).
[[nodiscard]] bool is_geoparquet_name(std::string_view name);

/// The items of a local table as newline-delimited JSON. Throws kUnsupported where GDAL has no Parquet driver, kIo
/// where the file cannot be read, kTooLarge beyond kMaxDocumentBytes of driver/document.h.
[[nodiscard]] std::string read_geoparquet(const std::string& path, const Where& where);

/// Rows as STAC items, one to a line: columns of the top level of a STAC item (stac-geoparquet's `assets`, `bbox`, ...)
/// are that, all others properties. GDAL gives the members of structures as columns of their own, `assets.red.href`.
/// What is null is left out.
[[nodiscard]] std::string items_of_layer(OGRLayer& layer, const std::string& shown, const Where& where);

}  // namespace stacvrt::driver
