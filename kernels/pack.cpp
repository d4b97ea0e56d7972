// SPDX-License-Identifier: MIT
// Left-packing. Knows planes and lanes only; what made a sample valid was decided before. Samples are only moved, so
// element types of one size are one case.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/pack.cpp"
#include "kernels/pack.h"

#include "hwy/cache_control.h"
#include "hwy/foreach_target.h"  // before the kernels
#include "hwy/highway.h"

#ifndef STACVRT_PACK_ROWS
#define STACVRT_PACK_ROWS
namespace stacvrt::kernels {

/// A call of pack_lanes with its element type.
template <typename T>
struct PackRows {
  const ObservationPlanes* observations;
  std::size_t observation_count;
  std::size_t bands;
  std::size_t band_stride;
  std::size_t first;
  T* samples;
};

}  // namespace stacvrt::kernels
#endif

HWY_BEFORE_NAMESPACE();
namespace stacvrt::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Whole groups, one vector of lanes after another. Neighbouring pixels mostly share their gaps, so the lanes that an
/// observation fills stand in few different slots: each such slot takes one blended store per band. Every band of every
/// observation is a stream of its own, more than hardware follows, so the next group's values are asked for ahead where
/// this group has some.
template <typename T>
void pack_whole(const PackRows<T>& rows, std::uint32_t* counts) {
  const hn::CappedTag<T, kLanes> d;
  const hn::RebindToUnsigned<decltype(d)> d_slot;
  using Slot = hn::TFromD<decltype(d_slot)>;
  HWY_ALIGN Slot next_slots[kLanes] = {};
  const std::size_t ahead = rows.first + 2 * kLanes <= rows.band_stride ? kLanes : 0;
  for (std::size_t i = 0; i < rows.observation_count; ++i) {
    const ObservationPlanes& observation = rows.observations[i];
    if (observation.valid == nullptr) continue;
    hwy::Prefetch(observation.valid + rows.first + ahead);
    for (std::size_t lane = 0; lane < kLanes; lane += hn::Lanes(d)) {
      const hn::Rebind<std::uint8_t, decltype(d)> d_valid;
      const auto valid = hn::PromoteTo(d_slot, hn::LoadU(d_valid, observation.valid + rows.first + lane));
      auto rest = hn::Ne(valid, hn::Zero(d_slot));
      if (hn::AllFalse(d_slot, rest)) continue;
      const auto slots = hn::Load(d_slot, next_slots + lane);
      HWY_ALIGN Slot known_slots[kLanes];
      hn::Store(slots, d_slot, known_slots);
      hn::Store(hn::Add(slots, hn::IfThenElseZero(rest, hn::Set(d_slot, Slot{1}))), d_slot, next_slots + lane);
      const T* const plane = static_cast<const T*>(observation.values) + rows.first + lane;
      for (std::size_t band = 0; band < rows.bands; ++band) hwy::Prefetch(plane + band * rows.band_stride + ahead);
      for (auto found = hn::FindFirstTrue(d_slot, rest); found >= 0; found = hn::FindFirstTrue(d_slot, rest)) {
        const Slot slot = known_slots[found];
        const auto here = hn::And(rest, hn::Eq(slots, hn::Set(d_slot, slot)));
        rest = hn::AndNot(here, rest);
        T* to = rows.samples + std::size_t{slot} * rows.bands * kLanes + lane;
        if (hn::AllTrue(d_slot, here)) {
          for (std::size_t band = 0; band < rows.bands; ++band, to += kLanes) {
            hn::Store(hn::LoadU(d, plane + band * rows.band_stride), d, to);
          }
          continue;
        }
        const auto take = hn::RebindMask(d, here);
        for (std::size_t band = 0; band < rows.bands; ++band, to += kLanes) {
          hn::Store(hn::IfThenElse(take, hn::LoadU(d, plane + band * rows.band_stride), hn::Load(d, to)), d, to);
        }
      }
    }
  }
  for (std::size_t lane = 0; lane < kLanes; ++lane) counts[lane] = next_slots[lane];
}

void pack_uint16(const PackRows<std::uint16_t>& rows, std::uint32_t* counts) {
  pack_whole(rows, counts);
}
void pack_float(const PackRows<float>& rows, std::uint32_t* counts) {
  pack_whole(rows, counts);
}

}  // namespace stacvrt::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <algorithm>
#include <cassert>
#include <limits>

#include "kernels/dispatch.h"

namespace stacvrt::kernels {

HWY_EXPORT(pack_uint16);
HWY_EXPORT(pack_float);

namespace {

void pack_whole_group(const PackRows<std::uint16_t>& rows, std::uint32_t* counts) noexcept {
  STACVRT_DISPATCH(pack_uint16)(rows, counts);
}
void pack_whole_group(const PackRows<float>& rows, std::uint32_t* counts) noexcept {
  STACVRT_DISPATCH(pack_float)(rows, counts);
}

/// Sample by sample: the image's last pixels, where a vector would reach beyond the planes.
template <typename T>
void pack_part(const PackRows<T>& rows, std::size_t pixels, std::uint32_t* counts) noexcept {
  std::fill_n(counts, kLanes, 0U);
  for (std::size_t i = 0; i < rows.observation_count; ++i) {
    const ObservationPlanes& observation = rows.observations[i];
    for (std::size_t lane = 0; observation.valid != nullptr && lane < pixels; ++lane) {
      if (observation.valid[rows.first + lane] == 0) continue;
      const T* from = static_cast<const T*>(observation.values) + rows.first + lane;
      T* to = rows.samples + counts[lane] * rows.bands * kLanes + lane;
      for (std::size_t band = 0; band < rows.bands; ++band) to[band * kLanes] = from[band * rows.band_stride];
      ++counts[lane];
    }
  }
}

template <typename T>
void pack(const PackRows<T>& rows, std::size_t pixels, std::uint32_t* counts) noexcept {
  // Whole groups count slots in the width of the samples.
  if (pixels == kLanes && rows.observation_count <= std::numeric_limits<std::uint16_t>::max()) {
    pack_whole_group(rows, counts);
  } else {
    pack_part(rows, pixels, counts);
  }
}

}  // namespace

std::uint32_t pack_lanes(LaneType type, const ObservationPlanes* observations, std::size_t observation_count,
                         std::size_t bands, std::size_t band_stride, std::size_t first, std::size_t pixels,
                         void* samples, std::uint32_t* counts) noexcept {
  assert(pixels <= kLanes);
  if (type == LaneType::kFloat32) {
    const PackRows<float> rows = {observations, observation_count,           bands, band_stride,
                                  first,        static_cast<float*>(samples)};
    pack(rows, pixels, counts);
  } else {
    const PackRows<std::uint16_t> rows = {
        observations, observation_count, bands, band_stride, first, static_cast<std::uint16_t*>(samples)};
    pack(rows, pixels, counts);
  }
  return *std::max_element(counts, counts + kLanes);
}

}  // namespace stacvrt::kernels
#endif
