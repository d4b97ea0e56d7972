// SPDX-License-Identifier: MIT
// What the kernels have to do, counted: floating-point operations, minima and maxima, bytes. Counts follow the loops of
// kernels/*.cpp and must be changed with them.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/lanes.h"

namespace stacvrt::bench {

/// Of all pixels of a series together.
struct Work {
  double flop = 0;     ///< additions, multiplications (a fused pair counts two), divisions, (reciprocal) roots
  double compare = 0;  ///< minima and maxima of sorting networks
  double read = 0;     ///< bytes of input, each once
  double written = 0;  ///< bytes of results

  Work& operator+=(const Work& other) noexcept;
};

/// Passes over the samples that the geomedian's vectorised iterations take.
struct Steps {
  std::uint32_t plain = 0;        ///< accelerated Weiszfeld
  std::uint32_t newton = 0;       ///< with the certificate
  std::uint32_t sample_test = 0;  ///< 1 where the nearest sample was tested
  std::uint32_t left = 0;         ///< lanes for double precision
};

/// Steps of the lanes [first, first + lanes) of `group`, of kBands, which share a vector; found by allowing one step
/// more at a time under a FinishCounter.
[[nodiscard]] Steps count_steps(const kernels::LaneGroup& group, std::size_t first, std::size_t lanes);

/// Floating-point operations of `lanes` pixels with `slots` slots each, whether or not a lane counts a slot.
[[nodiscard]] double geomedian_flop(const Steps& steps, std::size_t bands, std::size_t slots, std::size_t lanes);
[[nodiscard]] double distances_flop(std::size_t bands, std::size_t slots, std::size_t lanes);
/// Minima and maxima of one median of kLanes pixels, of at most 32 slots.
[[nodiscard]] double median_compare(std::size_t slots);

}  // namespace stacvrt::bench
