// SPDX-License-Identifier: MIT
// Sampling a box of pixels around each position with weights that are products of one along columns and one along rows
// (taps). What vectors leave is done here, position by position, with the bits that they give. For kernel sources only.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>

#include "kernels/sample.h"
#include "kernels/sample_plain.h"

namespace stacvrt::kernels {

/// A run of positions of one call of a sampler.
struct BoxRun {
  const SourceWindow& source;
  const Positions& positions;
  const std::uint8_t* take;
  std::span<const SampledBand> bands;
  std::size_t first;
  std::size_t count;
};

/// The part of a row of taps that exists: [first, last).
struct TapRange {
  std::int64_t first, last;
};

template <class Taps>
TapRange existing(const Taps& taps, std::int64_t size_px) noexcept {
  return {std::max<std::int64_t>(-taps.first, 0), std::min(taps.count, size_px - taps.first)};
}

/// A mean within the range of the valid taps with weight, where another tap with weight is invalid or does not exist;
/// else as it is.
template <typename Lane, class Taps>
double limited(double mean, const SourceWindow& source, const Taps& across, const Taps& down,
               const Lane* values) noexcept {
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  bool dropped = false;
  for (std::int64_t row = 0; row < down.count; ++row)
    for (std::int64_t column = 0; column < across.count; ++column) {
      if (across.weight(column) * down.weight(row) == 0) continue;
      const std::int64_t x = across.first + column, y = down.first + row;
      const bool exists = x >= 0 && y >= 0 && x < source.width_px && y < source.height_px;
      if (!exists || source.flags[y * source.width_px + x] == 0) {
        dropped = true;
        continue;
      }
      const auto value = static_cast<double>(values[y * source.width_px + x]);
      if (value < low) low = value;
      if (high < value) high = value;
    }
  if (!dropped) return mean;
  return mean < low ? low : high < mean ? high : mean;
}

/// One sample. `Taps`: `first`, pixel of the first tap; `count`; weight(i), of the i-th; `kLimited`: whether the mean
/// is limited as above. Taps are added four by four in a row, rows from top to bottom; those that are invalid or do not
/// exist count as zeros.
template <typename Lane, class Taps>
float box_at(const SourceWindow& source, const Taps& across, const Taps& down, const SampledBand& band) noexcept {
  const auto* const values = static_cast<const Lane*>(band.values);
  const TapRange columns = existing(across, source.width_px);
  const TapRange rows = existing(down, source.height_px);
  double sum = 0;
  double total = 0;
  for (std::int64_t row = rows.first; row < rows.last; ++row) {
    const double down_weight = down.weight(row);
    const std::int64_t left = (down.first + row) * source.width_px + across.first;
    for (std::int64_t four = columns.first / 4 * 4; four < columns.last; four += 4) {
      double weights[4] = {};
      double shares[4] = {};
      for (std::int64_t i = std::max(four, columns.first); i < std::min(four + 4, columns.last); ++i) {
        if (source.flags[left + i] == 0) continue;
        const double weight = across.weight(i) * down_weight;
        weights[i - four] = weight;
        if (weight != 0) shares[i - four] = weight * static_cast<double>(values[left + i]);
      }
      sum += (shares[0] + shares[1]) + (shares[2] + shares[3]);
      total += (weights[0] + weights[1]) + (weights[2] + weights[3]);
    }
  }
  double mean = sum * (1 / total);
  if constexpr (Taps::kLimited) mean = limited(mean, source, across, down, values);
  return harmonised(mean, band.harmonisation);
}

/// Those of a run that `left` tells. `Method::at(position)` are the Taps.
template <class Method>
void boxes_plainly(const BoxRun& run, const Method& across, const Method& down, const std::uint8_t* left) noexcept {
  const Positions& at = run.positions;
  for (std::size_t i = run.first; i < run.first + run.count; ++i) {
    if (left[i - run.first] == 0) continue;
    assert(is_inside(at.col[i], run.source.width_px) && is_inside(at.row[i], run.source.height_px));
    const auto columns = across.at(at.col[i]);
    const auto rows = down.at(at.row[i]);
    for (const SampledBand& band : run.bands)
      with_lane_type(band.type, [&]<typename Lane>(std::type_identity<Lane>) {
        static_cast<float*>(band.out)[i] = box_at<Lane>(run.source, columns, rows, band);
      });
  }
}

/// All positions of a call: `vectors(run, left)` does what it can and sets left[i] to whether position run.first + i is
/// still to be done.
template <class Method, class Vectors>
void sample_boxes(const BoxRun& all, const Method& across, const Method& down, const Vectors& vectors) noexcept {
  constexpr std::size_t kPositions = 512;
  assert(std::ranges::all_of(all.bands, [](const SampledBand& band) { return band.out_type == LaneType::kFloat32; }));
  std::uint8_t left[kPositions];
  const bool fits = fits_words(all.source);
  for (std::size_t done = 0; done < all.count; done += kPositions) {
    BoxRun run = all;
    run.first += done;
    run.count = std::min(kPositions, all.count - done);
    if (fits)
      vectors(run, left);
    else
      std::copy_n(run.take + run.first, run.count, left);
    boxes_plainly(run, across, down, left);
  }
}

}  // namespace stacvrt::kernels
