// SPDX-License-Identifier: MIT
// Bilinear sampling: four neighbours and their renormalised weights are found once per position, then every band is
// four values and a weighted sum. In double, because weights in float would be off by more than the 1e-3 DN that
// NUMERICS allows where neighbours differ by thousands. No fused operations: all instruction sets give the same bits.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/sample_bilinear.cpp"
#include <cmath>

#include "hwy/foreach_target.h"  // before the kernels
#include "hwy/highway.h"
#include "kernels/sample-inl.h"
#include "kernels/sample.h"

HWY_BEFORE_NAMESPACE();
namespace stacvrt::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// What all bands need of a run of positions, for those vectors in which something is taken.
struct BilinearChunk {
  static constexpr std::size_t kPositions = 256;  // the arrays stay in a core's first cache
  HWY_ALIGN std::int32_t corners[kPositions];     ///< index of the upper left neighbour
  HWY_ALIGN double weights[4][kPositions];        ///< upper left, upper right, lower left, lower right
  std::size_t starts[kPositions];                 ///< first position of each vector
  std::size_t vectors = 0;
};

/// Two neighbours along one axis that exist both, and the weights of both before anything drops out.
struct NeighbourVectors {
  PlaceVector first;
  PlaceVector weights[2];
};

/// `last`: the last pixel but one. At the border of the window the pair moves inwards, and the neighbour that does not
/// exist hands no weight on.
HWY_INLINE NeighbourVectors neighbours_of(PlaceVector positions, PlaceVector last) {
  const Places d;
  const auto from_first_centre = hn::Sub(positions, hn::Set(d, 0.5));
  const auto wanted = hn::Floor(from_first_centre);
  const auto fraction = hn::Sub(from_first_centre, wanted);
  const auto rest = hn::Sub(hn::Set(d, 1.0), fraction);
  const auto first = hn::Min(hn::Max(wanted, hn::Zero(d)), last);
  const auto before = hn::Lt(wanted, first);
  const auto behind = hn::Gt(wanted, first);
  return {first,
          {hn::IfThenElse(before, fraction, hn::IfThenZeroElse(behind, rest)),
           hn::IfThenElse(behind, rest, hn::IfThenZeroElse(before, fraction))}};
}

/// Finds corners and weights of one vector of positions; those not taken get any.
HWY_INLINE void weigh(const SourceWindow& source, PlaceVector col, PlaceVector row, std::size_t at,
                      BilinearChunk& chunk) {
  const Places d;
  const auto width = static_cast<std::int32_t>(source.width_px);
  const auto cols = neighbours_of(col, hn::Set(d, static_cast<double>(source.width_px - 2)));
  const auto rows = neighbours_of(row, hn::Set(d, static_cast<double>(source.height_px - 2)));
  const auto corners = cells_of(cols.first, rows.first, hn::Set(d, static_cast<double>(width)));
  // Words of flags that end with the pair wanted: those that begin with it would reach beyond the last row.
  const auto upper = gather_words(source.flags, corners);
  const auto lower = gather_words(source.flags, hn::Add(corners, hn::Set(Indices(), width - 2)));
  const auto upper_left = hn::Mul(hn::Mul(cols.weights[0], rows.weights[0]), factor_of<0>(upper));
  const auto upper_right = hn::Mul(hn::Mul(cols.weights[1], rows.weights[0]), factor_of<8>(upper));
  const auto lower_left = hn::Mul(hn::Mul(cols.weights[0], rows.weights[1]), factor_of<16>(lower));
  const auto lower_right = hn::Mul(hn::Mul(cols.weights[1], rows.weights[1]), factor_of<24>(lower));
  const auto sum = hn::Add(hn::Add(upper_left, upper_right), hn::Add(lower_left, lower_right));
  const auto scale = hn::Div(hn::Set(d, 1.0), sum);
  hn::Store(corners, Indices(), chunk.corners + at);
  hn::Store(hn::Mul(upper_left, scale), d, chunk.weights[0] + at);
  hn::Store(hn::Mul(upper_right, scale), d, chunk.weights[1] + at);
  hn::Store(hn::Mul(lower_left, scale), d, chunk.weights[2] + at);
  hn::Store(hn::Mul(lower_right, scale), d, chunk.weights[3] + at);
}

/// A whole number of vectors, at most BilinearChunk::kPositions positions.
HWY_INLINE void weigh_all(const SourceWindow& source, const Positions& positions, const std::uint8_t* take,
                          BilinearChunk& chunk) {
  const Places d;
  chunk.vectors = 0;
  for (std::size_t i = 0; i < positions.count; i += hn::Lanes(d)) {
    const auto taken = load_take(take + i);
    if (hn::AllTrue(Indices(), hn::Eq(taken, hn::Zero(Indices())))) continue;
    const auto is_taken = hn::Ne(hn::PromoteTo(d, taken), hn::Zero(d));
    weigh(source, hn::IfThenElseZero(is_taken, hn::LoadU(d, positions.col + i)),
          hn::IfThenElseZero(is_taken, hn::LoadU(d, positions.row + i)), chunk.vectors * hn::Lanes(d), chunk);
    chunk.starts[chunk.vectors++] = i;
  }
}

template <typename Lane>
HWY_NOINLINE void place_bilinear(const SampledBand& band, const BilinearChunk& chunk, const SourceWindow& source,
                                 const std::uint8_t* take, float* out) {
  const Places d;
  const auto below = hn::Set(Indices(), static_cast<std::int32_t>(source.width_px));
  const auto gain = hn::Set(d, band.harmonisation.gain);
  const auto bias = hn::Set(d, band.harmonisation.bias);
  for (std::size_t k = 0; k < chunk.vectors; ++k) {
    const std::size_t in_chunk = k * hn::Lanes(d);
    const std::size_t at = chunk.starts[k];
    const auto corners = hn::Load(Indices(), chunk.corners + in_chunk);
    prefetch_below<Lane>(band.values, chunk.corners[in_chunk], source);
    const auto upper = weighted<Lane>(pairs_at<Lane>(band.values, corners), hn::Load(d, chunk.weights[0] + in_chunk),
                                      hn::Load(d, chunk.weights[1] + in_chunk));
    const auto lower =
        weighted<Lane>(pairs_at<Lane>(band.values, hn::Add(corners, below)), hn::Load(d, chunk.weights[2] + in_chunk),
                       hn::Load(d, chunk.weights[3] + in_chunk));
    const auto result = hn::Add(hn::Mul(hn::Add(upper, lower), gain), bias);
    const auto taken = hn::Ne(load_take(take + at), hn::Zero(Indices()));
    hn::BlendedStore(hn::DemoteTo(PlaceFloats(), result), hn::RebindMask(PlaceFloats(), taken), PlaceFloats(),
                     out + at);
  }
}

/// The part of sample_bilinear that fills whole vectors; returns how many positions that are.
std::size_t bilinear_of_vectors(const SourceWindow& source, const Positions& positions, const std::uint8_t* take,
                                const SampledBand* bands, std::size_t band_count) {
  const std::size_t whole = positions.count / hn::Lanes(Places()) * hn::Lanes(Places());
  BilinearChunk chunk;
  for (std::size_t first = 0; first < whole; first += BilinearChunk::kPositions) {
    const std::size_t count = HWY_MIN(BilinearChunk::kPositions, whole - first);
    weigh_all(source, {positions.col + first, positions.row + first, count}, take + first, chunk);
    for (std::size_t i = 0; i < band_count; ++i) {
      float* const out = static_cast<float*>(bands[i].out) + first;
      with_lane_type(bands[i].type, [&]<typename Lane>(std::type_identity<Lane>) {
        place_bilinear<Lane>(bands[i], chunk, source, take + first, out);
      });
    }
  }
  return whole;
}

}  // namespace stacvrt::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <algorithm>
#include <cassert>

#include "kernels/dispatch.h"
#include "kernels/sample_plain.h"

namespace stacvrt::kernels {

HWY_EXPORT(bilinear_of_vectors);

namespace {

/// The pixel centres around a position along one axis, and their weights; 0 for one that does not exist.
struct Neighbours {
  std::int64_t pixels[2];
  double weights[2];
};

Neighbours neighbours_of(double position, std::int64_t size_px) noexcept {
  const double from_first_centre = position - 0.5;
  const std::int64_t first = floor_of(from_first_centre);
  const double fraction = from_first_centre - static_cast<double>(first);
  return {{std::max<std::int64_t>(first, 0), std::min(first + 1, size_px - 1)},
          {first < 0 ? 0 : 1 - fraction, first + 1 >= size_px ? 0 : fraction}};
}

/// As the vectors do it, operation by operation.
template <typename Lane>
float bilinear_at(const SourceWindow& source, double col, double row, const SampledBand& band) noexcept {
  const Neighbours cols = neighbours_of(col, source.width_px);
  const Neighbours rows = neighbours_of(row, source.height_px);
  double values[2][2];
  double weights[2][2];
  for (std::size_t down = 0; down < 2; ++down)
    for (std::size_t across = 0; across < 2; ++across) {
      const std::int64_t pixel = rows.pixels[down] * source.width_px + cols.pixels[across];
      const double weight = cols.weights[across] * rows.weights[down];
      weights[down][across] = source.flags[pixel] != 0 ? weight : 0;
      values[down][across] = static_cast<double>(static_cast<const Lane*>(band.values)[pixel]);
    }
  const double scale = 1 / ((weights[0][0] + weights[0][1]) + (weights[1][0] + weights[1][1]));
  const auto share = [&](std::size_t down, std::size_t across) {
    const double weight = weights[down][across] * scale;
    return weight > 0 ? weight * values[down][across] : 0;
  };
  return harmonised((share(0, 0) + share(0, 1)) + (share(1, 0) + share(1, 1)), band.harmonisation);
}

/// Positions from `first` on.
template <typename Lane>
void bilinear_plainly(const SourceWindow& source, const Positions& positions, std::size_t first,
                      const std::uint8_t* take, const SampledBand& band) noexcept {
  for (std::size_t i = first; i < positions.count; ++i) {
    if (take[i] == 0) continue;
    assert(is_inside(positions.col[i], source.width_px) && is_inside(positions.row[i], source.height_px));
    static_cast<float*>(band.out)[i] = bilinear_at<Lane>(source, positions.col[i], positions.row[i], band);
  }
}

}  // namespace

void sample_bilinear(const SourceWindow& source, const Positions& positions, const std::uint8_t* take,
                     std::span<const SampledBand> bands) noexcept {
  const std::size_t done =
      fits_words(source) ? STACVRT_DISPATCH(bilinear_of_vectors)(source, positions, take, bands.data(), bands.size())
                         : 0;
  for (const SampledBand& band : bands) {
    assert(band.out_type == LaneType::kFloat32);
    with_lane_type(band.type, [&]<typename Lane>(std::type_identity<Lane>) {
      bilinear_plainly<Lane>(source, positions, done, take, band);
    });
  }
}

}  // namespace stacvrt::kernels
#endif
