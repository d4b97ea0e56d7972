// SPDX-License-Identifier: MIT
// Reducers by sums: integers against exact integer arithmetic, Float32 against the plain reference.
#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "kernels/moments.h"
#include "kernels/reference.h"
#include "tests/catch.h"
#include "tests/kernels/every_target.h"
#include "tests/kernels/sample_group.h"

using namespace stacvrt::kernels;
using namespace stacvrt::test;

namespace {

__extension__ using Wide = __int128;

constexpr std::uint32_t kSizes[] = {0, 1, 2, 3, 5, 8, 13, 25, 31, 32, 33, 64, 70, 255, 1000};
constexpr LaneType kIntegerTypes[] = {LaneType::kUInt16, LaneType::kInt16};

/// numerator / denominator rounded to the nearest integer, ties to even, in integers.
std::int64_t rounded_quotient(std::int64_t numerator, std::int64_t denominator) {
  std::int64_t whole = numerator / denominator;
  if (numerator % denominator < 0) --whole;
  const std::int64_t twice = 2 * (numerator - whole * denominator) - denominator;
  return twice > 0 || (twice == 0 && whole % 2 != 0) ? whole + 1 : whole;
}

/// sqrt(variance) / n rounded likewise: k is right when (2 k - 1) n <= 2 sqrt(variance) <= (2 k + 1) n, even k at
/// equality.
bool is_rounded_spread(std::int64_t k, Wide variance, Wide n) {
  const Wide below = (2 * k - 1) * n;
  const Wide above = (2 * k + 1) * n;
  const bool even = k % 2 == 0;
  const bool above_lower = k == 0 || variance * 4 > below * below || (even && variance * 4 == below * below);
  return above_lower && (variance * 4 < above * above || (even && variance * 4 == above * above));
}

double ulps(double got, double wanted) {
  const auto a = static_cast<float>(got);
  const auto b = static_cast<float>(wanted);
  if (a == b || (std::isnan(a) && std::isnan(b))) return 0;
  const float next = std::nextafter(std::abs(b), std::numeric_limits<float>::infinity());
  return std::abs(got - wanted) / static_cast<double>(next - std::abs(b));
}

/// Worst distance of the reducer's results from the plain ones, in units of the last place of Float32; infinite where
/// only one is NaN.
template <typename Plain>
double worst_ulps(const char* name, const SampleGroup& group, Workspace& workspace, const Plain& plain) {
  const std::vector<double> results = reduce(name, group, workspace);
  double worst = 0;
  for (std::size_t i = 0; i < results.size(); ++i) {
    const double wanted = plain(group.samples(i / kLanes, i % kLanes), i / kLanes);
    if (std::isnan(wanted) != std::isnan(results[i])) return std::numeric_limits<double>::infinity();
    worst = std::max(worst, ulps(results[i], wanted));
  }
  return worst;
}

double plain_mean(const std::vector<double>& samples, std::size_t /*band*/) {
  return reference::mean(samples);
}
double plain_stddev(const std::vector<double>& samples, std::size_t /*band*/) {
  return reference::stddev(samples);
}

void check_integer_group(const SampleGroup& group, Workspace& workspace) {
  const std::vector<double> means = reduce("mean", group, workspace);
  const std::vector<double> spreads = reduce("stddev", group, workspace);
  const std::vector<double> sums = reduce("sum", group, workspace);
  bool right = true;
  for (std::size_t i = 0; i < means.size(); ++i) {
    std::int64_t sum = 0;
    Wide squares = 0;
    const std::vector<double> samples = group.samples(i / kLanes, i % kLanes);
    for (const double x : samples) {
      sum += static_cast<std::int64_t>(x);
      squares += static_cast<Wide>(x) * static_cast<Wide>(x);
    }
    const auto n = static_cast<std::int64_t>(samples.size());
    if (n == 0) {
      right = right && std::isnan(means[i]) && std::isnan(spreads[i]) && std::isnan(sums[i]);
      continue;
    }
    right = right && static_cast<std::int64_t>(std::nearbyint(means[i])) == rounded_quotient(sum, n);
    right = right && sums[i] == static_cast<double>(sum);
    right = right && is_rounded_spread(std::llround(std::nearbyint(spreads[i])), squares * n - Wide{sum} * sum, n);
  }
  CHECK(right);
}

}  // namespace

TEST_CASE("integer means, deviations and sums are the correctly rounded ones", "[kernels]") {
  in_every_target([] {
    std::uint32_t seed = 100;
    for (const LaneType type : kIntegerTypes) {
      for (const std::uint32_t slots : kSizes) {
        Workspace workspace(slots, 2);
        for (const Pattern pattern : kPatterns) {
          for (const bool uneven : {false, true}) {
            CAPTURE(static_cast<int>(type), slots, static_cast<int>(pattern), uneven);
            check_integer_group(make_group(type, slots, 2, pattern, uneven, seed++), workspace);
          }
        }
      }
    }
  });
}

TEST_CASE("small integers, whose means and deviations are often ties, round to even", "[kernels]") {
  in_every_target([] {
    for (std::uint32_t seed = 0; seed < 60; ++seed) {
      const std::uint32_t slots = 2 + seed % 6 * 2;
      SampleGroup group(LaneType::kInt16, std::vector<std::uint32_t>(kLanes, slots), 2);
      std::mt19937 random(seed);
      for (std::size_t i = 0; i < slots * 2 * kLanes; ++i) {
        const double value = static_cast<double>(random() % 2) * static_cast<double>(seed % 7) - 3;
        group.set(i / (2 * kLanes), i / kLanes % 2, i % kLanes, value);
      }
      Workspace workspace(slots, 2);
      check_integer_group(group, workspace);
    }
  });
}

TEST_CASE("a deviation that only rounding puts on a tie keeps its side", "[kernels]") {
  // n * squares - sum^2 = (m^2 - 1) / 4 and (m^2 + 3) / 4 with m = n * 65535, so close to (m / 2)^2 that doubles cannot
  // tell; m / 2 / n is the tie 32767.5, which rounds to 32768.
  const std::int64_t k = 65535;
  const std::int64_t below_n = 2049;
  const std::int64_t below_sum = (below_n * 65537 + 1) / 2;
  const std::int64_t below_squares = (below_n * (k * k + std::int64_t{65537} * 65537) + 2 * 65537) / 4;
  CHECK(exact_spread(2049, below_sum, below_squares) < 32767.5);
  CHECK(exact_spread(2119, 23, (std::int64_t{2119} * k * k + 1) / 4) > 32767.5);
  CHECK(exact_spread(2, 65535, k * k) == 32767.5);
  CHECK(exact_spread(3, 3, 3) == 0);
}

TEST_CASE("65535 samples of the largest value are summed exactly", "[kernels]") {
  in_every_target([] {
    SampleGroup group(LaneType::kUInt16, std::vector<std::uint32_t>(kLanes, 65535), 1);
    for (std::size_t i = 0; i < 65535 * kLanes; ++i) group.set(i / kLanes, 0, i % kLanes, 65535);
    group.set(7, 0, 5, 65534);
    Workspace workspace(1, 1);
    check_integer_group(group, workspace);
    CHECK(reduce("stddev", group, workspace)[0] == 0);
    CHECK(reduce("stddev", group, workspace)[5] > 0);
  });
}

TEST_CASE("Float32 means and deviations are within 2 ulp", "[kernels]") {
  in_every_target([] {
    std::uint32_t seed = 500;
    for (const std::uint32_t slots : kSizes) {
      Workspace workspace(slots, 2);
      for (const Pattern pattern : {Pattern::kRandom, Pattern::kTies, Pattern::kEqual, Pattern::kDescending}) {
        for (const bool uneven : {false, true}) {
          CAPTURE(slots, static_cast<int>(pattern), uneven);
          const SampleGroup group = make_group(LaneType::kFloat32, slots, 2, pattern, uneven, seed++);
          CHECK(worst_ulps("mean", group, workspace, plain_mean) <= 2);
          CHECK(worst_ulps("stddev", group, workspace, plain_stddev) <= 2);
        }
      }
      const SampleGroup extremes = make_group(LaneType::kFloat32, slots, 2, Pattern::kExtremes, true, seed++);
      CHECK(worst_ulps("stddev", extremes, workspace, plain_stddev) <= 2);
    }
  });
}

TEST_CASE("a small mean survives large values that cancel", "[kernels]") {
  in_every_target([] {
    SampleGroup group(LaneType::kFloat32, std::vector<std::uint32_t>(kLanes, 4), 1);
    const float values[] = {std::numeric_limits<float>::max(), 1e-3F, std::numeric_limits<float>::lowest(), 3e-3F};
    for (std::size_t i = 0; i < 4 * kLanes; ++i)
      group.set(i / kLanes, 0, i % kLanes, static_cast<double>(values[i / kLanes]));
    Workspace workspace(4, 1);
    const double wanted = (static_cast<double>(1e-3F) + static_cast<double>(3e-3F)) / 4;
    for (const double mean : reduce("mean", group, workspace)) CHECK(mean == wanted);
  });
}

TEST_CASE("deviations of values that differ in their last bit are right", "[kernels]") {
  in_every_target([] {
    SampleGroup group(LaneType::kFloat32, std::vector<std::uint32_t>(kLanes, 3), 1);
    const float base = 16000001.0F;
    for (std::size_t i = 0; i < 3 * kLanes; ++i) {
      group.set(i / kLanes, 0, i % kLanes, static_cast<double>(base) + static_cast<double>(i / kLanes == 1));
    }
    Workspace workspace(3, 1);
    CHECK(worst_ulps("stddev", group, workspace, plain_stddev) <= 2);
    CHECK(reduce("stddev", group, workspace)[0] == Approx(std::sqrt(2.0) / 3).epsilon(1e-14));
  });
}

TEST_CASE("sums are of physical values", "[kernels]") {
  in_every_target([] {
    for (const LaneType type : {LaneType::kUInt16, LaneType::kInt16, LaneType::kFloat32}) {
      SampleGroup group = make_group(type, 25, 2, Pattern::kRandom, true, 9);
      group.set_physical(0, 2.75e-5, 0.2);
      group.set_physical(1, 1e-4, 0);
      Workspace workspace(25, 2);
      const std::vector<double> sums = reduce("sum", group, workspace);
      for (std::size_t i = 0; i < sums.size(); ++i) {
        const double scale = i < kLanes ? 2.75e-5 : 1e-4;
        const double offset = i < kLanes ? 0.2 : 0;
        const double wanted = reference::sum(group.samples(i / kLanes, i % kLanes), scale, offset);
        CHECK((std::isnan(wanted) ? std::isnan(sums[i]) : std::abs(sums[i] - wanted) <= 1e-12));
      }
    }
  });
}

TEST_CASE("counts and totals are handed through, none is 0", "[kernels]") {
  const SampleGroup group = make_group(LaneType::kUInt16, 9, 3, Pattern::kRandom, true, 4);
  Workspace workspace(9, 3);
  const std::vector<double> counts = reduce("count", group, workspace);
  const std::vector<double> totals = reduce("total", group, workspace);
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    CHECK(counts[lane] == group.count(lane));
    CHECK(totals[lane] == group.total(lane));
  }
  const SampleGroup empty(LaneType::kFloat32, std::vector<std::uint32_t>(kLanes, 0), 1);
  for (const double count : reduce("count", empty, workspace)) CHECK(count == 0);
}
