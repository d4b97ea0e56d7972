// SPDX-License-Identifier: MIT
#include "driver/overview_choice.h"

#include <algorithm>

#include "driver/class_levels.h"
#include "stac/href.h"

namespace stacvrt::driver {

namespace {

// The band's overviews, largest first.
std::vector<GDALRasterBand*> overviews_of(GDALRasterBand& band) {
  std::vector<GDALRasterBand*> overviews;
  for (int i = 0; i < band.GetOverviewCount(); ++i)
    if (GDALRasterBand* const overview = band.GetOverview(i)) overviews.push_back(overview);
  std::stable_sort(overviews.begin(), overviews.end(),
                   [](GDALRasterBand* a, GDALRasterBand* b) { return a->GetXSize() > b->GetXSize(); });
  return overviews;
}

std::optional<bool> are_of_classes(GDALDataset& dataset, GDALRasterBand& band,
                                   const std::vector<GDALRasterBand*>& overviews) {
  if (const char* const made_by = dataset.GetMetadataItem("OVERVIEW_RESAMPLING", "IMAGE_STRUCTURE"))
    return EQUAL(made_by, "NEAREST") || EQUAL(made_by, "MODE");
  return keep_values(band, overviews);
}

// Sizes are rounded up here, and down by GDAL's driver COG.
bool is_as_fine(int level_px, std::int64_t grid_px) {
  return level_px >= grid_px - 1;
}

// What an outage hid may be seen in a moment; pixels must not depend on it.
bool was_cut_short(const HandlePool::Handle& file) {
  return stac::is_remote(file.path) && CPLGetLastErrorType() == CE_Failure;
}

}  // namespace

std::optional<bool> OverviewChoice::keep_classes(const HandlePool::Handle& file, GDALRasterBand& band,
                                                 const std::vector<GDALRasterBand*>& overviews) {
  constexpr std::size_t kMost = 100'000;
  const std::pair key{file.path, band.GetBand()};
  {
    const std::lock_guard lock(m_mutex);
    const auto found = m_found.find(key);
    if (found != m_found.end() && found->second.first == file.stamp) return found->second.second;
  }
  CPLErrorReset();
  const std::optional<bool> kept = are_of_classes(*file.dataset, band, overviews);
  if (!kept || was_cut_short(file)) return std::nullopt;
  const std::lock_guard lock(m_mutex);
  if (m_found.size() >= kMost) m_found.clear();
  m_found[key] = {file.stamp, *kept};
  return kept;
}

GDALRasterBand* OverviewChoice::band_for(const cube::SourceBand& source, HandlePool::Handle& file,
                                         GDALRasterBand& band) {
  if (!source.full) return &band;
  CPLErrorReset();
  const std::vector<GDALRasterBand*> overviews = overviews_of(band);
  if (was_cut_short(file)) return nullptr;
  if (overviews.empty()) return &band;
  file.files = has_overview_file(*file.dataset) ? 2 : 1;
  if (source.classes) {
    const std::optional<bool> kept = keep_classes(file, band, overviews);
    if (!kept) return nullptr;
    if (!*kept) return &band;
  }
  GDALRasterBand* best = &band;
  for (GDALRasterBand* const overview : overviews)
    if (is_as_fine(overview->GetXSize(), source.grid.width_px) &&
        is_as_fine(overview->GetYSize(), source.grid.height_px))
      best = overview;
  return best;
}

}  // namespace stacvrt::driver
