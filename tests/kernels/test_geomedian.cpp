// SPDX-License-Identifier: MIT
// The geomedian against a double precision reference and the oracle's numbers, on every instruction set.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>

#include "kernels/geomedian_finish.h"
#include "kernels/geomedian_reference.h"
#include "tests/catch.h"
#include "tests/kernels/every_target.h"
#include "tests/kernels/geomedian_cases.h"
#include "tests/kernels/lane_pixels.h"
#include "tests/kernels/npy.h"

using namespace stacvrt;
using namespace stacvrt::test;
using kernels::LaneType;
namespace reference = kernels::reference;

namespace {

constexpr double kReflectanceDn = 1e-4;  // the DN of tolerances

reference::Samples physical(const Pixel& pixel, const Terms& terms) {
  reference::Samples samples = pixel;
  for (auto& sample : samples) {
    for (std::size_t b = 0; b < sample.size(); ++b) sample[b] = sample[b] * terms.scale[b] + terms.offset[b];
  }
  return samples;
}

double distance(const std::vector<double>& a, const std::vector<double>& b) {
  double square = 0;
  for (std::size_t i = 0; i < a.size(); ++i) square += (a[i] - b[i]) * (a[i] - b[i]);
  return std::sqrt(square);
}

/// What the reference says of a pixel.
struct Truth {
  reference::Samples samples;  ///< physical values
  std::vector<double> best;
  double least = 0;  ///< objective there
};

Truth truth_of(const Pixel& pixel, const Terms& terms) {
  Truth truth{physical(pixel, terms), {}, 0};
  truth.best = reference::geomedian(truth.samples);
  truth.least = reference::objective(truth.samples, truth.best);
  return truth;
}

/// How results compare with the reference. NaN makes every number infinite.
struct Verdict {
  double worst_excess = 0;  ///< relative, of the objective; n = 3..6 only where farther than 0.5 DN
  double worst_small = 0;   ///< n = 1, 2: distance in DN
  std::size_t judged = 0;   ///< n >= 7
  std::size_t moved = 0;    ///< of these, farther than 0.1 DN
};

double or_infinite(double value) {
  return std::isnan(value) ? std::numeric_limits<double>::infinity() : value;
}

void judge(const Truth& truth, const Terms& terms, const std::vector<double>& result, Verdict& verdict) {
  const std::size_t n = truth.samples.size();
  const std::vector<double> y = physical({result}, terms).front();
  const double moved = or_infinite(distance(y, truth.best) / kReflectanceDn);
  if (n <= 2) {
    verdict.worst_small = std::max(verdict.worst_small, moved);
    return;
  }
  const double excess = or_infinite(truth.least > 0 ? reference::objective(truth.samples, y) / truth.least - 1 : moved);
  if (n >= 7 || moved > 0.5) verdict.worst_excess = std::max(verdict.worst_excess, excess);
  if (n >= 7) {
    ++verdict.judged;
    verdict.moved += moved > 0.1 ? 1U : 0U;
  }
}

Terms uniform_terms(LaneType type, std::size_t bands, double scale, double offset) {
  return {type, std::vector<double>(bands, scale), std::vector<double>(bands, offset)};
}

/// Element type with scale and offset, and what turns the cases' DN into such values.
struct Encoding {
  LaneType type;
  double scale;
  double offset;
  double divisor;
};
constexpr Encoding kEncodings[] = {{LaneType::kUInt16, 1e-4, 0, 1},
                                   {LaneType::kFloat32, 1, 0, 1e4},
                                   {LaneType::kUInt16, 2.75e-5, -0.2, 1},
                                   {LaneType::kInt16, 1e-4, 0, 2}};

void check_hard_set(Maker maker, std::size_t n, const Terms& terms, double divisor, Chance& chance) {
  const auto pixels = make_pixels(maker, chance, kSanitized || n > 100 ? 1 : n > 25 ? 4 : 24, n, terms, divisor);
  std::vector<Truth> truths;
  for (const Pixel& pixel : pixels) truths.push_back(truth_of(pixel, terms));
  in_every_target([&] {
    const auto results = reduce_pixels(pixels, terms, {"geomedian"}).front();
    Verdict verdict;
    for (std::size_t i = 0; i < pixels.size(); ++i) judge(truths[i], terms, results[i], verdict);
    CHECK(verdict.worst_excess <= 1e-6);
    CHECK(verdict.worst_small <= 0.01);
  });
}

/// Pixels of one maker with n from `least` to `most`, and some without any sample.
std::vector<Pixel> mixed_pixels(Maker maker, Chance& chance, std::size_t count, std::size_t least, std::size_t most,
                                const Terms& terms) {
  std::vector<Pixel> pixels;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t n = least + chance.below(most - least + 1);
    pixels.push_back(make_pixels(maker, chance, 1, n, terms).front());
  }
  return pixels;
}
std::vector<Pixel> mixed_spectra(Chance& chance, std::size_t count, std::size_t least, std::size_t most,
                                 const Terms& terms) {
  return mixed_pixels(&spectra, chance, count, least, most, terms);
}

bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}

}  // namespace

TEST_CASE("the geomedian's objective is within 1e-6 of the optimum on hard sets", "[kernels]") {
  Chance chance(20);
  std::size_t turn = 0;
  for (const auto& [name, maker] : makers()) {
    for (const std::size_t n : {1U, 2U, 3U, 4U, 5U, 6U, 7U, 8U, 9U, 10U, 11U, 12U, 25U, 100U, 500U}) {
      for (const std::size_t bands : {1U, 2U, 3U, 4U, 5U, 6U, 7U, 8U, 9U, 10U, 11U, 12U, 14U}) {
        const Encoding& encoding = kEncodings[turn++ % 4];
        INFO(name << ", " << n << " samples x " << bands << " bands, scale " << encoding.scale);
        check_hard_set(maker, n, uniform_terms(encoding.type, bands, encoding.scale, encoding.offset), encoding.divisor,
                       chance);
      }
    }
  }
}

TEST_CASE("the geomedian of spectra lies within 0.1 DN for 99.9 % of pixels", "[kernels]") {
  Chance chance(21);
  const Terms terms = uniform_terms(LaneType::kUInt16, 6, 1e-4, 0);
  for (const Maker maker : {&spectra, &drifting}) {
    const auto pixels = mixed_pixels(maker, chance, 3000, 7, 25, terms);
    std::vector<Truth> truths;
    for (const Pixel& pixel : pixels) truths.push_back(truth_of(pixel, terms));
    in_every_target([&] {
      const auto results = reduce_pixels(pixels, terms, {"geomedian"}).front();
      Verdict verdict;
      for (std::size_t i = 0; i < pixels.size(); ++i) judge(truths[i], terms, results[i], verdict);
      CHECK(verdict.judged == pixels.size());
      CHECK(verdict.moved <= pixels.size() / 1000);
      CHECK(verdict.worst_excess <= 1e-6);
    });
  }
}

TEST_CASE("the geomedian equals the oracle's float64 reference within 0.1 DN", "[kernels]") {
  const std::string folder = std::string(STACVRT_SHARED_DIR) + "/oracle/";
  const auto input = read_npy(folder + "input.npy");
  const auto expected = read_npy(folder + "reference_f64_geomedian.npy");
  if (!input || !expected) {
    WARN("skipped: no oracle at " << folder);
    return;
  }
  const Terms terms = uniform_terms(LaneType::kFloat32, input->shape[2], 1, 0);
  const std::vector<Pixel> pixels = oracle_pixels(*input);
  in_every_target([&] {
    const auto results = reduce_pixels(pixels, terms, {"geomedian"}).front();
    std::size_t moved = 0;
    double worst_excess = 0;
    for (std::size_t i = 0; i < pixels.size(); ++i) {
      const auto first = expected->values.begin() + static_cast<std::ptrdiff_t>(i * terms.bands());
      const std::vector<double> best(first, first + static_cast<std::ptrdiff_t>(terms.bands()));
      moved += distance(results[i], best) > 0.1 * kReflectanceDn ? 1U : 0U;
      const double excess = reference::objective(pixels[i], results[i]) / reference::objective(pixels[i], best) - 1;
      worst_excess = std::max(worst_excess, or_infinite(excess));
    }
    CHECK(moved <= pixels.size() / 1000);
    CHECK(worst_excess <= 1e-6);
  });
}

TEST_CASE("the geomedian of none, one, two and equal samples is what the definition says", "[kernels]") {
  in_every_target([] {
    for (const LaneType type : {LaneType::kUInt16, LaneType::kInt16, LaneType::kFloat32}) {
      const Terms terms = uniform_terms(type, 3, 1e-4, 0);
      const std::vector<Pixel> pixels = {{},
                                         {{101, 2002, 30003}},
                                         {{100, 2000, 30000}, {101, 1000, 30001}},
                                         {{7, 8, 9}, {7, 8, 9}, {7, 8, 9}},
                                         {{0, 0, 0}, {0, 0, 0}, {0, 0, 0}, {0, 0, 0}}};
      const auto results = reduce_pixels(pixels, terms, {"geomedian"}).front();
      for (const double x : results[0]) CHECK(std::isnan(x));
      CHECK(results[1] == std::vector<double>{101, 2002, 30003});
      CHECK(results[2] == std::vector<double>{100.5, 1500, 30000.5});
      CHECK(results[3] == std::vector<double>{7, 8, 9});
      CHECK(results[4] == std::vector<double>{0, 0, 0});
    }
    const Terms terms = uniform_terms(LaneType::kUInt16, 3, 1e-4, 0);
    const auto empty = reduce_pixels({{}, {}}, terms, {"geomedian", "mad"});
    for (const double x : empty[0][1]) CHECK(std::isnan(x));
    for (const double x : empty[1][1]) CHECK(std::isnan(x));
  });
}

TEST_CASE("a geomedian at a sample is that sample exactly", "[kernels]") {
  const Terms terms = uniform_terms(LaneType::kUInt16, 2, 1e-4, 0);
  // The corner of an obtuse triangle; the inner one of four; the middle of five on a line.
  const std::vector<Pixel> pixels = {{{1000, 1000}, {3000, 1100}, {0, 1300}},
                                     {{0, 0}, {1000, 0}, {0, 1000}, {300, 310}},
                                     {{10, 20}, {20, 40}, {30, 60}, {500, 1000}, {700, 1400}}};
  in_every_target([&] {
    const auto results = reduce_pixels(pixels, terms, {"geomedian"}).front();
    CHECK(results[0] == std::vector<double>{1000, 1000});
    CHECK(results[1] == std::vector<double>{300, 310});
    CHECK(results[2] == std::vector<double>{30, 60});
  });
}

TEST_CASE("bands of different scales weigh by their physical values", "[kernels]") {
  Chance chance(22);
  Terms terms = uniform_terms(LaneType::kUInt16, 4, 1e-4, 0);
  terms.scale = {1e-4, 3e-4, 2e-5, 1e-3};
  terms.offset = {0, -0.1, 0.3, 0};
  const auto pixels = mixed_spectra(chance, 200, 7, 25, terms);
  in_every_target([&] {
    const auto results = reduce_pixels(pixels, terms, {"geomedian"}).front();
    Verdict verdict;
    for (std::size_t i = 0; i < pixels.size(); ++i) judge(truth_of(pixels[i], terms), terms, results[i], verdict);
    CHECK(verdict.worst_excess <= 1e-6);
    CHECK(verdict.moved == 0);
  });
}

TEST_CASE("a lane's geomedian and MADs do not depend on its neighbours, bit for bit", "[kernels]") {
  const std::size_t bands = GENERATE(std::size_t{6}, std::size_t{14});  // in registers, and more than fit there
  CAPTURE(bands);
  Chance chance(23);
  const Terms terms = uniform_terms(LaneType::kUInt16, bands, 1e-4, 0);
  std::vector<Pixel> pixels = mixed_spectra(chance, 160, 0, 25, terms);
  for (const auto& [name, maker] : makers()) {  // neighbours that take every path
    for (const std::size_t n : {3U, 4U, 9U}) pixels.push_back(make_pixels(maker, chance, 1, n, terms).front());
  }
  std::vector<std::size_t> order(pixels.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[chance.below(i)]);
  std::vector<Pixel> shuffled;
  for (const std::size_t i : order) shuffled.push_back(pixels[i]);
  in_every_target([&] {
    const auto results = reduce_pixels(pixels, terms, {"geomedian", "mad"});
    const auto elsewhere = reduce_pixels(shuffled, terms, {"geomedian", "mad"});
    std::size_t different = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
      for (std::size_t r = 0; r < 2; ++r) different += same_bits(results[r][order[i]], elsewhere[r][i]) ? 0U : 1U;
    }
    CHECK(different == 0);
  });
}

TEST_CASE("a coarse epsilon or few iterations still give a finite geomedian within the samples", "[kernels]") {
  Chance chance(24);
  Terms terms = uniform_terms(LaneType::kUInt16, 6, 1e-4, 0);
  const auto pixels = mixed_spectra(chance, 64, 3, 25, terms);
  for (const double epsilon : {1e-2, 1e-4, 1e-9, 0.0}) {
    for (const std::uint32_t iterations : {0U, 1U, 5U, 1000U}) {
      terms.epsilon = epsilon;
      terms.max_iterations = iterations;
      INFO("epsilon " << epsilon << ", iterations " << iterations);
      const auto results = reduce_pixels(pixels, terms, {"geomedian"}).front();
      for (std::size_t i = 0; i < pixels.size(); ++i) {
        for (std::size_t b = 0; b < terms.bands(); ++b) {
          const auto [low, high] = std::minmax_element(pixels[i].begin(), pixels[i].end(),
                                                       [&](const auto& x, const auto& y) { return x[b] < y[b]; });
          CHECK(results[i][b] >= (*low)[b]);
          CHECK(results[i][b] <= (*high)[b]);
        }
      }
    }
  }
}

TEST_CASE("double precision finds the middle of a line from anywhere, past samples that it comes upon", "[kernels]") {
  constexpr std::size_t kBands = 10;
  const float places[] = {0, -68, -170, 63, -36, 136, 216, -39, -102};  // the median is -36
  const float direction[kBands] = {1, -4, 3, -2, 3, 4, -3, -4, -3, 0};
  std::vector<float> samples;
  for (const float place : places) {
    for (const float along : direction) samples.push_back(place * along);
  }
  const kernels::LaneSamples lane = {samples.data(), kBands, 1, std::size(places), kBands};
  std::vector<double> scratch(kernels::finish_scratch(kBands));
  Chance chance(25);
  std::size_t missed = 0;
  for (int i = 0; i < 2000; ++i) {
    const double length = std::pow(10.0, chance.uniform(-5, 7));
    std::vector<double> y = along(std::vector<double>(kBands, 0), length, chance.direction(kBands));
    kernels::finish_geomedian(lane, 1e-4, 200, y.data(), scratch.data());
    missed += std::abs(y[0] + 36) < 1e-6 ? 0U : 1U;
  }
  CHECK(missed == 0);
}
