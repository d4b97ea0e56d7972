// SPDX-License-Identifier: MIT
// Taking values of a source window at fractional pixel positions: nearest and bilinear, where invalid neighbours drop
// out.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/lanes.h"

namespace stacvrt::kernels {

/// Positions of target pixel centres in a source grid, in source pixels relative to the window's corner (pixel (0, 0)
/// of the window covers [0, 1) x [0, 1)). NaN or outside the window: no data there.
struct Positions {
  const double* col = nullptr;  ///< [count]
  const double* row = nullptr;  ///< [count]
  std::size_t count = 0;
};

/// A window of a source on its basis grid.
struct SourceWindow {
  const void* values = nullptr;         ///< [row][column] of `type`
  const std::uint8_t* valid = nullptr;  ///< [row][column], non-zero where valid for the set of bands at hand
  LaneType type = LaneType::kUInt16;
  std::int64_t width_px = 0;
  std::int64_t height_px = 0;
};

/// DN of the source to DN of the output: out = dn * gain + bias (gain 1, bias 0: exact copy).
struct Harmonisation {
  double gain = 1;
  double bias = 0;
};

/// flags[i] = flags_window[row][col] of the pixel that holds position i, 0 outside the window.
void sample_flags(const std::uint8_t* flags_window, std::int64_t width_px, std::int64_t height_px,
                  const Positions& positions, std::uint8_t* flags) noexcept;

/// out[i] = harmonised value of the source pixel that holds position i (half-open pixels), for positions where take[i]
/// is non-zero; other elements of out are left as they are. take[i] must imply that the pixel lies inside the window.
void sample_nearest(const SourceWindow& source, const Positions& positions, const std::uint8_t* take,
                    const Harmonisation& harmonisation, float* out) noexcept;

/// The same, bilinear between pixel centres: neighbours that are invalid or outside the window drop out and the weights
/// are renormalised; evaluated in double, rounded once to float. take[i] must imply that the pixel holding the position
/// is valid (so that at least one neighbour has weight).
void sample_bilinear(const SourceWindow& source, const Positions& positions, const std::uint8_t* take,
                     const Harmonisation& harmonisation, float* out) noexcept;

}  // namespace stacvrt::kernels
