// SPDX-License-Identifier: MIT
#include "driver/class_levels.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "cube/pixel_source.h"

namespace stacvrt::driver {

namespace {

using cube::PixelWindow;

// As many meetings tell; with fewer, all levels are looked at. One strange place in so many is chance: a level may have
// been made from the raster itself.
constexpr std::int64_t kEnough = 400, kOneIn = 100;
// Pixels of the larger level that are looked at: the side of what is read at once (a MB), and about how many in all.
constexpr std::int64_t kPartSide = 512, kMostPixels = std::int64_t{1} << 24;

// Values of a window of a level, 32 bits wide.
struct Values {
  PixelWindow window;
  std::vector<std::int32_t> pixels;
  [[nodiscard]] std::int32_t at(std::int64_t column, std::int64_t row) const {
    return pixels[static_cast<std::size_t>((row - window.y) * window.width_px + column - window.x)];
  }
};

std::optional<Values> values_of(GDALRasterBand& band, const PixelWindow& window) {
  Values values{window, std::vector<std::int32_t>(window.pixels())};
  const int width = static_cast<int>(window.width_px), height = static_cast<int>(window.height_px);
  if (band.RasterIO(GF_Read, static_cast<int>(window.x), static_cast<int>(window.y), width, height,
                    values.pixels.data(), width, height, GDT_Int32, 0, 0, nullptr) != CE_None)
    return std::nullopt;
  return values;
}

// Places of a level's pixels along one axis in the next larger level.
struct Axis {
  std::int64_t fine = 0, coarse = 0;  // pixels
  // What a pixel covers, and one pixel more on each side for the rounding of odd sizes.
  [[nodiscard]] std::int64_t first(std::int64_t place) const {
    return std::max<std::int64_t>(place * fine / coarse - 1, 0);
  }
  [[nodiscard]] std::int64_t last(std::int64_t place) const {
    return std::min((place + 1) * fine / coarse + 1, fine - 1);
  }
  // Places that are looked at at once.
  [[nodiscard]] std::int64_t part() const { return std::clamp<std::int64_t>(kPartSide * coarse / fine, 1, kPartSide); }
};

struct Meetings {
  std::int64_t mixed = 0;    // places around which the larger level has several classes
  std::int64_t strange = 0;  // places whose value is not around them there
  [[nodiscard]] bool enough() const { return mixed >= kEnough; }
  [[nodiscard]] bool keep() const { return strange * kOneIn <= mixed; }
};

// A level and the next larger one.
class Pair {
 public:
  Pair(GDALRasterBand& fine, GDALRasterBand& coarse)
      : m_fine(fine),
        m_coarse(coarse),
        m_across{fine.GetXSize(), coarse.GetXSize()},
        m_down{fine.GetYSize(), coarse.GetYSize()} {
    int has = FALSE;
    const double nodata = fine.GetNoDataValue(&has);
    if (has) m_nodata = nodata;
  }

  // Adds what the places of `part` show. False when they cannot be read.
  bool look_at(const PixelWindow& part, Meetings& meetings) const {
    if (part.empty()) return true;
    const std::int64_t left = m_across.first(part.x), top = m_down.first(part.y);
    const auto fine = values_of(m_fine, {left, top, m_across.last(part.x + part.width_px - 1) - left + 1,
                                         m_down.last(part.y + part.height_px - 1) - top + 1});
    const auto coarse = fine ? values_of(m_coarse, part) : std::nullopt;
    if (!coarse) return false;
    for (std::int64_t row = part.y; row < part.y + part.height_px; ++row)
      for (std::int64_t column = part.x; column < part.x + part.width_px; ++column)
        look_around(*fine, column, row, coarse->at(column, row), meetings);
    return true;
  }

  // The places whose surroundings lie in the larger level's block in the middle.
  [[nodiscard]] PixelWindow middle() const {
    int width = 0, height = 0;
    m_fine.GetBlockSize(&width, &height);
    const auto [left, across] = within(m_across, width);
    const auto [top, down] = within(m_down, height);
    return {left, top, across, down};
  }

  // All places, part by part; of large levels every so many parts.
  [[nodiscard]] std::vector<PixelWindow> parts() const {
    const PixelWindow whole{0, 0, m_across.coarse, m_down.coarse};
    std::vector<PixelWindow> all, some;
    for (std::int64_t y = 0; y < whole.height_px; y += m_down.part())
      for (std::int64_t x = 0; x < whole.width_px; x += m_across.part())
        all.push_back(PixelWindow{x, y, m_across.part(), m_down.part()}.intersect(whole));
    const std::size_t step = static_cast<std::size_t>(m_across.fine * m_down.fine / kMostPixels) + 1;
    for (std::size_t i = 0; i < all.size(); i += step) some.push_back(all[i]);
    return some;
  }

 private:
  // First and number of the places whose surroundings lie in the block of `side` pixels in the middle.
  static std::pair<std::int64_t, std::int64_t> within(const Axis& axis, std::int64_t side) {
    const std::int64_t begin = axis.fine / 2 / side * side, end = std::min(begin + side, axis.fine);
    std::int64_t first = begin * axis.coarse / axis.fine;
    while (first < axis.coarse && axis.first(first) < begin) ++first;
    std::int64_t last = first;
    while (last < std::min(axis.coarse, first + axis.part()) && axis.last(last) < end) ++last;
    return {first, last - first};
  }

  // Pixels without data tell nothing: means leave them out.
  void look_around(const Values& fine, std::int64_t column, std::int64_t row, std::int32_t value,
                   Meetings& meetings) const {
    std::optional<std::int32_t> one;
    bool mixed = false, has_value = false;
    for (std::int64_t y = m_down.first(row); y <= m_down.last(row); ++y)
      for (std::int64_t x = m_across.first(column); x <= m_across.last(column); ++x) {
        const std::int32_t here = fine.at(x, y);
        has_value = has_value || here == value;
        if (m_nodata && here == *m_nodata) continue;
        mixed = mixed || (one && here != *one);
        one = here;
      }
    meetings.mixed += mixed ? 1 : 0;
    meetings.strange += has_value ? 0 : 1;
  }

  GDALRasterBand& m_fine;
  GDALRasterBand& m_coarse;
  const Axis m_across, m_down;
  std::optional<double> m_nodata;
};

}  // namespace

std::optional<bool> keep_values(GDALRasterBand& band, const std::vector<GDALRasterBand*>& overviews) {
  const auto pair_at = [&](std::size_t level) {
    return Pair(level > 0 ? *overviews[level - 1] : band, *overviews[level]);
  };
  Meetings in_one_block;
  const Pair smallest = pair_at(overviews.size() - 1);
  if (!smallest.look_at(smallest.middle(), in_one_block)) return std::nullopt;
  if (in_one_block.enough()) return in_one_block.keep();
  Meetings meetings;
  // Where hardly any classes meet, means of few pixels may be gone from the smallest levels but not from larger ones.
  for (std::size_t level = overviews.size(); level-- > 0;) {
    const Pair pair = pair_at(level);
    for (const PixelWindow& part : pair.parts())
      if (!pair.look_at(part, meetings)) return std::nullopt;
    if (level + 1 == overviews.size() && meetings.enough()) break;
  }
  return meetings.keep();
}

}  // namespace stacvrt::driver
