// SPDX-License-Identifier: MIT
// Sampling against numbers worked out by hand and against the definition of NUMERICS evaluated without shortcuts.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <random>
#include <vector>

#include "kernels/sample.h"
#include "tests/catch.h"
#include "tests/kernels/every_target.h"
#include "tests/kernels/sample_cases.h"

namespace stacvrt::kernels {
namespace {

using namespace test;
using stacvrt::test::in_every_target;

/// NUMERICS, "Resample", for one position; nothing where the holding pixel is missing or invalid.
template <typename Lane>
std::optional<float> definition(const Source<Lane>& source, double col, double row, const Harmonisation& h,
                                bool bilinear) {
  const auto valid_at = [&](double c, double r) {
    return c >= 0 && c < static_cast<double>(source.width) && r >= 0 && r < static_cast<double>(source.height) &&
           source.valid[source.index(static_cast<std::int64_t>(c), static_cast<std::int64_t>(r))] != 0;
  };
  const auto value_at = [&](double c, double r) {
    const std::size_t pixel = source.index(static_cast<std::int64_t>(c), static_cast<std::int64_t>(r));
    return static_cast<double>(source.values[pixel]) * h.gain + h.bias;
  };
  if (!valid_at(std::floor(col), std::floor(row))) return std::nullopt;
  if (!bilinear) return static_cast<float>(value_at(std::floor(col), std::floor(row)));
  const double c0 = std::floor(col - 0.5);
  const double r0 = std::floor(row - 0.5);
  const double fc = col - 0.5 - c0;
  const double fr = row - 0.5 - r0;
  double sum = 0;
  double weights = 0;
  for (const auto& [c, r, w] : {std::array{c0, r0, (1 - fc) * (1 - fr)}, std::array{c0 + 1, r0, fc * (1 - fr)},
                                std::array{c0, r0 + 1, (1 - fc) * fr}, std::array{c0 + 1, r0 + 1, fc * fr}}) {
    if (!valid_at(c, r)) continue;
    sum += w * value_at(c, r);
    weights += w;
  }
  return static_cast<float>(sum / weights);
}

TEST_CASE("Flags come from the half-open pixel that holds the position", "[kernels]") {
  in_every_target([] {
    const std::vector<std::uint8_t> flags = {1, 2, 3, 4, 5, 6};  // 3 x 2
    const Points points = {{0, 0.999, 1, 2.999, 3, -1e-300, kNan, 1, 1, 1e30, -0.0},
                           {0, 0.999, 1, 1.999, 1, 0, 0, 2, kNan, 0, 1}};
    std::vector<std::uint8_t> out(points.col.size(), 99);
    sample_flags({flags.data(), 3, 2}, points.positions(), out.data());
    CHECK(out == std::vector<std::uint8_t>{1, 1, 5, 6, 0, 0, 0, 0, 0, 0, 4});
  });
}

TEST_CASE("Nearest copies the pixel's value and leaves positions that are not taken alone", "[kernels]") {
  in_every_target([] {
    const Source<std::uint16_t> source = {2, 2, {10, 65535, 30, 40}, {1, 1, 0, 1}};
    const Points points = {{0.1, 1.0, 0.5, 1.9, 5}, {0.9, 0.0, 1.5, 1.9, 5}};
    CHECK(sampled(sample_nearest, source, points) == std::vector<float>{10, 65535, kUntouched, 40, kUntouched});
  });
}

TEST_CASE("Bilinear weighs the four pixel centres around the position", "[kernels]") {
  in_every_target([] {
    const Source<std::uint16_t> source = {2, 2, {100, 200, 300, 500}, {1, 1, 1, 1}};
    const Points points = {{1, 0.5, 0.75, 1.25}, {1, 0.5, 0.5, 1.0}};
    CHECK(sampled(sample_bilinear, source, points) == std::vector<float>{275, 100, 125, 312.5});
  });
}

TEST_CASE("Bilinear drops invalid and outside neighbours and renormalises", "[kernels]") {
  in_every_target([] {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const Source<float> source = {2, 2, {100, 200, 300, nan}, {1, 1, 1, 0}};
    // Around the centre three are left; in the corner of the image one; near the invalid pixel two are left.
    const Points points = {{1 - 1e-12, 0.25, 1.5}, {1 - 1e-12, 0.25, 0.75}};
    const std::vector<float> out = sampled(sample_bilinear, source, points);
    CHECK(out[0] == Approx(200).epsilon(1e-6));
    CHECK(out[1] == 100);
    CHECK(out[2] == 200);
  });
}

TEST_CASE("Harmonisation acts on values before they are rounded to float", "[kernels]") {
  in_every_target([] {
    const Source<std::int16_t> source = {2, 1, {-1000, 3000}, {1, 1}};
    const Points points = {{0.5, 1.0}, {0.5, 0.5}};
    const Harmonisation h = {0.1, -1000.25};
    CHECK(sampled(sample_nearest, source, points, h) == std::vector<float>{-1100.25F, -700.25F});
    CHECK(sampled(sample_bilinear, source, points, h) == std::vector<float>{-1100.25F, -900.25F});
  });
}

/// Weights are renormalised before they are used, which may move the last bit of the double; a float in a million then
/// rounds the other way.
bool is_next_to(float a, float b) {
  return a == b || std::nextafter(a, b) == b;
}

template <typename Lane>
void check_random(std::uint32_t seed) {
  Random random{std::mt19937(seed)};
  std::size_t off = 0;
  for (int round = 0; round < (stacvrt::test::kSanitized ? 10 : 40); ++round) {
    const auto source = random_source<Lane>(random, 9, 4);
    const Harmonisation h = round % 2 == 0 ? Harmonisation{} : Harmonisation{0.275, -812.5};
    const Points points = random_points(random, source.width, source.height, 300 + round);
    const std::vector<float> nearest = sampled(sample_nearest, source, points, h);
    const std::vector<float> bilinear = sampled(sample_bilinear, source, points, h);
    for (std::size_t i = 0; i < points.col.size(); ++i) {
      INFO("position " << points.col[i] << ", " << points.row[i]);
      REQUIRE(nearest[i] == definition(source, points.col[i], points.row[i], h, false).value_or(kUntouched));
      const float wanted = definition(source, points.col[i], points.row[i], h, true).value_or(kUntouched);
      REQUIRE(is_next_to(bilinear[i], wanted));
      if (bilinear[i] != wanted) ++off;
    }
    REQUIRE(nearest == sampled_singly(sample_nearest, source, points, h));
    REQUIRE(bilinear == sampled_singly(sample_bilinear, source, points, h));
  }
  CHECK(off <= 1);
}

TEST_CASE("Samples equal the definition at random positions, alone as in company, for every lane type", "[kernels]") {
  in_every_target([] {
    check_random<std::uint16_t>(1);
    check_random<std::int16_t>(2);
    check_random<float>(3);
  });
}

TEST_CASE("All instruction sets give the same bits, to several bands as to each alone", "[kernels]") {
  for (const Sampler& sampler : {Sampler(sample_nearest), Sampler(sample_bilinear), Sampler(sample_cubic),
                                 averaging({3, 3}), averaging({0.4, 6.7})}) {
    const Scene scene(7);
    std::vector<float> before;
    in_every_target([&] {
      const std::vector<float> all = scene.sample(sampler);
      if (before.empty()) before = all;
      REQUIRE(all == before);
      std::vector<float> singly = sampled(sampler, scene.first, scene.points, {1, 0});
      for (const auto& more : {sampled(sampler, scene.second, scene.points, {0.5, 3}),
                               sampled(sampler, scene.third, scene.points, {1, -7})})
        singly.insert(singly.end(), more.begin(), more.end());
      REQUIRE(all == singly);
    });
    CHECK(std::count(before.begin(), before.end(), kUntouched) < 10000);
  }
}

TEST_CASE("Nearest copies 16-bit values into lanes of 16 bits", "[kernels]") {
  const Scene scene(8);
  in_every_target([&] {
    const std::vector<float> wanted = sampled(sample_nearest, scene.second, scene.points);
    std::vector<std::int16_t> out(wanted.size(), 99);
    const SampledBand band = {scene.second.values.data(), LaneType::kInt16, {}, out.data(), LaneType::kInt16};
    const std::vector<std::uint8_t> take = takes(scene.second.window(), scene.points);
    sample_nearest(scene.second.window(), scene.points.positions(), take.data(), {&band, 1});
    for (std::size_t i = 0; i < out.size(); ++i)
      REQUIRE(out[i] == (take[i] != 0 ? static_cast<std::int16_t>(wanted[i]) : 99));
  });
}

TEST_CASE("A position one step below a pixel centre stays on its side of it", "[kernels]") {
  in_every_target([] {
    const Source<std::uint16_t> source = {2, 1, {1000, 2000}, {1, 1}};
    // Adding 0.5 to this position rounds up to 1: an implementation that does so picks the wrong pair of centres.
    const Points points = {{std::nextafter(0.5, 0.0), std::nextafter(1.5, 0.0)}, {0.5, 0.5}};
    CHECK(sampled(sample_bilinear, source, points) == std::vector<float>{1000, 2000});
  });
}

}  // namespace
}  // namespace stacvrt::kernels
