// SPDX-License-Identifier: MIT
// Taking values of a source window at fractional pixel positions: nearest, bilinear, cubic, and the average of a box,
// where invalid neighbours drop out. Bands of one set share their pixels' state, so that places and weights are worked
// out once for all of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/harmonise.h"
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
  const std::uint8_t* flags = nullptr;  ///< [row][column]; of samplers: 1 where valid for the set of bands, else 0
  std::int64_t width_px = 0;
  std::int64_t height_px = 0;
};

/// One band of a source window and where its samples go.
struct SampledBand {
  const void* values = nullptr;  ///< [row][column] of `type`
  LaneType type = LaneType::kUInt16;
  Harmonisation harmonisation;
  /// [position] of `out_type`: Float32, or (nearest only) 16-bit values of a 16-bit source, copied whatever the
  /// harmonisation.
  void* out = nullptr;
  LaneType out_type = LaneType::kFloat32;
};

/// flags[i] = source.flags[row][col] of the pixel that holds position i, 0 outside the window.
void sample_flags(const SourceWindow& source, const Positions& positions, std::uint8_t* flags) noexcept;

/// Of every band, out[i] = harmonised value of the source pixel that holds position i (half-open pixels), for positions
/// where take[i] is non-zero; other elements of out are left as they are. take[i] must imply that the pixel lies inside
/// the window. Evaluated in double, rounded once to float; the same bits under every instruction set.
void sample_nearest(const SourceWindow& source, const Positions& positions, const std::uint8_t* take,
                    std::span<const SampledBand> bands) noexcept;

/// The same, bilinear between pixel centres: neighbours that are invalid or outside the window drop out and the weights
/// are renormalised. take[i] must imply that the pixel holding the position is valid (so that at least one neighbour
/// has weight).
void sample_bilinear(const SourceWindow& source, const Positions& positions, const std::uint8_t* take,
                     std::span<const SampledBand> bands) noexcept;

/// The same with Keys' cubic convolution (1981, a = -0.5, GDAL's cubic) over the 4 x 4 pixel centres around the
/// position; not widened where target pixels are larger. take[i] as above: the weights that are left then add up to
/// more than 0.03. Most of them being negative, a renormalised value could lie tens of times beyond all neighbours: so,
/// where a neighbour with weight drops out, it is limited to the range of the valid ones with weight (GDAL takes the
/// bilinear value there).
void sample_cubic(const SourceWindow& source, const Positions& positions, const std::uint8_t* take,
                  std::span<const SampledBand> bands) noexcept;

/// Sides of a box in source pixels, >= kLeastSide.
struct Footprint {
  static constexpr double kLeastSide = 1.0 / 1024;
  double width_px = 1;
  double height_px = 1;
};

/// The same with the mean of the valid pixels under a box around the position, [col - width_px / 2, col + width_px / 2]
/// x [row - height_px / 2, row + height_px / 2], each weighed by the area that the box has in common with it.
void sample_average(const SourceWindow& source, const Positions& positions, const Footprint& box,
                    const std::uint8_t* take, std::span<const SampledBand> bands) noexcept;

}  // namespace stacvrt::kernels
