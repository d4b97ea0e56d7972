// SPDX-License-Identifier: MIT
// Which band of a raster serves a grid coarser than its own: the coarsest overview that is at least as fine; of classes
// only where overviews keep them.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cube/pixel_source.h"
#include "driver/handle_pool.h"

namespace stacvrt::driver {

/// Thread-safe. Remembers what was found of a file.
class OverviewChoice {
 public:
  /// The band itself or the coarsest of its overviews that lacks at most one column and row of `source.grid` (sizes are
  /// rounded up or down). Of classes, overviews count when the file says that they were made by nearest neighbour or
  /// mode, or when that can be seen (driver/class_levels.h). Null when what must be seen cannot be read: GDAL's last
  /// error says why, and nothing is remembered. Sets file.files.
  [[nodiscard]] GDALRasterBand* band_for(const cube::SourceBand& source, HandlePool::Handle& file,
                                         GDALRasterBand& band);

 private:
  std::optional<bool> keep_classes(const HandlePool::Handle& file, GDALRasterBand& band,
                                   const std::vector<GDALRasterBand*>& overviews);

  std::mutex m_mutex;
  std::map<std::pair<std::string, int>, std::pair<FileStamp, bool>> m_found;  // by path and band
};

}  // namespace stacvrt::driver
