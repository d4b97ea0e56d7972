// SPDX-License-Identifier: MIT
// Flags and values of the pixels that hold positions. It knows nothing of grids or projections; positions are somebody
// else's work. Whole vectors by Highway; the rest, and windows too large or too small for 32-bit words, plainly.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/sample.cpp"
#include "kernels/sample.h"

#include <type_traits>

#include "hwy/foreach_target.h"  // before the kernels
#include "hwy/highway.h"
#include "kernels/sample-inl.h"

HWY_BEFORE_NAMESPACE();
namespace stacvrt::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// The part of sample_flags that fills whole vectors; returns how many positions that are.
std::size_t flags_of_vectors(const SourceWindow& source, const Positions& positions, std::uint8_t* flags) {
  const Places d;
  const Indices d_index;
  const auto zero = hn::Zero(d);
  const auto width = hn::Set(d, static_cast<double>(source.width_px));
  const auto height = hn::Set(d, static_cast<double>(source.height_px));
  const auto pixels = static_cast<std::int32_t>(source.width_px * source.height_px);
  std::size_t i = 0;
  for (; i + hn::Lanes(d) <= positions.count; i += hn::Lanes(d)) {
    const auto col = hn::LoadU(d, positions.col + i);
    const auto row = hn::LoadU(d, positions.row + i);
    // Comparisons with NaN are false.
    const auto across = hn::And(hn::Ge(col, zero), hn::Lt(col, width));
    const auto inside = hn::And(across, hn::And(hn::Ge(row, zero), hn::Lt(row, height)));
    if (hn::AllFalse(d, inside)) {
      hn::StoreU(hn::Zero(PlaceBytes()), PlaceBytes(), flags + i);
      continue;
    }
    const auto cells = cells_of(hn::IfThenElseZero(inside, col), hn::IfThenElseZero(inside, row), width);
    const auto held = gather_narrow<1>(source.flags, cells, pixels);
    const auto ones = hn::DemoteTo(d_index, hn::IfThenElseZero(inside, hn::Set(d, 1.0)));
    hn::StoreU(hn::DemoteTo(PlaceBytes(), hn::IfThenElseZero(hn::Ne(ones, hn::Zero(d_index)), held)), PlaceBytes(),
               flags + i);
  }
  return i;
}

/// Harmonised values at cells of a source of type Lane.
template <typename Lane>
HWY_INLINE hn::Vec<PlaceFloats> floats_at(const SampledBand& band, IndexVector cells, std::int32_t pixels) {
  const Places d;
  PlaceVector values;
  if constexpr (sizeof(Lane) == sizeof(float)) {
    values = hn::PromoteTo(d, hn::GatherIndex(PlaceFloats(), static_cast<const float*>(band.values), cells));
  } else {
    const auto bits = gather_narrow<2>(band.values, cells, pixels);
    values = hn::PromoteTo(d, std::is_signed_v<Lane> ? sign_extended(bits) : bits);
  }
  const auto scaled = hn::Mul(values, hn::Set(d, band.harmonisation.gain));
  return hn::DemoteTo(PlaceFloats(), hn::Add(scaled, hn::Set(d, band.harmonisation.bias)));
}

/// What all bands need of positions [first, first + count): the cells of the vectors in which something is taken.
struct NearestChunk {
  static constexpr std::size_t kPositions = 512;
  HWY_ALIGN std::int32_t cells[kPositions];
  std::size_t starts[kPositions];
  std::size_t vectors = 0;
};

HWY_INLINE void find_cells(const SourceWindow& source, const Positions& positions, const std::uint8_t* take,
                           NearestChunk& chunk) {
  const Places d;
  const auto width = hn::Set(d, static_cast<double>(source.width_px));
  chunk.vectors = 0;
  for (std::size_t i = 0; i < positions.count; i += hn::Lanes(d)) {
    const auto taken = load_take(take + i);
    if (hn::AllTrue(Indices(), hn::Eq(taken, hn::Zero(Indices())))) continue;
    const auto is_taken = hn::Ne(hn::PromoteTo(d, taken), hn::Zero(d));
    const auto col = hn::IfThenElseZero(is_taken, hn::LoadU(d, positions.col + i));
    const auto row = hn::IfThenElseZero(is_taken, hn::LoadU(d, positions.row + i));
    hn::Store(cells_of(col, row, width), Indices(), chunk.cells + chunk.vectors * hn::Lanes(d));
    chunk.starts[chunk.vectors++] = i;
  }
}

template <typename Lane>
HWY_NOINLINE void place_nearest(const SourceWindow& source, const SampledBand& band, const NearestChunk& chunk,
                                const std::uint8_t* take, std::size_t first) {
  const Indices d;
  const auto pixels = static_cast<std::int32_t>(source.width_px * source.height_px);
  for (std::size_t k = 0; k < chunk.vectors; ++k) {
    const std::size_t at = chunk.starts[k];
    prefetch_below<Lane>(band.values, chunk.cells[k * hn::Lanes(d)], source);
    const auto cells = hn::Load(d, chunk.cells + k * hn::Lanes(d));
    const auto taken = hn::Ne(load_take(take + at), hn::Zero(d));
    if (band.out_type == LaneType::kFloat32) {
      hn::BlendedStore(floats_at<Lane>(band, cells, pixels), hn::RebindMask(PlaceFloats(), taken), PlaceFloats(),
                       static_cast<float*>(band.out) + first + at);
      continue;
    }
    HWY_ALIGN std::int32_t bits[hn::MaxLanes(d)];
    hn::Store(gather_narrow<2>(band.values, cells, pixels), d, bits);
    auto* const out = static_cast<std::uint16_t*>(band.out) + first + at;
    for (std::size_t lane = 0; lane < hn::Lanes(d); ++lane)
      if (take[at + lane] != 0) out[lane] = static_cast<std::uint16_t>(bits[lane]);
  }
}

/// The part of sample_nearest that fills whole vectors; returns how many positions that are.
std::size_t nearest_of_vectors(const SourceWindow& source, const Positions& positions, const std::uint8_t* take,
                               const SampledBand* bands, std::size_t band_count) {
  const std::size_t whole = positions.count / hn::Lanes(Places()) * hn::Lanes(Places());
  NearestChunk chunk;
  for (std::size_t first = 0; first < whole; first += NearestChunk::kPositions) {
    const std::size_t count = HWY_MIN(NearestChunk::kPositions, whole - first);
    find_cells(source, {positions.col + first, positions.row + first, count}, take + first, chunk);
    for (std::size_t i = 0; i < band_count; ++i) {
      with_lane_type(bands[i].type, [&]<typename Lane>(std::type_identity<Lane>) {
        place_nearest<Lane>(source, bands[i], chunk, take + first, first);
      });
    }
  }
  return whole;
}

}  // namespace stacvrt::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <cassert>

#include "kernels/dispatch.h"
#include "kernels/sample_plain.h"

namespace stacvrt::kernels {

HWY_EXPORT(flags_of_vectors);
HWY_EXPORT(nearest_of_vectors);

namespace {

/// Positions from `first` on.
template <typename Lane>
void nearest_plainly(const SourceWindow& source, const Positions& positions, std::size_t first,
                     const std::uint8_t* take, const SampledBand& band) noexcept {
  const auto* const values = static_cast<const Lane*>(band.values);
  for (std::size_t i = first; i < positions.count; ++i) {
    if (take[i] == 0) continue;
    assert(is_inside(positions.col[i], source.width_px) && is_inside(positions.row[i], source.height_px));
    const Lane value = values[pixel_at(positions.col[i], positions.row[i], source.width_px)];
    if (band.out_type == LaneType::kFloat32)
      static_cast<float*>(band.out)[i] = harmonised(static_cast<double>(value), band.harmonisation);
    else
      static_cast<std::uint16_t*>(band.out)[i] = static_cast<std::uint16_t>(value);
  }
}

}  // namespace

void sample_flags(const SourceWindow& source, const Positions& positions, std::uint8_t* flags) noexcept {
  std::size_t i = fits_words(source) ? STACVRT_DISPATCH(flags_of_vectors)(source, positions, flags) : 0;
  for (; i < positions.count; ++i) {
    const double col = positions.col[i];
    const double row = positions.row[i];
    const bool inside = is_inside(col, source.width_px) && is_inside(row, source.height_px);
    flags[i] = inside ? source.flags[pixel_at(col, row, source.width_px)] : std::uint8_t{0};
  }
}

void sample_nearest(const SourceWindow& source, const Positions& positions, const std::uint8_t* take,
                    std::span<const SampledBand> bands) noexcept {
  const std::size_t done =
      fits_words(source) ? STACVRT_DISPATCH(nearest_of_vectors)(source, positions, take, bands.data(), bands.size())
                         : 0;
  for (const SampledBand& band : bands)
    with_lane_type(band.type, [&]<typename Lane>(std::type_identity<Lane>) {
      nearest_plainly<Lane>(source, positions, done, take, band);
    });
}

}  // namespace stacvrt::kernels
#endif
