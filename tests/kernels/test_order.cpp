// SPDX-License-Identifier: MIT
// Reducers by rank against the plain reference, in every instruction set.
#include <cmath>
#include <cstring>
#include <functional>
#include <string>

#include "kernels/network.h"
#include "kernels/order.h"
#include "kernels/reference.h"
#include "tests/catch.h"
#include "tests/kernels/every_target.h"
#include "tests/kernels/npy.h"
#include "tests/kernels/sample_group.h"

using namespace stacvrt;
using namespace stacvrt::kernels;
using namespace stacvrt::test;

namespace {

constexpr LaneType kTypes[] = {LaneType::kUInt16, LaneType::kInt16, LaneType::kFloat32};

std::vector<std::uint32_t> sizes() {
  std::vector<std::uint32_t> all = {95, 96, 97, 127, 128, 129, 160, 255, 256, 1000};
  for (std::uint32_t n = 0; n <= 70; n += kSanitized && n > 16 ? 5 : 1) all.push_back(n);
  return all;
}

/// The same bits, where NaN means none.
bool same(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) || (a == b && std::signbit(a) == std::signbit(b));
}

using Plain = std::function<double(std::span<const double>)>;

/// Lanes and bands in which `result` is not what the plain version says; the first of them in words.
std::string differences(const SampleGroup& group, const double* result, const Plain& plain) {
  for (std::size_t band = 0; band < group.bands(); ++band) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const double wanted = plain(group.samples(band, lane)) + 0.0;  // + 0.0: zeros are positive
      const double got = result[band * kLanes + lane];
      if (same(wanted, got)) continue;
      return "band " + std::to_string(band) + " lane " + std::to_string(lane) + " n " +
             std::to_string(group.count(lane)) + ": " + std::to_string(got) + " instead of " + std::to_string(wanted);
    }
  }
  return {};
}

/// Calls check(group, workspace) for every type, size, pattern, even and uneven counts.
template <typename Check>
void for_all_groups(const Check& check) {
  std::uint32_t seed = 1;
  for (const LaneType type : kTypes) {
    for (const std::uint32_t slots : sizes()) {
      Workspace workspace(slots, 2);
      for (const Pattern pattern : kPatterns) {
        for (const bool uneven : {false, true}) {
          const SampleGroup group = make_group(type, slots, 2, pattern, uneven, seed++);
          workspace.begin_group();
          CAPTURE(static_cast<int>(type), slots, static_cast<int>(pattern), uneven);
          check(group, workspace);
        }
      }
    }
  }
}

}  // namespace

TEST_CASE("a merge exchange network sorts every sequence of zeros and ones", "[kernels]") {
  for (std::size_t n = 1; n <= 16; ++n) {
    bool sorted = true;
    for (std::uint32_t word = 0; word < (1U << n); ++word) {
      std::uint32_t bits = word;
      merge_exchange(n, [&bits](std::size_t i, std::size_t j) {
        if ((bits >> i & 1U) > (bits >> j & 1U)) bits ^= (1U << i) | (1U << j);
      });
      // Ascending from bit 0: no one below a zero.
      sorted = sorted && ((~bits & ((1U << n) - 1)) & ((~bits & ((1U << n) - 1)) + 1)) == 0;
    }
    CHECK(sorted);
  }
}

TEST_CASE("median, minimum and maximum equal the reference bit for bit", "[kernels]") {
  in_every_target([] {
    for_all_groups([](const SampleGroup& group, Workspace& workspace) {
      CHECK(differences(group, reduce("median", group, workspace).data(), reference::median) == "");
      CHECK(differences(group, reduce("min", group, workspace).data(), reference::minimum) == "");
      CHECK(differences(group, reduce("max", group, workspace).data(), reference::maximum) == "");
    });
  });
}

TEST_CASE("percentiles equal the reference bit for bit, parameter after parameter", "[kernels]") {
  const std::vector<double> p = {90, 0, 33.3, 100, 50};
  in_every_target([&p] {
    for_all_groups([&p](const SampleGroup& group, Workspace& workspace) {
      const std::vector<double> results = reduce("percentile", group, workspace, p);
      for (std::size_t i = 0; i < p.size(); ++i) {
        const double* const result = results.data() + i * group.bands() * kLanes;
        const auto plain = [&](std::span<const double> samples) { return reference::percentile(samples, p[i]); };
        CHECK(differences(group, result, plain) == "");
      }
    });
  });
}

TEST_CASE("a median that shares the percentiles' sorting is the same median", "[kernels]") {
  in_every_target([] {
    for (const std::uint32_t slots : {1U, 2U, 7U, 20U, 33U, 65U, 200U}) {
      Workspace workspace(slots, 3);
      for (const LaneType type : kTypes) {
        const SampleGroup group = make_group(type, slots, 3, Pattern::kRandom, true, slots);
        const SampleGroup next = make_group(type, slots, 3, Pattern::kRandom, true, slots + 1);
        workspace.begin_group();
        const std::vector<double> alone = reduce("median", group, workspace);
        (void)reduce("percentile", group, workspace, {10});
        CHECK(differences(group, alone.data(), reference::median) == "");
        CHECK(differences(group, reduce("median", group, workspace).data(), reference::median) == "");
        workspace.begin_group();  // nothing of the group before may remain
        CHECK(differences(next, reduce("median", next, workspace).data(), reference::median) == "");
      }
    }
  });
}

TEST_CASE("the median of lanes leaves its input alone", "[kernels]") {
  in_every_target([] {
    for (const std::uint32_t slots : {0U, 1U, 5U, 32U, 40U, 100U}) {
      const SampleGroup group = make_group(LaneType::kFloat32, slots, 1, Pattern::kRandom, true, slots);
      const LaneGroup lanes = group.group();
      const auto* const values = static_cast<const float*>(lanes.samples);
      const std::vector<float> before(values, values + slots * kLanes);
      Workspace workspace(slots, 1);
      const AlignedArray<double> out(kLanes);
      median_of_lanes(values, lanes.counts, slots, workspace, out.data());
      CHECK(differences(group, out.data(), reference::median) == "");
      CHECK((before.empty() || std::memcmp(before.data(), values, before.size() * sizeof(float)) == 0));
    }
  });
}

TEST_CASE("very many slots are sorted too", "[kernels]") {
  const std::uint32_t slots = 65535;
  Workspace workspace(slots, 1);
  for (const LaneType type : kTypes) {
    const SampleGroup group = make_group(type, slots, 1, Pattern::kRandom, true, 3);
    workspace.begin_group();
    CHECK(differences(group, reduce("median", group, workspace).data(), reference::median) == "");
    const auto plain = [](std::span<const double> samples) { return reference::percentile(samples, 12.5); };
    CHECK(differences(group, reduce("percentile", group, workspace, {12.5}).data(), plain) == "");
  }
}

TEST_CASE("medians of the oracle's input equal the reference", "[kernels]") {
  const auto input = read_npy(std::string(STACVRT_SHARED_DIR) + "/oracle/input.npy");
  if (!input) {
    WARN("skipped: no oracle/input.npy below " << STACVRT_SHARED_DIR);
    return;
  }
  REQUIRE(input->shape == std::vector<std::size_t>{64, 64, 6, 25});
  in_every_target([&input] {
    Workspace workspace(25, 6);
    for (std::size_t first = 0; first < std::size_t{64} * 64; first += kLanes) {
      const auto at = [&](std::size_t lane, std::size_t band, std::size_t time) {
        return input->values[((first + lane) * 6 + band) * 25 + time];
      };
      std::vector<std::uint32_t> counts(kLanes, 0);
      for (std::size_t lane = 0; lane < kLanes; ++lane) {
        for (std::size_t time = 0; time < 25; ++time) counts[lane] += std::isnan(at(lane, 0, time)) ? 0U : 1U;
      }
      SampleGroup group(LaneType::kFloat32, counts, 6);
      for (std::size_t lane = 0; lane < kLanes; ++lane) {
        std::size_t slot = 0;
        for (std::size_t time = 0; time < 25; ++time) {
          if (std::isnan(at(lane, 0, time))) continue;
          for (std::size_t band = 0; band < 6; ++band) group.set(slot, band, lane, at(lane, band, time));
          ++slot;
        }
      }
      workspace.begin_group();
      CHECK(differences(group, reduce("median", group, workspace).data(), reference::median) == "");
    }
  });
}
