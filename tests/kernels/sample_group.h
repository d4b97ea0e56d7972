// SPDX-License-Identifier: MIT
// Lane groups for tests: samples set one by one, every slot that no lane counts filled with garbage (NaN in floats), so
// that a kernel which reads it by mistake shows.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <new>
#include <random>
#include <vector>

#include "kernels/lanes.h"
#include "kernels/reducer.h"

namespace stacvrt::test {

/// Memory aligned as kernels want it.
template <typename T>
class AlignedArray {
 public:
  explicit AlignedArray(std::size_t size, T value = T{})
      : m_size(size),
        m_data(static_cast<T*>(::operator new[](size * sizeof(T) + 1, std::align_val_t{kernels::kAlignment}))) {
    for (std::size_t i = 0; i < size; ++i) m_data.get()[i] = value;
  }
  [[nodiscard]] T* data() const noexcept { return m_data.get(); }
  [[nodiscard]] std::size_t size() const noexcept { return m_size; }
  T& operator[](std::size_t i) const noexcept { return m_data.get()[i]; }

 private:
  struct Delete {
    void operator()(T* data) const noexcept { ::operator delete[](data, std::align_val_t{kernels::kAlignment}); }
  };
  std::size_t m_size;
  std::unique_ptr<T, Delete> m_data;
};

class SampleGroup {
 public:
  SampleGroup(kernels::LaneType type, std::vector<std::uint32_t> counts, std::uint32_t bands)
      : m_type(type), m_bands(bands), m_counts(kernels::kLanes), m_totals(kernels::kLanes) {
    for (std::size_t lane = 0; lane < kernels::kLanes; ++lane) {
      m_counts[lane] = counts.at(lane);
      m_totals[lane] = counts.at(lane) * 2 + static_cast<std::uint32_t>(lane);
      m_slots = std::max(m_slots, counts.at(lane));
    }
    const std::size_t size = m_slots * bands * kernels::kLanes;
    if (type == kernels::LaneType::kFloat32) {
      m_floats = std::make_unique<AlignedArray<float>>(size, std::numeric_limits<float>::quiet_NaN());
    } else {
      m_integers = std::make_unique<AlignedArray<std::uint16_t>>(size);
      for (std::size_t i = 0; i < size; ++i) (*m_integers)[i] = kGarbage[i % 4];
    }
    m_scale.assign(bands, 1.0);
    m_offset.assign(bands, 0.0);
  }

  /// slot < counts[lane]; the value must be one of the type.
  void set(std::size_t slot, std::size_t band, std::size_t lane, double value) {
    const std::size_t i = (slot * m_bands + band) * kernels::kLanes + lane;
    if (m_floats) {
      (*m_floats)[i] = static_cast<float>(value);
    } else {
      (*m_integers)[i] = static_cast<std::uint16_t>(static_cast<std::int32_t>(value));
    }
  }
  [[nodiscard]] double get(std::size_t slot, std::size_t band, std::size_t lane) const {
    const std::size_t i = (slot * m_bands + band) * kernels::kLanes + lane;
    if (m_floats) return static_cast<double>((*m_floats)[i]);
    const std::uint16_t raw = (*m_integers)[i];
    return m_type == kernels::LaneType::kInt16 ? static_cast<std::int16_t>(raw) : raw;
  }
  [[nodiscard]] std::vector<double> samples(std::size_t band, std::size_t lane) const {
    std::vector<double> values;
    for (std::size_t slot = 0; slot < m_counts[lane]; ++slot) values.push_back(get(slot, band, lane));
    return values;
  }

  [[nodiscard]] kernels::LaneGroup group() const {
    return {m_floats ? static_cast<const void*>(m_floats->data()) : m_integers->data(),
            m_type,
            m_counts.data(),
            m_totals.data(),
            m_slots,
            m_bands};
  }
  [[nodiscard]] std::uint32_t bands() const { return m_bands; }
  [[nodiscard]] std::uint32_t slots() const { return m_slots; }
  [[nodiscard]] std::uint32_t count(std::size_t lane) const { return m_counts[lane]; }
  [[nodiscard]] std::uint32_t total(std::size_t lane) const { return m_totals[lane]; }
  [[nodiscard]] kernels::Physical physical() const { return {m_scale.data(), m_offset.data()}; }
  void set_physical(std::size_t band, double scale, double offset) {
    m_scale.at(band) = scale;
    m_offset.at(band) = offset;
  }

 private:
  static constexpr std::uint16_t kGarbage[4] = {0xFFFF, 0x0000, 0x8000, 0x7FFF};
  kernels::LaneType m_type;
  std::uint32_t m_bands;
  std::uint32_t m_slots = 0;
  AlignedArray<std::uint32_t> m_counts;
  AlignedArray<std::uint32_t> m_totals;
  std::unique_ptr<AlignedArray<float>> m_floats;
  std::unique_ptr<AlignedArray<std::uint16_t>> m_integers;
  std::vector<double> m_scale;
  std::vector<double> m_offset;
};

/// How the values of a group are drawn.
enum class Pattern { kRandom, kTies, kEqual, kExtremes, kDescending };
inline constexpr Pattern kPatterns[] = {Pattern::kRandom, Pattern::kTies, Pattern::kEqual, Pattern::kExtremes,
                                        Pattern::kDescending};

/// One value of the pattern; `slot` of `slots` for ordered ones.
inline double draw(kernels::LaneType type, Pattern pattern, std::size_t slot, std::mt19937& random) {
  using Limits = std::numeric_limits<float>;
  const bool is_float = type == kernels::LaneType::kFloat32;
  const double lowest = type == kernels::LaneType::kInt16 ? -32768 : 0;
  switch (pattern) {
    case Pattern::kRandom: {
      const double unit = std::uniform_real_distribution<double>(0, 1)(random);
      return is_float ? static_cast<double>(static_cast<float>(unit * 3e4 - 1e4))
                      : lowest + std::floor(unit * 65535.99);
    }
    case Pattern::kTies:
      return 1000 + static_cast<double>(random() % 4);
    case Pattern::kEqual:
      return 1234;
    case Pattern::kDescending:
      return 30000 - static_cast<double>(slot % 30000);
    case Pattern::kExtremes:
      break;
  }
  if (!is_float) return lowest + static_cast<double>(random() % 2) * 65535;
  const float values[] = {Limits::max(), Limits::lowest(), Limits::denorm_min(), -Limits::denorm_min(), 0.0F, -0.0F,
                          1.0F};
  return static_cast<double>(values[random() % 7]);
}

/// Every lane has `slots` samples, or, `uneven`, from none to `slots` (one lane at least has all).
inline SampleGroup make_group(kernels::LaneType type, std::uint32_t slots, std::uint32_t bands, Pattern pattern,
                              bool uneven, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<std::uint32_t> counts(kernels::kLanes, slots);
  for (std::size_t lane = 0; uneven && lane < kernels::kLanes; ++lane) {
    if (lane != seed % kernels::kLanes) counts[lane] = static_cast<std::uint32_t>(random() % (slots + 1));
  }
  SampleGroup group(type, counts, bands);
  for (std::size_t lane = 0; lane < kernels::kLanes; ++lane) {
    for (std::size_t slot = 0; slot < counts[lane]; ++slot) {
      for (std::size_t band = 0; band < bands; ++band) group.set(slot, band, lane, draw(type, pattern, slot, random));
    }
  }
  return group;
}

/// What the reducer of that name returns for the group: [result band][kLanes].
inline std::vector<double> reduce(const char* name, const SampleGroup& samples, kernels::Workspace& workspace,
                                  const std::vector<double>& p = {}) {
  const kernels::Reducer& reducer = *kernels::find_reducer(name);
  const std::size_t results =
      reducer.result_names.empty() ? samples.bands() * std::max(p.size(), std::size_t{1}) : reducer.result_names.size();
  const AlignedArray<double> out(results * kernels::kLanes, -7.0);
  const kernels::LaneGroup group = samples.group();
  const kernels::Physical physical = samples.physical();
  kernels::ReduceArguments arguments{group, physical};
  arguments.p = p.data();
  arguments.p_count = static_cast<std::uint32_t>(p.size());
  reducer.function(arguments, workspace, out.data());
  return {out.data(), out.data() + out.size()};
}

}  // namespace stacvrt::test
