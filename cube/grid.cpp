// SPDX-License-Identifier: MIT
#include "cube/grid.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "cube/longitude.h"
#include "stac/spelling.h"

namespace stacvrt::cube {

namespace {

using Extent = std::array<double, 4>;

constexpr double kSameLattice = 1e-6;  // pixels, over the whole of both grids
constexpr int kSamplesPerSide = 33;    // of an extent that is transformed

void include(Extent& extent, double x, double y) {
  extent[0] = std::min(extent[0], x);
  extent[1] = std::min(extent[1], y);
  extent[2] = std::max(extent[2], x);
  extent[3] = std::max(extent[3], y);
}

constexpr Extent kNothing{std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity(),
                          -std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};

}  // namespace

PixelWindow PixelWindow::intersect(const PixelWindow& other) const noexcept {
  const std::int64_t left = std::max(x, other.x);
  const std::int64_t top = std::max(y, other.y);
  const std::int64_t right = std::min(x + width_px, other.x + other.width_px);
  const std::int64_t bottom = std::min(y + height_px, other.y + other.height_px);
  return {left, top, std::max<std::int64_t>(right - left, 0), std::max<std::int64_t>(bottom - top, 0)};
}

Extent extent_of(const stac::PixelGrid& grid) {
  Extent extent = kNothing;
  const auto& t = grid.transform;
  for (const double col : {0.0, static_cast<double>(grid.width_px)})
    for (const double row : {0.0, static_cast<double>(grid.height_px)})
      include(extent, t.a * col + t.b * row + t.c, t.d * col + t.e * row + t.f);
  return extent;
}

bool is_north_up(const stac::Affine& transform) {
  return transform.b == 0 && transform.d == 0;
}

std::array<double, 2> pixel_size(const stac::Affine& t) {
  return {std::hypot(t.a, t.d), std::hypot(t.b, t.e)};
}

stac::Affine inverse(const stac::Affine& t) {
  const double det = t.a * t.e - t.b * t.d;
  stac::Affine i{t.e / det, -t.b / det, 0, -t.d / det, t.a / det, 0};
  i.c = -(i.a * t.c + i.b * t.f);
  i.f = -(i.d * t.c + i.e * t.f);
  return i;
}

std::optional<std::array<std::int64_t, 2>> lattice_shift(const stac::PixelGrid& target, const stac::PixelGrid& source) {
  const auto& t = target.transform;
  const auto& s = source.transform;
  if (!is_north_up(t) || !is_north_up(s)) return std::nullopt;
  const auto side = [](double t_res, double s_res, double t_origin, double s_origin,
                       std::int64_t length) -> std::optional<std::int64_t> {
    const double shift = (t_origin - s_origin) / s_res;
    const double whole = std::round(shift);
    const double end = (t_res - s_res) / s_res * static_cast<double>(length);
    if (!(std::abs(shift - whole) <= kSameLattice && std::abs(shift + end - whole) <= kSameLattice))
      return std::nullopt;
    if (std::abs(whole) > 9e15) return std::nullopt;
    return static_cast<std::int64_t>(whole);
  };
  const auto x = side(t.a, s.a, t.c, s.c, target.width_px);
  const auto y = side(t.e, s.e, t.f, s.f, target.height_px);
  if (!x || !y) return std::nullopt;
  return std::array{*x, *y};
}

namespace {

// Whether the longitudes along the edge of samples (rows of kSamplesPerSide) go once around the earth.
bool surrounds_pole(const std::vector<double>& longitudes, double turn) {
  constexpr std::size_t kLast = kSamplesPerSide - 1;
  const auto at = [&](std::size_t row, std::size_t col) { return longitudes[row * kSamplesPerSide + col]; };
  double sum = 0;
  for (std::size_t i = 0; i < kLast; ++i)
    for (const double step : {at(0, i + 1) - at(0, i), at(i + 1, kLast) - at(i, kLast),
                              at(kLast, kLast - i - 1) - at(kLast, kLast - i), at(kLast - i - 1, 0) - at(kLast - i, 0)})
      sum += longitude_near(step, 0, turn);
  return std::abs(sum) > turn / 2;
}

}  // namespace

double longitude_of_centre(const stac::PixelGrid& grid, const CoordinateOperation& to_lonlat) {
  const auto& t = grid.transform;
  const double col = static_cast<double>(grid.width_px) / 2;
  const double row = static_cast<double>(grid.height_px) / 2;
  double lon = t.a * col + t.b * row + t.c;
  double lat = t.d * col + t.e * row + t.f;
  to_lonlat.apply(1, &lon, &lat);
  return lon;
}

std::optional<Extent> transformed_extent(const Extent& extent, const CoordinateOperation& operation, double turn) {
  std::vector<double> x, y;
  for (int row = 0; row < kSamplesPerSide; ++row)
    for (int col = 0; col < kSamplesPerSide; ++col) {
      x.push_back(extent[0] + (extent[2] - extent[0]) * col / (kSamplesPerSide - 1));
      y.push_back(extent[1] + (extent[3] - extent[1]) * row / (kSamplesPerSide - 1));
    }
  operation.apply(x.size(), x.data(), y.data());
  Extent result = kNothing;
  const double middle = x[x.size() / 2];
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!std::isfinite(x[i]) || !std::isfinite(y[i])) return std::nullopt;
    include(result, turn > 0 ? longitude_near(x[i], middle, turn) : x[i], y[i]);
  }
  if (turn > 0 && surrounds_pole(x, turn)) {
    const bool north = result[1] + result[3] > 0;
    return Extent{-turn / 2, north ? result[1] : -turn / 4, turn / 2, north ? turn / 4 : result[3]};
  }
  return result;
}

namespace {

struct Choice {
  stac::Crs crs;
  int crs_index = -1;                          // in the list, or -1 when no item has it
  const stac::PixelGrid* reference = nullptr;  // earliest candidate of that CRS and resolution, for snapping
  std::array<double, 2> resolution{};
};

int most_common_crs(const std::vector<GridCandidate>& candidates, std::size_t count) {
  std::vector<int> uses(count, 0);
  for (const GridCandidate& candidate : candidates) ++uses[static_cast<std::size_t>(candidate.crs)];
  return static_cast<int>(std::max_element(uses.begin(), uses.end()) - uses.begin());
}

void choose_crs(Choice& choice, const GridRequest& request, const std::vector<GridCandidate>& candidates,
                const std::vector<stac::Crs>& crs_list, Projector& projector) {
  if (request.crs.empty()) {
    choice.crs_index = most_common_crs(candidates, crs_list.size());
    choice.crs = crs_list[static_cast<std::size_t>(choice.crs_index)];
    return;
  }
  choice.crs = stac::Crs{request.crs};
  try {
    projector.check(choice.crs);
  } catch (const Error& error) {
    throw Error(error.code(), "grid.crs: " + error.message(), request.where);
  }
  for (std::size_t i = 0; i < crs_list.size(); ++i)
    if (projector.same(crs_list[i], choice.crs)) choice.crs_index = static_cast<int>(i);
}

void choose_resolution(Choice& choice, const GridRequest& request, const std::vector<GridCandidate>& candidates) {
  const stac::PixelGrid* finest = nullptr;
  const auto area = [](const stac::PixelGrid& grid) {
    const auto size = pixel_size(grid.transform);
    return size[0] * size[1];
  };
  for (const GridCandidate& candidate : candidates)
    if (candidate.crs == choice.crs_index && (!finest || area(*candidate.basis) < area(*finest) * (1 - 1e-9)))
      finest = candidate.basis;
  if (request.resolution) {
    choice.resolution = *request.resolution;
  } else if (finest) {
    choice.resolution = pixel_size(finest->transform);
  } else {
    const auto size = pixel_size(candidates.front().basis->transform);
    throw Error(ErrorCode::kInvalid,
                "grid.resolution is needed, since no item has the CRS '" + choice.crs.text + "' (the first item has " +
                    candidates.front().basis->crs.text + " with pixels of " + stac::number_text(size[0]) + " x " +
                    stac::number_text(size[1]) + ")",
                request.where);
  }
  for (const GridCandidate& candidate : candidates) {
    if (candidate.crs != choice.crs_index || !is_north_up(candidate.basis->transform)) continue;
    const auto& t = candidate.basis->transform;
    if (t.a > 0 && t.e < 0 && t.a == choice.resolution[0] && -t.e == choice.resolution[1]) {
      choice.reference = candidate.basis;
      return;
    }
  }
}

Extent union_of(const Choice& choice, const std::vector<GridCandidate>& candidates,
                const std::vector<stac::Crs>& crs_list, Projector& projector, const Where& where) {
  std::vector<Extent> all;
  const double turn = projector.full_turn(choice.crs);
  const std::vector<Extent> areas = extents_by_crs(candidates, crs_list.size());
  std::vector<std::shared_ptr<const CoordinateOperation>> operations(crs_list.size());
  for (const GridCandidate& candidate : candidates) {
    std::optional<Extent> extent = extent_of(*candidate.basis);
    if (candidate.crs != choice.crs_index) {
      const auto from = static_cast<std::size_t>(candidate.crs);
      if (!operations[from]) operations[from] = projector.operation(crs_list[from], choice.crs, areas[from]);
      extent = transformed_extent(*extent, *operations[from], turn);
    }
    if (!extent)
      throw Error(ErrorCode::kInvalid,
                  "an item in " + candidate.basis->crs.text + " does not fit into '" + choice.crs.text +
                      "'; give grid.bounds or grid.bbox",
                  where);
    all.push_back(*extent);
  }
  if (turn > 0) return union_around(std::move(all), turn);
  Extent joined = kNothing;
  for (const Extent& one : all) {
    include(joined, one[0], one[1]);
    include(joined, one[2], one[3]);
  }
  return joined;
}

// Whether the two halves of a box that crosses the antimeridian lie apart in the CRS, which then is cut there.
bool is_cut(const Extent& west, const Extent& east) {
  const double together = std::max(west[2], east[2]) - std::min(west[0], east[0]);
  return together > 1.5 * (west[2] - west[0] + east[2] - east[0]);
}

void check_not_cut(const Choice& choice, const Extent& bbox, const CoordinateOperation& operation, const Where& where) {
  const auto west = transformed_extent({bbox[0], bbox[1], 180 - 1e-9, bbox[3]}, operation);
  const auto east = transformed_extent({-180 + 1e-9, bbox[1], bbox[2] - 360, bbox[3]}, operation);
  if (west && east && is_cut(*west, *east))
    throw Error(
        ErrorCode::kInvalid,
        "grid.bbox crosses the antimeridian, where '" + choice.crs.text +
            "' is cut in two; use a grid.crs that goes on there, e.g. EPSG:3832, OGC:CRS84 or the UTM zone 1 or 60",
        where);
}

// A bbox with west > east goes on beyond 180 degrees.
Extent from_bbox(const Choice& choice, const Extent& given, Projector& projector, const Where& where) {
  const bool crosses = given[0] > given[2];
  const Extent bbox{given[0], given[1], given[2] + (crosses ? 360 : 0), given[3]};
  if (projector.same(choice.crs, kLonLat)) return bbox;
  const auto operation = projector.operation(kLonLat, choice.crs, bbox);
  const double turn = projector.full_turn(choice.crs);
  if (crosses && turn == 0) check_not_cut(choice, bbox, *operation, where);
  auto extent = transformed_extent(bbox, *operation, crosses ? turn : 0);
  if (!extent)
    throw Error(ErrorCode::kInvalid, "grid.bbox reaches beyond what '" + choice.crs.text + "' can show", where);
  if (crosses && turn > 0) {  // numbers as they were given: from 170 to 190, not from -190 to -170
    const double middle = ((*extent)[0] + (*extent)[2]) / 2;
    const double shift = longitude_near(middle, (bbox[0] + bbox[2]) / 2 * turn / 360, turn) - middle;
    (*extent)[0] += shift;
    (*extent)[2] += shift;
  }
  return *extent;
}

// First and last pixel edge along one axis, counted from the anchor, that enclose [low, high].
std::array<double, 2> snapped(double low, double high, double anchor, double resolution) {
  return {std::floor((low - anchor) / resolution + kSameLattice),
          std::ceil((high - anchor) / resolution - kSameLattice)};
}

std::int64_t checked_side(double pixels, const GridRequest& request) {
  if (pixels < 1)
    throw Error(ErrorCode::kEmpty, "the grid is empty: bounds and resolution leave no pixel", request.where);
  if (!(pixels <= static_cast<double>(kMaxSide)))
    throw Error(ErrorCode::kTooLarge,
                "the grid would have " + stac::number_text(pixels) + " pixels on a side; at most " +
                    std::to_string(kMaxSide) + " are possible: use smaller bounds or a coarser resolution",
                request.where);
  return static_cast<std::int64_t>(pixels);
}

}  // namespace

std::vector<Extent> extents_by_crs(const std::vector<GridCandidate>& candidates, std::size_t crs_count) {
  std::vector<Extent> extents(crs_count, kNothing);
  for (const GridCandidate& candidate : candidates) {
    const Extent one = extent_of(*candidate.basis);
    Extent& all = extents[static_cast<std::size_t>(candidate.crs)];
    include(all, one[0], one[1]);
    include(all, one[2], one[3]);
  }
  return extents;
}

stac::PixelGrid make_target_grid(const GridRequest& request, const std::vector<GridCandidate>& candidates,
                                 const std::vector<stac::Crs>& crs_list, Projector& projector) {
  Choice choice;
  choose_crs(choice, request, candidates, crs_list, projector);
  choose_resolution(choice, request, candidates);
  const auto [rx, ry] = choice.resolution;
  stac::PixelGrid grid;
  grid.crs = choice.crs;
  if (request.bounds) {
    const auto& b = *request.bounds;
    grid.transform = {rx, 0, b[0], 0, -ry, b[3]};
    grid.width_px = checked_side(std::ceil((b[2] - b[0]) / rx - kSameLattice), request);
    grid.height_px = checked_side(std::ceil((b[3] - b[1]) / ry - kSameLattice), request);
    return grid;
  }
  const Extent extent = request.bbox ? from_bbox(choice, *request.bbox, projector, request.where)
                                     : union_of(choice, candidates, crs_list, projector, request.where);
  const double anchor_x = choice.reference ? choice.reference->transform.c : 0.0;
  const double anchor_y = choice.reference ? choice.reference->transform.f : 0.0;
  const auto columns = snapped(extent[0], extent[2], anchor_x, rx);
  const auto rows = snapped(-extent[3], -extent[1], -anchor_y, ry);
  grid.transform = {rx, 0, anchor_x + columns[0] * rx, 0, -ry, anchor_y - rows[0] * ry};
  grid.width_px = checked_side(columns[1] - columns[0], request);
  grid.height_px = checked_side(rows[1] - rows[0], request);
  return grid;
}

}  // namespace stacvrt::cube
