// SPDX-License-Identifier: MIT
// Order statistics of every lane at once: sorting, the two middle values, the extremes. Values of kInt16 are taken as
// the UInt16 of the same order (`flip`), so two element types serve three. Kernel sources only.
#pragma once

#include <cstddef>
#include <cstdint>

namespace stacvrt::kernels {

/// One band of a lane group: value of slot k in lane l at samples[k * stride + l], counted if k < counts[l].
template <typename T>
struct Column {
  const T* samples = nullptr;             ///< aligned to kAlignment, stride a multiple of kLanes
  std::size_t stride = 0;                 ///< elements from slot to slot
  const std::uint32_t* counts = nullptr;  ///< [kLanes]
  std::uint32_t slots = 0;                ///< largest of counts, > 0
  bool flip = false;                      ///< T is uint16_t: samples are int16_t; results differ by 32768 from them
};

/// sorted [sort_capacity(slots)][kLanes]: every lane ascending; ranks >= counts[lane] are unspecified.
void sort_lanes(const Column<float>& column, float* sorted) noexcept;
void sort_lanes(const Column<std::uint16_t>& column, std::uint16_t* sorted) noexcept;

/// lower, upper [kLanes]: the values of ranks (n - 1) / 2 and n / 2 where n = counts[lane] > 0, unspecified elsewhere.
/// Uses scratch [sort_capacity(slots)][kLanes]. A zero may come out with either sign.
void middle_of_lanes(const Column<float>& column, float* scratch, float* lower, float* upper) noexcept;
void middle_of_lanes(const Column<std::uint16_t>& column, std::uint16_t* scratch, std::uint16_t* lower,
                     std::uint16_t* upper) noexcept;

/// out [kLanes]: the least or greatest of every lane with samples, unspecified elsewhere; either sign of zero.
void extreme_of_lanes(const Column<float>& column, bool greatest, float* out) noexcept;
void extreme_of_lanes(const Column<std::uint16_t>& column, bool greatest, std::uint16_t* out) noexcept;

}  // namespace stacvrt::kernels
