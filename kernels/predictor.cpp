// SPDX-License-Identifier: MIT
// Sums of eight neighbours by doubling distances, carried from vector to vector. A row is one chain of dependent
// additions, so several rows run side by side.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/predictor.cpp"
#include "kernels/predictor.h"

#include "hwy/foreach_target.h"  // before the kernels
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace stacvrt::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <std::size_t kRows>
void accumulate(std::uint16_t* values, std::size_t width) {
  std::size_t column = 0;
#if HWY_TARGET != HWY_SCALAR
  const hn::FixedTag<std::uint16_t, 8> d;
  hn::Vec<decltype(d)> carry[kRows];
  for (auto& each : carry) each = hn::Zero(d);
  for (; column + 8 <= width; column += 8) {
    for (std::size_t row = 0; row < kRows; ++row) {
      std::uint16_t* const at = values + row * width + column;
      auto sum = hn::LoadU(d, at);
      sum = hn::Add(sum, hn::ShiftLeftLanes<1>(d, sum));
      sum = hn::Add(sum, hn::ShiftLeftLanes<2>(d, sum));
      sum = hn::Add(sum, hn::ShiftLeftLanes<4>(d, sum));
      sum = hn::Add(sum, carry[row]);
      hn::StoreU(sum, d, at);
      carry[row] = hn::Broadcast<7>(sum);
    }
  }
#endif
  for (std::size_t row = 0; row < kRows; ++row) {
    std::uint16_t* const at = values + row * width;
    std::uint16_t sum = column == 0 ? std::uint16_t{0} : at[column - 1];
    for (std::size_t i = column; i < width; ++i) at[i] = sum = static_cast<std::uint16_t>(sum + at[i]);
  }
}

void accumulate_all(std::uint16_t* values, std::size_t width, std::size_t rows) {
  constexpr std::size_t kAtOnce = 4;
  std::size_t row = 0;
  for (; row + kAtOnce <= rows; row += kAtOnce) accumulate<kAtOnce>(values + row * width, width);
  for (; row < rows; ++row) accumulate<1>(values + row * width, width);
}

}  // namespace stacvrt::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "kernels/dispatch.h"

namespace stacvrt::kernels {

HWY_EXPORT(accumulate_all);

void accumulate_rows(std::uint16_t* values, std::size_t width, std::size_t rows) noexcept {
  STACVRT_DISPATCH(accumulate_all)(values, width, rows);
}

}  // namespace stacvrt::kernels
#endif
