// SPDX-License-Identifier: MIT
// Left-packing: from planes of observations to lane groups.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/lanes.h"

namespace stacvrt::kernels {

/// One observation's pixels on the tile's strip, one set of bands.
struct ObservationPlanes {
  const void* values = nullptr;         ///< [band][band_stride] of the lane type; null: nothing valid in the strip
  const std::uint8_t* valid = nullptr;  ///< [pixel], non-zero where the sample is valid; null exactly when values is
};

/// Packs pixels [first, first + pixels) of `observations` (in their order) into `samples` = [slot][band][kLanes] with
/// room for `observation_count` slots; writes counts[kLanes] (0 for lanes >= pixels) and returns the number of slots
/// used. pixels <= kLanes; band_stride in elements; samples and counts aligned to kAlignment and overlapping nothing.
std::uint32_t pack_lanes(LaneType type, const ObservationPlanes* observations, std::size_t observation_count,
                         std::size_t bands, std::size_t band_stride, std::size_t first, std::size_t pixels,
                         void* samples, std::uint32_t* counts) noexcept;

}  // namespace stacvrt::kernels
