// SPDX-License-Identifier: MIT
// Sampling boxes of pixels, a vector of positions at a time: kernels/sample_box.h says what, and does the rest.
// Compiled once per instruction set. No fused operations: all of them give the same bits.
#if defined(STACVRT_SAMPLE_BOX_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef STACVRT_SAMPLE_BOX_INL_H
#undef STACVRT_SAMPLE_BOX_INL_H
#else
#define STACVRT_SAMPLE_BOX_INL_H
#endif

#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "hwy/highway.h"
#include "kernels/sample-inl.h"
#include "kernels/sample_box.h"

HWY_BEFORE_NAMESPACE();
namespace stacvrt::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Groups of four taps in a row for one vector of positions, found once for all bands.
struct Fours {
  static constexpr std::size_t kMost = 8;
  static constexpr std::size_t kPlaces = hn::MaxLanes(Places());
  HWY_ALIGN std::int32_t cells[kMost][kPlaces];  ///< index of the first tap's pixel
  HWY_ALIGN double weights[kMost][4][kPlaces];   ///< 0 where invalid
  std::size_t count = 0;
  bool all_valid = true;  ///< every tap of every position so far
};

/// Sums of one vector of positions.
struct BoxSums {
  static constexpr std::size_t kMostBands = 16;
  HWY_ALIGN double bands[kMostBands][Fours::kPlaces];
  HWY_ALIGN double weights[Fours::kPlaces];
};

/// Adds a band's shares of the taps.
template <typename Lane>
HWY_NOINLINE void add_fours(const SourceWindow& source, const void* values, const Fours& fours, double* sums) {
  const Places d;
  for (std::size_t i = 0; i < fours.count; ++i) prefetch_below<Lane>(values, fours.cells[i][0], source);
  auto sum = hn::Load(d, sums);
  for (std::size_t i = 0; i < fours.count; ++i) {
    const auto cells = hn::Load(Indices(), fours.cells[i]);
    const auto& weights = fours.weights[i];
    const auto first = weighted<Lane>(pairs_at<Lane>(values, cells), hn::Load(d, weights[0]), hn::Load(d, weights[1]));
    const auto second = weighted<Lane>(pairs_at<Lane>(values, hn::Add(cells, hn::Set(Indices(), 2))),
                                       hn::Load(d, weights[2]), hn::Load(d, weights[3]));
    sum = hn::Add(sum, hn::Add(first, second));
  }
  hn::Store(sum, d, sums);
}

using AddFours = void (*)(const SourceWindow& source, const void* values, const Fours& fours, double* sums);

/// The least and the greatest of some values.
struct ValueRange {
  PlaceVector low, high;
};

/// With those of `values` that have weight. By comparisons, so that every instruction set keeps the same one of two
/// equal values (0 and -0).
HWY_INLINE ValueRange extended(const ValueRange& range, PlaceVector values, PlaceVector weights) {
  const auto counts = hn::Ne(weights, hn::Zero(Places()));
  return {hn::IfThenElse(hn::And(counts, hn::Lt(values, range.low)), values, range.low),
          hn::IfThenElse(hn::And(counts, hn::Lt(range.high, values)), values, range.high)};
}

/// Limits a band's means to the range of the taps with weight, where `dropped` is not 0.
template <typename Lane>
HWY_NOINLINE void limit_means(const void* values, const Fours& fours, const double* dropped, double* means) {
  const Places d;
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  ValueRange range{hn::Set(d, kInfinity), hn::Set(d, -kInfinity)};
  for (std::size_t i = 0; i < fours.count; ++i) {
    const auto cells = hn::Load(Indices(), fours.cells[i]);
    for (const std::size_t tap : {0U, 2U}) {
      const Pair pair = pairs_at<Lane>(values, hn::Add(cells, hn::Set(Indices(), static_cast<std::int32_t>(tap))));
      range = extended(range, pair.left, hn::Load(d, fours.weights[i][tap]));
      range = extended(range, pair.right, hn::Load(d, fours.weights[i][tap + 1]));
    }
  }
  const auto means_now = hn::Load(d, means);
  const auto at_most = hn::IfThenElse(hn::Lt(range.high, means_now), range.high, means_now);
  const auto limited = hn::IfThenElse(hn::Lt(means_now, range.low), range.low, at_most);
  hn::Store(hn::IfThenElse(hn::Ne(hn::Load(d, dropped), hn::Zero(d)), limited, means_now), d, means);
}

/// The taps of one vector of positions and the cells of the first of them. `Taps`: `first`, pixels of the first tap;
/// `count`; weight(i), of the i-th, 0 for i >= count; `kLimited`: means of what is left when taps with weight drop out
/// are limited to the range of its values (at most Fours::kMost fours then).
template <class Taps>
struct BoxVector {
  Taps across, down;
  IndexVector corners;
  std::int32_t width;
};

/// Weighs four taps from column `column` on in row `row`.
template <class Taps>
HWY_INLINE void add_four(const std::uint8_t* flags, const BoxVector<Taps>& box, std::int64_t row, std::int64_t column,
                         Fours& fours, BoxSums& sums) {
  const Places d;
  const auto offset = static_cast<std::int32_t>(row * box.width + column);
  const auto cells = hn::Add(box.corners, hn::Set(Indices(), offset));
  const auto valid = gather_words(flags, cells);
  const auto down = box.down.weight(row);
  const auto first = hn::Mul(hn::Mul(box.across.weight(column), down), factor_of<0>(valid));
  const auto second = hn::Mul(hn::Mul(box.across.weight(column + 1), down), factor_of<8>(valid));
  const auto third = hn::Mul(hn::Mul(box.across.weight(column + 2), down), factor_of<16>(valid));
  const auto fourth = hn::Mul(hn::Mul(box.across.weight(column + 3), down), factor_of<24>(valid));
  const auto total = hn::Add(hn::Add(first, second), hn::Add(third, fourth));
  hn::Store(hn::Add(hn::Load(d, sums.weights), total), d, sums.weights);
  if constexpr (Taps::kLimited)
    fours.all_valid = fours.all_valid && hn::AllTrue(PlaceWords(), hn::Eq(valid, hn::Set(PlaceWords(), 0x01010101U)));
  hn::Store(cells, Indices(), fours.cells[fours.count]);
  hn::Store(first, d, fours.weights[fours.count][0]);
  hn::Store(second, d, fours.weights[fours.count][1]);
  hn::Store(third, d, fours.weights[fours.count][2]);
  hn::Store(fourth, d, fours.weights[fours.count][3]);
  ++fours.count;
}

/// All taps of a vector of positions, for the bands [first, last). `fours`: the last of them.
template <class Taps>
HWY_INLINE void add_box(const BoxRun& run, const BoxVector<Taps>& box, std::size_t first, std::size_t last,
                        Fours& fours, BoxSums& sums) {
  AddFours add[BoxSums::kMostBands];
  for (std::size_t band = first; band < last; ++band) {
    hn::Store(hn::Zero(Places()), Places(), sums.bands[band - first]);
    add[band - first] = with_lane_type(
        run.bands[band].type, []<typename Lane>(std::type_identity<Lane>) -> AddFours { return &add_fours<Lane>; });
  }
  hn::Store(hn::Zero(Places()), Places(), sums.weights);
  fours.count = 0;
  fours.all_valid = true;
  for (std::int64_t row = 0; row < box.down.count; ++row)
    for (std::int64_t column = 0; column < box.across.count; column += 4) {
      if (fours.count == Fours::kMost) fours.count = 0;
      add_four(run.source.flags, box, row, column, fours, sums);
      if (fours.count < Fours::kMost && (row + 1 < box.down.count || column + 4 < box.across.count)) continue;
      for (std::size_t band = first; band < last; ++band)
        add[band - first](run.source, run.bands[band].values, fours, sums.bands[band - first]);
    }
}

/// Where a tap with weight is not valid: not 0. All of the box's taps are in `fours`.
template <class Taps>
HWY_INLINE PlaceVector dropped_taps(const BoxVector<Taps>& box, const Fours& fours) {
  const Places d;
  const auto zero = hn::Zero(d);
  auto dropped = zero;
  std::size_t four = 0;
  for (std::int64_t row = 0; row < box.down.count; ++row)
    for (std::int64_t column = 0; column < box.across.count; column += 4, ++four)
      for (std::int64_t i = 0; i < 4; ++i) {
        const auto weight = hn::Mul(box.across.weight(column + i), box.down.weight(row));
        const auto left = hn::Load(d, fours.weights[four][i]);
        dropped = hn::IfThenElse(hn::And(hn::Ne(weight, zero), hn::Eq(left, zero)), hn::Set(d, 1.0), dropped);
      }
  return dropped;
}

/// Limits the means of the bands [first, last).
template <class Taps>
HWY_INLINE void limit_box(const BoxRun& run, const BoxVector<Taps>& box, const Fours& fours, std::size_t first,
                          std::size_t last, BoxSums& means) {
  const auto dropped = dropped_taps(box, fours);
  if (hn::AllTrue(Places(), hn::Eq(dropped, hn::Zero(Places())))) return;
  HWY_ALIGN double where[Fours::kPlaces];
  hn::Store(dropped, Places(), where);
  for (std::size_t band = first; band < last; ++band)
    with_lane_type(run.bands[band].type, [&]<typename Lane>(std::type_identity<Lane>) {
      limit_means<Lane>(run.bands[band].values, fours, where, means.bands[band - first]);
    });
}

/// Samples of one vector of positions from `at` on.
template <class Taps>
HWY_INLINE void place_box(const BoxRun& run, const BoxVector<Taps>& box, std::size_t at, IndexVector taken) {
  const Places d;
  const auto mask = hn::RebindMask(PlaceFloats(), hn::Ne(taken, hn::Zero(Indices())));
  BoxSums sums;
  Fours fours;
  for (std::size_t first = 0; first < run.bands.size(); first += BoxSums::kMostBands) {
    const std::size_t last = HWY_MIN(first + BoxSums::kMostBands, run.bands.size());
    add_box(run, box, first, last, fours, sums);
    const auto scale = hn::Div(hn::Set(d, 1.0), hn::Load(d, sums.weights));
    for (std::size_t i = 0; i < last - first; ++i)
      hn::Store(hn::Mul(hn::Load(d, sums.bands[i]), scale), d, sums.bands[i]);
    if constexpr (Taps::kLimited)
      if (!fours.all_valid) limit_box(run, box, fours, first, last, sums);
    for (std::size_t i = first; i < last; ++i) {
      const SampledBand& band = run.bands[i];
      const auto mean = hn::Load(d, sums.bands[i - first]);
      const auto result =
          hn::Add(hn::Mul(mean, hn::Set(d, band.harmonisation.gain)), hn::Set(d, band.harmonisation.bias));
      hn::BlendedStore(hn::DemoteTo(PlaceFloats(), result), mask, PlaceFloats(), static_cast<float*>(band.out) + at);
    }
  }
}

/// Where all taps lie in the window, and words may be read from the last ones on.
template <class Taps>
HWY_INLINE PlaceMask holds_taps(const SourceWindow& source, const Taps& across, const Taps& down) {
  const Places d;
  const auto number = [d](std::int64_t value) HWY_ATTR { return hn::Set(d, static_cast<double>(value)); };
  const auto zero = hn::Zero(d);
  const auto last = hn::Add(down.first, number(down.count - 1));
  const auto in_columns =
      hn::And(hn::Ge(across.first, zero), hn::Le(hn::Add(across.first, number(across.count)), number(source.width_px)));
  const auto in_rows = hn::And(hn::Ge(down.first, zero), hn::Lt(last, number(source.height_px)));
  const auto read_to =
      hn::Add(hn::Add(hn::Mul(last, number(source.width_px)), across.first), number((across.count + 3) / 4 * 4));
  return hn::And(hn::And(in_columns, in_rows), hn::Le(read_to, number(source.width_px * source.height_px)));
}

/// The part of a run that fills whole vectors of positions whose taps all exist. left[i]: whether position
/// run.first + i is taken and was not done. `Taps::at(method, positions)` makes the taps.
template <class Taps, class Method>
void boxes_of_vectors(const BoxRun& run, const Method& across, const Method& down, std::uint8_t* left) {
  const Places d;
  std::size_t i = 0;
  for (; i + hn::Lanes(d) <= run.count; i += hn::Lanes(d)) {
    const std::size_t at = run.first + i;
    const auto taken = load_take(run.take + at);
    const auto is_taken = hn::Ne(hn::PromoteTo(d, taken), hn::Zero(d));
    hn::StoreU(hn::Zero(PlaceBytes()), PlaceBytes(), left + i);
    if (hn::AllFalse(d, is_taken)) continue;
    Taps columns = Taps::at(across, hn::LoadU(d, run.positions.col + at));
    Taps rows = Taps::at(down, hn::LoadU(d, run.positions.row + at));
    if (!hn::AllTrue(d, hn::Or(hn::Not(is_taken), holds_taps(run.source, columns, rows)))) {
      hn::StoreU(hn::LoadU(PlaceBytes(), run.take + at), PlaceBytes(), left + i);
      continue;
    }
    columns.first = hn::IfThenElseZero(is_taken, columns.first);
    rows.first = hn::IfThenElseZero(is_taken, rows.first);
    const auto width = hn::Set(d, static_cast<double>(run.source.width_px));
    place_box(run,
              BoxVector<Taps>{columns, rows, cells_of(columns.first, rows.first, width),
                              static_cast<std::int32_t>(run.source.width_px)},
              at, taken);
  }
  for (; i < run.count; ++i) left[i] = run.take[run.first + i];
}

}  // namespace stacvrt::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per-target guard
