// SPDX-License-Identifier: MIT
// The sorting kernels, compiled once per instruction set and element type by sort_float.cpp and sort_uint16.cpp.
// Networks of up to 32 inputs run in registers, one lane per pixel; larger sets are merged in memory.
#if defined(STACVRT_SORT_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef STACVRT_SORT_INL_H
#undef STACVRT_SORT_INL_H
#else
#define STACVRT_SORT_INL_H
#endif

#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <utility>

#include "kernels/doubles-inl.h"
#include "kernels/network.h"
#include "kernels/sort.h"

HWY_BEFORE_NAMESPACE();
namespace stacvrt::kernels::HWY_NAMESPACE {

template <typename T>
using Lane = hn::CappedTag<T, kLanes>;

template <typename T>
constexpr T kLeast = std::numeric_limits<T>::lowest();
template <typename T>
constexpr T kGreatest = std::numeric_limits<T>::max();
constexpr std::size_t kBlock = 32;       // inputs of the largest network in registers
constexpr std::uint16_t kFlip = 0x8000;  // int16_t to the uint16_t of the same order and back

/// How many of the kBlock slots from `first` on each lane counts: what a Reader masks by, in the samples' own width.
template <typename T>
struct Remaining {
  HWY_ALIGN T counts[kLanes];

  HWY_INLINE Remaining(const Column<T>& column, std::size_t first) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const auto count = static_cast<std::int32_t>(column.counts[lane]) - static_cast<std::int32_t>(first);
      counts[lane] = static_cast<T>(HWY_MIN(HWY_MAX(count, 0), static_cast<std::int32_t>(kBlock)));
    }
  }
};

/// Reads slots of Lanes(d) lanes from `lane` on, beginning with slot `first`; what is not counted reads as padding.
template <typename T>
class Reader {
 public:
  using D = Lane<T>;
  using V = hn::Vec<D>;

  /// Padding at even and odd slots. Both kGreatest: it sorts behind the samples. kLeast at even slots, kGreatest at odd
  /// ones: in any even number of inputs the middle of the samples is the middle of the inputs (of an odd number of
  /// samples the lower of the two middles). `remaining` is of the same `first`.
  HWY_INLINE Reader(const Column<T>& column, const Remaining<T>& remaining, std::size_t first, std::size_t lane, T even,
                    T odd)
      : m_samples(column.samples + lane),
        m_stride(column.stride),
        m_first(first),
        m_last(column.slots - 1),
        m_remaining(hn::Load(D(), remaining.counts + lane)),
        m_even(hn::Set(D(), first % 2 == 0 ? even : odd)),
        m_odd(hn::Set(D(), first % 2 == 0 ? odd : even)),
        m_flip(hn::Set(D(), static_cast<T>(column.flip ? kFlip : 0))) {}

  /// The values of slot first + k, k < kBlock.
  HWY_INLINE V read(std::size_t k) const {
    const D d;
    // A slot that no lane counts may lie outside the array: the last one stands in and is masked.
    V value = hn::Load(d, m_samples + HWY_MIN(m_first + k, m_last) * m_stride);
    if constexpr (std::is_integral_v<T>) value = hn::Xor(value, m_flip);
    const auto counted = hn::Gt(m_remaining, hn::Set(d, static_cast<T>(k)));
    return hn::IfThenElse(counted, value, k % 2 == 0 ? m_even : m_odd);
  }

 private:
  const T* m_samples;
  std::size_t m_stride;
  std::size_t m_first;
  std::size_t m_last;
  V m_remaining;
  V m_even;
  V m_odd;
  V m_flip;
};

template <class V>
HWY_INLINE void exchange(V& low, V& high) {
  const V least = hn::Min(low, high);
  high = hn::Max(low, high);
  low = least;
}

template <std::size_t kSize, class V, std::size_t... kStep>
HWY_INLINE void run_network([[maybe_unused]] V* v, std::index_sequence<kStep...> /*steps*/) {
  (exchange(v[kNetwork<kSize>[kStep].low], v[kNetwork<kSize>[kStep].high]), ...);
}
template <std::size_t kSize, class V>
HWY_INLINE void run_network(V* v) {
  run_network<kSize>(v, std::make_index_sequence<kNetwork<kSize>.size()>());
}

template <std::size_t kFirst, class V, typename T, std::size_t... kSlot>
HWY_INLINE void read_all(const Reader<T>& reader, V* v, std::index_sequence<kSlot...> /*slots*/) {
  ((v[kSlot] = reader.read(kFirst + kSlot)), ...);
}
template <class V, typename T, std::size_t... kRank>
HWY_INLINE void write_all(const V* v, T* rows, std::index_sequence<kRank...> /*ranks*/) {
  (hn::Store(v[kRank], Lane<T>(), rows + kRank * kLanes), ...);
}

/// Sorts the kSize slots from `first` on into rows [kSize][kLanes].
template <std::size_t kSize, typename T>
HWY_NOINLINE void sort_slots(const Column<T>& column, std::size_t first, T even, T odd, T* rows) {
  using V = hn::Vec<Lane<T>>;
  const Remaining<T> remaining(column, first);
  for (std::size_t lane = 0; lane < kLanes; lane += hn::Lanes(Lane<T>())) {
    V v[kSize];
    read_all<0>(Reader<T>(column, remaining, first, lane, even, odd), v, std::make_index_sequence<kSize>());
    run_network<kSize>(v);
    write_all(v, rows + lane, std::make_index_sequence<kSize>());
  }
}

/// Batcher's odd-even merging of sorted blocks of kBlock rows; `size` a multiple of kBlock.
template <typename T>
void merge_blocks(T* rows, std::size_t size) {
  const Lane<T> d;
  for (std::size_t run = kBlock; run < size; run *= 2) {
    const std::size_t pair = ~(2 * run - 1);  // bits that tell one pair of runs from another
    for (std::size_t step = run; step > 0; step /= 2) {
      for (std::size_t begin = step % run; begin + step < size; begin += 2 * step) {
        for (std::size_t i = begin; i < HWY_MIN(begin + step, size - step); ++i) {
          if (((i ^ (i + step)) & pair) != 0) continue;
          for (std::size_t lane = 0; lane < kLanes; lane += hn::Lanes(d)) {
            auto low = hn::Load(d, rows + i * kLanes + lane);
            auto high = hn::Load(d, rows + (i + step) * kLanes + lane);
            exchange(low, high);
            hn::Store(low, d, rows + i * kLanes + lane);
            hn::Store(high, d, rows + (i + step) * kLanes + lane);
          }
        }
      }
    }
  }
}

/// Sorts `size` slots (a multiple of kBlock) from `first` on.
template <typename T>
void sort_blocks(const Column<T>& column, std::size_t first, std::size_t size, T even, T odd, T* rows) {
  for (std::size_t block = 0; block < size; block += kBlock) {
    sort_slots<kBlock>(column, first + block, even, odd, rows + block * kLanes);
  }
  merge_blocks(rows, size);
}

/// Sorts the `size` slots from `first` on, rounded up to a size that is compiled; returns that size.
template <typename T>
std::size_t sort_any(const Column<T>& column, std::size_t first, std::size_t size, T even, T odd, T* rows) {
  const std::size_t rounded = size <= 16 ? (size + 1) / 2 * 2 : size <= kBlock ? (size + 3) / 4 * 4 : 0;
  switch (rounded) {
    case 2:
      sort_slots<2>(column, first, even, odd, rows);
      break;
    case 4:
      sort_slots<4>(column, first, even, odd, rows);
      break;
    case 6:
      sort_slots<6>(column, first, even, odd, rows);
      break;
    case 8:
      sort_slots<8>(column, first, even, odd, rows);
      break;
    case 10:
      sort_slots<10>(column, first, even, odd, rows);
      break;
    case 12:
      sort_slots<12>(column, first, even, odd, rows);
      break;
    case 14:
      sort_slots<14>(column, first, even, odd, rows);
      break;
    case 16:
      sort_slots<16>(column, first, even, odd, rows);
      break;
    case 20:
      sort_slots<20>(column, first, even, odd, rows);
      break;
    case 24:
      sort_slots<24>(column, first, even, odd, rows);
      break;
    case 28:
      sort_slots<28>(column, first, even, odd, rows);
      break;
    case 32:
      sort_slots<32>(column, first, even, odd, rows);
      break;
    default: {
      const std::size_t blocks = (size + kBlock - 1) / kBlock * kBlock;
      sort_blocks(column, first, blocks, even, odd, rows);
      return blocks;
    }
  }
  return rounded;
}

/// Of two sorted halves a, b of one size m the ranks m - 1 and m of their union are the greatest of min(a[i], b[m-1-i])
/// and the least of max(a[i], b[m-1-i]): the last merge of the sort is not needed for a median.
template <class V>
HWY_INLINE void meet(V a, V b, V& lower, V& upper) {
  lower = hn::Max(lower, hn::Min(a, b));
  upper = hn::Min(upper, hn::Max(a, b));
}

template <std::size_t kHalf, class V, std::size_t... kRank>
HWY_INLINE void meet_all(const V* a, const V* b, V& lower, V& upper, std::index_sequence<kRank...> /*ranks*/) {
  (meet(a[kRank], b[kHalf - 1 - kRank], lower, upper), ...);
}

/// out = (lower + upper) / 2, or lower alone where n is odd: the middle of an odd number of samples is `lower`.
template <typename T>
HWY_INLINE void store_medians(const Column<T>& column, const T* lower, const T* upper, double* out) {
  const Doubles d;
  const auto bias = hn::Set(d, column.flip ? -static_cast<double>(kFlip) : 0.0);  // + 0 also makes zeros positive
  for (std::size_t lane = 0; lane < kLanes; lane += hn::Lanes(d)) {
    const DoubleVector counts = load_counts(column.counts + lane);
    const DoubleVector halves = hn::Mul(counts, hn::Set(d, 0.5));
    const DoubleVector low = hn::Add(load_doubles(lower + lane), bias);
    const DoubleVector high = hn::Add(load_doubles(upper + lane), bias);
    const DoubleVector mean = hn::Mul(hn::Add(low, high), hn::Set(d, 0.5));
    store_results(hn::IfThenElse(hn::Eq(halves, hn::Floor(halves)), mean, low), counts, out + lane);
  }
}

template <std::size_t kHalf, typename T>
HWY_NOINLINE void median_in_registers(const Column<T>& column, double* out) {
  const Lane<T> d;
  using V = hn::Vec<Lane<T>>;
  constexpr auto kSlots = std::make_index_sequence<kHalf>();
  HWY_ALIGN T lower[kLanes];
  HWY_ALIGN T upper[kLanes];
  const Remaining<T> remaining(column, 0);
  for (std::size_t lane = 0; lane < kLanes; lane += hn::Lanes(d)) {
    const Reader<T> reader(column, remaining, 0, lane, kLeast<T>, kGreatest<T>);
    V a[kHalf];
    read_all<0>(reader, a, kSlots);
    run_network<kHalf>(a);
    V b[kHalf];
    read_all<kHalf>(reader, b, kSlots);
    run_network<kHalf>(b);
    V low = hn::Set(d, kLeast<T>);
    V high = hn::Set(d, kGreatest<T>);
    meet_all<kHalf>(a, b, low, high, kSlots);
    hn::Store(low, d, lower + lane);
    hn::Store(high, d, upper + lane);
  }
  store_medians(column, lower, upper, out);
}

template <typename T>
void median_in_memory(const Column<T>& column, T* scratch, double* out) {
  const Lane<T> d;
  HWY_ALIGN T lower[kLanes];
  HWY_ALIGN T upper[kLanes];
  const std::size_t half = (column.slots + std::size_t{1}) / 2;
  const std::size_t size = sort_any(column, 0, half, kLeast<T>, kGreatest<T>, scratch);
  const T* const a = scratch;
  const T* const b = scratch + size * kLanes;
  sort_any(column, size, half, kLeast<T>, kGreatest<T>, scratch + size * kLanes);
  for (std::size_t lane = 0; lane < kLanes; lane += hn::Lanes(d)) {
    auto low = hn::Set(d, kLeast<T>);
    auto high = hn::Set(d, kGreatest<T>);
    for (std::size_t i = 0; i < size; ++i) {
      meet(hn::Load(d, a + i * kLanes + lane), hn::Load(d, b + (size - 1 - i) * kLanes + lane), low, high);
    }
    hn::Store(low, d, lower + lane);
    hn::Store(high, d, upper + lane);
  }
  store_medians(column, lower, upper, out);
}

template <typename T>
void median(const Column<T>& column, T* scratch, double* out) {
  const std::size_t half = (column.slots + std::size_t{1}) / 2;
  switch (half <= 8 ? half : (half + 1) / 2 * 2) {
    case 1:
      return median_in_registers<1>(column, out);
    case 2:
      return median_in_registers<2>(column, out);
    case 3:
      return median_in_registers<3>(column, out);
    case 4:
      return median_in_registers<4>(column, out);
    case 5:
      return median_in_registers<5>(column, out);
    case 6:
      return median_in_registers<6>(column, out);
    case 7:
      return median_in_registers<7>(column, out);
    case 8:
      return median_in_registers<8>(column, out);
    case 10:
      return median_in_registers<10>(column, out);
    case 12:
      return median_in_registers<12>(column, out);
    case 14:
      return median_in_registers<14>(column, out);
    case 16:
      return median_in_registers<16>(column, out);
    default:
      return median_in_memory(column, scratch, out);
  }
}

/// The least (or greatest) sample of every lane.
template <typename T>
void extreme(const Column<T>& column, bool greatest, double* out) {
  const Lane<T> d;
  const T padding = greatest ? kLeast<T> : kGreatest<T>;
  HWY_ALIGN T best[kLanes];
  for (T& value : best) value = padding;
  for (std::size_t first = 0; first < column.slots; first += kBlock) {
    const Remaining<T> remaining(column, first);
    const std::size_t slots = HWY_MIN(kBlock, column.slots - first);
    for (std::size_t lane = 0; lane < kLanes; lane += hn::Lanes(d)) {
      const Reader<T> reader(column, remaining, first, lane, padding, padding);
      auto value = hn::Load(d, best + lane);
      for (std::size_t k = 0; k < slots; ++k) {
        value = greatest ? hn::Max(value, reader.read(k)) : hn::Min(value, reader.read(k));
      }
      hn::Store(value, d, best + lane);
    }
  }
  store_medians(column, best, best, out);
}

}  // namespace stacvrt::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per-target guard
