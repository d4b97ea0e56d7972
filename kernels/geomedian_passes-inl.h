// SPDX-License-Identifier: MIT
// Passes over the samples of some lanes, for the geomedian: the inner loops, compiled per instruction set and per
// number of bands, so that a pixel's vectors stay in registers. They know nothing of iterations and convergence.
#if defined(STACVRT_GEOMEDIAN_PASSES_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef STACVRT_GEOMEDIAN_PASSES_INL_H
#undef STACVRT_GEOMEDIAN_PASSES_INL_H
#else
#define STACVRT_GEOMEDIAN_PASSES_INL_H
#endif

#include <cstddef>

#include "hwy/highway.h"
#include "kernels/lanes.h"

HWY_BEFORE_NAMESPACE();
namespace stacvrt::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::CappedTag<float, kLanes>;  // one vector never spans more than a lane group
using Float = hn::Vec<Floats>;

/// Added to every squared distance, so that a sample at y gets a finite weight, 1 / sqrt of it, and no pull.
constexpr float kLeastSquare = 1e-30F;
constexpr float kGreatestWeight = 1e15F;

/// Bands up to which passes are compiled for that number; more take the same loops with their vectors in memory.
/// Sanitizers multiply the unrolled code and minutes of compiling with it: few then, of the same template.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::size_t kMostFixedBands = 3;
#else
constexpr std::size_t kMostFixedBands = 12;
#endif
constexpr std::size_t kDynamic = 0;

/// The centred samples of Lanes(Floats()) lanes.
struct Part {
  const float* samples = nullptr;  ///< [slot][band][Lanes], 0 where not counted
  Float counts;                    ///< samples of each lane
  std::size_t common = 0;          ///< least of counts: slots before need no mask
  std::size_t slots = 0;           ///< greatest of counts
  std::size_t bands = 0;
};

/// The lanes of `group` from `lane` on; their centred samples lie at `samples`.
inline Part part_of_group(const LaneGroup& group, std::size_t lane, const float* samples) {
  const Floats d;
  HWY_ALIGN float counts[kLanes];
  Part part{samples, hn::Zero(d), group.slots, 0, group.bands};
  for (std::size_t i = 0; i < hn::Lanes(d); ++i) {
    const std::size_t count = group.counts[lane + i];
    counts[i] = static_cast<float>(count);
    part.common = HWY_MIN(part.common, count);
    part.slots = HWY_MAX(part.slots, count);
  }
  part.counts = hn::Load(d, counts);
  return part;
}

/// About 1 / sqrt(x) to the last bit or two: one Newton step on the approximation of the instruction set.
HWY_INLINE Float reciprocal_sqrt(Float x) {
  const Floats d;
  const Float w = hn::ApproximateReciprocalSqrt(x);
  const Float half = hn::Mul(hn::Mul(x, hn::Set(d, 0.5F)), w);
  return hn::Mul(w, hn::NegMulAdd(half, w, hn::Set(d, 1.5F)));
}

/// Vectors per band, by number of bands known when compiled, or rows of kLanes floats in memory.
template <std::size_t kBands>
class Rows {
 public:
  HWY_INLINE explicit Rows(float* /*memory*/) {}
  HWY_INLINE Float get(std::size_t b) const { return m_rows[b]; }
  HWY_INLINE void set(std::size_t b, Float v) { m_rows[b] = v; }

 private:
  Float m_rows[kBands];
};
template <>
class Rows<kDynamic> {
 public:
  HWY_INLINE explicit Rows(float* memory) : m_memory(memory) {}
  HWY_INLINE Float get(std::size_t b) const { return hn::Load(Floats(), m_memory + b * kLanes); }
  HWY_INLINE void set(std::size_t b, Float v) { hn::Store(v, Floats(), m_memory + b * kLanes); }

 private:
  float* m_memory;
};

/// Arrays [band][kLanes] that a pass reads and writes, at the part's first lane.
struct PassArrays {
  const float* y = nullptr;  ///< where to evaluate
  float* pull = nullptr;     ///< out: sum_t w_t (x_t - y), w_t = 1 / |x_t - y|: minus the gradient of sum_t |x_t - y|
  float* delta = nullptr;    ///< scratch
};

/// delta = x_k - y; returns |delta|^2, a little more than 0.
template <std::size_t kBands>
HWY_INLINE Float square_distance(const Part& part, std::size_t k, const Rows<kBands>& y, Rows<kBands>& delta) {
  const Floats d;
  const std::size_t lanes = hn::Lanes(d);
  const std::size_t bands = kBands == kDynamic ? part.bands : kBands;
  const float* const x = part.samples + k * bands * lanes;
  Float square = hn::Set(d, kLeastSquare);
#pragma GCC unroll 12
  for (std::size_t b = 0; b < bands; ++b) {
    const Float difference = hn::Sub(hn::Load(d, x + b * lanes), y.get(b));
    delta.set(b, difference);
    square = hn::MulAdd(difference, difference, square);
  }
  return square;
}

/// Adds to pull; returns sum_t w_t.
template <std::size_t kBands, bool kMasked>
HWY_INLINE Float add_samples(const Part& part, std::size_t from, std::size_t to, const Rows<kBands>& y,
                             Rows<kBands>& pull, Rows<kBands>& delta, Float weight) {
  const Floats d;
  const std::size_t bands = kBands == kDynamic ? part.bands : kBands;
  for (std::size_t k = from; k < to; ++k) {
    Float w = reciprocal_sqrt(square_distance<kBands>(part, k, y, delta));
    if constexpr (kMasked) w = hn::IfThenElseZero(hn::Lt(hn::Set(d, static_cast<float>(k)), part.counts), w);
    weight = hn::Add(weight, w);
#pragma GCC unroll 12
    for (std::size_t b = 0; b < bands; ++b) pull.set(b, hn::MulAdd(w, delta.get(b), pull.get(b)));
  }
  return weight;
}

/// One pass; returns sum_t w_t.
template <std::size_t kBands>
HWY_NOINLINE Float pass(const Part& part, const PassArrays& arrays) {
  const Floats d;
  const std::size_t bands = kBands == kDynamic ? part.bands : kBands;
  Rows<kBands> y(const_cast<float*>(arrays.y));
  Rows<kBands> pull(arrays.pull);
  Rows<kBands> delta(arrays.delta);
#pragma GCC unroll 12
  for (std::size_t b = 0; b < bands; ++b) {
    if constexpr (kBands != kDynamic) y.set(b, hn::Load(d, arrays.y + b * kLanes));
    pull.set(b, hn::Zero(d));
  }
  Float weight = add_samples<kBands, false>(part, 0, part.common, y, pull, delta, hn::Zero(d));
  weight = add_samples<kBands, true>(part, part.common, part.slots, y, pull, delta, weight);
  if constexpr (kBands != kDynamic) {
#pragma GCC unroll 12
    for (std::size_t b = 0; b < bands; ++b) hn::Store(pull.get(b), d, arrays.pull + b * kLanes);
  }
  return weight;
}

using Pass = Float (*)(const Part&, const PassArrays&);

template <std::size_t kBands = kMostFixedBands>
Pass pass_for(std::size_t bands) {
  if constexpr (kBands == kDynamic) {
    return &pass<kDynamic>;
  } else {
    return bands == kBands ? &pass<kBands> : pass_for<kBands - 1>(bands);
  }
}

/// nearest [band][kLanes] = the sample nearest y, the first among equals.
HWY_INLINE void find_nearest(const Part& part, const float* y, float* nearest) {
  const Floats d;
  const std::size_t lanes = hn::Lanes(d);
  Float least = hn::Set(d, 1e38F);
  for (std::size_t k = 0; k < part.slots; ++k) {
    const float* const x = part.samples + k * part.bands * lanes;
    Float square = hn::Zero(d);
    for (std::size_t b = 0; b < part.bands; ++b) {
      const Float difference = hn::Sub(hn::Load(d, x + b * lanes), hn::Load(d, y + b * kLanes));
      square = hn::MulAdd(difference, difference, square);
    }
    const auto counted = hn::Lt(hn::Set(d, static_cast<float>(k)), part.counts);
    const auto nearer = hn::And(hn::Lt(square, least), counted);
    least = hn::IfThenElse(nearer, square, least);
    for (std::size_t b = 0; b < part.bands; ++b) {
      const Float sample = hn::Load(d, x + b * lanes);
      float* const to = nearest + b * kLanes;
      hn::Store(k == 0 ? sample : hn::IfThenElse(nearer, sample, hn::Load(d, to)), d, to);
    }
  }
}

}  // namespace stacvrt::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per-target guard
