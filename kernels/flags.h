// SPDX-License-Identifier: MIT
// Which pixels of a plane hold data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "kernels/lanes.h"

namespace stacvrt::kernels {

/// Sets flags[i] (0 or 1) to 0 where values[i] (`count` values of `type`) is `nodata`, NaN or infinite. A nodata value
/// that the type cannot hold is nowhere; for Float32 it is rounded as the pixels were.
void clear_unknown(LaneType type, const void* values, std::size_t count, std::optional<double> nodata,
                   std::uint8_t* flags) noexcept;

}  // namespace stacvrt::kernels
