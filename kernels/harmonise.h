// SPDX-License-Identifier: MIT
// Values of a source as values of the output where pixels are copied one to one.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/lanes.h"

namespace stacvrt::kernels {

/// DN of the source to DN of the output: out = dn * gain + bias (gain 1, bias 0: exact copy). Evaluated in double,
/// rounded once to float.
struct Harmonisation {
  double gain = 1;
  double bias = 0;
};

/// out[i] = harmonised values[i], `count` values of the 16-bit type `type`. `values` may be the upper half of `out`
/// itself, so that a band is decoded where its samples are kept: values == (char*)out + 2 * count.
void widen(LaneType type, const void* values, std::size_t count, const Harmonisation& harmonisation,
           float* out) noexcept;

}  // namespace stacvrt::kernels
