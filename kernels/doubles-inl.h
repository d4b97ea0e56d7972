// SPDX-License-Identifier: MIT
// Lanes of every element type as doubles, for the kernels that compute in double. Compiled once per instruction set.
#if defined(STACVRT_DOUBLES_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef STACVRT_DOUBLES_INL_H
#undef STACVRT_DOUBLES_INL_H
#else
#define STACVRT_DOUBLES_INL_H
#endif

#include <cstddef>
#include <cstdint>
#include <limits>

#include "hwy/highway.h"
#include "kernels/lanes.h"

HWY_BEFORE_NAMESPACE();
namespace stacvrt::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// One vector never spans more than a lane group.
using Doubles = hn::CappedTag<double, kLanes>;
using DoubleVector = hn::Vec<Doubles>;
using DoubleMask = hn::Mask<Doubles>;

/// Lanes(Doubles()) values from `samples` on, exactly.
template <typename T>
HWY_INLINE DoubleVector load_doubles(const T* samples) {
  const Doubles d;
  const auto narrow = hn::Load(hn::Rebind<T, Doubles>(), samples);
  if constexpr (sizeof(T) == sizeof(float)) {
    return hn::PromoteTo(d, narrow);
  } else {
    return hn::PromoteTo(d, hn::PromoteTo(hn::Rebind<std::int32_t, Doubles>(), narrow));
  }
}

/// Counts (below 2^31) of Lanes(Doubles()) lanes.
HWY_INLINE DoubleVector load_counts(const std::uint32_t* counts) {
  const auto unsigned_counts = hn::Load(hn::Rebind<std::uint32_t, Doubles>(), counts);
  return hn::PromoteTo(Doubles(), hn::BitCast(hn::Rebind<std::int32_t, Doubles>(), unsigned_counts));
}

/// Stores results; NaN in lanes without samples.
HWY_INLINE void store_results(DoubleVector results, DoubleVector counts, double* out) {
  const Doubles d;
  const auto nan = hn::Set(d, std::numeric_limits<double>::quiet_NaN());
  hn::Store(hn::IfThenElse(hn::Eq(counts, hn::Zero(d)), nan, results), d, out);
}

}  // namespace stacvrt::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per-target guard
