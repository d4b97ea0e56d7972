// SPDX-License-Identifier: MIT
// Calls the instruction set in use. Highway's own choice is one variable per process, which other libraries that use
// Highway share (image codecs among them); pinning ours must not change theirs, so the choice is kept here.
// Include after hwy/highway.h, inside `#if HWY_ONCE`, and write STACVRT_DISPATCH where Highway's documentation writes
// HWY_DYNAMIC_DISPATCH. For kernel sources only.
#pragma once

#include "hwy/highway.h"

namespace stacvrt::kernels {

/// The set in use (best one until pin_target changes it).
[[nodiscard]] const hwy::ChosenTarget& chosen_target() noexcept;

}  // namespace stacvrt::kernels

#if HWY_IDE || ((HWY_TARGETS & (HWY_TARGETS - 1)) == 0)
#define STACVRT_DISPATCH(function) HWY_STATIC_DISPATCH(function)
#else
/// The function of that name, exported with HWY_EXPORT, as compiled for the set in use.
#define STACVRT_DISPATCH(function) (*(HWY_DISPATCH_TABLE(function)[::stacvrt::kernels::chosen_target().GetIndex()]))
#endif
