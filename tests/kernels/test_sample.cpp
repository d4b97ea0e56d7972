// SPDX-License-Identifier: MIT
// Sampling against numbers worked out by hand and against the definition of NUMERICS evaluated without shortcuts.
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <random>
#include <type_traits>
#include <vector>

#include "kernels/sample.h"
#include "tests/catch.h"

namespace stacvrt::kernels {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr float kUntouched = -77;

/// Positions that own their arrays.
struct Points {
  std::vector<double> col;
  std::vector<double> row;
  [[nodiscard]] Positions positions() const { return {col.data(), row.data(), col.size()}; }
};

template <typename Lane>
constexpr LaneType lane_type() {
  if (std::is_same_v<Lane, std::uint16_t>) return LaneType::kUInt16;
  if (std::is_same_v<Lane, std::int16_t>) return LaneType::kInt16;
  return LaneType::kFloat32;
}

template <typename Lane>
struct Source {
  std::int64_t width = 0;
  std::int64_t height = 0;
  std::vector<Lane> values;
  std::vector<std::uint8_t> valid;
  [[nodiscard]] SourceWindow window() const { return {values.data(), valid.data(), lane_type<Lane>(), width, height}; }
  [[nodiscard]] std::size_t index(std::int64_t col, std::int64_t row) const {
    return static_cast<std::size_t>(row * width + col);
  }
};

/// Where the pixel that holds each position is valid, by sample_flags itself.
template <typename Lane>
std::vector<std::uint8_t> takes(const Source<Lane>& source, const Points& points) {
  std::vector<std::uint8_t> take(points.col.size());
  sample_flags(source.valid.data(), source.width, source.height, points.positions(), take.data());
  return take;
}

using Sampler = void (*)(const SourceWindow&, const Positions&, const std::uint8_t*, const Harmonisation&,
                         float*) noexcept;

template <typename Lane>
std::vector<float> sampled(Sampler sampler, const Source<Lane>& source, const Points& points,
                           const Harmonisation& harmonisation = {}) {
  std::vector<float> out(points.col.size(), kUntouched);
  sampler(source.window(), points.positions(), takes(source, points).data(), harmonisation, out.data());
  return out;
}

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
  const std::vector<std::uint8_t> flags = {1, 2, 3, 4, 5, 6};  // 3 x 2
  const Points points = {{0, 0.999, 1, 2.999, 3, -1e-300, kNan, 1, 1, 1e30, -0.0},
                         {0, 0.999, 1, 1.999, 1, 0, 0, 2, kNan, 0, 1}};
  std::vector<std::uint8_t> out(points.col.size(), 99);
  sample_flags(flags.data(), 3, 2, points.positions(), out.data());
  CHECK(out == std::vector<std::uint8_t>{1, 1, 5, 6, 0, 0, 0, 0, 0, 0, 4});
}

TEST_CASE("Nearest copies the pixel's value and leaves positions that are not taken alone", "[kernels]") {
  const Source<std::uint16_t> source = {2, 2, {10, 65535, 30, 40}, {1, 1, 0, 1}};
  const Points points = {{0.1, 1.0, 0.5, 1.9, 5}, {0.9, 0.0, 1.5, 1.9, 5}};
  CHECK(sampled(sample_nearest, source, points) == std::vector<float>{10, 65535, kUntouched, 40, kUntouched});
}

TEST_CASE("Bilinear weighs the four pixel centres around the position", "[kernels]") {
  const Source<std::uint16_t> source = {2, 2, {100, 200, 300, 500}, {1, 1, 1, 1}};
  const Points points = {{1, 0.5, 0.75, 1.25}, {1, 0.5, 0.5, 1.0}};
  CHECK(sampled(sample_bilinear, source, points) == std::vector<float>{275, 100, 125, 312.5});
}

TEST_CASE("Bilinear drops invalid and outside neighbours and renormalises", "[kernels]") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const Source<float> source = {2, 2, {100, 200, 300, nan}, {1, 1, 1, 0}};
  // Around the centre three are left; in the corner of the image one; near the invalid pixel two are left.
  const Points points = {{1 - 1e-12, 0.25, 1.5}, {1 - 1e-12, 0.25, 0.75}};
  const std::vector<float> out = sampled(sample_bilinear, source, points);
  CHECK(out[0] == Approx(200).epsilon(1e-6));
  CHECK(out[1] == 100);
  CHECK(out[2] == 200);
}

TEST_CASE("Harmonisation acts on values before they are rounded to float", "[kernels]") {
  const Source<std::int16_t> source = {2, 1, {-1000, 3000}, {1, 1}};
  const Points points = {{0.5, 1.0}, {0.5, 0.5}};
  const Harmonisation h = {0.1, -1000.25};
  CHECK(sampled(sample_nearest, source, points, h) == std::vector<float>{-1100.25F, -700.25F});
  CHECK(sampled(sample_bilinear, source, points, h) == std::vector<float>{-1100.25F, -900.25F});
}

template <typename Lane>
void check_random(std::uint32_t seed) {
  std::mt19937 random(seed);
  const auto unit = [&] { return static_cast<double>(random()) / 4294967296.0; };
  const auto any_size = [&] { return 1 + static_cast<std::int64_t>(random() % 9); };
  for (int round = 0; round < 40; ++round) {
    Source<Lane> source = {any_size(), any_size(), {}, {}};
    for (std::int64_t pixel = 0; pixel < source.width * source.height; ++pixel) {
      source.values.push_back(static_cast<Lane>(random() % 20000));
      source.valid.push_back(random() % 4 == 0 ? 0 : 1);
    }
    const Harmonisation h = round % 2 == 0 ? Harmonisation{} : Harmonisation{0.275, -812.5};
    Points points;
    for (int i = 0; i < 300; ++i) {
      // Half of them on quarter pixels: borders and centres are hit exactly.
      const auto along = [&](std::int64_t size) {
        const double position = unit() * (static_cast<double>(size) + 2) - 1;
        return i % 2 == 0 ? std::floor(position * 4) / 4 : position;
      };
      points.col.push_back(along(source.width));
      points.row.push_back(along(source.height));
    }
    const std::vector<float> nearest = sampled(sample_nearest, source, points, h);
    const std::vector<float> bilinear = sampled(sample_bilinear, source, points, h);
    for (std::size_t i = 0; i < points.col.size(); ++i) {
      INFO("position " << points.col[i] << ", " << points.row[i]);
      REQUIRE(nearest[i] == definition(source, points.col[i], points.row[i], h, false).value_or(kUntouched));
      REQUIRE(bilinear[i] == definition(source, points.col[i], points.row[i], h, true).value_or(kUntouched));
    }
  }
}

TEST_CASE("Samples equal the definition bit for bit at random positions, for every lane type", "[kernels]") {
  check_random<std::uint16_t>(1);
  check_random<std::int16_t>(2);
  check_random<float>(3);
}

TEST_CASE("A position one step below a pixel centre stays on its side of it", "[kernels]") {
  const Source<std::uint16_t> source = {2, 1, {1000, 2000}, {1, 1}};
  // Adding 0.5 to this position rounds up to 1: an implementation that does so picks the wrong pair of centres.
  const Points points = {{std::nextafter(0.5, 0.0), std::nextafter(1.5, 0.0)}, {0.5, 0.5}};
  CHECK(sampled(sample_bilinear, source, points) == std::vector<float>{1000, 2000});
}

}  // namespace
}  // namespace stacvrt::kernels
