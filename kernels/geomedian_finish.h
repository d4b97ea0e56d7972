// SPDX-License-Identifier: MIT
// The geometric median of one pixel in double precision: slow, and sure where the vectorised iteration is not (optimum
// at or beside a sample, nearly collinear samples). One version for all instruction sets.
#pragma once

#include <cstddef>
#include <cstdint>

namespace stacvrt::kernels {

/// The samples of one lane: band b of sample k is first[k * slot_stride + b * band_stride].
struct LaneSamples {
  const float* first = nullptr;
  std::size_t slot_stride = 0;
  std::size_t band_stride = 0;
  std::size_t count = 0;  ///< > 0
  std::size_t bands = 0;  ///< > 0
};

/// Doubles of scratch that finish_geomedian needs.
[[nodiscard]] constexpr std::size_t finish_scratch(std::size_t bands) noexcept {
  return bands * bands + 4 * bands;
}

/// Moves y [bands], finite, to the minimiser of sum_k |x_k - y|, to a Newton step of at most `tolerance` or to the
/// limit of double precision. Stops early, no worse than it began, after `max_iterations`.
void finish_geomedian(const LaneSamples& samples, double tolerance, std::uint32_t max_iterations, double* y,
                      double* scratch) noexcept;

}  // namespace stacvrt::kernels
