// SPDX-License-Identifier: MIT
#pragma once

#include "kernels/reducer.h"

namespace stacvrt::kernels {

void reduce_geomedian(const ReduceArguments& arguments, Workspace& workspace, double* out) noexcept;

}  // namespace stacvrt::kernels
