// SPDX-License-Identifier: MIT
// The horizontal predictor of TIFF (Technical Note of TIFF 6.0, section 14) undone: rows of differences to rows of
// values.
#pragma once

#include <cstddef>
#include <cstdint>

namespace stacvrt::kernels {

/// Replaces every element of `values` = [rows][width] by the sum, modulo 65536, of it and all before it in its row.
void accumulate_rows(std::uint16_t* values, std::size_t width, std::size_t rows) noexcept;

}  // namespace stacvrt::kernels
