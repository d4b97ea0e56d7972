// SPDX-License-Identifier: MIT
// What lies behind a pixel: the answer to gdallocationinfo and to the identify tools of GIS programs.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cube/engine.h"
#include "cube/view.h"

namespace stacvrt::driver {

/// A pixel from a metadata item name of domain LocationInfo, "Pixel_<column>_<row>".
struct Location {
  std::int64_t column = 0, row = 0;
};
[[nodiscard]] std::optional<Location> parse_location(std::string_view name);

/// XML: the items of the band's window whose pixels hold the centre of that pixel, with time and local files or hrefs
/// of the band's assets (without secrets), in order of time. Masks are not read: an item listed here may be cloudy
/// there.
[[nodiscard]] std::string location_info(const cube::Engine& engine, const cube::ViewBand& band,
                                        const Location& location);

}  // namespace stacvrt::driver
