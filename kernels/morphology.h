// SPDX-License-Identifier: MIT
// Binary morphology of masks with discs, as NUMERICS defines cleanup.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace stacvrt::kernels {

enum class MorphologyOperation : std::uint8_t { kOpening, kClosing, kDilation, kErosion };

/// One step with the disc (dx * pixel_width)^2 + (dy * pixel_height)^2 <= radius^2. Radius in pixels: pixel sizes 1.
struct MorphologyStep {
  MorphologyOperation operation = MorphologyOperation::kDilation;
  double radius = 0;
  double pixel_width = 1;   ///< > 0
  double pixel_height = 1;  ///< > 0
};

/// How far, in pixels, a result pixel can depend on its surroundings: sum over steps (twice the reach for opening and
/// closing).
struct Halo {
  std::int64_t x_px = 0;
  std::int64_t y_px = 0;
};
[[nodiscard]] Halo halo_of(std::span<const MorphologyStep> steps) noexcept;

/// Applies the steps in order to `mask` ([row][column], 0 or 1), in place. What lies outside the window neither erodes
/// nor grows anything (dilation sees 0 there, erosion sees 1). Cost per pixel grows with the radius, not with its
/// square. Throws std::bad_alloc only.
void clean(std::span<std::uint8_t> mask, std::int64_t width_px, std::int64_t height_px,
           std::span<const MorphologyStep> steps);

}  // namespace stacvrt::kernels
