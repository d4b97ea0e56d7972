// SPDX-License-Identifier: MIT
#include "kernels/mads.h"

namespace stacvrt::kernels {

void reduce_mad(const ReduceArguments& /*arguments*/, Workspace& /*workspace*/, double* /*out*/) noexcept {}

}  // namespace stacvrt::kernels
