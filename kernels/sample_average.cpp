// SPDX-License-Identifier: MIT
// The mean of the pixels under a box around each position, weighed by area. In double. All that is rounded is measured
// from the pixel that holds the position, so that no weight depends on where the window begins.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/sample_average.cpp"
#include <cmath>

#include "hwy/foreach_target.h"  // before the kernels
#include "hwy/highway.h"
#include "kernels/sample_box-inl.h"

#ifndef STACVRT_SAMPLE_AVERAGE
#define STACVRT_SAMPLE_AVERAGE
namespace stacvrt::kernels {

/// The pixels under one side of a box, and what the box has of each; positions from `holder` on, the pixel that holds
/// the box's middle.
struct OverlapTaps {
  static constexpr bool kLimited = false;
  std::int64_t first;
  std::int64_t count;
  double low, high;  ///< ends of the box
  double first_tap;  ///< the first pixel
  [[nodiscard]] double weight(std::int64_t tap) const noexcept {
    const double left = first_tap + static_cast<double>(tap);
    return std::max(std::min(high, left + 1) - std::max(low, left), 0.0);
  }
};

struct Overlap {
  double half_px;      ///< of the box's side
  std::int64_t count;  ///< most pixels that it can touch
  explicit Overlap(double side_px) noexcept
      : half_px(side_px / 2), count(static_cast<std::int64_t>(std::ceil(side_px)) + 1) {}
  [[nodiscard]] OverlapTaps at(double position) const noexcept {
    const std::int64_t holder = floor_of(position);
    const double middle = position - static_cast<double>(holder);
    const double low = middle - half_px;
    const std::int64_t first = floor_of(low);
    return {holder + first, count, low, middle + half_px, static_cast<double>(first)};
  }
};

}  // namespace stacvrt::kernels
#endif

HWY_BEFORE_NAMESPACE();
namespace stacvrt::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

struct OverlapTapVectors {
  static constexpr bool kLimited = false;
  PlaceVector first;
  std::int64_t count;
  PlaceVector low, high, first_tap;
  [[nodiscard]] HWY_INLINE PlaceVector weight(std::int64_t tap) const {
    const Places d;
    if (tap >= count) return hn::Zero(d);
    const auto left = hn::Add(first_tap, hn::Set(d, static_cast<double>(tap)));
    const auto right = hn::Min(high, hn::Add(left, hn::Set(d, 1.0)));
    return hn::Max(hn::Sub(right, hn::Max(low, left)), hn::Zero(d));
  }
  /// As Overlap::at, operation by operation.
  static HWY_INLINE OverlapTapVectors at(const Overlap& method, PlaceVector positions);
};

HWY_INLINE OverlapTapVectors OverlapTapVectors::at(const Overlap& method, PlaceVector positions) {
  const auto half = hn::Set(Places(), method.half_px);
  const auto holder = hn::Floor(positions);
  const auto middle = hn::Sub(positions, holder);
  const auto low = hn::Sub(middle, half);
  const auto first = hn::Floor(low);
  return {hn::Add(holder, first), method.count, low, hn::Add(middle, half), first};
}

void average_of_vectors(const BoxRun& run, const Overlap& across, const Overlap& down, std::uint8_t* left) {
  boxes_of_vectors<OverlapTapVectors>(run, across, down, left);
}

}  // namespace stacvrt::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <cassert>

#include "kernels/dispatch.h"

namespace stacvrt::kernels {

HWY_EXPORT(average_of_vectors);

void sample_average(const SourceWindow& source, const Positions& positions, const Footprint& box,
                    const std::uint8_t* take, std::span<const SampledBand> bands) noexcept {
  assert(box.width_px >= Footprint::kLeastSide && box.height_px >= Footprint::kLeastSide);
  const BoxRun all{source, positions, take, bands, 0, positions.count};
  const Overlap across(box.width_px);
  const Overlap down(box.height_px);
  sample_boxes(all, across, down, [&](const BoxRun& run, std::uint8_t* left) {
    STACVRT_DISPATCH(average_of_vectors)(run, across, down, left);
  });
}

}  // namespace stacvrt::kernels
#endif
