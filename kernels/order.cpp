// SPDX-License-Identifier: MIT
// Reducers by rank: from sorted lanes to results in double. How lanes are sorted is sort.h's matter.
#include "kernels/order.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

#include "kernels/sort.h"
#include "kernels/workspace_state.h"

namespace stacvrt::kernels {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// Sorted values of one band as doubles.
template <typename T>
class Values {
 public:
  explicit Values(bool flip) noexcept : m_bias(flip ? -32768.0 : 0.0) {}
  /// The bias of +0 also turns -0, whose place among equal zeros is accidental, into +0.
  [[nodiscard]] double operator()(T value) const noexcept { return static_cast<double>(value) + m_bias; }

 private:
  double m_bias;
};

void blank_empty_lanes(const std::uint32_t* counts, double* out) noexcept {
  for (std::size_t lane = 0; lane < kLanes; ++lane) out[lane] = counts[lane] == 0 ? kNan : out[lane];
}

template <typename T>
Column<T> column_of(const LaneGroup& group, std::size_t band) noexcept {
  return {static_cast<const T*>(group.samples) + band * kLanes, group.bands * kLanes, group.counts, group.slots,
          group.type == LaneType::kInt16};
}

template <typename T>
T* sorted_rows(Workspace::State& state, std::size_t band) noexcept {
  return reinterpret_cast<T*>(state.sorted_band(static_cast<std::uint32_t>(band)));
}

/// Sorted rows of the band, sorting them when no reducer of this group has.
template <typename T>
const T* sort_band(const LaneGroup& group, std::size_t band, Workspace::State& state) noexcept {
  T* const rows = sorted_rows<T>(state, band);
  if (!state.sorted_ready[band]) {
    sort_lanes(column_of<T>(group, band), rows);
    state.sorted_ready[band] = true;
  }
  return rows;
}

template <typename T>
void median_of_sorted(const T* rows, const std::uint32_t* counts, Values<T> values, double* out) noexcept {
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const std::size_t n = std::max(counts[lane], std::uint32_t{1});
    out[lane] = (values(rows[(n - 1) / 2 * kLanes + lane]) + values(rows[n / 2 * kLanes + lane])) / 2;
  }
  blank_empty_lanes(counts, out);
}

template <typename T>
void median(const LaneGroup& group, Workspace::State& state, double* out) noexcept {
  const Values<T> values(group.type == LaneType::kInt16);
  for (std::size_t band = 0; band < group.bands; ++band, out += kLanes) {
    if (state.sorted_ready[band] || state.sorting_pays) {
      median_of_sorted(sort_band<T>(group, band, state), group.counts, values, out);
    } else {
      median_of_column(column_of<T>(group, band), reinterpret_cast<T*>(state.selection), out);
    }
  }
}

/// Position of a percentile among n sorted values: between the ranks `below` and `above`.
struct Position {
  std::size_t below;
  std::size_t above;
  double fraction;
};

Position position_of(double p, std::size_t n) noexcept {
  const double h = static_cast<double>(n - 1) * p / 100;
  const double whole = std::floor(h);
  const auto below = static_cast<std::size_t>(whole);
  return {below, std::min(below + 1, n - 1), h - whole};
}

template <typename T>
void percentile(const LaneGroup& group, double p, Workspace::State& state, double* out) noexcept {
  const Values<T> values(group.type == LaneType::kInt16);
  Position positions[kLanes];
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    positions[lane] = position_of(p, std::max(group.counts[lane], std::uint32_t{1}));
  }
  for (std::size_t band = 0; band < group.bands; ++band, out += kLanes) {
    const T* const rows = sort_band<T>(group, band, state);
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const Position& position = positions[lane];
      const double a = values(rows[position.below * kLanes + lane]);
      const double b = values(rows[position.above * kLanes + lane]);
      out[lane] = a + (b - a) * position.fraction;
    }
    blank_empty_lanes(group.counts, out);
  }
}

template <typename T>
void extreme(const LaneGroup& group, bool greatest, double* out) noexcept {
  for (std::size_t band = 0; band < group.bands; ++band, out += kLanes) {
    extreme_of_column(column_of<T>(group, band), greatest, out);
  }
}

/// Runs `reduce` on the element type of the group; a group without any sample is blank. `results`: result bands.
template <typename Reduce>
void with_type(const LaneGroup& group, std::size_t results, double* out, const Reduce& reduce) noexcept {
  if (group.slots == 0) {
    std::fill_n(out, results * kLanes, kNan);
  } else if (group.type == LaneType::kFloat32) {
    reduce(float{});
  } else {
    reduce(std::uint16_t{});
  }
}

}  // namespace

void reduce_median(const ReduceArguments& arguments, Workspace& workspace, double* out) noexcept {
  const LaneGroup& group = arguments.group;
  Workspace::State& state = workspace.state();
  assert(group.slots <= state.max_slots && group.bands <= state.max_bands);
  with_type(group, group.bands, out, [&](auto type) { median<decltype(type)>(group, state, out); });
}

void reduce_percentile(const ReduceArguments& arguments, Workspace& workspace, double* out) noexcept {
  const LaneGroup& group = arguments.group;
  Workspace::State& state = workspace.state();
  assert(group.slots <= state.max_slots && group.bands <= state.max_bands);
  state.sorting_pays = true;
  for (std::size_t i = 0; i < arguments.p_count; ++i, out += group.bands * kLanes) {
    assert(arguments.p[i] >= 0 && arguments.p[i] <= 100);
    with_type(group, group.bands, out,
              [&](auto type) { percentile<decltype(type)>(group, arguments.p[i], state, out); });
  }
}

void reduce_min(const ReduceArguments& arguments, Workspace& /*workspace*/, double* out) noexcept {
  const LaneGroup& group = arguments.group;
  with_type(group, group.bands, out, [&](auto type) { extreme<decltype(type)>(group, false, out); });
}

void reduce_max(const ReduceArguments& arguments, Workspace& /*workspace*/, double* out) noexcept {
  const LaneGroup& group = arguments.group;
  with_type(group, group.bands, out, [&](auto type) { extreme<decltype(type)>(group, true, out); });
}

void median_of_lanes(const float* values, const std::uint32_t* counts, std::uint32_t slots, Workspace& workspace,
                     double* out) noexcept {
  const LaneGroup group = {values, LaneType::kFloat32, counts, nullptr, slots, 1};
  with_type(group, 1, out, [&](auto) {
    median_of_column(column_of<float>(group, 0), reinterpret_cast<float*>(workspace.state().selection), out);
  });
}

}  // namespace stacvrt::kernels
