// SPDX-License-Identifier: MIT
// Left-packing. Knows planes and lanes only; what made a sample valid was decided before.
#include "kernels/pack.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>

namespace stacvrt::kernels {
namespace {

/// Where an observation's valid pixels of the group go: lane, and element offset of its slot's first band there.
struct Targets {
  std::array<std::uint32_t, kLanes> lanes;
  std::array<std::size_t, kLanes> offsets;
  std::size_t size = 0;
};

Targets take_slots(const std::uint8_t* valid, std::size_t pixels, std::size_t bands, std::uint32_t* counts) noexcept {
  Targets targets;
  for (std::size_t lane = 0; lane < pixels; ++lane) {
    if (valid[lane] == 0) continue;
    targets.lanes[targets.size] = static_cast<std::uint32_t>(lane);
    targets.offsets[targets.size] = counts[lane] * bands * kLanes + lane;
    ++targets.size;
    ++counts[lane];
  }
  return targets;
}

template <typename T>
std::uint32_t pack(const ObservationPlanes* observations, std::size_t observation_count, std::size_t bands,
                   std::size_t band_stride, std::size_t first, std::size_t pixels, T* samples,
                   std::uint32_t* counts) noexcept {
  std::fill_n(counts, kLanes, 0U);
  for (std::size_t i = 0; i < observation_count; ++i) {
    if (observations[i].valid == nullptr) continue;
    const Targets targets = take_slots(observations[i].valid + first, pixels, bands, counts);
    if (targets.size == 0) continue;
    const T* plane = static_cast<const T*>(observations[i].values) + first;
    // A whole row that lands in one slot: the common case in clear groups.
    const bool whole = targets.size == kLanes && targets.offsets[0] + kLanes - 1 == targets.offsets[kLanes - 1] &&
                       std::equal(counts + 1, counts + kLanes, counts);
    for (std::size_t band = 0; band < bands; ++band, plane += band_stride) {
      T* const slot = samples + band * kLanes;
      if (whole) {
        std::memcpy(slot + targets.offsets[0], plane, kLanes * sizeof(T));
        continue;
      }
      for (std::size_t k = 0; k < targets.size; ++k) slot[targets.offsets[k]] = plane[targets.lanes[k]];
    }
  }
  return *std::max_element(counts, counts + kLanes);
}

}  // namespace

std::uint32_t pack_lanes(LaneType type, const ObservationPlanes* observations, std::size_t observation_count,
                         std::size_t bands, std::size_t band_stride, std::size_t first, std::size_t pixels,
                         void* samples, std::uint32_t* counts) noexcept {
  assert(pixels <= kLanes);
  // Samples are only moved: two lane types of one size are one case.
  if (lane_size(type) == sizeof(std::uint16_t)) {
    return pack(observations, observation_count, bands, band_stride, first, pixels,
                static_cast<std::uint16_t*>(samples), counts);
  }
  return pack(observations, observation_count, bands, band_stride, first, pixels, static_cast<float*>(samples), counts);
}

}  // namespace stacvrt::kernels
