// SPDX-License-Identifier: MIT
// Steps of sampling one position, for the few that no vector serves. For kernel sources only; the same bits as vectors
// give.
#pragma once

#include <cstdint>
#include <limits>

#include "kernels/sample.h"

namespace stacvrt::kernels {

/// Whether a window's pixels can be had as words at 32-bit byte offsets: neither too many nor, with four neighbours to
/// every position, too few.
inline bool fits_words(const SourceWindow& source) noexcept {
  constexpr std::int64_t kMostPixels = std::numeric_limits<std::int32_t>::max() / 4;
  return source.width_px >= 2 && source.height_px >= 2 && source.width_px <= kMostPixels / source.height_px;
}

/// True where the half-open pixel that holds `position` is one of [0, size_px); false for NaN.
inline bool is_inside(double position, std::int64_t size_px) noexcept {
  return position >= 0 && position < static_cast<double>(size_px);
}

/// Index of the pixel that holds a position known to be inside, where truncation is floor.
inline std::int64_t pixel_at(double col, double row, std::int64_t width_px) noexcept {
  return static_cast<std::int64_t>(row) * width_px + static_cast<std::int64_t>(col);
}

/// floor() of what fits an integer; std::floor is a library call on baseline x86-64.
inline std::int64_t floor_of(double value) noexcept {
  const auto truncated = static_cast<std::int64_t>(value);
  return truncated - (value < static_cast<double>(truncated) ? 1 : 0);
}

inline float harmonised(double value, const Harmonisation& harmonisation) noexcept {
  return static_cast<float>(value * harmonisation.gain + harmonisation.bias);
}

}  // namespace stacvrt::kernels
