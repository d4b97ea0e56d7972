// SPDX-License-Identifier: MIT
// CRSs by name, as far as JSON alone can tell: spellings, and whether coordinates are degrees or are written northing
// first. It knows EPSG codes from a table, not from PROJ; what is unknown counts as metric and easting first.
#pragma once

#include <string_view>

#include "stac/grid.h"

namespace stacvrt::stac {

/// "EPSG:32633" for the URI, URN and bracketed spellings ("http://www.opengis.net/def/crs/EPSG/0/32633",
/// "urn:ogc:def:crs:EPSG::32633", "[EPSG:32633]"), "OGC:CRS84" likewise; other text unchanged.
[[nodiscard]] Crs named_crs(std::string_view text);

/// Whether coordinates are longitudes and latitudes in degrees.
[[nodiscard]] bool is_geographic(const Crs& crs);

/// Whether the CRS's definition puts latitude or northing before longitude or easting.
[[nodiscard]] bool is_northing_first(const Crs& crs);

}  // namespace stacvrt::stac
