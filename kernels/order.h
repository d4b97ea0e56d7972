// SPDX-License-Identifier: MIT
// Reducers by rank: median, percentile, minimum, maximum; and the median of any array of lanes for other kernels.
#pragma once

#include <cstdint>

#include "kernels/reducer.h"

namespace stacvrt::kernels {

void reduce_median(const ReduceArguments& arguments, Workspace& workspace, double* out) noexcept;
void reduce_percentile(const ReduceArguments& arguments, Workspace& workspace, double* out) noexcept;
void reduce_min(const ReduceArguments& arguments, Workspace& workspace, double* out) noexcept;
void reduce_max(const ReduceArguments& arguments, Workspace& workspace, double* out) noexcept;

/// out[lane] = median (even n: mean of the two middle values, in double) of the first counts[lane] of `values`
/// [slot][kLanes], finite, aligned to kAlignment, left as they are; NaN where counts[lane] is 0. counts[lane] <= slots
/// <= the workspace's max_slots. Overwrites the workspace's `selection`. Zeros give +0.
void median_of_lanes(const float* values, const std::uint32_t* counts, std::uint32_t slots, Workspace& workspace,
                     double* out) noexcept;

}  // namespace stacvrt::kernels
