// SPDX-License-Identifier: MIT
// Order statistics of uint16 lanes, one version per instruction set. A unit of its own so that both types compile at
// once.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/sort_uint16.cpp"
#include "hwy/foreach_target.h"  // before the kernels
#include "kernels/sort-inl.h"

HWY_BEFORE_NAMESPACE();
namespace stacvrt::kernels::HWY_NAMESPACE {

void sort_uint16(const Column<std::uint16_t>& column, std::uint16_t* sorted) {
  sort_any(column, 0, column.slots, kGreatest<std::uint16_t>, kGreatest<std::uint16_t>, sorted);
}
void median_uint16(const Column<std::uint16_t>& column, std::uint16_t* scratch, double* out) {
  median(column, scratch, out);
}
void extreme_uint16(const Column<std::uint16_t>& column, bool greatest, double* out) {
  extreme(column, greatest, out);
}

}  // namespace stacvrt::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "kernels/dispatch.h"

namespace stacvrt::kernels {

HWY_EXPORT(sort_uint16);
HWY_EXPORT(median_uint16);
HWY_EXPORT(extreme_uint16);

void sort_lanes(const Column<std::uint16_t>& column, std::uint16_t* sorted) noexcept {
  STACVRT_DISPATCH(sort_uint16)(column, sorted);
}
void median_of_column(const Column<std::uint16_t>& column, std::uint16_t* scratch, double* out) noexcept {
  STACVRT_DISPATCH(median_uint16)(column, scratch, out);
}
void extreme_of_column(const Column<std::uint16_t>& column, bool greatest, double* out) noexcept {
  STACVRT_DISPATCH(extreme_uint16)(column, greatest, out);
}

}  // namespace stacvrt::kernels
#endif
