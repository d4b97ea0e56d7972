// SPDX-License-Identifier: MIT
// Sampling of a source window at fractional positions. Exact first: the arithmetic is that of NUMERICS, step by step,
// in double. It knows nothing of grids or projections; positions are somebody else's work.
#include "kernels/sample.h"

#include <cassert>

namespace stacvrt::kernels {
namespace {

/// True where the half-open pixel that holds `position` is one of [0, size_px); false for NaN.
bool is_inside(double position, std::int64_t size_px) noexcept {
  return position >= 0 && position < static_cast<double>(size_px);
}

/// floor() of a value that fits an integer; std::floor is a library call on baseline x86-64.
std::int64_t floor_to_integer(double value) noexcept {
  const auto truncated = static_cast<std::int64_t>(value);
  return truncated - (value < static_cast<double>(truncated) ? 1 : 0);
}

/// Index of the pixel that holds a position known to be inside, where truncation is floor.
std::int64_t pixel_at(double col, double row, std::int64_t width_px) noexcept {
  return static_cast<std::int64_t>(row) * width_px + static_cast<std::int64_t>(col);
}

template <typename Lane>
double harmonised(const SourceWindow& source, std::int64_t pixel, const Harmonisation& harmonisation) noexcept {
  return static_cast<double>(static_cast<const Lane*>(source.values)[pixel]) * harmonisation.gain + harmonisation.bias;
}

template <typename Lane>
void nearest(const SourceWindow& source, const Positions& positions, const std::uint8_t* take,
             const Harmonisation& harmonisation, float* out) noexcept {
  for (std::size_t i = 0; i < positions.count; ++i) {
    if (take[i] == 0) continue;
    assert(is_inside(positions.col[i], source.width_px) && is_inside(positions.row[i], source.height_px));
    const std::int64_t pixel = pixel_at(positions.col[i], positions.row[i], source.width_px);
    out[i] = static_cast<float>(harmonised<Lane>(source, pixel, harmonisation));
  }
}

/// The two pixel centres around a position along one axis, and the weights of both.
struct Neighbours {
  std::int64_t first = 0;
  double weights[2] = {0, 0};
};

Neighbours neighbours_of(double position) noexcept {
  const double from_first_centre = position - 0.5;
  const std::int64_t first = floor_to_integer(from_first_centre);
  const double fraction = from_first_centre - static_cast<double>(first);
  return {first, {1 - fraction, fraction}};
}

template <typename Lane>
double bilinear_at(const SourceWindow& source, double col, double row, const Harmonisation& harmonisation) noexcept {
  const Neighbours cols = neighbours_of(col);
  const Neighbours rows = neighbours_of(row);
  double sum = 0;
  double weights = 0;
  for (std::int64_t dr = 0; dr < 2; ++dr) {
    const std::int64_t r = rows.first + dr;
    if (r < 0 || r >= source.height_px) continue;
    for (std::int64_t dc = 0; dc < 2; ++dc) {
      const std::int64_t c = cols.first + dc;
      if (c < 0 || c >= source.width_px) continue;
      const std::int64_t pixel = r * source.width_px + c;
      // An invalid value may be NaN: weight 0 would not silence it.
      if (source.valid[pixel] == 0) continue;
      const double weight = cols.weights[dc] * rows.weights[dr];
      sum += weight * harmonised<Lane>(source, pixel, harmonisation);
      weights += weight;
    }
  }
  assert(weights > 0);
  return sum / weights;
}

template <typename Lane>
void bilinear(const SourceWindow& source, const Positions& positions, const std::uint8_t* take,
              const Harmonisation& harmonisation, float* out) noexcept {
  for (std::size_t i = 0; i < positions.count; ++i) {
    if (take[i] == 0) continue;
    assert(is_inside(positions.col[i], source.width_px) && is_inside(positions.row[i], source.height_px));
    out[i] = static_cast<float>(bilinear_at<Lane>(source, positions.col[i], positions.row[i], harmonisation));
  }
}

}  // namespace

void sample_flags(const std::uint8_t* flags_window, std::int64_t width_px, std::int64_t height_px,
                  const Positions& positions, std::uint8_t* flags) noexcept {
  for (std::size_t i = 0; i < positions.count; ++i) {
    const double col = positions.col[i];
    const double row = positions.row[i];
    const bool inside = is_inside(col, width_px) && is_inside(row, height_px);
    flags[i] = inside ? flags_window[pixel_at(col, row, width_px)] : std::uint8_t{0};
  }
}

void sample_nearest(const SourceWindow& source, const Positions& positions, const std::uint8_t* take,
                    const Harmonisation& harmonisation, float* out) noexcept {
  switch (source.type) {
    case LaneType::kUInt16:
      return nearest<std::uint16_t>(source, positions, take, harmonisation, out);
    case LaneType::kInt16:
      return nearest<std::int16_t>(source, positions, take, harmonisation, out);
    case LaneType::kFloat32:
      return nearest<float>(source, positions, take, harmonisation, out);
  }
}

void sample_bilinear(const SourceWindow& source, const Positions& positions, const std::uint8_t* take,
                     const Harmonisation& harmonisation, float* out) noexcept {
  switch (source.type) {
    case LaneType::kUInt16:
      return bilinear<std::uint16_t>(source, positions, take, harmonisation, out);
    case LaneType::kInt16:
      return bilinear<std::int16_t>(source, positions, take, harmonisation, out);
    case LaneType::kFloat32:
      return bilinear<float>(source, positions, take, harmonisation, out);
  }
}

}  // namespace stacvrt::kernels
