// SPDX-License-Identifier: MIT
// Files that a test writes: a folder in /vsimem/ that dies with the test, with texts and GeoTIFFs in it. Knows GDAL's
// writer, nothing of the driver under test.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "driver/gdal_compat.h"

namespace stacvrt::driver::testing {

/// GDAL's built-in drivers, once. No plugins: an installed copy of this one must not take part.
void register_drivers();

/// A GeoTIFF to be written. Pixel (x, y) of band b (from 0) is value(b, x, y).
struct RasterSpec {
  int width = 8, height = 8, bands = 1;
  GDALDataType type = GDT_UInt16;
  std::array<double, 6> geotransform{500000, 10, 0, 5000000, 0, -10};
  int epsg = 32633;
  std::optional<double> nodata;
  std::vector<std::string> creation;  ///< creation options
  std::function<double(int, int, int)> value = [](int band, int x, int y) { return band * 1000 + y * 100 + x + 1; };
};

/// Makes overviews of these factors, in the file itself or in one `beside` it (.ovr).
void add_overviews(const std::string& path, const char* method, const std::vector<int>& factors, bool beside = false);

/// A folder of its own in /vsimem/, removed with everything in it at the end.
class Scratch {
 public:
  Scratch();
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  /// The full name of a file in the folder.
  [[nodiscard]] std::string path(const std::string& name) const { return m_folder + "/" + name; }
  /// Writes (or replaces) a file and returns its full name.
  std::string write(const std::string& name, const std::string& text) const;
  std::string write(const std::string& name, const RasterSpec& spec) const;
  /// The bytes of a file.
  [[nodiscard]] std::string bytes(const std::string& name) const;

 private:
  std::string m_folder;
};

}  // namespace stacvrt::driver::testing
