// SPDX-License-Identifier: MIT
// A fused multiply-add counts two, a (reciprocal) root or quotient one; comparisons, selections, absolute values,
// conversions, loads and stores count nothing. B are the bands.
#include "bench/work.h"

#include <algorithm>
#include <vector>

#include "bench/bench_series.h"
#include "bench/finish_counter.h"
#include "kernels/network.h"
#include "kernels/reducer.h"

namespace stacvrt::bench {
namespace {

using kernels::kLanes;

constexpr std::uint32_t kMostPlain = 6;   // of kernels/geomedian.cpp
constexpr std::uint32_t kMostNewton = 6;  // likewise
constexpr std::uint32_t kNewtonBeforeSample = 3;
constexpr std::uint32_t kManyIterations = 1000;

// approximation 1, half 2, negated multiply-add 2, product 1
constexpr double kReciprocalRoot = 6;

double triangle(double n) {
  return n * (n + 1) / 2;
}

/// `group`, of kBands, with nothing in the lanes outside [first, first + lanes).
class MaskedGroup {
 public:
  MaskedGroup(const kernels::LaneGroup& group, std::size_t first, std::size_t lanes)
      : m_group(group), m_first(first), m_lanes(lanes), m_workspace(group.slots, group.bands) {
    std::copy_n(group.counts + first, lanes, m_counts + first);
    m_group.counts = m_counts;
  }
  /// Results [band][lane] of those lanes.
  std::vector<double> geomedian(std::uint32_t max_iterations) {
    m_workspace.begin_group();
    const kernels::Physical physical = {kScales, kOffsets};
    kernels::find_reducer("geomedian")
        ->function({m_group, physical, nullptr, 0, kEpsilon, max_iterations}, m_workspace, m_out);
    std::vector<double> results;
    for (std::size_t b = 0; b < kBands; ++b) {
      for (std::size_t i = 0; i < m_lanes; ++i) {
        if (m_counts[m_first + i] > 0) results.push_back(m_out[b * kLanes + m_first + i]);
      }
    }
    return results;
  }

 private:
  kernels::LaneGroup m_group;
  std::size_t m_first;
  std::size_t m_lanes;
  kernels::Workspace m_workspace;
  alignas(kernels::kAlignment) std::uint32_t m_counts[kLanes] = {};
  alignas(kernels::kAlignment) double m_out[kBands * kLanes] = {};
};

/// Inputs of each of a median's two networks, rounded as kernels/sort-inl.h does.
std::size_t half_of_median(std::size_t slots) {
  const std::size_t half = (slots + 1) / 2;
  return half <= 8 ? half : (half + 1) / 2 * 2;
}

}  // namespace

Work& Work::operator+=(const Work& other) noexcept {
  flop += other.flop;
  compare += other.compare;
  read += other.read;
  written += other.written;
  return *this;
}

Steps count_steps(const kernels::LaneGroup& group, std::size_t first, std::size_t lanes) {
  FinishCounter finish;
  MaskedGroup masked(group, first, lanes);
  Steps steps;
  std::vector<double> before = masked.geomedian(0);
  for (std::uint32_t i = 1; i <= kMostPlain; ++i) {
    std::vector<double> after = masked.geomedian(i);
    if (after == before) break;
    steps.plain = i;
    before = std::move(after);
  }
  for (std::uint32_t i = 0; i <= kMostNewton; ++i) {
    finish.reset();
    (void)masked.geomedian(kMostPlain + i);
    steps.newton = i;
    if (finish.lanes() == 0) break;
  }
  steps.sample_test = steps.newton > kNewtonBeforeSample ? 1 : 0;
  finish.reset();
  (void)masked.geomedian(kManyIterations);
  steps.left = static_cast<std::uint32_t>(finish.lanes());
  return steps;
}

double geomedian_flop(const Steps& steps, std::size_t bands, std::size_t slots, std::size_t lanes) {
  const auto n = static_cast<double>(bands);
  const auto samples = static_cast<double>(slots);
  // Sums of w_t (x_t - y): difference 1 B, square 2 B, root, weight 1, pull 2 B.
  const double pass = 5 * n + kReciprocalRoot + 1;
  // Difference and square 3 B, root, sums of weight and objective 3, unit vector and pull 2 B, w u_i 1 B, Hessian
  // 2 for each of its B (B + 1) / 2 entries.
  const double curvature = 6 * n + kReciprocalRoot + 3 + 2 * triangle(n);
  // centre(): sum 1; difference, weight, sum 3; and per lane two products per band and a quotient.
  double flop = samples * 4 * n + 2 * n + 1;
  // accelerate(): residual, its square and the new y 4 B, quotient 1; from the second step also turn, move, their two
  // products and c1 8 B and 14 for the coefficients; from the third two more products and c2 6 B.
  for (std::uint32_t i = 0; i < steps.plain; ++i) {
    flop += samples * pass + 4 * n + 1 + (i > 0 ? 8 * n + 14 : 0) + (i > 1 ? 6 * n : 0);
  }
  // H's diagonal B; L: 2 per product, of which row i has i (i + 1) / 2, B (B - 1) / 2 scalings, B roots; its floor 1;
  // flatness 2 B + 1; both triangular systems 2 B^2.
  const double system =
      n + (n - 1) * n * (n + 1) / 3 + triangle(n - 1) + kReciprocalRoot * n + 1 + 2 * n + 1 + 2 * n * n;
  // improve(): two products 4 B, new y 1 B, fallback 2 B, 2; is_certain() 17.
  flop += steps.newton * (samples * curvature + system + 7 * n + 2 + 17);
  // find_nearest() 3 B, then a pass; the pull's square 2 B and 2 products.
  flop += steps.sample_test * (samples * (3 * n + pass) + 2 * n + 2);
  // The result in DN: 2 B.
  flop += 2 * n;
  return flop * static_cast<double>(lanes);
}

double distances_flop(std::size_t bands, std::size_t slots, std::size_t lanes) {
  const auto n = static_cast<double>(bands);
  // Difference, shifted value 2 B; the squares of both 4 B; sums of two absolute values 3 B; root; the chord's
  // difference and square, with the shifted value again, 5 B; ratio, half, root 3.
  const double sample = 14 * n + kReciprocalRoot + 3;
  // shift_centre() 6 B and a root.
  return (sample * static_cast<double>(slots) + 6 * n + kReciprocalRoot) * static_cast<double>(lanes);
}

double median_compare(std::size_t slots) {
  const std::size_t half = half_of_median(slots);
  // Two networks; where they meet two minima and two maxima per rank.
  return static_cast<double>(2 * 2 * kernels::count_comparators(half) + 4 * half) * static_cast<double>(kLanes);
}

}  // namespace stacvrt::bench
