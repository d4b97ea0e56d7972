// SPDX-License-Identifier: MIT
// Order statistics of float lanes, one version per instruction set. A unit of its own so that both types compile at
// once.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/sort_float.cpp"
#include "hwy/foreach_target.h"  // before the kernels
#include "kernels/sort-inl.h"

HWY_BEFORE_NAMESPACE();
namespace stacvrt::kernels::HWY_NAMESPACE {

void sort_float(const Column<float>& column, float* sorted) {
  sort_any(column, 0, column.slots, kGreatest<float>, kGreatest<float>, sorted);
}
void median_float(const Column<float>& column, float* scratch, double* out) {
  median(column, scratch, out);
}
void extreme_float(const Column<float>& column, bool greatest, double* out) {
  extreme(column, greatest, out);
}

}  // namespace stacvrt::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "kernels/dispatch.h"

namespace stacvrt::kernels {

HWY_EXPORT(sort_float);
HWY_EXPORT(median_float);
HWY_EXPORT(extreme_float);

void sort_lanes(const Column<float>& column, float* sorted) noexcept {
  STACVRT_DISPATCH(sort_float)(column, sorted);
}
void median_of_column(const Column<float>& column, float* scratch, double* out) noexcept {
  STACVRT_DISPATCH(median_float)(column, scratch, out);
}
void extreme_of_column(const Column<float>& column, bool greatest, double* out) noexcept {
  STACVRT_DISPATCH(extreme_float)(column, greatest, out);
}

}  // namespace stacvrt::kernels
#endif
