// SPDX-License-Identifier: MIT
// Reducers by sums. Integer samples are summed exactly (every partial sum is an integer below 2^53 for up to 2^21
// slots), Float32 samples with their rounding errors carried along, so that only the last operations round.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/moments.cpp"
#include "kernels/moments.h"

#include <type_traits>

#include "hwy/foreach_target.h"  // before the kernels
#include "kernels/doubles-inl.h"

HWY_BEFORE_NAMESPACE();
namespace stacvrt::kernels::HWY_NAMESPACE {

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
  HWY_INLINE void add_where(DoubleMask counted, DoubleVector x) { add(hn::IfThenElseZero(counted, x)); }
  HWY_INLINE DoubleVector total() const { return hn::Add(value, error); }
};

/// The same where no addition rounds.
struct ExactSum {
  DoubleVector value;

  HWY_INLINE ExactSum() : value(hn::Zero(Doubles())) {}
  HWY_INLINE void add(DoubleVector x) { value = hn::Add(value, x); }
  HWY_INLINE void add_where(DoubleMask counted, DoubleVector x) { add(hn::IfThenElseZero(counted, x)); }
  HWY_INLINE DoubleVector total() const { return value; }
};

/// Sums of x - centre and of its square, about one centre per lane.
struct Moments {
  DoubleVector centre;
  DoubleVector first;
  DoubleVector second;

  HWY_INLINE explicit Moments(DoubleVector about)
      : centre(about), first(hn::Zero(Doubles())), second(hn::Zero(Doubles())) {}
  HWY_INLINE void add(DoubleVector x) { add_deviation(hn::Sub(x, centre)); }
  HWY_INLINE void add_where(DoubleMask counted, DoubleVector x) {
    add_deviation(hn::IfThenElseZero(counted, hn::Sub(x, centre)));
  }
  HWY_INLINE void add_deviation(DoubleVector deviation) {
    first = hn::Add(first, deviation);
    second = hn::Add(second, hn::Mul(deviation, deviation));
  }
};

/// Adds the samples of Lanes(Doubles()) lanes from `lane` on. Slots below `full` are counted by every lane of the
/// group.
template <typename T, class Adder>
HWY_INLINE void add_lanes(const LaneGroup& group, std::uint32_t full, std::size_t band, std::size_t lane,
                          Adder& adder) {
  const Doubles d;
  const std::size_t stride = group.bands * kLanes;
  const T* samples = static_cast<const T*>(group.samples) + band * kLanes + lane;
  std::uint32_t k = 0;
  for (; k < full; ++k, samples += stride) adder.add(load_doubles(samples));
  const DoubleVector counts = load_counts(group.counts + lane);
  for (; k < group.slots; ++k, samples += stride) {
    adder.add_where(hn::Gt(counts, hn::Set(d, static_cast<double>(k))), load_doubles(samples));
  }
}

template <typename T>
using SumOf = std::conditional_t<std::is_integral_v<T>, ExactSum, Sum>;

/// out = (sum of samples) * scale + n * offset, divided by n for a mean.
template <typename T>
void sum_band(const LaneGroup& group, std::uint32_t full, std::size_t band, double scale, double offset, bool mean,
              double* out) {
  const Doubles d;
  for (std::size_t lane = 0; lane < kLanes; lane += hn::Lanes(d)) {
    SumOf<T> sum;
    add_lanes<T>(group, full, band, lane, sum);
    const DoubleVector counts = load_counts(group.counts + lane);
    const DoubleVector total = hn::Add(hn::Mul(sum.total(), hn::Set(d, scale)), hn::Mul(counts, hn::Set(d, offset)));
    store_results(mean ? hn::Div(total, counts) : total, counts, out + lane);
  }
}

/// Two passes: about the rounded mean, with the part that its rounding leaves taken out.
void spread_of_floats(const LaneGroup& group, std::uint32_t full, std::size_t band, double* out) {
  const Doubles d;
  for (std::size_t lane = 0; lane < kLanes; lane += hn::Lanes(d)) {
    Sum sum;
    add_lanes<float>(group, full, band, lane, sum);
    const DoubleVector counts = load_counts(group.counts + lane);
    Moments moments(hn::Div(sum.total(), counts));
    add_lanes<float>(group, full, band, lane, moments);
    const DoubleVector rest = hn::Div(hn::Mul(moments.first, moments.first), counts);
    const DoubleVector variance = hn::Div(hn::Sub(moments.second, rest), counts);
    store_results(hn::Sqrt(hn::Max(variance, hn::Zero(d))), counts, out + lane);
  }
}

/// sqrt(n * squares - sum^2) / n. False where that was not done in exact integers or a result is halfway between
/// integers, so that the true side of the tie is open: then the band must be done again by exact_spread.
template <typename T>
bool spread_of_integers(const LaneGroup& group, std::uint32_t full, std::size_t band, double* out) {
  const Doubles d;
  const DoubleVector exact_below = hn::Set(d, 9007199254740992.0);  // 2^53
  const DoubleVector half = hn::Set(d, 0.5);
  bool exact = true;
  for (std::size_t lane = 0; lane < kLanes; lane += hn::Lanes(d)) {
    Moments moments(hn::Zero(d));
    add_lanes<T>(group, full, band, lane, moments);
    const DoubleVector counts = load_counts(group.counts + lane);
    const DoubleVector squares = hn::Mul(counts, moments.second);
    const DoubleVector spread = hn::Div(hn::Sqrt(hn::Sub(squares, hn::Mul(moments.first, moments.first))), counts);
    const DoubleMask tie = hn::Eq(hn::Sub(spread, hn::Floor(spread)), half);
    exact = exact && hn::AllTrue(d, hn::Lt(squares, exact_below)) && hn::AllFalse(d, tie);
    store_results(spread, counts, out + lane);
  }
  return exact;
}

void sum_of_band(const LaneGroup& group, std::uint32_t full, std::size_t band, double scale, double offset, bool mean,
                 double* out) {
  switch (group.type) {
    case LaneType::kUInt16:
      sum_band<std::uint16_t>(group, full, band, scale, offset, mean, out);
      break;
    case LaneType::kInt16:
      sum_band<std::int16_t>(group, full, band, scale, offset, mean, out);
      break;
    case LaneType::kFloat32:
      sum_band<float>(group, full, band, scale, offset, mean, out);
      break;
  }
}

bool spread_of_band(const LaneGroup& group, std::uint32_t full, std::size_t band, double* out) {
  if (group.type == LaneType::kUInt16) return spread_of_integers<std::uint16_t>(group, full, band, out);
  if (group.type == LaneType::kInt16) return spread_of_integers<std::int16_t>(group, full, band, out);
  spread_of_floats(group, full, band, out);
  return true;
}

}  // namespace stacvrt::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <algorithm>
#include <cassert>
#include <cmath>

#include "kernels/dispatch.h"

namespace stacvrt::kernels {

HWY_EXPORT(sum_of_band);
HWY_EXPORT(spread_of_band);

namespace {

__extension__ using Wide = __int128;

/// Slots that every lane counts.
std::uint32_t full_slots(const LaneGroup& group) noexcept {
  return *std::min_element(group.counts, group.counts + kLanes);
}

template <typename T>
double exact_spread_of_lane(const LaneGroup& group, std::size_t band, std::size_t lane) noexcept {
  const T* samples = static_cast<const T*>(group.samples) + band * kLanes + lane;
  std::int64_t sum = 0;
  std::int64_t squares = 0;
  for (std::uint32_t k = 0; k < group.counts[lane]; ++k, samples += group.bands * kLanes) {
    sum += *samples;
    squares += std::int64_t{*samples} * *samples;
  }
  return exact_spread(group.counts[lane], sum, squares);
}

void exact_spreads(const LaneGroup& group, std::size_t band, double* out) noexcept {
  const auto spread =
      group.type == LaneType::kInt16 ? exact_spread_of_lane<std::int16_t> : exact_spread_of_lane<std::uint16_t>;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    if (group.counts[lane] != 0) out[lane] = spread(group, band, lane);
  }
}

}  // namespace

double exact_spread(std::uint32_t n, std::int64_t sum, std::int64_t squares) noexcept {
  const Wide variance = Wide{squares} * n - Wide{sum} * sum;  // times n^2
  const double spread = std::sqrt(static_cast<double>(variance)) / n;
  // These operations are monotonic and exact at results halfway between integers: they may end on such a tie from
  // either side, never beyond it.
  if (spread - std::floor(spread) != 0.5) return spread;
  const Wide tie = static_cast<Wide>(spread * 2) * n;
  if (variance * 4 == tie * tie) return spread;
  return std::nextafter(spread, variance * 4 > tie * tie ? std::numeric_limits<double>::infinity() : 0.0);
}

void reduce_mean(const ReduceArguments& arguments, Workspace& /*workspace*/, double* out) noexcept {
  const LaneGroup& group = arguments.group;
  const std::uint32_t full = full_slots(group);
  for (std::size_t band = 0; band < group.bands; ++band, out += kLanes) {
    STACVRT_DISPATCH(sum_of_band)(group, full, band, 1.0, 0.0, true, out);
  }
}

void reduce_stddev(const ReduceArguments& arguments, Workspace& /*workspace*/, double* out) noexcept {
  const LaneGroup& group = arguments.group;
  const std::uint32_t full = full_slots(group);
  for (std::size_t band = 0; band < group.bands; ++band, out += kLanes) {
    if (!STACVRT_DISPATCH(spread_of_band)(group, full, band, out)) exact_spreads(group, band, out);
  }
}

void reduce_sum(const ReduceArguments& arguments, Workspace& /*workspace*/, double* out) noexcept {
  const LaneGroup& group = arguments.group;
  const Physical& physical = arguments.physical;
  assert(physical.scale != nullptr && physical.offset != nullptr);
  const std::uint32_t full = full_slots(group);
  for (std::size_t band = 0; band < group.bands; ++band, out += kLanes) {
    STACVRT_DISPATCH(sum_of_band)(group, full, band, physical.scale[band], physical.offset[band], false, out);
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
