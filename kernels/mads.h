// SPDX-License-Identifier: MIT
// Median absolute deviations from the geomedian (MADs) of lane groups.
#pragma once

#include "kernels/reducer.h"

namespace stacvrt::kernels {

/// out [3][kLanes]: SMAD, EMAD, BCMAD, with x the samples and g the geomedian in physical values over the bands b:
///   SMAD  = med_t [1 - sum_b x g / (sqrt(sum_b x^2) sqrt(sum_b g^2))]
///   EMAD  = med_t sqrt(sum_b (x - g)^2), divided by the scale of the first band: in DN where all bands share a scale
///   BCMAD = med_t [sum_b |x - g| / sum_b |x + g|]
/// Undefined distances (0 / 0) are left out of their median. NaN where a lane has no (defined) distance.
void reduce_mad(const ReduceArguments& arguments, Workspace& workspace, double* out) noexcept;

}  // namespace stacvrt::kernels
