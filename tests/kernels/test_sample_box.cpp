// SPDX-License-Identifier: MIT
// Cubic and average sampling against numbers worked out by hand and against their definitions evaluated over all pixels
// of the source.
#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <numbers>
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

/// The weight of a pixel along one axis for a position.
using Weight = std::function<double(double position, double pixel)>;

double keys(double position, double pixel) {
  const double x = std::abs(position - (pixel + 0.5));
  if (x >= 2) return 0;
  return x < 1 ? 1.5 * x * x * x - 2.5 * x * x + 1 : -0.5 * x * x * x + 2.5 * x * x - 4 * x + 2;
}

Weight overlap(double side) {
  return [side](double position, double pixel) {
    return std::max(std::min(position + side / 2, pixel + 1) - std::max(position - side / 2, pixel), 0.0);
  };
}

/// Weights along columns and rows; whether means of what neighbours that drop out leave are limited to its range.
struct Method {
  Weight across, down;
  bool limited = false;
};

/// NUMERICS, "Resample", for one position; nothing where the holding pixel is missing or invalid.
template <typename Lane>
std::optional<double> definition(const Source<Lane>& source, double col, double row, const Harmonisation& h,
                                 const Method& method) {
  const auto inside = [](double position, std::int64_t size) {
    return position >= 0 && position < static_cast<double>(size);
  };
  if (!inside(col, source.width) || !inside(row, source.height)) return std::nullopt;
  if (source.valid[source.index(static_cast<std::int64_t>(col), static_cast<std::int64_t>(row))] == 0)
    return std::nullopt;
  constexpr std::int64_t kBeyond = 2;  // neighbours outside drop out as well
  std::vector<double> across;
  for (std::int64_t c = -kBeyond; c < source.width + kBeyond; ++c)
    across.push_back(method.across(col, static_cast<double>(c)));
  double sum = 0, total = 0, low = std::numeric_limits<double>::infinity(), high = -low;
  bool dropped = false;
  for (std::int64_t r = -kBeyond; r < source.height + kBeyond; ++r) {
    const double down = method.down(row, static_cast<double>(r));
    for (std::int64_t c = -kBeyond; down != 0 && c < source.width + kBeyond; ++c) {
      const double weight = across[static_cast<std::size_t>(c + kBeyond)] * down;
      if (weight == 0) continue;
      const bool exists = c >= 0 && c < source.width && r >= 0 && r < source.height;
      if (!exists || source.valid[source.index(c, r)] == 0) {
        dropped = true;
        continue;
      }
      const double value = static_cast<double>(source.values[source.index(c, r)]) * h.gain + h.bias;
      sum += weight * value;
      total += weight;
      low = std::min(low, value);
      high = std::max(high, value);
    }
  }
  return method.limited && dropped ? std::clamp(sum / total, low, high) : sum / total;
}

/// Positions of a turned and stretched grid that begins off the source.
Points turned_points(Random& random, std::int64_t width, std::int64_t height, int count) {
  const double step = 0.2 + 2 * random.unit();
  const double turn = random.unit() * 2 * std::numbers::pi;
  const double start_col = random.unit() * static_cast<double>(width);
  const double start_row = random.unit() * static_cast<double>(height);
  Points points;
  for (int i = 0; i < count; ++i) {
    const double along = step * (i % 40 - 20);
    const double down = step * (i / 40 - 5);  // NOLINT(bugprone-integer-division): rows of 40
    points.col.push_back(start_col + along * std::cos(turn) - down * std::sin(turn));
    points.row.push_back(start_row + along * std::sin(turn) + down * std::cos(turn));
  }
  return points;
}

/// Weights that nearly cancel, next to invalid pixels, cost cubic a digit or two of a double.
bool is_near(double a, double b) {
  return std::abs(a - b) <= std::abs(b) * 0x1p-23 + 1e-8;
}

template <typename Lane>
void check_random(std::uint32_t seed, const Sampler& sampler, const Method& method) {
  Random random{std::mt19937(seed)};
  for (int round = 0; round < (stacvrt::test::kSanitized ? 8 : 40); ++round) {
    const auto source = random_source<Lane>(random, round % 4 == 0 ? 9 : 50, round % 3 == 0 ? 4 : 20);
    const Harmonisation h = round % 2 == 0 ? Harmonisation{} : Harmonisation{0.275, -812.5};
    const Points points = round % 4 == 1 ? random_points(random, source.width, source.height, 300 + round)
                                         : turned_points(random, source.width, source.height, 400 + round);
    const std::vector<float> got = sampled(sampler, source, points, h);
    for (std::size_t i = 0; i < points.col.size(); ++i) {
      const double wanted = definition(source, points.col[i], points.row[i], h, method).value_or(kUntouched);
      INFO("position " << points.col[i] << ", " << points.row[i] << ": " << got[i] << " instead of " << wanted);
      REQUIRE(is_near(static_cast<double>(got[i]), wanted));
    }
    REQUIRE(got == sampled_singly(sampler, source, points, h));
  }
}

void check_random(std::uint32_t seed, const Sampler& sampler, const Method& method) {
  in_every_target([&] {
    check_random<std::uint16_t>(seed, sampler, method);
    check_random<std::int16_t>(seed + 1, sampler, method);
    check_random<float>(seed + 2, sampler, method);
  });
}

TEST_CASE("Cubic equals Keys' kernel over all pixels, alone as in company, for every lane type", "[kernels]") {
  check_random(11, sample_cubic, {keys, keys, true});
}

TEST_CASE("Average equals areas of overlap with all pixels, alone as in company, for every lane type", "[kernels]") {
  for (const Footprint& box : {Footprint{3, 3}, Footprint{1, 1}, Footprint{0.3, 0.7}, Footprint{2, 5.25},
                               Footprint{11.1, 8}, Footprint{300, 0.5}}) {
    INFO("box " << box.width_px << " x " << box.height_px);
    check_random(21, averaging(box), {overlap(box.width_px), overlap(box.height_px)});
  }
}

TEST_CASE("Cubic weighs four pixel centres on either axis", "[kernels]") {
  in_every_target([] {
    // Halfway: -1, 9, 9, -1 sixteenths; a quarter of the way: -9, 111, 29, -3 of 128; on a centre: that pixel.
    const Source<std::uint16_t> row = {6, 1, {0, 160, 320, 480, 960, 0}, {1, 1, 1, 1, 1, 1}};
    CHECK(sampled(sample_cubic, row, {{3, 2.5, 3.5}, {0.5, 0.5, 0.5}}) == std::vector<float>{380, 320, 480});
    const Source<std::uint16_t> quarter = {4, 1, {128, 256, 384, 640}, {1, 1, 1, 1}};
    CHECK(sampled(sample_cubic, quarter, {{1.75}, {0.5}}) == std::vector<float>{285});
    for (const auto& [at, wanted] : {std::pair{5, 81.0F}, std::pair{6, 81.0F}, std::pair{0, 1.0F}, std::pair{4, -9.0F},
                                     std::pair{2, -9.0F}, std::pair{15, 1.0F}}) {
      Source<std::int16_t> square = {4, 4, std::vector<std::int16_t>(16, 0), std::vector<std::uint8_t>(16, 1)};
      square.values[static_cast<std::size_t>(at)] = 256;
      CHECK(sampled(sample_cubic, square, {std::vector<double>(9, 2.0), std::vector<double>(9, 2.0)}) ==
            std::vector<float>(9, wanted));
    }
  });
}

TEST_CASE("Cubic drops invalid and outside neighbours and renormalises", "[kernels]") {
  in_every_target([] {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    // Outside: 111, 29, -3 of 137.
    const Source<float> border = {4, 1, {137, 274, 411, nan}, {1, 1, 1, 0}};
    CHECK(sampled(sample_cubic, border, {{0.75}, {0.5}})[0] == Approx(160).epsilon(1e-6));
    // Invalid: -1, 9, -1 of 7.
    const Source<float> gap = {4, 1, {70, nan, 140, 280}, {1, 0, 1, 1}};
    const std::vector<float> out = sampled(sample_cubic, gap, {{2, 1.9}, {0.5, 0.5}});
    CHECK(out[0] == Approx(130).epsilon(1e-6));
    CHECK(out[1] == kUntouched);  // its own pixel is the gap
  });
}

TEST_CASE("Cubic stays within what is left of its neighbours when some drop out", "[kernels]") {
  in_every_target([] {
    // Halfway, -1 and 9 of 8: 125 and 5500 without the limit.
    for (const auto& [beyond, wanted] : {std::pair{8000, 1000.0F}, std::pair{500, 1000.0F}, std::pair{1000, 1000.0F}}) {
      Source<std::uint16_t> gap = {4, 5, std::vector<std::uint16_t>(20, 1000), std::vector<std::uint8_t>(20, 1)};
      for (std::int64_t row = 0; row < 5; ++row) {
        gap.values[gap.index(0, row)] = static_cast<std::uint16_t>(beyond);
        gap.valid[gap.index(1, row)] = gap.valid[gap.index(3, row)] = 0;
      }
      const Points middle = {std::vector<double>(9, 2.0), std::vector<double>(9, 1.5)};
      CHECK(sampled(sample_cubic, gap, middle) == std::vector<float>(9, wanted));
      CHECK(sampled(sample_cubic, gap, middle, {0.5, -7}) == std::vector<float>(9, wanted / 2 - 7));
    }
  });
}

TEST_CASE("Neighbours without weight neither limit cubic nor widen its limits", "[kernels]") {
  in_every_target([] {
    // On the centres of row 2 the other rows have no weight: -1, 9, 9, -1 sixteenths overshoot.
    Source<std::uint16_t> steep = {6, 6, {}, std::vector<std::uint8_t>(36, 1)};
    for (int row = 0; row < 6; ++row)
      for (const int value : {0, 1600, 3200, 3200, 0, 0}) steep.values.push_back(static_cast<std::uint16_t>(value));
    steep.valid[steep.index(2, 1)] = steep.valid[steep.index(4, 4)] = 0;
    const Points centres = {std::vector<double>(9, 3.0), std::vector<double>(9, 2.5)};
    CHECK(sampled(sample_cubic, steep, centres) == std::vector<float>(9, 3500));
    // A greater value without weight does not lift the limit.
    steep.valid[steep.index(1, 2)] = 0;
    steep.values[steep.index(2, 3)] = 60000;
    CHECK(sampled(sample_cubic, steep, centres) == std::vector<float>(9, 3200));
  });
}

TEST_CASE("Average weighs pixels by the area that the box has of them", "[kernels]") {
  in_every_target([] {
    const Source<std::uint16_t> row = {3, 1, {100, 200, 400}, {1, 1, 1}};
    const Points middle = {{1.5}, {0.5}};
    CHECK(sampled(averaging({1, 1}), row, middle) == std::vector<float>{200});
    CHECK(sampled(averaging({2, 1}), row, middle) == std::vector<float>{225});  // a half, one, a half
    CHECK(sampled(averaging({0.5, 1}), row, {{1, 1.25, 0.875}, {0.5, 0.5, 0.5}}) == std::vector<float>{150, 200, 125});
    std::vector<std::int16_t> values;
    for (std::int16_t i = 0; i < 64; ++i) values.push_back(static_cast<std::int16_t>(i * i - 900));
    const Source<std::int16_t> square = {8, 8, values, std::vector<std::uint8_t>(64, 1)};
    double sum = 0;
    for (const std::size_t at : {18U, 19U, 20U, 26U, 27U, 28U, 34U, 35U, 36U}) sum += values[at];
    const Points centre = {std::vector<double>(8, 3.5), std::vector<double>(8, 3.5)};
    CHECK(sampled(averaging({3, 3}), square, centre) == std::vector<float>(8, static_cast<float>(sum / 9)));
  });
}

TEST_CASE("Average drops invalid and outside pixels", "[kernels]") {
  in_every_target([] {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const Source<float> row = {4, 1, {100, 200, 400, nan}, {1, 1, 1, 0}};
    CHECK(sampled(averaging({3, 3}), row, {{0.5, 2.5, 3.5}, {0.5, 0.5, 0.5}}) ==
          std::vector<float>{150, 300, kUntouched});
    CHECK(sampled(averaging({1e9, 1e9}), row, {{0.5}, {0.5}})[0] == Approx(700.0 / 3).epsilon(1e-6));
    // The least box, where the position lies on its pixel's border.
    CHECK(sampled(averaging({Footprint::kLeastSide, Footprint::kLeastSide}), row, {{2}, {0}})[0] == 300);
  });
}

/// `width` columns of a source from `start` on.
Source<std::int16_t> cropped(const Source<std::int16_t>& whole, std::int64_t start, std::int64_t width) {
  Source<std::int16_t> part = {width, whole.height, {}, {}};
  for (std::int64_t row = 0; row < whole.height; ++row)
    for (std::int64_t column = start; column < start + width; ++column) {
      part.values.push_back(whole.values[whole.index(column, row)]);
      part.valid.push_back(whole.valid[whole.index(column, row)]);
    }
  return part;
}

TEST_CASE("Samples are the same bits wherever the window begins", "[kernels]") {
  constexpr std::int64_t kWidth = 1200, kHeight = 24, kPart = 60, kMargin = 9;
  Random random{std::mt19937(31)};
  Source<std::int16_t> noise = {kWidth, kHeight, {}, {}};
  // Of stripes an average over two or four columns is nothing but the rounding of the weights.
  Source<std::int16_t> stripes = {kWidth, kHeight, {}, std::vector<std::uint8_t>(kWidth * kHeight, 1)};
  for (std::int64_t i = 0; i < kWidth * kHeight; ++i) {
    noise.values.push_back(static_cast<std::int16_t>(random.below(65536) - 32768));
    noise.valid.push_back(random.below(12) == 0 ? 0 : 1);
    stripes.values.push_back(i % 2 == 0 ? 30000 : -30000);
  }
  std::size_t rounded = 0;
  for (const std::int64_t start : {1000, 1090, 1117}) {
    Points in_whole, in_part;
    for (int i = 0; i < 500; ++i) {
      in_whole.col.push_back(static_cast<double>(start + kMargin) + random.unit() * (kPart - 2 * kMargin));
      in_whole.row.push_back(random.unit() * kHeight);
      in_part.col.push_back(in_whole.col.back() - static_cast<double>(start));  // exact
      in_part.row.push_back(in_whole.row.back());
    }
    in_every_target([&] {
      for (const Sampler& sampler : {Sampler(sample_bilinear), Sampler(sample_cubic), averaging({3.7, 1.3}),
                                     averaging({0.123, 0.9}), averaging({7.9, 4.1})})
        REQUIRE(sampled(sampler, cropped(noise, start, kPart), in_part) == sampled(sampler, noise, in_whole));
      for (const Sampler& sampler : {averaging({2, 1.3}), averaging({4, 0.7})}) {
        const std::vector<float> all = sampled(sampler, stripes, in_whole);
        REQUIRE(sampled(sampler, cropped(stripes, start, kPart), in_part) == all);
        rounded += static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [](float v) { return v != 0; }));
      }
    });
  }
  CHECK(rounded > 100);
}

}  // namespace
}  // namespace stacvrt::kernels
