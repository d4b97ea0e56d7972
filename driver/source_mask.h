// SPDX-License-Identifier: MIT
// Masks that files bring along: internal masks, .msk files, alpha bands. They tell which pixels are none where no
// nodata value does.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_set>

#include "driver/gdal_compat.h"
#include "driver/picks.h"

namespace stacvrt::driver {

/// Whether the band's file has a mask for it; a nodata value is none.
[[nodiscard]] bool has_mask(GDALRasterBand& band);

/// The mask of a band that has one, for pixels read from `level` (the band or an overview of it): that of the level
/// itself, else the band's own, or the coarsest overview of that with at least the level's pixels.
[[nodiscard]] GDALRasterBand& mask_for(GDALRasterBand& band, GDALRasterBand& level);

/// Sets known[row][column], rows `row_stride` apart, to 0 where the mask's pixel at the crossing of picks is 0.
[[nodiscard]] CPLErr clear_masked(GDALRasterBand& mask, const Picks& picks, std::int64_t row_stride,
                                  std::uint8_t* known);

/// Which sources were seen to have masks, so that all others need not be asked again. Thread-safe.
class MaskedSources {
 public:
  void add(const std::string& path);
  /// True for all that were added, and for few others. For everything once there are more than kMost.
  [[nodiscard]] bool may_hold(const std::string& path) const;

 private:
  static constexpr std::size_t kMost = 1'000'000;

  mutable std::mutex m_mutex;
  std::unordered_set<std::size_t> m_paths;  // hashed
  bool m_all = false;
};

}  // namespace stacvrt::driver
