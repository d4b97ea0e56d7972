// SPDX-License-Identifier: MIT
// Left-packing against a list per pixel.
#include <algorithm>
#include <random>
#include <vector>

#include "kernels/pack.h"
#include "tests/catch.h"
#include "tests/kernels/every_target.h"
#include "tests/kernels/sample_group.h"

using namespace stacvrt::kernels;
using namespace stacvrt::test;

namespace {

/// How much of an observation is valid: nothing (null planes), all, single pixels, or a run of them.
enum class Cover { kNone, kAll, kScattered, kRun };

template <typename T>
constexpr LaneType kTypeOf = sizeof(T) == 2 ? LaneType::kUInt16 : LaneType::kFloat32;

template <typename T>
struct Strip {
  std::size_t pixels;
  std::size_t bands;
  std::vector<std::vector<T>> values;            // [observation][band][pixel]
  std::vector<std::vector<std::uint8_t>> valid;  // [observation][pixel]
  std::vector<ObservationPlanes> planes;

  Strip(const std::vector<Cover>& covers, std::size_t pixel_count, std::size_t band_count, std::uint32_t seed)
      : pixels(pixel_count), bands(band_count), values(covers.size()), valid(covers.size()), planes(covers.size()) {
    std::mt19937 random(seed);
    for (std::size_t i = 0; i < covers.size(); ++i) {
      if (covers[i] == Cover::kNone) continue;
      for (std::size_t k = 0; k < bands * pixels; ++k) values[i].push_back(static_cast<T>(random() % 60000));
      const std::size_t begin = random() % pixels;
      for (std::size_t k = 0; k < pixels; ++k) {
        const bool hit = covers[i] == Cover::kAll || (covers[i] == Cover::kScattered ? random() % 2 == 0 : k >= begin);
        valid[i].push_back(static_cast<std::uint8_t>(hit ? 1 + random() % 255 : 0));
      }
      planes[i] = {values[i].data(), valid[i].data()};
    }
  }
};

/// Packs pixels [first, first + count) and compares every slot, counted or not, with lists.
template <typename T>
void check_packing(const Strip<T>& strip, std::size_t first, std::size_t count) {
  const std::size_t observations = strip.planes.size();
  const AlignedArray<T> samples(observations * strip.bands * kLanes, T{7});
  const AlignedArray<std::uint32_t> counts(kLanes, 99);
  const std::uint32_t slots = pack_lanes(kTypeOf<T>, strip.planes.data(), observations, strip.bands, strip.pixels,
                                         first, count, samples.data(), counts.data());
  std::vector<T> wanted(samples.size());
  std::vector<std::uint32_t> wanted_counts(kLanes, 0);
  std::uint32_t wanted_slots = 0;
  for (std::size_t lane = 0; lane < count; ++lane) {
    for (std::size_t i = 0; i < observations; ++i) {
      if (strip.valid[i].empty() || strip.valid[i][first + lane] == 0) continue;
      const std::size_t slot = wanted_counts[lane]++;
      for (std::size_t band = 0; band < strip.bands; ++band) {
        wanted[(slot * strip.bands + band) * kLanes + lane] = strip.values[i][band * strip.pixels + first + lane];
      }
    }
    wanted_slots = std::max(wanted_slots, wanted_counts[lane]);
  }
  CHECK(slots == wanted_slots);
  bool counted = true;
  for (std::size_t lane = 0; lane < kLanes; ++lane) counted = counted && counts[lane] == wanted_counts[lane];
  CHECK(counted);
  bool packed = true;
  for (std::size_t slot = 0; slot < observations; ++slot) {
    for (std::size_t i = 0; i < strip.bands * kLanes; ++i) {
      if (slot >= wanted_counts[i % kLanes]) continue;
      packed = packed && samples[slot * strip.bands * kLanes + i] == wanted[slot * strip.bands * kLanes + i];
    }
  }
  CHECK(packed);
}

}  // namespace

TEMPLATE_TEST_CASE("samples are packed to the left in order of observation", "[kernels]", std::uint16_t, float) {
  const Cover covers[] = {Cover::kNone, Cover::kAll, Cover::kScattered, Cover::kRun};
  in_every_target([&covers] {
    for (std::uint32_t seed = 0; seed < 200; ++seed) {
      std::mt19937 random(seed);
      std::vector<Cover> chosen(1 + random() % 12);
      for (Cover& cover : chosen) cover = covers[random() % 4];
      const Strip<TestType> strip(chosen, 67, 1 + seed % 4, seed);
      CAPTURE(seed);
      check_packing(strip, 0, kLanes);
      check_packing(strip, 35, kLanes);
      check_packing(strip, 64, 3);
      check_packing(strip, 10, 0);
    }
  });
}

TEMPLATE_TEST_CASE("clear observations fill whole slots", "[kernels]", std::uint16_t, float) {
  in_every_target([] { check_packing(Strip<TestType>(std::vector<Cover>(9, Cover::kAll), 64, 3, 1), 32, kLanes); });
}

TEMPLATE_TEST_CASE("no observation gives no slot", "[kernels]", std::uint16_t, float) {
  check_packing(Strip<TestType>({}, 32, 2, 1), 0, kLanes);
  check_packing(Strip<TestType>({Cover::kNone, Cover::kNone}, 32, 2, 1), 0, kLanes);
}

TEST_CASE("Float32 samples keep their bits", "[kernels]") {
  const std::vector<float> values = {1.5F, -0.0F, 3e38F, 1e-42F};
  const std::vector<std::uint8_t> valid = {0, 1, 1, 1};
  const ObservationPlanes planes = {values.data(), valid.data()};
  const AlignedArray<float> samples(kLanes);
  const AlignedArray<std::uint32_t> counts(kLanes);
  REQUIRE(pack_lanes(LaneType::kFloat32, &planes, 1, 1, 4, 0, 4, samples.data(), counts.data()) == 1);
  CHECK(counts[0] == 0);
  CHECK((samples[1] == 0 && std::signbit(samples[1])));
  CHECK(samples[2] == 3e38F);
  CHECK(samples[3] == 1e-42F);
}
