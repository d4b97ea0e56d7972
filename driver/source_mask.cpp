// SPDX-License-Identifier: MIT
#include "driver/source_mask.h"

#include <functional>
#include <string_view>
#include <vector>

namespace stacvrt::driver {

bool has_mask(GDALRasterBand& band) {
  const int flags = band.GetMaskFlags();
  return (flags & GMF_ALL_VALID) == 0 && flags != GMF_NODATA;
}

namespace {

// Of a raster whose mask lies beside it, GDAL's overviews have masks of their own that hide nothing.
bool is_beside(GDALRasterBand& mask) {
  const GDALDataset* const dataset = mask.GetDataset();
  return dataset && std::string_view(dataset->GetDescription()).ends_with(".msk");
}

}  // namespace

GDALRasterBand& mask_for(GDALRasterBand& band, GDALRasterBand& level) {
  if (has_mask(level) && !is_beside(*band.GetMaskBand())) return *level.GetMaskBand();
  GDALRasterBand* best = band.GetMaskBand();
  for (int i = 0; i < band.GetMaskBand()->GetOverviewCount(); ++i) {
    GDALRasterBand* const overview = band.GetMaskBand()->GetOverview(i);
    const bool enough =
        overview && overview->GetXSize() >= level.GetXSize() && overview->GetYSize() >= level.GetYSize();
    if (enough && overview->GetXSize() < best->GetXSize()) best = overview;
  }
  return *best;
}

CPLErr clear_masked(GDALRasterBand& mask, const Picks& picks, std::int64_t row_stride, std::uint8_t* known) {
  const std::int64_t left = picks.columns.front();
  const int width = static_cast<int>(picks.columns.back() - left) + 1;
  std::vector<std::uint8_t> line(static_cast<std::size_t>(width));
  for (const std::int64_t row : picks.rows) {
    if (mask.RasterIO(GF_Read, static_cast<int>(left), static_cast<int>(row), width, 1, line.data(), width, 1, GDT_Byte,
                      0, 0, nullptr) != CE_None)
      return CE_Failure;
    for (std::size_t i = 0; i < picks.columns.size(); ++i)
      if (line[static_cast<std::size_t>(picks.columns[i] - left)] == 0) known[i] = 0;
    known += row_stride;
  }
  return CE_None;
}

void MaskedSources::add(const std::string& path) {
  const std::lock_guard lock(m_mutex);
  if (!m_all) m_paths.insert(std::hash<std::string>{}(path));
  if (m_paths.size() <= kMost) return;
  m_all = true;
  m_paths.clear();
}

bool MaskedSources::may_hold(const std::string& path) const {
  const std::lock_guard lock(m_mutex);
  return m_all || m_paths.contains(std::hash<std::string>{}(path));
}

}  // namespace stacvrt::driver
