// SPDX-License-Identifier: MIT
// Order statistics of every lane at once: sorting, median, extremes. Values of kInt16 are taken as
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
  bool flip = false;                      ///< T is uint16_t: samples are int16_t, sorted rows are 32768 above them
};

/// sorted [sort_capacity(slots)][kLanes]: every lane ascending; ranks >= counts[lane] are unspecified, zeros
/// have either sign.
void sort_lanes(const Column<float>& column, float* sorted) noexcept;
void sort_lanes(const Column<std::uint16_t>& column, std::uint16_t* sorted) noexcept;

/// out [kLanes]: the median of every lane, of an even number of samples the mean of the two middle values in double,
/// NaN where there are none. Uses scratch [sort_capacity(slots)][kLanes]. Here and below results are those of the
/// samples before `flip`, and zeros are +0.
void median_of_column(const Column<float>& column, float* scratch, double* out) noexcept;
void median_of_column(const Column<std::uint16_t>& column, std::uint16_t* scratch, double* out) noexcept;

/// out [kLanes]: the least or greatest sample of every lane, NaN where there are none.
void extreme_of_column(const Column<float>& column, bool greatest, double* out) noexcept;
void extreme_of_column(const Column<std::uint16_t>& column, bool greatest, double* out) noexcept;

}  // namespace stacvrt::kernels
