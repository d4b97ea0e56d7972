// SPDX-License-Identifier: MIT
// Reducer results to pixel values: rescaling, rounding, clamping, nodata. NUMERICS.md, "Rounding and packing".
#pragma once

#include <cstddef>

#include "cube/view.h"

namespace stacvrt::cube {

/// How results of one output band become values of the dataset's type.
struct OutputRule {
  stac::DataType type = stac::DataType::kUInt16;  ///< of the dataset; integers are rounded, ties to even
  double gain = 1, bias = 0;
  double low = 0, high = 0;      ///< least and greatest value, after clamping
  std::optional<double> nodata;  ///< of the dataset
  bool is_count = false;         ///< counts may equal nodata: they are what they are
};

[[nodiscard]] OutputRule output_rule(const View& view, const OutputPlan& output, const OutputBand& band);

/// Writes `count` results (NaN: nothing valid) to out[at ...] of rule.type. A valid value never becomes nodata: it
/// moves to the nearest neighbour inside the range.
void write_results(const OutputRule& rule, const double* results, std::size_t count, std::byte* out, std::size_t at);

}  // namespace stacvrt::cube
