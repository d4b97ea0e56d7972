// SPDX-License-Identifier: MIT
// Reducers by sums: mean, standard deviation, sum, and the counts.
#pragma once

#include <cstdint>

#include "kernels/reducer.h"

namespace stacvrt::kernels {

void reduce_mean(const ReduceArguments& arguments, Workspace& workspace, double* out) noexcept;
void reduce_stddev(const ReduceArguments& arguments, Workspace& workspace, double* out) noexcept;
void reduce_sum(const ReduceArguments& arguments, Workspace& workspace, double* out) noexcept;
void reduce_count(const ReduceArguments& arguments, Workspace& workspace, double* out) noexcept;
void reduce_total(const ReduceArguments& arguments, Workspace& workspace, double* out) noexcept;

/// sqrt(squares / n - (sum / n)^2) from exact sums of n > 0 integers, so that rounding it to an integer is rounding the
/// true value: where that is near a tie k + 0.5, the result is on its side of the tie.
[[nodiscard]] double exact_spread(std::uint32_t n, std::int64_t sum, std::int64_t squares) noexcept;

}  // namespace stacvrt::kernels
