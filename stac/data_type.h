// SPDX-License-Identifier: MIT
// Pixel types by the names STAC uses in raster:bands/data_type, without GDAL's enumeration.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace stacvrt::stac {

enum class DataType { kUInt8, kInt8, kUInt16, kInt16, kUInt32, kInt32, kFloat32, kFloat64 };

/// "uint8" ... "float64" (STAC spelling); nothing for other words ("int64", "cint16", "other").
[[nodiscard]] std::optional<DataType> data_type_from_name(std::string_view name);
/// The STAC spelling.
[[nodiscard]] const char* data_type_name(DataType type) noexcept;
[[nodiscard]] std::size_t data_type_size(DataType type) noexcept;  ///< bytes
[[nodiscard]] bool is_integer(DataType type) noexcept;
[[nodiscard]] double lowest_value(DataType type) noexcept;   ///< of an integer type; -max for floating types
[[nodiscard]] double highest_value(DataType type) noexcept;  ///< of an integer type; max for floating types

}  // namespace stacvrt::stac
