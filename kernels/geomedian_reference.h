// SPDX-License-Identifier: MIT
// The geometric median and the MADs from their definitions, in double precision, one pixel at a time. Shares no code
// with the kernels and is never part of the plugin.
#pragma once

#include <array>
#include <vector>

namespace stacvrt::kernels::reference {

/// Samples of one pixel as physical values: [sample][band].
using Samples = std::vector<std::vector<double>>;

/// sum_t |x_t - y|
[[nodiscard]] double objective(const Samples& samples, const std::vector<double>& y);
/// The minimiser of the objective: a test of every sample, then Weiszfeld's iteration, then damped Newton. NaN for
/// none.
[[nodiscard]] std::vector<double> geomedian(const Samples& samples);
/// SMAD, EMAD, BCMAD about g, all in physical units; NaN where no distance is defined.
[[nodiscard]] std::array<double, 3> mads(const Samples& samples, const std::vector<double>& g);

}  // namespace stacvrt::kernels::reference
