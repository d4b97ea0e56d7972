// SPDX-License-Identifier: MIT
// 16-bit values to floats: against the formula, for every length, apart and in place.
#include <cstring>
#include <vector>

#include "kernels/harmonise.h"
#include "tests/catch.h"
#include "tests/kernels/every_target.h"

namespace {

using namespace stacvrt::kernels;

template <class T>
void check(LaneType type, const Harmonisation& way) {
  for (std::size_t count = 0; count <= 150; ++count) {
    std::vector<T> values;
    std::vector<float> wanted;
    for (std::size_t i = 0; i < count; ++i) {
      values.push_back(static_cast<T>(i * 40503U + count));
      wanted.push_back(static_cast<float>(static_cast<double>(values[i]) * way.gain + way.bias));
    }
    wanted.push_back(-1);
    std::vector<float> apart(count + 1, -1), in_place(count + 1, -1);
    widen(type, values.data(), count, way, apart.data());
    auto* const upper_half = reinterpret_cast<unsigned char*>(in_place.data()) + count * sizeof(T);
    if (count > 0) std::memcpy(upper_half, values.data(), count * sizeof(T));
    widen(type, upper_half, count, way, in_place.data());
    if (apart != wanted || in_place != wanted) FAIL("count " << count);
  }
}

}  // namespace

TEST_CASE("Values widen to floats, also in the place where they lie", "[kernels]") {
  stacvrt::test::in_every_target([] {
    for (const Harmonisation& way : {Harmonisation{}, Harmonisation{0.1, -1000.25}}) {
      check<std::uint16_t>(LaneType::kUInt16, way);
      check<std::int16_t>(LaneType::kInt16, way);
    }
  });
}
