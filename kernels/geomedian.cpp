// SPDX-License-Identifier: MIT
#include "kernels/geomedian.h"

namespace stacvrt::kernels {

void reduce_geomedian(const ReduceArguments& /*arguments*/, Workspace& /*workspace*/, double* /*out*/) noexcept {}

}  // namespace stacvrt::kernels
