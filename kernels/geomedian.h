// SPDX-License-Identifier: MIT
// The geometric median of lane groups. Most lanes are solved side by side in single precision (geomedian.cpp); the few
// that resist go one by one through double precision (geomedian_finish.h).
#pragma once

#include "kernels/reducer.h"

namespace stacvrt::kernels {

/// out [band][kLanes], DN of each band: the y that minimises sum_t |x_t - y| over physical values. NaN where a lane has
/// no sample; the sample for one; the midpoint of two; where samples on one line have a segment of minimisers, any.
/// The objective lies at most 1e-6 (relative) above the optimum, whatever ReduceArguments::epsilon allows (unless
/// max_iterations cuts it short). A lane's result depends on its own samples, in their order, and on nothing else.
void reduce_geomedian(const ReduceArguments& arguments, Workspace& workspace, double* out) noexcept;

/// Computes State::geomedian and what State keeps beside it, unless this group has it already.
void prepare_geomedian(const ReduceArguments& arguments, Workspace& workspace) noexcept;

}  // namespace stacvrt::kernels
