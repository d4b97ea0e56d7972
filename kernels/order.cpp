// SPDX-License-Identifier: MIT
// Reducers by rank.
#include "kernels/order.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/workspace_state.h"

namespace stacvrt::kernels {
namespace {
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

double value_at(const LaneGroup& group, std::size_t slot, std::size_t band, std::size_t lane) noexcept {
  const std::size_t i = (slot * group.bands + band) * kLanes + lane;
  switch (group.type) {
    case LaneType::kUInt16:
      return static_cast<const std::uint16_t*>(group.samples)[i];
    case LaneType::kInt16:
      return static_cast<const std::int16_t*>(group.samples)[i];
    default:
      return static_cast<double>(static_cast<const float*>(group.samples)[i]);
  }
}

template <typename Pick>
void by_rank(const LaneGroup& group, Workspace& workspace, double* out, const Pick& pick) noexcept {
  auto* const order = reinterpret_cast<float*>(workspace.state().selection);
  for (std::size_t band = 0; band < group.bands; ++band) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const std::size_t n = group.counts[lane];
      for (std::size_t k = 0; k < n; ++k) order[k] = static_cast<float>(value_at(group, k, band, lane));
      std::sort(order, order + n);
      out[band * kLanes + lane] = n == 0 ? kNan : pick(order, n);
    }
  }
}

double percentile_of(const float* order, std::size_t n, double p) noexcept {
  const double h = static_cast<double>(n - 1) * p / 100;
  const auto rank = static_cast<std::size_t>(h);
  const double a = static_cast<double>(order[rank]);
  const double b = static_cast<double>(order[std::min(rank + 1, n - 1)]);
  return a + (b - a) * (h - std::floor(h));
}

double median_of(const float* order, std::size_t n) noexcept {
  return (static_cast<double>(order[(n - 1) / 2]) + static_cast<double>(order[n / 2])) / 2;
}

}  // namespace

void reduce_median(const ReduceArguments& arguments, Workspace& workspace, double* out) noexcept {
  by_rank(arguments.group, workspace, out, median_of);
}

void reduce_percentile(const ReduceArguments& arguments, Workspace& workspace, double* out) noexcept {
  for (std::uint32_t i = 0; i < arguments.p_count; ++i) {
    by_rank(arguments.group, workspace, out + i * arguments.group.bands * kLanes,
            [&](const float* order, std::size_t n) { return percentile_of(order, n, arguments.p[i]); });
  }
}

void reduce_min(const ReduceArguments& arguments, Workspace& workspace, double* out) noexcept {
  by_rank(arguments.group, workspace, out,
          [](const float* order, std::size_t) { return static_cast<double>(order[0]); });
}

void reduce_max(const ReduceArguments& arguments, Workspace& workspace, double* out) noexcept {
  by_rank(arguments.group, workspace, out,
          [](const float* order, std::size_t n) { return static_cast<double>(order[n - 1]); });
}

void median_of_lanes(const float* values, const std::uint32_t* counts, std::uint32_t slots, Workspace& workspace,
                     double* out) noexcept {
  by_rank({values, LaneType::kFloat32, counts, nullptr, slots, 1}, workspace, out, median_of);
}

}  // namespace stacvrt::kernels
