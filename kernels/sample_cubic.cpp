// SPDX-License-Identifier: MIT
// Cubic sampling: weights of the 4 x 4 pixel centres around a position, after Keys, "Cubic convolution interpolation
// for digital image processing" (1981), with a = -0.5. In double, as bilinear, and for the same reason. Some weights
// are negative: what is left of them when neighbours drop out may add up to next to nothing, and the mean is limited.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/sample_cubic.cpp"
#include "hwy/foreach_target.h"  // before the kernels
#include "hwy/highway.h"
#include "kernels/sample_box-inl.h"

#ifndef STACVRT_SAMPLE_CUBIC
#define STACVRT_SAMPLE_CUBIC
namespace stacvrt::kernels {

/// The pixel centres around a position along one axis, two on either side. With f from the second to the position:
/// ((1 - f / 2) f - 1/2) f, (3/2 f - 5/2) f^2 + 1, ((2 - 3/2 f) f + 1/2) f, (f / 2 - 1/2) f^2.
struct CubicTaps {
  static constexpr bool kLimited = true;
  std::int64_t first;
  double weights[4];
  std::int64_t count = 4;
  [[nodiscard]] double weight(std::int64_t tap) const noexcept { return weights[tap]; }
};

struct Cubic {
  [[nodiscard]] static CubicTaps at(double position) noexcept {
    const double from_first_centre = position - 0.5;
    const std::int64_t second = floor_of(from_first_centre);
    const double f = from_first_centre - static_cast<double>(second);
    const double square = f * f;
    return {second - 1,
            {((1 - 0.5 * f) * f - 0.5) * f, (1.5 * f - 2.5) * square + 1, ((2 - 1.5 * f) * f + 0.5) * f,
             (0.5 * f - 0.5) * square}};
  }
};

}  // namespace stacvrt::kernels
#endif

HWY_BEFORE_NAMESPACE();
namespace stacvrt::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

struct CubicTapVectors {
  static constexpr bool kLimited = true;
  PlaceVector first;
  PlaceVector weights[4];
  std::int64_t count = 4;
  [[nodiscard]] HWY_INLINE PlaceVector weight(std::int64_t tap) const { return weights[tap]; }
  /// As Cubic::at, operation by operation.
  static HWY_INLINE CubicTapVectors at(const Cubic& method, PlaceVector positions);
};

HWY_INLINE CubicTapVectors CubicTapVectors::at(const Cubic& /*method*/, PlaceVector positions) {
  const Places d;
  const auto half = hn::Set(d, 0.5);
  const auto one = hn::Set(d, 1.0);
  const auto three_halves = hn::Set(d, 1.5);
  const auto from_first_centre = hn::Sub(positions, half);
  const auto second = hn::Floor(from_first_centre);
  const auto f = hn::Sub(from_first_centre, second);
  const auto square = hn::Mul(f, f);
  const auto outer = hn::Sub(hn::Mul(hn::Sub(one, hn::Mul(half, f)), f), half);
  const auto inner = hn::Add(hn::Mul(hn::Sub(hn::Set(d, 2.0), hn::Mul(three_halves, f)), f), half);
  return {hn::Sub(second, one),
          {hn::Mul(outer, f), hn::Add(hn::Mul(hn::Sub(hn::Mul(three_halves, f), hn::Set(d, 2.5)), square), one),
           hn::Mul(inner, f), hn::Mul(hn::Sub(hn::Mul(half, f), half), square)}};
}

void cubic_of_vectors(const BoxRun& run, std::uint8_t* left) {
  boxes_of_vectors<CubicTapVectors>(run, Cubic(), Cubic(), left);
}

}  // namespace stacvrt::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "kernels/dispatch.h"

namespace stacvrt::kernels {

HWY_EXPORT(cubic_of_vectors);

void sample_cubic(const SourceWindow& source, const Positions& positions, const std::uint8_t* take,
                  std::span<const SampledBand> bands) noexcept {
  const BoxRun all{source, positions, take, bands, 0, positions.count};
  sample_boxes(all, Cubic(), Cubic(), [](const BoxRun& run, std::uint8_t* left) {
    STACVRT_DISPATCH(cubic_of_vectors)(run, left);
  });
}

}  // namespace stacvrt::kernels
#endif
