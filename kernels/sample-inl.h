// SPDX-License-Identifier: MIT
// Vectors of positions: which pixel of a window holds each, and pixels' values by index. Compiled once per instruction
// set. Indices are 32 bits wide; fits_words says which windows they serve.
#if defined(STACVRT_SAMPLE_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef STACVRT_SAMPLE_INL_H
#undef STACVRT_SAMPLE_INL_H
#else
#define STACVRT_SAMPLE_INL_H
#endif

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "hwy/cache_control.h"
#include "hwy/highway.h"
#include "kernels/sample.h"

HWY_BEFORE_NAMESPACE();
namespace stacvrt::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// One vector of positions, and as many of what belongs to them.
using Places = hn::ScalableTag<double>;
using PlaceVector = hn::Vec<Places>;
using PlaceMask = hn::Mask<Places>;
using Indices = hn::Rebind<std::int32_t, Places>;
using IndexVector = hn::Vec<Indices>;
using PlaceWords = hn::Rebind<std::uint32_t, Places>;
using PlaceFloats = hn::Rebind<float, Places>;
using PlaceBytes = hn::Rebind<std::uint8_t, Places>;

/// `take` of a vector of positions: non-zero where taken.
HWY_INLINE IndexVector load_take(const std::uint8_t* take) {
  return hn::PromoteTo(Indices(), hn::LoadU(PlaceBytes(), take));
}

/// The four bytes from each offset on.
HWY_INLINE hn::Vec<PlaceWords> gather_words(const void* base, IndexVector byte_offsets) {
  return hn::GatherOffset(PlaceWords(), static_cast<const std::uint32_t*>(base), byte_offsets);
}

/// Elements of `kBytes` (1 or 2) bytes at `indices` (>= 0) of an array of `count`, at least four bytes. Reads words
/// that lie in the array, so that it needs no padding.
template <int kBytes>
HWY_INLINE IndexVector gather_narrow(const void* base, IndexVector indices, std::int32_t count) {
  const Indices d;
  const auto last = hn::Set(d, count - 4 / kBytes);
  const auto from = hn::Min(indices, last);
  const auto beyond = hn::ShiftLeft < kBytes == 1 ? 3 : 4 > (hn::Sub(indices, from));
  const auto words = gather_words(base, hn::ShiftLeft<kBytes - 1>(from));
  const auto at_bottom = hn::Shr(words, hn::BitCast(PlaceWords(), beyond));
  return hn::BitCast(d, hn::And(at_bottom, hn::Set(PlaceWords(), kBytes == 1 ? 0xFFU : 0xFFFFU)));
}

/// Bits of a signed 16-bit value to the value.
HWY_INLINE IndexVector sign_extended(IndexVector bits) {
  return hn::ShiftRight<16>(hn::ShiftLeft<16>(bits));
}

/// Asks for what positions of the next rows will want: the rows of a turned grid are visited a few pixels at a time,
/// which processors do not foresee (without, sampling takes two and a half times as long).
template <typename Lane>
HWY_INLINE void prefetch_below(const void* values, std::int64_t pixel, const SourceWindow& source) {
  constexpr std::int64_t kRows = 6;
  const std::int64_t last = source.width_px * source.height_px - 1;
  hwy::Prefetch(static_cast<const Lane*>(values) + HWY_MIN(pixel + kRows * source.width_px, last));
}

/// Indices of the pixels that hold positions of a window `width` pixels wide; all inside it.
HWY_INLINE IndexVector cells_of(PlaceVector col, PlaceVector row, PlaceVector width) {
  // Inside a window truncation is floor, and products of whole numbers are exact.
  return hn::DemoteTo(Indices(), hn::Add(hn::Mul(hn::Trunc(row), width), hn::Trunc(col)));
}

/// A flag of 0 or 1 in bits [kShift, kShift + 8) as a factor.
template <int kShift>
HWY_INLINE PlaceVector factor_of(hn::Vec<PlaceWords> flags) {
  const auto flag = hn::And(hn::ShiftRight<kShift>(flags), hn::Set(PlaceWords(), 1));
  return hn::PromoteTo(Places(), hn::BitCast(Indices(), flag));
}

/// Two pixels side by side.
struct Pair {
  PlaceVector left, right;
};

/// The pairs that begin at `cells` of a band with pixels of type Lane.
template <typename Lane>
HWY_INLINE Pair pairs_at(const void* values, IndexVector cells) {
  const Places d;
  if constexpr (sizeof(Lane) == sizeof(float)) {
    const auto* const floats = static_cast<const float*>(values);
    return {hn::PromoteTo(d, hn::GatherIndex(PlaceFloats(), floats, cells)),
            hn::PromoteTo(d, hn::GatherIndex(PlaceFloats(), floats + 1, cells))};
  } else {
    const auto words = gather_words(values, hn::ShiftLeft<1>(cells));
    const auto both = hn::BitCast(Indices(), words);
    if constexpr (std::is_signed_v<Lane>)
      return {hn::PromoteTo(d, sign_extended(both)), hn::PromoteTo(d, hn::ShiftRight<16>(both))};
    else
      return {hn::PromoteTo(d, hn::And(both, hn::Set(Indices(), 0xFFFF))),
              hn::PromoteTo(d, hn::BitCast(Indices(), hn::ShiftRight<16>(words)))};
  }
}

/// The share of two neighbours. Of a float without weight the value may be NaN, which no weight silences.
template <typename Lane>
HWY_INLINE PlaceVector weighted(const Pair& values, PlaceVector left, PlaceVector right) {
  if constexpr (sizeof(Lane) == sizeof(float)) {
    const auto none = hn::Zero(Places());
    return hn::Add(hn::IfThenElseZero(hn::Ne(left, none), hn::Mul(left, values.left)),
                   hn::IfThenElseZero(hn::Ne(right, none), hn::Mul(right, values.right)));
  } else {
    return hn::Add(hn::Mul(left, values.left), hn::Mul(right, values.right));
  }
}

}  // namespace stacvrt::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per-target guard
