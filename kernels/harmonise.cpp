// SPDX-License-Identifier: MIT
// 16-bit values to floats, forward, so that they may lie in the upper half of what they become: a vector is read before
// the bytes that it fills are written, and those never reach a value still to be read.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/harmonise.cpp"
#include "kernels/harmonise.h"

#include "hwy/foreach_target.h"  // before the kernels
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace stacvrt::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Exact copies; returns how many values fill whole vectors.
template <typename T>
std::size_t copy_vectors(const T* values, std::size_t count, float* out) {
  const hn::ScalableTag<float> d;
  const hn::RebindToSigned<decltype(d)> d_integer;
  std::size_t i = 0;
  for (; i + hn::Lanes(d) <= count; i += hn::Lanes(d)) {
    const auto narrow = hn::LoadU(hn::Rebind<T, decltype(d)>(), values + i);
    hn::StoreU(hn::ConvertTo(d, hn::PromoteTo(d_integer, narrow)), d, out + i);
  }
  return i;
}

/// The same with gain and bias, in double.
template <typename T>
std::size_t harmonise_vectors(const T* values, std::size_t count, const Harmonisation& harmonisation, float* out) {
  const hn::ScalableTag<double> d;
  const hn::Rebind<float, decltype(d)> d_float;
  const auto gain = hn::Set(d, harmonisation.gain);
  const auto bias = hn::Set(d, harmonisation.bias);
  std::size_t i = 0;
  for (; i + hn::Lanes(d) <= count; i += hn::Lanes(d)) {
    const auto narrow = hn::LoadU(hn::Rebind<T, decltype(d)>(), values + i);
    const auto wide = hn::PromoteTo(d, hn::PromoteTo(hn::Rebind<std::int32_t, decltype(d)>(), narrow));
    hn::StoreU(hn::DemoteTo(d_float, hn::Add(hn::Mul(wide, gain), bias)), d_float, out + i);
  }
  return i;
}

template <typename T>
std::size_t widen_vectors(const void* values, std::size_t count, const Harmonisation& harmonisation, float* out) {
  const auto* const from = static_cast<const T*>(values);
  return harmonisation.gain == 1 && harmonisation.bias == 0 ? copy_vectors(from, count, out)
                                                            : harmonise_vectors(from, count, harmonisation, out);
}

std::size_t widen_unsigned(const void* values, std::size_t count, const Harmonisation& harmonisation, float* out) {
  return widen_vectors<std::uint16_t>(values, count, harmonisation, out);
}

std::size_t widen_signed(const void* values, std::size_t count, const Harmonisation& harmonisation, float* out) {
  return widen_vectors<std::int16_t>(values, count, harmonisation, out);
}

}  // namespace stacvrt::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <cassert>
#include <cstring>

#include "kernels/dispatch.h"

namespace stacvrt::kernels {

HWY_EXPORT(widen_unsigned);
HWY_EXPORT(widen_signed);

namespace {

/// Values from `first` on. Copies byte by byte, as both arrays may be the same memory.
template <typename T>
void widen_rest(const void* values, std::size_t first, std::size_t count, const Harmonisation& harmonisation,
                float* out) noexcept {
  for (std::size_t i = first; i < count; ++i) {
    T value;
    std::memcpy(&value, static_cast<const T*>(values) + i, sizeof(T));
    const auto wide = static_cast<float>(static_cast<double>(value) * harmonisation.gain + harmonisation.bias);
    std::memcpy(out + i, &wide, sizeof(float));
  }
}

}  // namespace

void widen(LaneType type, const void* values, std::size_t count, const Harmonisation& harmonisation,
           float* out) noexcept {
  assert(type != LaneType::kFloat32);
  if (type == LaneType::kUInt16)
    widen_rest<std::uint16_t>(values, STACVRT_DISPATCH(widen_unsigned)(values, count, harmonisation, out), count,
                              harmonisation, out);
  else
    widen_rest<std::int16_t>(values, STACVRT_DISPATCH(widen_signed)(values, count, harmonisation, out), count,
                             harmonisation, out);
}

}  // namespace stacvrt::kernels
#endif
