// SPDX-License-Identifier: MIT
// Output requests to output plans: sets of bands, lane types, pixel types, scales and names.
#pragma once

#include "cube/plan.h"

namespace stacvrt::cube {

/// Fills Plan::sets and Plan::outputs from Plan::recipe, bands and items (all already planned). Throws Error{kNotFound,
/// kInvalid} for bands, types or nodata values that cannot be.
void plan_outputs(Plan& plan);

/// The lane type that holds every value of these bands exactly: the source integer type when nothing is interpolated or
/// rescaled, else Float32.
[[nodiscard]] kernels::LaneType lane_type_of(const Plan& plan, const std::vector<int>& bands);

/// The lane type in which a source of this pixel type is read. Throws kUnsupported for 32-bit integers and Float64.
[[nodiscard]] kernels::LaneType read_type_of(const SourceBand& source);

/// nodata for an integer type when no metadata give one: 0 for unsigned types, the lowest value for signed ones.
[[nodiscard]] double default_nodata(stac::DataType type);

}  // namespace stacvrt::cube
