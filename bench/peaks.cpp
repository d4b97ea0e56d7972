// SPDX-License-Identifier: MIT
// The loops of peaks.h, compiled once per instruction set of the kernels.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "bench/peaks.cpp"
#include "bench/peaks.h"

#include "hwy/foreach_target.h"  // before what is compiled per set
#include "hwy/highway.h"
#include "kernels/lanes.h"

HWY_BEFORE_NAMESPACE();
namespace stacvrt::bench::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// As many vectors as leave some of 16 registers to operands: enough to hide four cycles of latency at two a cycle.
/// Every loop over them is unrolled, or the compiler keeps them in memory.
constexpr std::size_t kVectors = 12;
/// Of a comparator, whose inputs become outputs, fewer fit.
constexpr std::size_t kCompared = 8;

template <typename T>
using Lane = hn::CappedTag<T, kernels::kLanes>;

/// The same number, of which the compiler knows neither where it comes from nor whether it is wanted.
template <typename T>
HWY_INLINE T unknown(T value) {
  asm volatile("" : "+m"(value));
  return value;
}

template <class V, std::size_t kCount>
HWY_INLINE void keep(const V (&v)[kCount]) {
  auto sum = v[0];
#pragma GCC unroll 12
  for (std::size_t i = 1; i < kCount; ++i) sum = hn::Add(sum, v[i]);
  unknown(hn::GetLane(sum));
}

std::size_t multiply_add(std::size_t rounds) {
  const Lane<float> d;
  hn::Vec<Lane<float>> sums[kVectors];
#pragma GCC unroll 12
  for (auto& sum : sums) sum = hn::Set(d, unknown(1.0F));
  const auto factor = hn::Set(d, unknown(0.9F));
  const auto term = hn::Set(d, unknown(0.1F));
  for (std::size_t round = 0; round < rounds; ++round) {
#pragma GCC unroll 12
    for (std::size_t i = 0; i < kVectors; ++i) sums[i] = hn::MulAdd(sums[i], factor, term);
  }
  keep(sums);
  return rounds * kVectors * 2 * hn::Lanes(d);
}

/// Comparators as in a sorting network: neighbours, pair after pair.
template <typename T>
std::size_t exchange(std::size_t rounds) {
  const Lane<T> d;
  hn::Vec<Lane<T>> v[kCompared];
#pragma GCC unroll 8
  for (std::size_t i = 0; i < kCompared; ++i) v[i] = hn::Set(d, unknown(static_cast<T>(kCompared - i)));
  for (std::size_t round = 0; round < rounds; ++round) {
#pragma GCC unroll 2
    for (std::size_t first = 0; first < 2; ++first) {
#pragma GCC unroll 4
      for (std::size_t i = first; i + 1 < kCompared; i += 2) {
        const auto least = hn::Min(v[i], v[i + 1]);
        v[i + 1] = hn::Max(v[i], v[i + 1]);
        v[i] = least;
      }
    }
  }
  keep(v);
  return rounds * (kCompared - 1) * 2 * hn::Lanes(d);
}
std::size_t exchange32(std::size_t rounds) {
  return exchange<float>(rounds);
}
std::size_t exchange16(std::size_t rounds) {
  return exchange<std::uint16_t>(rounds);
}

void read(const float* from, std::size_t count) {
  const Lane<float> d;
  constexpr std::size_t kAtOnce = 8;
  hn::Vec<Lane<float>> sums[kAtOnce];
#pragma GCC unroll 8
  for (auto& sum : sums) sum = hn::Zero(d);
  for (std::size_t i = 0; i < count; i += kAtOnce * hn::Lanes(d)) {
#pragma GCC unroll 8
    for (std::size_t k = 0; k < kAtOnce; ++k) sums[k] = hn::Add(sums[k], hn::Load(d, from + i + k * hn::Lanes(d)));
  }
  auto sum = sums[0];
#pragma GCC unroll 8
  for (std::size_t k = 1; k < kAtOnce; ++k) sum = hn::Add(sum, sums[k]);
  unknown(hn::GetLane(sum));
}

void copy(const float* from, float* to, std::size_t count) {
  const Lane<float> d;
  constexpr std::size_t kAtOnce = 4;
  for (std::size_t i = 0; i < count; i += kAtOnce * hn::Lanes(d)) {
#pragma GCC unroll 4
    for (std::size_t k = 0; k < kAtOnce; ++k) {
      hn::Store(hn::Load(d, from + i + k * hn::Lanes(d)), d, to + i + k * hn::Lanes(d));
    }
  }
}

void update(float* values, std::size_t count) {
  const Lane<float> d;
  constexpr std::size_t kAtOnce = 4;
  const auto factor = hn::Set(d, unknown(1.0F));
  for (std::size_t i = 0; i < count; i += kAtOnce * hn::Lanes(d)) {
#pragma GCC unroll 4
    for (std::size_t k = 0; k < kAtOnce; ++k) {
      float* const at = values + i + k * hn::Lanes(d);
      hn::Store(hn::Mul(hn::Load(d, at), factor), d, at);
    }
  }
}

std::size_t lanes() {
  return hn::Lanes(Lane<float>());
}

}  // namespace stacvrt::bench::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "kernels/dispatch.h"

namespace stacvrt::bench {

HWY_EXPORT(multiply_add);
HWY_EXPORT(exchange32);
HWY_EXPORT(exchange16);
HWY_EXPORT(read);
HWY_EXPORT(copy);
HWY_EXPORT(update);
HWY_EXPORT(lanes);

std::size_t multiply_add_float(std::size_t rounds) {
  return STACVRT_DISPATCH(multiply_add)(rounds);
}
std::size_t exchange_float(std::size_t rounds) {
  return STACVRT_DISPATCH(exchange32)(rounds);
}
std::size_t exchange_uint16(std::size_t rounds) {
  return STACVRT_DISPATCH(exchange16)(rounds);
}
void read_floats(const float* from, std::size_t count) {
  STACVRT_DISPATCH(read)(from, count);
}
void copy_floats(const float* from, float* to, std::size_t count) {
  STACVRT_DISPATCH(copy)(from, to, count);
}
void update_floats(float* values, std::size_t count) {
  STACVRT_DISPATCH(update)(values, count);
}
std::size_t float_lanes() {
  return STACVRT_DISPATCH(lanes)();
}

}  // namespace stacvrt::bench
#endif
