// SPDX-License-Identifier: MIT
#include "driver/data_types.h"

namespace stacvrt::driver {

using stac::DataType;

GDALDataType gdal_type(DataType type) {
  switch (type) {
    case DataType::kUInt8:
      return GDT_Byte;
    case DataType::kInt8:
#if STACVRT_HAS_INT8
      return GDT_Int8;
#else
      return GDT_Unknown;
#endif
    case DataType::kUInt16:
      return GDT_UInt16;
    case DataType::kInt16:
      return GDT_Int16;
    case DataType::kUInt32:
      return GDT_UInt32;
    case DataType::kInt32:
      return GDT_Int32;
    case DataType::kFloat32:
      return GDT_Float32;
    case DataType::kFloat64:
      return GDT_Float64;
  }
  return GDT_Unknown;
}

GDALDataType gdal_type(kernels::LaneType type) {
  switch (type) {
    case kernels::LaneType::kUInt16:
      return GDT_UInt16;
    case kernels::LaneType::kInt16:
      return GDT_Int16;
    case kernels::LaneType::kFloat32:
      return GDT_Float32;
  }
  return GDT_Unknown;
}

std::optional<DataType> data_type(GDALDataType type) {
  for (const DataType candidate : {DataType::kUInt8, DataType::kInt8, DataType::kUInt16, DataType::kInt16,
                                   DataType::kUInt32, DataType::kInt32, DataType::kFloat32, DataType::kFloat64})
    if (type != GDT_Unknown && gdal_type(candidate) == type) return candidate;
  return std::nullopt;
}

}  // namespace stacvrt::driver
