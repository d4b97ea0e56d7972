// SPDX-License-Identifier: MIT
// The MADs against double precision, about the reference geomedian, and the oracle's numbers, on every instruction set.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

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

constexpr std::array<double, 3> kTolerances = {2e-5, 0.1, 2e-5};  // SMAD, EMAD in DN, BCMAD

Terms terms_of(LaneType type, std::size_t bands, double scale, double offset) {
  return {type, std::vector<double>(bands, scale), std::vector<double>(bands, offset)};
}

reference::Samples physical(Pixel samples, const Terms& terms) {
  for (auto& sample : samples) {
    for (std::size_t b = 0; b < sample.size(); ++b) sample[b] = sample[b] * terms.scale[b] + terms.offset[b];
  }
  return samples;
}

/// EMAD in DN of reflectance, the unit of its tolerance.
std::array<double, 3> in_tolerance_units(std::array<double, 3> mads, double scale) {
  return {mads[0], mads[1] * scale / 1e-4, mads[2]};
}

/// Compares the MADs with the reference about the geomedian that the kernel found: that one has its own tests, and
/// where samples leave a segment or a valley of minimisers MADs about another point are others.
void check_mads(const std::vector<Pixel>& pixels, const Terms& terms) {
  in_every_target([&] {
    const auto results = reduce_pixels(pixels, terms, {"mad", "geomedian"});
    for (std::size_t i = 0; i < pixels.size(); ++i) {
      const auto g = physical({results[1][i]}, terms).front();
      const auto expected = in_tolerance_units(reference::mads(physical(pixels[i], terms), g), 1);
      const auto& row = results[0][i];
      const auto found = in_tolerance_units({row[0], row[1], row[2]}, terms.scale[0]);
      for (std::size_t m = 0; m < 3; ++m) {
        INFO("pixel " << i << " of " << pixels[i].size() << " samples, result " << m << ": " << found[m]
                      << ", reference " << expected[m]);
        const bool same_kind = std::isnan(expected[m]) == std::isnan(found[m]);
        CHECK(same_kind);
        if (!std::isnan(expected[m])) CHECK(std::abs(found[m] - expected[m]) <= kTolerances[m]);
      }
    }
  });
}

}  // namespace

TEST_CASE("MADs agree with double precision for every element type and encoding", "[kernels]") {
  Chance chance(30);
  for (const std::size_t bands : {1U, 2U, 3U, 6U, 7U, 10U, 14U}) {
    for (const std::size_t n : {1U, 2U, 3U, 4U, 6U, 9U, 16U, 25U, 70U}) {
      INFO(bands << " bands, " << n << " samples");
      const Terms sentinel = terms_of(LaneType::kUInt16, bands, 1e-4, 0);
      check_mads(make_pixels(&spectra, chance, 8, n, sentinel), sentinel);
      const Terms landsat = terms_of(LaneType::kUInt16, bands, 2.75e-5, -0.2);
      auto pixels = make_pixels(&spectra, chance, 8, n, landsat, 0.25);
      for (Pixel& pixel : pixels) {
        for (auto& sample : pixel) {
          for (double& x : sample) x += 8000;
        }
      }
      check_mads(pixels, landsat);
      const Terms reflectance = terms_of(LaneType::kFloat32, bands, 1, 0);
      check_mads(make_pixels(&spectra, chance, 8, n, reflectance, 1e4), reflectance);
      const Terms high = terms_of(LaneType::kUInt16, bands, 1e-4, 0);
      check_mads(make_pixels(&high_and_tight, chance, 8, n, high), high);
    }
  }
}

TEST_CASE("MADs agree with the oracle's float64 reference", "[kernels]") {
  const std::string folder = std::string(STACVRT_SHARED_DIR) + "/oracle/";
  const auto input = read_npy(folder + "input.npy");
  std::vector<Npy> expected;
  for (const char* const name : {"smad", "emad", "bcmad"}) {
    auto array = read_npy(folder + "reference_f64_" + name + ".npy");
    if (array) expected.push_back(std::move(*array));
  }
  if (!input || expected.size() != 3) {
    WARN("skipped: no oracle at " << folder);
    return;
  }
  const Terms terms = terms_of(LaneType::kFloat32, input->shape[2], 1, 0);
  const auto pixels = oracle_pixels(*input);
  in_every_target([&] {
    const auto results = reduce_pixels(pixels, terms, {"mad"}).front();
    std::array<double, 3> worst = {};
    for (std::size_t i = 0; i < pixels.size(); ++i) {
      for (std::size_t m = 0; m < 3; ++m) {
        const double error = std::abs(results[i][m] - expected[m].values[i]);
        worst[m] = std::isnan(error) ? std::numeric_limits<double>::infinity() : std::max(worst[m], error);
      }
    }
    CHECK(worst[0] <= 2e-5);
    CHECK(worst[1] <= 0.1 * 1e-4);
    CHECK(worst[2] <= 2e-5);
  });
}

TEST_CASE("undefined distances are left out of their median", "[kernels]") {
  const Terms terms = terms_of(LaneType::kInt16, 2, 1e-4, 0);
  const std::vector<Pixel> pixels = {{{0, 0}, {0, 0}, {0, 0}},                      // geomedian 0: no angle, no ratio
                                     {{100, 100}, {100, 100}, {100, 100}, {0, 0}},  // one sample without an angle
                                     {{0, 0}, {300, 0}, {300, 0}, {300, 0}, {0, 300}},  // angles 0, 0, 0 and 90 degrees
                                     {{100, 0}, {100, 0}, {-100, 0}},  // |x + g| = 0: beyond every other
                                     {{100, 0}, {100, 0}, {100, 0}, {100, 1}, {100, 1}}};
  in_every_target([&] {
    const auto mads = reduce_pixels(pixels, terms, {"mad"}).front();
    CHECK(std::isnan(mads[0][0]));
    CHECK(mads[0][1] == 0);
    CHECK(std::isnan(mads[0][2]));
    CHECK(mads[1][0] == Approx(0).margin(1e-7));
    CHECK(mads[1][1] == 0);
    CHECK(mads[1][2] == 0);
    CHECK(std::abs(mads[2][0]) <= 1e-7);
    CHECK(mads[2][1] == 0);
    CHECK(mads[3][1] == 0);
    CHECK(mads[3][2] == 0);
    for (const double value : mads[4]) CHECK(value >= 0);
  });
}

TEST_CASE("an infinite Bray-Curtis distance sorts last", "[kernels]") {
  // About g = 3 the samples at -3 are infinitely far; of four about g = 3 (three equal ones hold it) one is.
  const Terms terms = terms_of(LaneType::kInt16, 2, 1e-4, 0);
  const std::vector<Pixel> pixels = {{{3, 0}, {3, 0}, {3, 0}, {-3, 0}, {-3, 0}}};
  in_every_target([&] {
    const auto mads = reduce_pixels(pixels, terms, {"mad"}).front();
    CHECK(mads[0][2] == 0);
    CHECK(mads[0][0] == Approx(0).margin(1e-7));
  });
}

TEST_CASE("EMAD is in DN of the first band", "[kernels]") {
  const Terms terms = terms_of(LaneType::kUInt16, 2, 2.75e-5, -0.2);
  const std::vector<Pixel> pixels = {{{8000, 9000}, {8003, 9004}, {7997, 8996}}};
  in_every_target([&] {
    const auto results = reduce_pixels(pixels, terms, {"geomedian", "mad"});
    CHECK(results[0][0] == std::vector<double>{8000, 9000});
    CHECK(results[1][0][1] == Approx(5));
  });
}
