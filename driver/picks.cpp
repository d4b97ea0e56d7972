// SPDX-License-Identifier: MIT
#include "driver/picks.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace stacvrt::driver {

std::optional<cube::PixelWindow> Picks::as_window() const {
  const auto is_run = [](const std::vector<std::int64_t>& places) {
    const auto follows = [](std::int64_t place, std::int64_t next) { return next == place + 1; };
    return std::adjacent_find(places.begin(), places.end(), std::not_fn(follows)) == places.end();
  };
  if (!is_run(columns) || !is_run(rows)) return std::nullopt;
  return cube::PixelWindow{columns.front(), rows.front(), static_cast<std::int64_t>(columns.size()),
                           static_cast<std::int64_t>(rows.size())};
}

std::vector<std::int64_t> picks_along(std::int64_t first, std::int64_t count, double ratio, double shift,
                                      std::int64_t side) {
  std::vector<std::int64_t> places(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) {
    const double place = std::floor((static_cast<double>(first + i) + 0.5) * ratio + shift);
    places[static_cast<std::size_t>(i)] = std::clamp<std::int64_t>(static_cast<std::int64_t>(place), 0, side - 1);
  }
  return places;
}

Picks picks_of(const stac::PixelGrid& grid, const cube::PixelWindow& window, GDALRasterBand& band) {
  const int width = band.GetXSize(), height = band.GetYSize();
  return {picks_along(window.x, window.width_px, width / static_cast<double>(grid.width_px), 0, width),
          picks_along(window.y, window.height_px, height / static_cast<double>(grid.height_px), 0, height)};
}

std::vector<IndexRange> ranges_by_block(const std::vector<std::int64_t>& places, std::int64_t side) {
  std::vector<IndexRange> ranges;
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (i == 0 || places[i] / side != places[i - 1] / side) ranges.push_back({i, i});
    ranges.back().end = i + 1;
  }
  return ranges;
}

std::uint64_t blocks_of(GDALRasterBand& band, const Picks& picks) {
  int width = 0, height = 0;
  band.GetBlockSize(&width, &height);
  return ranges_by_block(picks.columns, width).size() * ranges_by_block(picks.rows, height).size();
}

}  // namespace stacvrt::driver
