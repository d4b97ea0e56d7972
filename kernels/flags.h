// SPDX-License-Identifier: MIT
// Which pixels of a plane hold data, and flags of pixels put together.
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

/// flags[i] becomes flags[i] and where[i], flags[i] and not where[i], flags[i] or where[i]; all of them 0 or 1. The two
/// arrays do not overlap.
void keep_where(std::uint8_t* flags, const std::uint8_t* where, std::size_t count) noexcept;
void drop_where(std::uint8_t* flags, const std::uint8_t* where, std::size_t count) noexcept;
void add_where(std::uint8_t* flags, const std::uint8_t* where, std::size_t count) noexcept;
/// Whether one of the flags is 1.
[[nodiscard]] bool any_of(const std::uint8_t* flags, std::size_t count) noexcept;

/// What a verdict says of a mask's value; both may be set.
inline constexpr std::uint8_t kBadVerdict = 1;
inline constexpr std::uint8_t kNodataVerdict = 2;

/// For `count` values of a mask, judged by verdicts[value % size] (`size`: a power of two, at least 256): known[i] (0
/// or 1) is set to 0 where the value is no-data, bad[i] to whether it is bad and known[i] still 1.
void apply_verdicts(const std::uint16_t* values, std::size_t count, const std::uint8_t* verdicts, std::size_t size,
                    std::uint8_t* bad, std::uint8_t* known) noexcept;

}  // namespace stacvrt::kernels
