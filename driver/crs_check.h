// SPDX-License-Identifier: MIT
// Holds the CRS that a raster has against the one that its metadata say.
#pragma once

#include <array>
#include <mutex>
#include <set>
#include <string>

#include "cube/pixel_source.h"
#include "cube/projector.h"
#include "driver/handle_pool.h"

namespace stacvrt::driver {

/// The CRS of a raster as an authority's code, else as WKT; empty for none, and for one without a place on Earth.
[[nodiscard]] stac::Crs crs_of(const GDALDataset& dataset);

/// Thread-safe. Every file is asked, but no CRS is made twice of the same keys.
class CrsCheck {
 public:
  explicit CrsCheck(cube::Projector& projector) : m_projector(projector) {}

  /// The raster's CRS where it is another than the metadata's and puts the image's middle more than a pixel elsewhere;
  /// else empty.
  [[nodiscard]] stac::Crs contradiction(const cube::SourceBand& source, const HandlePool::Handle& file);

 private:
  bool is_known(const std::array<std::string, 2>& keys_and_crs);
  void remember(std::array<std::string, 2> keys_and_crs);
  bool puts_middle_elsewhere(const stac::PixelGrid& grid, const stac::Crs& crs);

  cube::Projector& m_projector;
  std::mutex m_mutex;
  std::set<std::array<std::string, 2>> m_known;  // keys of files whose CRS is the one beside them, wherever they lie
};

}  // namespace stacvrt::driver
