// SPDX-License-Identifier: MIT
// What the kernels are measured against: the textbook loops, one pixel at a time, in 32 bits, compiled with the
// project's flags. No acceleration, no SIMD by hand, no shared work.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace stacvrt::bench {

/// Weiszfeld's iteration with the correction of Vardi and Zhang from the mean, until a step is shorter than epsilon.
/// x [band][count]; y [bands].
inline void reference_weiszfeld(const float* x, std::size_t bands, std::size_t count, float epsilon, int max_iterations,
                                std::vector<float>& next, float* y) {
  for (std::size_t b = 0; b < bands; ++b) {
    float sum = 0;
    for (std::size_t k = 0; k < count; ++k) sum += x[b * count + k];
    y[b] = sum / static_cast<float>(count);
  }
  next.resize(bands);
  for (int iteration = 0; iteration < max_iterations; ++iteration) {
    std::fill(next.begin(), next.end(), 0.0F);
    float weights = 0;
    float here = 0;
    for (std::size_t k = 0; k < count; ++k) {
      float square = 0;
      for (std::size_t b = 0; b < bands; ++b) {
        const float difference = x[b * count + k] - y[b];
        square += difference * difference;
      }
      if (square == 0) {
        here += 1;
        continue;
      }
      const float w = 1 / std::sqrt(square);
      weights += w;
      for (std::size_t b = 0; b < bands; ++b) next[b] += w * x[b * count + k];
    }
    if (weights == 0) return;
    float pull = 0;
    for (std::size_t b = 0; b < bands; ++b) {
      next[b] = next[b] / weights - y[b];
      pull += next[b] * next[b];
    }
    pull = weights * std::sqrt(pull);
    const float share = here > 0 ? std::max(0.0F, 1 - here / pull) : 1.0F;
    float step = 0;
    for (std::size_t b = 0; b < bands; ++b) {
      y[b] += share * next[b];
      step += share * next[b] * share * next[b];
    }
    if (step < epsilon * epsilon) return;
  }
}

/// Median of `values` (changed) by std::nth_element.
template <typename T>
double reference_median(std::vector<T>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  const auto upper = static_cast<double>(*middle);
  if (values.size() % 2 == 1) return upper;
  return (static_cast<double>(*std::max_element(values.begin(), middle)) + upper) / 2;
}

}  // namespace stacvrt::bench
