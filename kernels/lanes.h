// SPDX-License-Identifier: MIT
// The shape of samples in the kernels: pixels side by side in lanes, valid samples packed to the left. Everything a
// kernel reads or writes is described here; kernels know nothing of STAC, files, JSON or GDAL.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace stacvrt::kernels {

/// Pixels in one lane group: one AVX-512 register of 16-bit, two of 32-bit values. Groups are always this wide; lanes
/// beyond the image have count 0.
inline constexpr std::size_t kLanes = 32;
/// Alignment in bytes of every sample and output array that a kernel is given.
inline constexpr std::size_t kAlignment = 64;

/// Element type of samples.
enum class LaneType : std::uint8_t { kUInt16, kInt16, kFloat32 };
[[nodiscard]] constexpr std::size_t lane_size(LaneType type) noexcept {
  return type == LaneType::kFloat32 ? 4 : 2;
}

/// f(std::type_identity<T>()) with the element type T that `type` names: the one switch of what is written per type.
template <typename F>
constexpr decltype(auto) with_lane_type(LaneType type, F&& f) {
  switch (type) {
    case LaneType::kUInt16:
      return f(std::type_identity<std::uint16_t>());
    case LaneType::kInt16:
      return f(std::type_identity<std::int16_t>());
    case LaneType::kFloat32:
      break;
  }
  return f(std::type_identity<float>());
}

/// One lane group of one set of bands, left-packed: the k-th valid sample of every lane lies in slot k, in order of
/// observation. All values are finite. What lies in slots >= counts[lane] is unspecified (a kernel masks it by count).
struct LaneGroup {
  const void* samples = nullptr;  ///< [slot][band][kLanes] of `type`, aligned to kAlignment
  LaneType type = LaneType::kFloat32;
  const std::uint32_t* counts = nullptr;  ///< [kLanes] valid samples, 0 <= counts[lane] <= slots
  const std::uint32_t* totals = nullptr;  ///< [kLanes] observations with data, bad or not; null when no output asks
  std::uint32_t slots = 0;                ///< largest of counts
  std::uint32_t bands = 0;                ///< bands of the set
};

/// How DN of each band of the set become physical values: physical = dn * scale + offset. Arrays of LaneGroup::bands.
struct Physical {
  const double* scale = nullptr;  ///< > 0
  const double* offset = nullptr;
};

}  // namespace stacvrt::kernels
