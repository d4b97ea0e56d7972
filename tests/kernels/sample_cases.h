// SPDX-License-Identifier: MIT
// Sources, positions and calls of the samplers that their tests share.
#pragma once

#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <random>
#include <span>
#include <type_traits>
#include <vector>

#include "kernels/sample.h"

namespace stacvrt::kernels::test {

inline constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
inline constexpr float kUntouched = -77;

/// Positions that own their arrays.
struct Points {
  std::vector<double> col;
  std::vector<double> row;
  [[nodiscard]] Positions positions() const { return {col.data(), row.data(), col.size()}; }
};

template <typename Lane>
constexpr LaneType lane_type() {
  if (std::is_same_v<Lane, std::uint16_t>) return LaneType::kUInt16;
  if (std::is_same_v<Lane, std::int16_t>) return LaneType::kInt16;
  return LaneType::kFloat32;
}

template <typename Lane>
struct Source {
  std::int64_t width = 0;
  std::int64_t height = 0;
  std::vector<Lane> values;
  std::vector<std::uint8_t> valid;
  [[nodiscard]] SourceWindow window() const { return {valid.data(), width, height}; }
  [[nodiscard]] SampledBand band(float* out, const Harmonisation& harmonisation = {}) const {
    return {values.data(), lane_type<Lane>(), harmonisation, out, LaneType::kFloat32};
  }
  [[nodiscard]] std::size_t index(std::int64_t col, std::int64_t row) const {
    return static_cast<std::size_t>(row * width + col);
  }
};

/// Where the pixel that holds each position is valid, by sample_flags itself.
inline std::vector<std::uint8_t> takes(const SourceWindow& source, const Points& points) {
  std::vector<std::uint8_t> take(points.col.size());
  sample_flags(source, points.positions(), take.data());
  return take;
}

using Sampler =
    std::function<void(const SourceWindow&, const Positions&, const std::uint8_t*, std::span<const SampledBand>)>;

template <typename Lane>
std::vector<float> sampled(const Sampler& sampler, const Source<Lane>& source, const Points& points,
                           const Harmonisation& harmonisation = {}) {
  std::vector<float> out(points.col.size(), kUntouched);
  const SampledBand band = source.band(out.data(), harmonisation);
  sampler(source.window(), points.positions(), takes(source.window(), points).data(), {&band, 1});
  return out;
}

/// The same, position by position: no vector is ever full.
template <typename Lane>
std::vector<float> sampled_singly(const Sampler& sampler, const Source<Lane>& source, const Points& points,
                                  const Harmonisation& harmonisation) {
  std::vector<float> out;
  for (std::size_t i = 0; i < points.col.size(); ++i)
    out.push_back(sampled(sampler, source, {{points.col[i]}, {points.row[i]}}, harmonisation)[0]);
  return out;
}

/// sample_average of one box.
inline Sampler averaging(const Footprint& box) {
  return [box](const SourceWindow& source, const Positions& positions, const std::uint8_t* take,
               std::span<const SampledBand> bands) { sample_average(source, positions, box, take, bands); };
}

struct Random {
  std::mt19937 engine;
  double unit() { return static_cast<double>(engine()) / 4294967296.0; }
  std::int64_t below(std::uint32_t limit) { return static_cast<std::int64_t>(engine() % limit); }
};

template <typename Lane>
Source<Lane> random_source(Random& random, std::uint32_t most_px, std::uint32_t one_invalid_in) {
  Source<Lane> source = {1 + random.below(most_px), 1 + random.below(most_px), {}, {}};
  for (std::int64_t pixel = 0; pixel < source.width * source.height; ++pixel) {
    source.valid.push_back(random.below(one_invalid_in) == 0 ? 0 : 1);
    auto value = static_cast<Lane>(std::is_signed_v<Lane> ? random.below(60000) - 30000 : random.below(65536));
    if constexpr (std::is_floating_point_v<Lane>)
      if (source.valid.back() == 0) value = std::numeric_limits<Lane>::quiet_NaN();
    source.values.push_back(value);
  }
  return source;
}

/// On and around the source; half of them on quarter pixels: borders and centres are hit exactly.
inline Points random_points(Random& random, std::int64_t width, std::int64_t height, int count) {
  Points points;
  for (int i = 0; i < count; ++i) {
    const auto along = [&](std::int64_t size) {
      const double position = random.unit() * (static_cast<double>(size) + 2) - 1;
      return i % 2 == 0 ? std::floor(position * 4) / 4 : position;
    };
    points.col.push_back(along(width));
    points.row.push_back(along(height));
  }
  return points;
}

/// Bands of all types on one window with clouds, and positions of a turned grid.
struct Scene {
  Source<std::uint16_t> first;
  Source<std::int16_t> second;
  Source<float> third;
  Points points;

  explicit Scene(std::uint32_t seed) {
    Random random{std::mt19937(seed)};
    while (first.width < 20 || first.height < 20) first = random_source<std::uint16_t>(random, 60, 9);
    second = {first.width, first.height, {}, first.valid};
    third = {first.width, first.height, {}, first.valid};
    for (std::size_t i = 0; i < first.values.size(); ++i) {
      const auto column = i % static_cast<std::size_t>(first.width);
      if (column > 8 && column < 15) first.valid[i] = 0;  // whole vectors without a sample
      second.values.push_back(static_cast<std::int16_t>(first.values[i] - 32768));
      third.values.push_back(first.valid[i] ? static_cast<float>(first.values[i]) / 3 : std::nanf(""));
    }
    second.valid = third.valid = first.valid;
    for (int row = 0; row < 70; ++row)
      for (int column = 0; column < 70; ++column) {
        points.col.push_back(-3 + column - 0.07 * row);
        points.row.push_back(-3 + row + 0.07 * column);
      }
  }
  /// One array: the three bands' samples.
  [[nodiscard]] std::vector<float> sample(const Sampler& sampler) const {
    const std::size_t count = points.col.size();
    std::vector<float> out(3 * count, kUntouched);
    const std::array bands = {first.band(out.data(), {1, 0}), second.band(out.data() + count, {0.5, 3}),
                              third.band(out.data() + 2 * count, {1, -7})};
    sampler(first.window(), points.positions(), takes(first.window(), points).data(), bands);
    return out;
  }
};

}  // namespace stacvrt::kernels::test
