// SPDX-License-Identifier: MIT
// Distances of every sample to the geomedian, one version per instruction set, and their medians. Works in DN of the
// first band on the centred samples that the geomedian left, so that differences keep their digits.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/mads.cpp"
#include "kernels/mads.h"

#include "hwy/foreach_target.h"  // before the kernels
#include "kernels/geomedian_passes-inl.h"
#include "kernels/workspace_state.h"

#ifndef STACVRT_MADS_CONSTANTS
#define STACVRT_MADS_CONSTANTS
#include <limits>

namespace stacvrt::kernels {

/// In place of an undefined distance, until it is taken out. No distance is negative.
constexpr float kUndefined = -1.0F;
/// In place of x / 0, which sorts last: the medians want finite values.
constexpr float kInfinite = std::numeric_limits<float>::max();
/// Squared norms up to here count as zero vectors.
constexpr float kZeroSquare = 1e-30F;

}  // namespace stacvrt::kernels
#endif

HWY_BEFORE_NAMESPACE();
namespace stacvrt::kernels::HWY_NAMESPACE {

/// Per part: what shifts centred samples to physical values in DN of the first band, and the geomedian there.
struct Centre {
  const float* y = nullptr;  ///< [band][kLanes] centred geomedian
  float* shift = nullptr;    ///< [band][kLanes] physical value = centred + shift
  float* g = nullptr;        ///< [band][kLanes] y + shift
  float* unit = nullptr;     ///< [band][kLanes] g / |g|
  Float square;              ///< |g|^2
};

template <std::size_t kBands>
HWY_NOINLINE bool distances_of_part(const Part& part, const Centre& centre, float* smad, float* emad, float* bcmad) {
  const Floats d;
  const std::size_t lanes = hn::Lanes(d);
  const std::size_t bands = kBands == kDynamic ? part.bands : kBands;
  const Float zero = hn::Zero(d);
  const Float undefined = hn::Set(d, kUndefined);
  const Float least = hn::Set(d, kZeroSquare);
  const auto no_direction = hn::Le(centre.square, least);
  auto any = hn::Lt(zero, zero);
  for (std::size_t k = 0; k < part.slots; ++k) {
    const float* const x = part.samples + k * bands * lanes;
    Float euclid = zero, difference = zero, total = zero, norm = zero;
#pragma GCC unroll 12
    for (std::size_t b = 0; b < bands; ++b) {
      const Float centred = hn::Load(d, x + b * lanes);
      const Float delta = hn::Sub(centred, hn::Load(d, centre.y + b * kLanes));
      const Float value = hn::Add(centred, hn::Load(d, centre.shift + b * kLanes));
      euclid = hn::MulAdd(delta, delta, euclid);
      norm = hn::MulAdd(value, value, norm);
      difference = hn::Add(difference, hn::Abs(delta));
      total = hn::Add(total, hn::Abs(hn::Add(value, hn::Load(d, centre.g + b * kLanes))));
    }
    // 1 - cosine = half the squared distance of the unit vectors, which keeps its digits where the cosine is near 1.
    const Float inverse = reciprocal_sqrt(hn::Max(norm, least));
    Float chord = zero;
#pragma GCC unroll 12
    for (std::size_t b = 0; b < bands; ++b) {
      const Float value = hn::Add(hn::Load(d, x + b * lanes), hn::Load(d, centre.shift + b * kLanes));
      const Float e = hn::MulSub(value, inverse, hn::Load(d, centre.unit + b * kLanes));
      chord = hn::MulAdd(e, e, chord);
    }
    const auto counted = hn::Lt(hn::Set(d, static_cast<float>(k)), part.counts);
    const auto no_angle = hn::Or(no_direction, hn::Le(norm, least));
    const auto no_total = hn::Eq(total, zero);
    const auto no_ratio = hn::And(no_total, hn::Eq(difference, zero));
    any = hn::Or(any, hn::And(counted, hn::Or(no_angle, no_ratio)));
    const Float ratio = hn::IfThenElse(no_total, hn::Set(d, kInfinite), hn::Div(difference, total));
    hn::Store(hn::IfThenElse(no_angle, undefined, hn::Mul(chord, hn::Set(d, 0.5F))), d, smad + k * kLanes);
    hn::Store(hn::Sqrt(euclid), d, emad + k * kLanes);
    hn::Store(hn::IfThenElse(no_ratio, undefined, ratio), d, bcmad + k * kLanes);
  }
  return !hn::AllFalse(d, any);
}

using PartDistances = bool (*)(const Part&, const Centre&, float*, float*, float*);

template <std::size_t kBands = kMostFixedBands>
PartDistances part_distances_for(std::size_t bands) {
  if constexpr (kBands == kDynamic) {
    return &distances_of_part<kDynamic>;
  } else {
    return bands == kBands ? &distances_of_part<kBands> : part_distances_for<kBands - 1>(bands);
  }
}

/// Fills the arrays of `centre` for the lanes from `lane` on.
void shift_centre(const ReduceArguments& arguments, const Workspace::State& state, std::size_t lane, Centre& centre) {
  const Floats d;
  const Physical& physical = arguments.physical;
  centre.square = hn::Zero(d);
  for (std::size_t b = 0; b < arguments.group.bands; ++b) {
    const Float weight = hn::Set(d, static_cast<float>(physical.scale[b] / physical.scale[0]));
    const Float offset = hn::Set(d, static_cast<float>(physical.offset[b] / physical.scale[0]));
    const Float shift = hn::MulAdd(hn::Load(d, state.origin + b * kLanes + lane), weight, offset);
    const Float g = hn::Add(hn::Load(d, centre.y + b * kLanes), shift);
    hn::Store(shift, d, centre.shift + b * kLanes);
    hn::Store(g, d, centre.g + b * kLanes);
    centre.square = hn::MulAdd(g, g, centre.square);
  }
  const Float inverse = reciprocal_sqrt(hn::Max(centre.square, hn::Set(d, kZeroSquare)));
  for (std::size_t b = 0; b < arguments.group.bands; ++b) {
    hn::Store(hn::Mul(hn::Load(d, centre.g + b * kLanes), inverse), d, centre.unit + b * kLanes);
  }
}

/// State::distances [3][slots][kLanes] in the order of the results; whether any counted one is undefined.
bool measure_group(const ReduceArguments& arguments, Workspace::State& state) {
  const Floats d;
  const LaneGroup& group = arguments.group;
  const std::size_t plane = std::size_t{group.slots} * kLanes;
  const PartDistances measure = part_distances_for(group.bands);
  bool undefined = false;
  for (std::size_t lane = 0; lane < kLanes; lane += hn::Lanes(d)) {
    const Part part = part_of_group(group, lane, state.copy + std::size_t{group.slots} * group.bands * lane);
    float* const rows = state.iterates;
    const std::size_t row = std::size_t{group.bands} * kLanes;
    Centre centre = {state.centred_geomedian + lane, rows, rows + row, rows + 2 * row, hn::Zero(d)};
    shift_centre(arguments, state, lane, centre);
    float* const first = state.distances + lane;
    undefined = measure(part, centre, first, first + plane, first + 2 * plane) || undefined;
  }
  return undefined;
}

}  // namespace stacvrt::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <algorithm>
#include <cstdint>

#include "kernels/dispatch.h"
#include "kernels/geomedian.h"
#include "kernels/order.h"

namespace stacvrt::kernels {

HWY_EXPORT(measure_group);

namespace {

/// Moves the defined distances of every lane to the left; counts become their numbers.
void drop_undefined(float* distances, std::uint32_t* counts) noexcept {
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    std::uint32_t kept = 0;
    for (std::size_t k = 0; k < counts[lane]; ++k) {
      const float distance = distances[k * kLanes + lane];
      if (distance != kUndefined) distances[kept++ * kLanes + lane] = distance;
    }
    counts[lane] = kept;
  }
}

}  // namespace

void reduce_mad(const ReduceArguments& arguments, Workspace& workspace, double* out) noexcept {
  const LaneGroup& group = arguments.group;
  Workspace::State& state = workspace.state();
  if (group.slots == 0) {
    std::fill_n(out, 3 * kLanes, std::numeric_limits<double>::quiet_NaN());
    return;
  }
  prepare_geomedian(arguments, workspace);
  const bool undefined = STACVRT_DISPATCH(measure_group)(arguments, state);
  for (std::size_t mad = 0; mad < 3; ++mad, out += kLanes) {
    float* const distances = state.distances + mad * group.slots * kLanes;
    alignas(kAlignment) std::uint32_t counts[kLanes];
    std::copy_n(group.counts, kLanes, counts);
    if (undefined) drop_undefined(distances, counts);
    const std::uint32_t slots = *std::max_element(counts, counts + kLanes);
    median_of_lanes(distances, counts, slots, workspace, out);
    std::replace_if(
        out, out + kLanes, [](double value) { return value >= double{kInfinite} / 2; },
        std::numeric_limits<double>::infinity());
  }
}

}  // namespace stacvrt::kernels
#endif
