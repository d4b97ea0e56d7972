// SPDX-License-Identifier: MIT
// The typed description of all open options, from which GDAL validates and QGIS draws a form.
#pragma once

namespace stacvrt::driver {

/// XML for DMD_OPENOPTIONLIST.
[[nodiscard]] const char* open_option_list();

}  // namespace stacvrt::driver
