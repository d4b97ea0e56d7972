// SPDX-License-Identifier: MIT
// The keys in which a GeoTIFF says its CRS, as the bytes they are: files with the same keys have the same CRS, which
// thousands of files can be told by without making a CRS of each (GDAL takes longer for that than for opening them).
// Source: OGC 19-008r4 (GeoTIFF 1.1), 7.1; Adobe TIFF 6.0, section 2; BigTIFF.
#pragma once

#include <string>

namespace stacvrt::driver {

struct GeoKeys {
  std::string bytes;  ///< the three tags of keys, and the byte order; empty where the keys cannot tell the CRS
  int epsg = 0;       ///< the projected or geographic CRS where they name one by its code, else 0
};

/// The keys of the first image of a local TIFF file. None where there are none, where the file is not such or is
/// broken, and where a file beside it (.aux.xml) may say another CRS. Never throws.
[[nodiscard]] GeoKeys geo_keys(const std::string& path) noexcept;

}  // namespace stacvrt::driver
