// SPDX-License-Identifier: MIT
// Which pixels hold data: against a plain loop, for every type, length and misalignment.
#include <cmath>
#include <limits>
#include <vector>

#include "kernels/flags.h"
#include "tests/catch.h"
#include "tests/kernels/every_target.h"

namespace {

using namespace stacvrt::kernels;
using stacvrt::test::in_every_target;

template <class T>
void check(LaneType type, std::optional<double> nodata, const std::vector<T>& pattern) {
  for (std::size_t count = 0; count <= 150; ++count)
    for (const std::size_t shift : {0U, 1U, 3U}) {
      std::vector<T> values(shift);
      std::vector<std::uint8_t> flags(shift + count + 1, 1), wanted;
      for (std::size_t i = 0; i < count; ++i) values.push_back(pattern[(i * 7 + count) % pattern.size()]);
      for (std::size_t i = 0; i < count; i += 5) flags[shift + i] = 0;
      wanted = flags;
      for (std::size_t i = 0; i < count; ++i) {
        const auto value = static_cast<double>(values[shift + i]);
        const bool is_nodata = nodata && value == static_cast<double>(static_cast<T>(*nodata));
        if (!std::isfinite(value) || is_nodata) wanted[shift + i] = 0;
      }
      clear_unknown(type, values.data() + shift, count, nodata, flags.data() + shift);
      if (flags != wanted) FAIL("count " << count << ", shift " << shift);
    }
}

}  // namespace

TEST_CASE("Pixels of the nodata value hold no data, whatever the length and place of the plane", "[kernels]") {
  in_every_target([] {
    check<std::uint16_t>(LaneType::kUInt16, 0, {0, 1, 65535, 7});
    check<std::uint16_t>(LaneType::kUInt16, 65535, {0, 1, 65535, 7});
    check<std::uint16_t>(LaneType::kUInt16, std::nullopt, {0, 1, 65535});
    check<std::int16_t>(LaneType::kInt16, -9999, {0, -9999, 1, 9999});
    check<float>(LaneType::kFloat32, -3.4e38, {0.0F, -3.4e38F, 1.5F});
    check<float>(LaneType::kFloat32, 0.1, {0.1F, 0.2F});
  });
}

TEST_CASE("NaN and infinities hold no data, with or without nodata", "[kernels]") {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  const std::vector<float> pattern = {std::nanf(""), 1, kInfinity, -kInfinity, std::numeric_limits<float>::max(), 0,
                                      -1e-45F};
  in_every_target([&] {
    check<float>(LaneType::kFloat32, std::nullopt, pattern);
    check<float>(LaneType::kFloat32, 0, pattern);
    std::vector<float> values(40, 5);
    std::vector<std::uint8_t> flags(40, 1);
    for (const double nodata : {std::nan(""), static_cast<double>(kInfinity)}) {
      clear_unknown(LaneType::kFloat32, values.data(), values.size(), nodata, flags.data());
      CHECK(flags == std::vector<std::uint8_t>(40, 1));
    }
  });
}

TEST_CASE("A nodata value that the type cannot hold is nowhere", "[kernels]") {
  const std::vector<std::uint16_t> values = {0, 1, 65535, 32768};
  for (const double nodata : {-1.0, 65536.0, 0.5, std::nan("")}) {
    std::vector<std::uint8_t> flags(values.size(), 1);
    clear_unknown(LaneType::kUInt16, values.data(), values.size(), nodata, flags.data());
    CHECK(flags == std::vector<std::uint8_t>(values.size(), 1));
  }
  std::vector<std::uint8_t> flags(values.size(), 1);
  clear_unknown(LaneType::kInt16, values.data(), values.size(), 65535, flags.data());
  CHECK(flags == std::vector<std::uint8_t>(values.size(), 1));
}

TEST_CASE("Flags are kept, dropped and added where others are set", "[kernels]") {
  for (const std::size_t count : {0U, 1U, 15U, 16U, 17U, 100U}) {
    std::vector<std::uint8_t> flags(count), where(count);
    for (std::size_t i = 0; i < count; ++i) {
      flags[i] = i % 2 == 0 ? 1 : 0;
      where[i] = i % 3 == 0 ? 1 : 0;
    }
    auto kept = flags, dropped = flags, added = flags;
    keep_where(kept.data(), where.data(), count);
    drop_where(dropped.data(), where.data(), count);
    add_where(added.data(), where.data(), count);
    for (std::size_t i = 0; i < count; ++i) {
      CHECK(kept[i] == (i % 6 == 0 ? 1 : 0));
      CHECK(dropped[i] == (i % 2 == 0 && i % 3 != 0 ? 1 : 0));
      CHECK(added[i] == (i % 2 == 0 || i % 3 == 0 ? 1 : 0));
    }
    CHECK(any_of(flags.data(), count) == (count > 0));
    CHECK_FALSE(any_of(std::vector<std::uint8_t>(count + 1).data(), count));
  }
}

TEST_CASE("Values of a mask are judged by their verdicts, small and great ones mixed", "[kernels]") {
  std::vector<std::uint8_t> verdicts(256);
  for (std::size_t i = 0; i < verdicts.size(); ++i) verdicts[i] = static_cast<std::uint8_t>((i * 5 + i / 16) % 4);
  in_every_target([&] {
    for (const std::size_t great_every : {1U, 2U, 40U, 700U, 5000U}) {
      for (const std::size_t count : {0U, 1U, 31U, 32U, 33U, 1500U}) {
        std::vector<std::uint16_t> values;
        std::vector<std::uint8_t> known, wanted_bad, wanted_known;
        for (std::size_t i = 0; i < count; ++i) {
          const bool great = i % great_every == great_every - 1;
          // Some of the great ones are signed bytes, widened. Without great ones whole vectors are small.
          const std::size_t value = great ? 16 + i % 240 + (i % 7 == 0 ? 0xFE00 : 0) : i % 16;
          values.push_back(static_cast<std::uint16_t>(value));
          known.push_back(i % 5 == 0 ? 0 : 1);
          const std::uint8_t verdict = verdicts[values.back() % 256];
          wanted_known.push_back((verdict & kNodataVerdict) != 0 ? std::uint8_t{0} : known.back());
          wanted_bad.push_back((verdict & kBadVerdict) != 0 ? wanted_known.back() : std::uint8_t{0});
        }
        std::vector<std::uint8_t> bad(count, 9);
        apply_verdicts(values.data(), count, verdicts.data(), verdicts.size(), bad.data(), known.data());
        CHECK(bad == wanted_bad);
        CHECK(known == wanted_known);
      }
    }
  });
}
