// SPDX-License-Identifier: MIT
// The kernels that the table of reducers names, for a program that never runs one.
#include "kernels/geomedian.h"
#include "kernels/mads.h"
#include "kernels/moments.h"
#include "kernels/order.h"

namespace stacvrt::kernels {

void reduce_geomedian(const ReduceArguments&, Workspace&, double*) noexcept {}
void reduce_mad(const ReduceArguments&, Workspace&, double*) noexcept {}
void reduce_median(const ReduceArguments&, Workspace&, double*) noexcept {}
void reduce_percentile(const ReduceArguments&, Workspace&, double*) noexcept {}
void reduce_min(const ReduceArguments&, Workspace&, double*) noexcept {}
void reduce_max(const ReduceArguments&, Workspace&, double*) noexcept {}
void reduce_mean(const ReduceArguments&, Workspace&, double*) noexcept {}
void reduce_stddev(const ReduceArguments&, Workspace&, double*) noexcept {}
void reduce_sum(const ReduceArguments&, Workspace&, double*) noexcept {}
void reduce_count(const ReduceArguments&, Workspace&, double*) noexcept {}
void reduce_total(const ReduceArguments&, Workspace&, double*) noexcept {}

}  // namespace stacvrt::kernels
