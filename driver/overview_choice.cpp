// SPDX-License-Identifier: MIT
#include "driver/overview_choice.h"

#include <algorithm>
#include <vector>

namespace stacvrt::driver {

namespace {

// Values of a raster or overview, 32 bits wide.
struct Values {
  int width = 0, height = 0;
  std::vector<std::int32_t> pixels;
  [[nodiscard]] std::int32_t at(int column, int row) const {
    return pixels[static_cast<std::size_t>(row) * static_cast<std::size_t>(width) + static_cast<std::size_t>(column)];
  }
};

Values values_of(GDALRasterBand& band) {
  Values values{band.GetXSize(), band.GetYSize(), {}};
  values.pixels.resize(static_cast<std::size_t>(values.width) * static_cast<std::size_t>(values.height));
  if (band.RasterIO(GF_Read, 0, 0, values.width, values.height, values.pixels.data(), values.width, values.height,
                    GDT_Int32, 0, 0, nullptr) != CE_None)
    values.pixels.clear();
  return values;
}

// What an overview's pixel covers in the finer level, one pixel more on each side for the rounding of odd sizes.
struct Around {
  bool uniform = true, has_value = false;
};
Around around(const Values& fine, const Values& coarse, int column, int row) {
  const auto first = [](int place, int from, int to) {
    return std::max(static_cast<int>(std::int64_t{place} * from / to) - 1, 0);
  };
  const auto last = [](int place, int from, int to) {
    return std::min(static_cast<int>((std::int64_t{place} + 1) * from / to) + 1, from - 1);
  };
  const int left = first(column, fine.width, coarse.width), right = last(column, fine.width, coarse.width);
  const int top = first(row, fine.height, coarse.height), bottom = last(row, fine.height, coarse.height);
  const std::int32_t value = coarse.at(column, row);
  Around result;
  for (int y = top; y <= bottom; ++y)
    for (int x = left; x <= right; ++x) {
      result.uniform = result.uniform && fine.at(x, y) == fine.at(left, top);
      result.has_value = result.has_value || fine.at(x, y) == value;
    }
  return result;
}

// Whether values of the coarser level are values of the finer one. Where classes meet, averages are others; the few
// that a level made from the raster itself holds by chance are within the share allowed.
bool keeps_values(GDALRasterBand& fine_band, GDALRasterBand& coarse_band) {
  constexpr std::int64_t kMostPixels = std::int64_t{1} << 26;
  if (std::int64_t{fine_band.GetXSize()} * fine_band.GetYSize() > kMostPixels) return false;
  const Values fine = values_of(fine_band), coarse = values_of(coarse_band);
  if (fine.pixels.empty() || coarse.pixels.empty()) return false;
  std::int64_t mixed = 0, strange = 0;
  for (int row = 0; row < coarse.height; ++row)
    for (int column = 0; column < coarse.width; ++column) {
      const Around found = around(fine, coarse, column, row);
      mixed += found.uniform ? 0 : 1;
      strange += found.has_value ? 0 : 1;
    }
  constexpr std::int64_t kOneIn = 100;
  return strange * kOneIn <= mixed;
}

// The band's overviews, largest first.
std::vector<GDALRasterBand*> overviews_of(GDALRasterBand& band) {
  std::vector<GDALRasterBand*> overviews;
  for (int i = 0; i < band.GetOverviewCount(); ++i)
    if (GDALRasterBand* const overview = band.GetOverview(i)) overviews.push_back(overview);
  std::stable_sort(overviews.begin(), overviews.end(),
                   [](GDALRasterBand* a, GDALRasterBand* b) { return a->GetXSize() > b->GetXSize(); });
  return overviews;
}

bool keep_classes(GDALDataset& dataset, GDALRasterBand& band, const std::vector<GDALRasterBand*>& overviews) {
  if (const char* const made_by = dataset.GetMetadataItem("OVERVIEW_RESAMPLING", "IMAGE_STRUCTURE"))
    return EQUAL(made_by, "NEAREST") || EQUAL(made_by, "MODE");
  GDALRasterBand& finer = overviews.size() > 1 ? *overviews[overviews.size() - 2] : band;
  return keeps_values(finer, *overviews.back());
}

}  // namespace

GDALRasterBand& band_for(const cube::SourceBand& source, HandlePool::Handle& file, GDALRasterBand& band) {
  if (!source.full) return band;
  const std::vector<GDALRasterBand*> overviews = overviews_of(band);
  if (overviews.empty()) return band;
  if (source.classes && !file.keeps_classes) file.keeps_classes = keep_classes(*file.dataset, band, overviews);
  if (source.classes && !*file.keeps_classes) return band;

  GDALRasterBand* best = &band;
  for (GDALRasterBand* const overview : overviews)
    if (overview->GetXSize() >= source.grid.width_px && overview->GetYSize() >= source.grid.height_px) best = overview;
  return *best;
}

}  // namespace stacvrt::driver
