// SPDX-License-Identifier: MIT
// Reducers by sums. Integer samples are summed exactly (every partial sum is an integer below 2^53 for up to 2^21
// slots), Float32 samples with their rounding errors carried along, so that only the last operations round.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/moments.cpp"
#include "kernels/moments.h"

#include "hwy/foreach_target.h"  // before the kernels
#include "hwy/highway.h"
#include "kernels/lanes.h"

HWY_BEFORE_NAMESPACE();
namespace stacvrt::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Doubles = hn::CappedTag<double, kLanes>;
using DoubleVector = hn::Vec<Doubles>;

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

// Constructors are written out: implicit ones would be compiled for the baseline.
/// Adds up, with the rounding error of every addition (Knuth's two-sum).
struct Sum {
  DoubleVector value;
  DoubleVector error;

  HWY_INLINE Sum() : value(hn::Zero(Doubles())), error(hn::Zero(Doubles())) {}
  HWY_INLINE void add(DoubleVector x) {
    const DoubleVector next = hn::Add(value, x);
    const DoubleVector part = hn::Sub(next, value);
    error = hn::Add(error, hn::Add(hn::Sub(value, hn::Sub(next, part)), hn::Sub(x, part)));
    value = next;
  }
  HWY_INLINE DoubleVector total() const { return hn::Add(value, error); }
};

/// The same where no addition rounds.
struct ExactSum {
  DoubleVector value;

  HWY_INLINE ExactSum() : value(hn::Zero(Doubles())) {}
  HWY_INLINE void add(DoubleVector x) { value = hn::Add(value, x); }
  HWY_INLINE DoubleVector total() const { return value; }
};

/// Sums of x - centre and of its square, about one centre per lane.
struct Moments {
  DoubleVector centre;
  DoubleVector first;
  DoubleVector second;

  HWY_INLINE explicit Moments(DoubleVector about)
      : centre(about), first(hn::Zero(Doubles())), second(hn::Zero(Doubles())) {}
  HWY_INLINE void add(DoubleVector x, DoubleVector counted) {
    const DoubleVector deviation = hn::And(counted, hn::Sub(x, centre));
    first = hn::Add(first, deviation);
    second = hn::Add(second, hn::Mul(deviation, deviation));
  }
};

/// All bits set in lanes that count slot k, none elsewhere.
HWY_INLINE DoubleVector counted_lanes(const std::uint32_t* counts, std::size_t k) {
  const Doubles d;
  const auto count =
      hn::BitCast(hn::Rebind<std::int32_t, Doubles>(), hn::Load(hn::Rebind<std::uint32_t, Doubles>(), counts));
  return hn::VecFromMask(d, hn::Gt(hn::PromoteTo(d, count), hn::Set(d, static_cast<double>(k))));
}

template <typename T, class Adder>
void add_up(const LaneGroup& group, std::size_t band, double* sums) {
  const Doubles d;
  for (std::size_t lane = 0; lane < kLanes; lane += hn::Lanes(d)) {
    const T* samples = static_cast<const T*>(group.samples) + band * kLanes + lane;
    Adder adder;
    for (std::size_t k = 0; k < group.slots; ++k, samples += group.bands * kLanes) {
      adder.add(hn::And(counted_lanes(group.counts + lane, k), load_doubles(samples)));
    }
    hn::Store(adder.total(), d, sums + lane);
  }
}

/// sums [kLanes]: of the samples of one band; 0 where there are none.
void sum_of_band(const LaneGroup& group, std::size_t band, double* sums) {
  switch (group.type) {
    case LaneType::kUInt16:
      add_up<std::uint16_t, ExactSum>(group, band, sums);
      break;
    case LaneType::kInt16:
      add_up<std::int16_t, ExactSum>(group, band, sums);
      break;
    case LaneType::kFloat32:
      add_up<float, Sum>(group, band, sums);
      break;
  }
}

template <typename T>
void add_moments(const LaneGroup& group, std::size_t band, const double* centres, double* first, double* second) {
  const Doubles d;
  for (std::size_t lane = 0; lane < kLanes; lane += hn::Lanes(d)) {
    const T* samples = static_cast<const T*>(group.samples) + band * kLanes + lane;
    Moments moments(hn::Load(d, centres + lane));
    for (std::size_t k = 0; k < group.slots; ++k, samples += group.bands * kLanes) {
      moments.add(load_doubles(samples), counted_lanes(group.counts + lane, k));
    }
    hn::Store(moments.first, d, first + lane);
    hn::Store(moments.second, d, second + lane);
  }
}

/// first, second [kLanes]: sums of x - centre and its square over one band's samples.
void moments_of_band(const LaneGroup& group, std::size_t band, const double* centres, double* first, double* second) {
  switch (group.type) {
    case LaneType::kUInt16:
      add_moments<std::uint16_t>(group, band, centres, first, second);
      break;
    case LaneType::kInt16:
      add_moments<std::int16_t>(group, band, centres, first, second);
      break;
    case LaneType::kFloat32:
      add_moments<float>(group, band, centres, first, second);
      break;
  }
}

}  // namespace stacvrt::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

#include "kernels/dispatch.h"

namespace stacvrt::kernels {

HWY_EXPORT(sum_of_band);
HWY_EXPORT(moments_of_band);

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
__extension__ using Wide = __int128;

/// sqrt(n * squares - sum^2) / n from exact integers. The operations are monotonic and exact at results halfway between
/// integers, so they may end on such a tie from either side, never beyond; there the true side is restored, for the
/// rounding to integers that may follow.
double integer_spread(std::uint32_t n, double sum, double squares) noexcept {
  const Wide exact_sum = static_cast<Wide>(sum);
  const Wide variance = static_cast<Wide>(squares) * n - exact_sum * exact_sum;  // times n^2
  const double spread = std::sqrt(static_cast<double>(variance)) / n;
  const double twice = spread * 2;
  if (std::fmod(twice, 2) != 1) return spread;
  const Wide tie = static_cast<Wide>(twice) * n;
  const Wide square = tie * tie;
  if (variance * 4 == square) return spread;
  return std::nextafter(spread, variance * 4 > square ? std::numeric_limits<double>::infinity() : 0.0);
}

void spread_of_integers(const LaneGroup& group, std::size_t band, double* out) noexcept {
  alignas(kAlignment) const double centres[kLanes] = {};
  alignas(kAlignment) double sums[kLanes];
  alignas(kAlignment) double squares[kLanes];
  STACVRT_DISPATCH(moments_of_band)(group, band, centres, sums, squares);
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const std::uint32_t n = group.counts[lane];
    out[lane] = n == 0 ? kNan : integer_spread(n, sums[lane], squares[lane]);
  }
}

/// Two passes: about the rounded mean, with the part that its rounding leaves taken out.
void spread_of_floats(const LaneGroup& group, std::size_t band, double* out) noexcept {
  alignas(kAlignment) double means[kLanes];
  alignas(kAlignment) double rests[kLanes];
  alignas(kAlignment) double squares[kLanes];
  STACVRT_DISPATCH(sum_of_band)(group, band, means);
  for (std::size_t lane = 0; lane < kLanes; ++lane) means[lane] /= std::max(group.counts[lane], std::uint32_t{1});
  STACVRT_DISPATCH(moments_of_band)(group, band, means, rests, squares);
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double n = group.counts[lane];
    const double variance = (squares[lane] - rests[lane] * rests[lane] / n) / n;
    out[lane] = group.counts[lane] == 0 ? kNan : std::sqrt(std::max(variance, 0.0));
  }
}

}  // namespace

void reduce_mean(const ReduceArguments& arguments, Workspace& /*workspace*/, double* out) noexcept {
  const LaneGroup& group = arguments.group;
  for (std::size_t band = 0; band < group.bands; ++band, out += kLanes) {
    STACVRT_DISPATCH(sum_of_band)(group, band, out);
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      out[lane] = group.counts[lane] == 0 ? kNan : out[lane] / group.counts[lane];
    }
  }
}

void reduce_stddev(const ReduceArguments& arguments, Workspace& /*workspace*/, double* out) noexcept {
  const LaneGroup& group = arguments.group;
  const auto spread = group.type == LaneType::kFloat32 ? spread_of_floats : spread_of_integers;
  for (std::size_t band = 0; band < group.bands; ++band) spread(group, band, out + band * kLanes);
}

void reduce_sum(const ReduceArguments& arguments, Workspace& /*workspace*/, double* out) noexcept {
  const LaneGroup& group = arguments.group;
  const Physical& physical = arguments.physical;
  assert(physical.scale != nullptr && physical.offset != nullptr);
  for (std::size_t band = 0; band < group.bands; ++band, out += kLanes) {
    STACVRT_DISPATCH(sum_of_band)(group, band, out);
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const std::uint32_t n = group.counts[lane];
      out[lane] = n == 0 ? kNan : out[lane] * physical.scale[band] + n * physical.offset[band];
    }
  }
}

void reduce_count(const ReduceArguments& arguments, Workspace& /*workspace*/, double* out) noexcept {
  std::copy_n(arguments.group.counts, kLanes, out);
}

void reduce_total(const ReduceArguments& arguments, Workspace& /*workspace*/, double* out) noexcept {
  assert(arguments.group.totals != nullptr);
  std::copy_n(arguments.group.totals, kLanes, out);
}

}  // namespace stacvrt::kernels
#endif
