// SPDX-License-Identifier: MIT
// Reducers by sums.
#include "kernels/moments.h"

#include <algorithm>
#include <cmath>
#include <limits>

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

template <typename Term>
void add_up(const LaneGroup& group, double* out, const Term& term) noexcept {
  for (std::size_t band = 0; band < group.bands; ++band) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      double& sum = out[band * kLanes + lane];
      const double before = sum;
      sum = 0;
      for (std::size_t k = 0; k < group.counts[lane]; ++k) sum += term(value_at(group, k, band, lane), band, before);
      sum = group.counts[lane] == 0 ? kNan : sum;
    }
  }
}

void divide(const LaneGroup& group, double* out) noexcept {
  for (std::size_t i = 0; i < group.bands * kLanes; ++i) out[i] /= group.counts[i % kLanes];
}

}  // namespace

void reduce_mean(const ReduceArguments& arguments, Workspace& /*workspace*/, double* out) noexcept {
  add_up(arguments.group, out, [](double x, std::size_t, double) { return x; });
  divide(arguments.group, out);
}

void reduce_stddev(const ReduceArguments& arguments, Workspace& workspace, double* out) noexcept {
  reduce_mean(arguments, workspace, out);
  add_up(arguments.group, out, [](double x, std::size_t, double mean) { return (x - mean) * (x - mean); });
  divide(arguments.group, out);
  for (std::size_t i = 0; i < arguments.group.bands * kLanes; ++i) out[i] = std::sqrt(out[i]);
}

void reduce_sum(const ReduceArguments& arguments, Workspace& /*workspace*/, double* out) noexcept {
  const Physical& physical = arguments.physical;
  add_up(arguments.group, out,
         [&](double x, std::size_t band, double) { return x * physical.scale[band] + physical.offset[band]; });
}

void reduce_count(const ReduceArguments& arguments, Workspace& /*workspace*/, double* out) noexcept {
  std::copy_n(arguments.group.counts, kLanes, out);
}

void reduce_total(const ReduceArguments& arguments, Workspace& /*workspace*/, double* out) noexcept {
  std::copy_n(arguments.group.totals, kLanes, out);
}

}  // namespace stacvrt::kernels
