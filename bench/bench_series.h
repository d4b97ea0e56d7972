// SPDX-License-Identifier: MIT
// The series that are measured: reflectance spectra of 6 bands x 25 (or 10) dates with 40 % gaps and some cloud that
// the mask missed, as lane groups and, for the references, packed per pixel.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <random>
#include <type_traits>
#include <vector>

#include "kernels/lanes.h"

namespace stacvrt::bench {

inline constexpr std::size_t kBands = 6;
inline constexpr std::size_t kDates = 25;
inline constexpr std::size_t kFewDates = 10;
inline constexpr std::size_t kGroups = 64;
inline constexpr std::size_t kPixels = kGroups * kernels::kLanes;
inline constexpr double kScale = 1e-4;
inline constexpr double kEpsilon = 1e-6;
inline constexpr double kScales[kBands] = {kScale, kScale, kScale, kScale, kScale, kScale};
inline constexpr double kOffsets[kBands] = {};

template <typename T>
constexpr kernels::LaneType kLaneType = std::is_same_v<T, float>           ? kernels::LaneType::kFloat32
                                        : std::is_same_v<T, std::uint16_t> ? kernels::LaneType::kUInt16
                                                                           : kernels::LaneType::kInt16;

template <typename T>
class Series {
 public:
  explicit Series(std::size_t dates, double gaps = 0.4) : m_dates(dates), m_counts(allocate<std::uint32_t>(kPixels)) {
    std::mt19937 random(7);
    m_packed.resize(kPixels);
    for (std::size_t p = 0; p < kPixels; ++p) draw_pixel(random, gaps, p);
    for (std::size_t g = 0; g < kGroups; ++g) fill_group(g);
  }

  [[nodiscard]] kernels::LaneGroup group(std::size_t g) const {
    return {m_samples[g].get(),
            kLaneType<T>,
            m_counts.get() + g * kernels::kLanes,
            nullptr,
            m_slots[g],
            static_cast<std::uint32_t>(kBands)};
  }
  /// [band][count] of one pixel.
  [[nodiscard]] const std::vector<T>& packed(std::size_t pixel) const { return m_packed[pixel]; }
  [[nodiscard]] std::size_t count(std::size_t pixel) const { return m_counts.get()[pixel]; }

 private:
  struct Delete {
    void operator()(void* data) const { ::operator delete[](data, std::align_val_t{kernels::kAlignment}); }
  };
  template <typename U>
  static std::unique_ptr<U[], Delete> allocate(std::size_t count) {
    return std::unique_ptr<U[], Delete>(
        static_cast<U*>(::operator new[](count * sizeof(U), std::align_val_t{kernels::kAlignment})));
  }

  void draw_pixel(std::mt19937& random, double gaps, std::size_t pixel) {
    std::uniform_real_distribution<double> unit(0, 1);
    std::normal_distribution<double> normal;
    double base[kBands];
    for (double& x : base) x = 200 + 3800 * unit(random);
    std::vector<std::vector<T>> samples;
    for (std::size_t date = 0; date < m_dates; ++date) {
      if (unit(random) < gaps && (samples.size() + m_dates - date > 6)) continue;
      const bool cloud = unit(random) < 0.06;
      const double bright = 1 + 0.08 * normal(random);
      std::vector<T> sample;
      for (const double x : base) {
        const double dn = cloud ? 3000 + 6000 * unit(random) : x * bright + 80 * normal(random);
        sample.push_back(static_cast<T>(std::fmax(1.0, dn)));
      }
      samples.push_back(sample);
    }
    m_counts.get()[pixel] = static_cast<std::uint32_t>(samples.size());
    for (std::size_t b = 0; b < kBands; ++b) {
      for (const auto& sample : samples) m_packed[pixel].push_back(sample[b]);
    }
  }

  void fill_group(std::size_t g) {
    std::uint32_t slots = 0;
    for (std::size_t lane = 0; lane < kernels::kLanes; ++lane) {
      slots = std::max(slots, m_counts.get()[g * kernels::kLanes + lane]);
    }
    m_slots.push_back(slots);
    m_samples.push_back(allocate<T>(slots * kBands * kernels::kLanes));
    T* const samples = m_samples.back().get();
    std::fill_n(samples, slots * kBands * kernels::kLanes, T{0});
    for (std::size_t lane = 0; lane < kernels::kLanes; ++lane) {
      const std::size_t pixel = g * kernels::kLanes + lane;
      for (std::size_t i = 0; i < m_packed[pixel].size(); ++i) {
        const std::size_t band = i / count(pixel);
        const std::size_t slot = i % count(pixel);
        samples[(slot * kBands + band) * kernels::kLanes + lane] = m_packed[pixel][i];
      }
    }
  }

  std::size_t m_dates;
  std::vector<std::vector<T>> m_packed;
  std::unique_ptr<std::uint32_t[], Delete> m_counts;
  std::vector<std::unique_ptr<T[], Delete>> m_samples;
  std::vector<std::uint32_t> m_slots;
};

}  // namespace stacvrt::bench
