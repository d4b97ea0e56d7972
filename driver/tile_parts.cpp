// SPDX-License-Identifier: MIT
#include "driver/tile_parts.h"

#include <algorithm>
#include <cmath>

namespace stacvrt::driver {

namespace {

// A tile level and its pixels from the first tile that exists on.
struct TileLevel {
  const stac::TileMatrix* matrix;
  stac::PixelGrid grid;
};

// Whether a level's step (to the right or down) is at most the grid's, which may have one pixel more than the level on
// the same extent: sides that no power of two divides are rounded.
bool is_as_fine(double level, double own, std::int64_t pixels) {
  constexpr double kRounding = 1.001;  // of metadata
  const auto all = static_cast<double>(pixels);
  return std::abs(level) < 2 * std::abs(own) && std::abs(level) * (all - 1) <= std::abs(own) * all * kRounding;
}

// Whether the tiles that a level may have hold all of a raster's pixels.
bool covers(const stac::PixelGrid& level, const stac::PixelGrid& raster) {
  constexpr double kRoundingPx = 0.01;
  const auto& t = raster.transform;
  const double left = (t.c - level.transform.c) / level.transform.a,
               top = (t.f - level.transform.f) / level.transform.e;
  const double right = left + t.a / level.transform.a * static_cast<double>(raster.width_px);
  const double bottom = top + t.e / level.transform.e * static_cast<double>(raster.height_px);
  return left >= -kRoundingPx && top >= -kRoundingPx && right <= static_cast<double>(level.width_px) + kRoundingPx &&
         bottom <= static_cast<double>(level.height_px) + kRoundingPx;
}

TileLevel tile_level(const cube::SourceBand& source) {
  const auto grid_of = [&](const stac::TileMatrix& level) {
    const std::int64_t wide = level.tile_width_px, high = level.tile_height_px;
    stac::PixelGrid grid{source.grid.crs, level.transform, (level.max_col - level.min_col + 1) * wide,
                         (level.max_row - level.min_row + 1) * high};
    grid.transform.c += static_cast<double>(level.min_col * wide) * level.transform.a;
    grid.transform.f += static_cast<double>(level.min_row * high) * level.transform.e;
    return grid;
  };
  TileLevel best{&source.tiles->levels.front(), source.raster_grid()};
  if (!source.full || source.classes) return best;
  const stac::Affine& own = source.grid.transform;
  for (const stac::TileMatrix& level : source.tiles->levels) {
    if (std::abs(level.transform.a) <= std::abs(best.matrix->transform.a)) continue;
    if (!is_as_fine(level.transform.a, own.a, source.grid.width_px) ||
        !is_as_fine(level.transform.e, own.e, source.grid.height_px))
      continue;
    const stac::PixelGrid grid = grid_of(level);
    if (covers(grid, source.raster_grid())) best = {&level, grid};
  }
  return best;
}

std::vector<std::int64_t> within_tile(const std::vector<std::int64_t>& places, const IndexRange& range,
                                      std::int64_t side) {
  std::vector<std::int64_t> inside;
  for (std::size_t i = range.begin; i < range.end; ++i) inside.push_back(places[i] % side);
  return inside;
}

}  // namespace

std::vector<TilePart> tile_parts(const cube::SourceBand& source, const cube::PixelWindow& window) {
  const auto [matrix, grid] = tile_level(source);
  const stac::Affine &own = source.grid.transform, &level = grid.transform;
  const Picks picks{
      picks_along(window.x, window.width_px, own.a / level.a, (own.c - level.c) / level.a, grid.width_px),
      picks_along(window.y, window.height_px, own.e / level.e, (own.f - level.f) / level.e, grid.height_px)};
  const std::int64_t wide = matrix->tile_width_px, high = matrix->tile_height_px;
  std::vector<TilePart> parts;
  for (const IndexRange& rows : ranges_by_block(picks.rows, high))
    for (const IndexRange& columns : ranges_by_block(picks.columns, wide))
      parts.push_back(
          {source.tiles->href(*matrix, matrix->min_row + picks.rows[rows.begin] / high,
                              matrix->min_col + picks.columns[columns.begin] / wide),
           matrix,
           {static_cast<std::int64_t>(columns.begin), static_cast<std::int64_t>(rows.begin),
            static_cast<std::int64_t>(columns.end - columns.begin), static_cast<std::int64_t>(rows.end - rows.begin)},
           {within_tile(picks.columns, columns, wide), within_tile(picks.rows, rows, high)}});
  return parts;
}

}  // namespace stacvrt::driver
