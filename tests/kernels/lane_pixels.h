// SPDX-License-Identifier: MIT
// Pixels as lists of samples, packed into lane groups and reduced: how the tests of reducers over all bands write their
// cases. Knows nothing of what the right answer is.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

#include "kernels/reducer.h"
#include "tests/kernels/npy.h"
#include "tests/kernels/sample_group.h"

namespace stacvrt::test {

/// Samples of one pixel in DN: [sample][band].
using Pixel = std::vector<std::vector<double>>;

/// What all pixels of a run share.
struct Terms {
  kernels::LaneType type = kernels::LaneType::kUInt16;
  std::vector<double> scale;
  std::vector<double> offset;
  double epsilon = 1e-6;
  std::uint32_t max_iterations = 1000;

  [[nodiscard]] std::size_t bands() const { return scale.size(); }
};

/// The value as the element type holds it.
inline double stored(kernels::LaneType type, double value) {
  if (type == kernels::LaneType::kFloat32) return static_cast<double>(static_cast<float>(value));
  const bool is_signed = type == kernels::LaneType::kInt16;
  return std::nearbyint(std::fmin(std::fmax(value, is_signed ? -32768.0 : 0.0), is_signed ? 32767.0 : 65535.0));
}

/// Writes one element; what no sample fills is made hostile: NaN or the greatest value.
inline void write_element(kernels::LaneType type, void* samples, std::size_t index, const double* value) {
  constexpr double kHostile = 65535;
  switch (type) {
    case kernels::LaneType::kUInt16:
      static_cast<std::uint16_t*>(samples)[index] = static_cast<std::uint16_t>(value == nullptr ? kHostile : *value);
      return;
    case kernels::LaneType::kInt16:
      static_cast<std::int16_t*>(samples)[index] = static_cast<std::int16_t>(value == nullptr ? -1.0 : *value);
      return;
    case kernels::LaneType::kFloat32:
      static_cast<float*>(samples)[index] =
          value == nullptr ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(*value);
      return;
  }
}

/// Reduces every pixel with the named reducers, all of one lane group before the next; returns, per reducer, [pixel]
/// [result band].
inline std::vector<std::vector<std::vector<double>>> reduce_pixels(const std::vector<Pixel>& pixels, const Terms& terms,
                                                                   const std::vector<std::string_view>& names) {
  using kernels::kLanes;
  std::size_t most = 0;
  for (const Pixel& pixel : pixels) most = std::max(most, pixel.size());
  const std::size_t bands = terms.bands();
  kernels::Workspace workspace(static_cast<std::uint32_t>(most), static_cast<std::uint32_t>(bands));
  const AlignedArray<float> samples(most * bands * kLanes);
  const AlignedArray<std::uint32_t> counts(kLanes);
  const AlignedArray<double> out((bands + 3) * kLanes);
  std::vector<std::vector<std::vector<double>>> results(names.size());
  for (std::size_t first = 0; first < pixels.size(); first += kLanes) {
    std::size_t slots = 0;
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      counts[lane] = first + lane < pixels.size() ? static_cast<std::uint32_t>(pixels[first + lane].size()) : 0;
      slots = std::max<std::size_t>(slots, counts[lane]);
    }
    for (std::size_t i = 0; i < slots * bands * kLanes; ++i) {
      const std::size_t lane = i % kLanes;
      const std::size_t slot = i / kLanes / bands;
      const double* const value = slot < counts[lane] ? &pixels[first + lane][slot][i / kLanes % bands] : nullptr;
      write_element(terms.type, samples.data(), i, value);
    }
    const kernels::LaneGroup group = {samples.data(),
                                      terms.type,
                                      counts.data(),
                                      nullptr,
                                      static_cast<std::uint32_t>(slots),
                                      static_cast<std::uint32_t>(bands)};
    const kernels::Physical physical = {terms.scale.data(), terms.offset.data()};
    workspace.begin_group();
    for (std::size_t r = 0; r < names.size(); ++r) {
      const kernels::Reducer& reducer = *kernels::find_reducer(names[r]);
      reducer.function({group, physical, nullptr, 0, terms.epsilon, terms.max_iterations}, workspace, out.data());
      const std::size_t width = reducer.result_names.empty() ? bands : reducer.result_names.size();
      for (std::size_t lane = 0; lane < kLanes && first + lane < pixels.size(); ++lane) {
        std::vector<double> row(width);
        for (std::size_t b = 0; b < width; ++b) row[b] = out[b * kLanes + lane];
        results[r].push_back(row);
      }
    }
  }
  return results;
}

/// The pixels of an array (y, x, band, time), without the times that are NaN.
inline std::vector<Pixel> oracle_pixels(const Npy& input) {
  const std::size_t bands = input.shape.at(2);
  const std::size_t times = input.shape.at(3);
  std::vector<Pixel> pixels(input.shape[0] * input.shape[1]);
  for (std::size_t p = 0; p < pixels.size(); ++p) {
    for (std::size_t t = 0; t < times; ++t) {
      if (std::isnan(input.values[p * bands * times + t])) continue;
      std::vector<double> sample(bands);
      for (std::size_t b = 0; b < bands; ++b) sample[b] = input.values[(p * bands + b) * times + t];
      pixels[p].push_back(sample);
    }
  }
  return pixels;
}

}  // namespace stacvrt::test
