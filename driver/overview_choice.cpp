// SPDX-License-Identifier: MIT
#include "driver/overview_choice.h"

#include <algorithm>
#include <optional>
#include <vector>

namespace stacvrt::driver {

namespace {

// Values of a window of a raster or overview, 32 bits wide; none where it cannot be read.
struct Values {
  cube::PixelWindow window;
  std::vector<std::int32_t> pixels;
  [[nodiscard]] std::int32_t at(std::int64_t column, std::int64_t row) const {
    return pixels[static_cast<std::size_t>((row - window.y) * window.width_px + column - window.x)];
  }
};

Values values_of(GDALRasterBand& band, const cube::PixelWindow& window) {
  Values values{window, std::vector<std::int32_t>(window.pixels())};
  const int width = static_cast<int>(window.width_px), height = static_cast<int>(window.height_px);
  if (band.RasterIO(GF_Read, static_cast<int>(window.x), static_cast<int>(window.y), width, height,
                    values.pixels.data(), width, height, GDT_Int32, 0, 0, nullptr) != CE_None)
    values.pixels.clear();
  return values;
}

// Places of an overview's pixels along one axis in the next larger level.
struct Axis {
  std::int64_t fine = 0, coarse = 0;  // pixels
  // What a pixel covers, and one pixel more on each side for the rounding of odd sizes.
  [[nodiscard]] std::int64_t first(std::int64_t place) const {
    return std::max<std::int64_t>(place * fine / coarse - 1, 0);
  }
  [[nodiscard]] std::int64_t last(std::int64_t place) const {
    return std::min((place + 1) * fine / coarse + 1, fine - 1);
  }
};

struct Meetings {
  std::int64_t mixed = 0;    // samples around which the finer level is not uniform
  std::int64_t strange = 0;  // samples whose value is not around them there
};

void look_at(const Values& fine, const Axis& across, const Axis& down, std::int64_t column, std::int64_t row,
             std::int32_t value, Meetings& meetings) {
  const std::int32_t corner = fine.at(across.first(column), down.first(row));
  bool uniform = true, has_value = false;
  for (std::int64_t y = down.first(row); y <= down.last(row); ++y)
    for (std::int64_t x = across.first(column); x <= across.last(column); ++x) {
      uniform = uniform && fine.at(x, y) == corner;
      has_value = has_value || fine.at(x, y) == value;
    }
  meetings.mixed += uniform ? 0 : 1;
  meetings.strange += has_value ? 0 : 1;
}

// Compares the two levels where the finer one is within `window`; nothing where they cannot be read.
std::optional<Meetings> compare(GDALRasterBand& fine_band, GDALRasterBand& coarse_band,
                                const cube::PixelWindow& window) {
  const Axis across{fine_band.GetXSize(), coarse_band.GetXSize()}, down{fine_band.GetYSize(), coarse_band.GetYSize()};
  const Values fine = values_of(fine_band, window);
  const Values coarse = values_of(coarse_band, {0, 0, across.coarse, down.coarse});
  if (fine.pixels.empty() || coarse.pixels.empty()) return std::nullopt;
  constexpr std::int64_t kSamples = 64;  // along a side: classes that meet anywhere meet in many places
  const std::int64_t step_across = std::max<std::int64_t>(across.coarse / kSamples, 1);
  const std::int64_t step_down = std::max<std::int64_t>(down.coarse / kSamples, 1);
  Meetings meetings;
  for (std::int64_t row = 0; row < down.coarse; row += step_down) {
    if (down.first(row) < window.y || down.last(row) >= window.y + window.height_px) continue;
    for (std::int64_t column = 0; column < across.coarse; column += step_across)
      if (across.first(column) >= window.x && across.last(column) < window.x + window.width_px)
        look_at(fine, across, down, column, row, coarse.at(column, row), meetings);
  }
  return meetings;
}

// The block in the middle.
cube::PixelWindow middle_block(GDALRasterBand& band) {
  int width = 0, height = 0;
  band.GetBlockSize(&width, &height);
  const std::int64_t column = band.GetXSize() / 2 / width, row = band.GetYSize() / 2 / height;
  return cube::PixelWindow{column * width, row * height, width, height}.intersect(
      {0, 0, band.GetXSize(), band.GetYSize()});
}

// Whether values of the coarser level are values of the finer one. Where classes meet, averages are others; the few
// that a level made from the raster itself holds by chance are within the share allowed. A block is enough when
// classes meet in it.
bool keeps_values(GDALRasterBand& fine, GDALRasterBand& coarse) {
  constexpr std::int64_t kOneIn = 100, kEnough = 100, kMostPixels = std::int64_t{1} << 26;
  const cube::PixelWindow all{0, 0, fine.GetXSize(), fine.GetYSize()};
  if (all.width_px * all.height_px > kMostPixels) return false;
  std::optional<Meetings> found = compare(fine, coarse, middle_block(fine));
  if (found && found->mixed < kEnough) found = compare(fine, coarse, all);
  return found && found->strange * kOneIn <= found->mixed;
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

bool are_of_classes(GDALDataset& dataset, GDALRasterBand& band, const std::vector<GDALRasterBand*>& overviews) {
  if (const char* const made_by = dataset.GetMetadataItem("OVERVIEW_RESAMPLING", "IMAGE_STRUCTURE"))
    return EQUAL(made_by, "NEAREST") || EQUAL(made_by, "MODE");
  GDALRasterBand& finer = overviews.size() > 1 ? *overviews[overviews.size() - 2] : band;
  return keeps_values(finer, *overviews.back());
}

}  // namespace

bool OverviewChoice::keep_classes(const HandlePool::Handle& file, GDALRasterBand& band,
                                  const std::vector<GDALRasterBand*>& overviews) {
  constexpr std::size_t kMost = 100'000;
  {
    const std::lock_guard lock(m_mutex);
    const auto found = m_found.find(file.path);
    if (found != m_found.end() && found->second.first == file.stamp) return found->second.second;
  }
  const bool kept = are_of_classes(*file.dataset, band, overviews);
  const std::lock_guard lock(m_mutex);
  if (m_found.size() >= kMost) m_found.clear();
  m_found[file.path] = {file.stamp, kept};
  return kept;
}

GDALRasterBand& OverviewChoice::band_for(const cube::SourceBand& source, HandlePool::Handle& file,
                                         GDALRasterBand& band) {
  if (!source.full) return band;
  const std::vector<GDALRasterBand*> overviews = overviews_of(band);
  if (overviews.empty()) return band;
  file.files = has_overview_file(*file.dataset) ? 2 : 1;
  if (source.classes && !keep_classes(file, band, overviews)) return band;
  GDALRasterBand* best = &band;
  for (GDALRasterBand* const overview : overviews)
    if (overview->GetXSize() >= source.grid.width_px && overview->GetYSize() >= source.grid.height_px) best = overview;
  return *best;
}

}  // namespace stacvrt::driver
