// SPDX-License-Identifier: MIT
// Straightforward double precision versions of the reducers, one lane at a time: what tests and benchmarks compare the
// SIMD kernels with. Shares no code with them and is never part of the plugin.
#pragma once

#include <span>

namespace stacvrt::kernels::reference {

/// Each takes the valid samples of one band of one pixel, in any order, and returns NaN for none. Definitions as in
/// the design's NUMERICS: of an even number the mean of the two middle values; percentile linear at h = (n - 1) p /
/// 100; population standard deviation.
[[nodiscard]] double median(std::span<const double> samples);
[[nodiscard]] double percentile(std::span<const double> samples, double p);
[[nodiscard]] double mean(std::span<const double> samples);
[[nodiscard]] double stddev(std::span<const double> samples);
[[nodiscard]] double minimum(std::span<const double> samples);
[[nodiscard]] double maximum(std::span<const double> samples);
/// Sum of sample * scale + offset.
[[nodiscard]] double sum(std::span<const double> samples, double scale, double offset);

}  // namespace stacvrt::kernels::reference
