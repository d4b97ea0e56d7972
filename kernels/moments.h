// SPDX-License-Identifier: MIT
// Reducers by sums: mean, standard deviation, sum, and the counts.
#pragma once

#include "kernels/reducer.h"

namespace stacvrt::kernels {

void reduce_mean(const ReduceArguments& arguments, Workspace& workspace, double* out) noexcept;
void reduce_stddev(const ReduceArguments& arguments, Workspace& workspace, double* out) noexcept;
void reduce_sum(const ReduceArguments& arguments, Workspace& workspace, double* out) noexcept;
void reduce_count(const ReduceArguments& arguments, Workspace& workspace, double* out) noexcept;
void reduce_total(const ReduceArguments& arguments, Workspace& workspace, double* out) noexcept;

}  // namespace stacvrt::kernels
