// SPDX-License-Identifier: MIT
// Every difference between GDAL versions that the driver meets, from 3.6.2 on. Nothing else in the project asks for
// GDAL_VERSION_NUM.
#pragma once

#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wold-style-cast"
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wpedantic"
#endif
#include <cpl_conv.h>
#include <cpl_error.h>
#include <cpl_string.h>
#include <cpl_vsi.h>
#include <cpl_vsi_error.h>
#include <gdal_priv.h>
#include <gdal_version.h>
#include <ogr_spatialref.h>
#include <ogrsf_frmts.h>
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

// 3.10 gave the band map of GDALDataset::IRasterIO its own type.
#if GDAL_VERSION_NUM < GDAL_COMPUTE_VERSION(3, 10, 0)
#define STACVRT_BANDMAP_TYPE int*
#else
#define STACVRT_BANDMAP_TYPE BANDMAP_TYPE
#endif

// 3.12 replaced the bare array of six numbers by GDALGeoTransform.
#if GDAL_VERSION_NUM < GDAL_COMPUTE_VERSION(3, 12, 0)
#define STACVRT_GEOTRANSFORM_PARAMETER double* geotransform
#define STACVRT_GEOTRANSFORM_CONST
#else
#define STACVRT_GEOTRANSFORM_PARAMETER GDALGeoTransform& geotransform
#define STACVRT_GEOTRANSFORM_CONST const
#endif

// 3.13 returns metadata as a constant list.
#if GDAL_VERSION_NUM < GDAL_COMPUTE_VERSION(3, 13, 0)
#define STACVRT_METADATA_LIST char**
#else
#define STACVRT_METADATA_LIST CSLConstList
#endif

// 3.12 made methods of OGRLayer constant.
#if GDAL_VERSION_NUM < GDAL_COMPUTE_VERSION(3, 12, 0)
#define STACVRT_LAYER_DEFN_CONST
#else
#define STACVRT_LAYER_DEFN_CONST const
#endif

// 3.7 brought signed bytes.
#if GDAL_VERSION_NUM < GDAL_COMPUTE_VERSION(3, 7, 0)
#define STACVRT_HAS_INT8 0
#else
#define STACVRT_HAS_INT8 1
#endif

// 3.9 brought GDAL_HTTP_BEARER.
#if GDAL_VERSION_NUM < GDAL_COMPUTE_VERSION(3, 9, 0)
#define STACVRT_GDAL_SENDS_BEARER false
#else
#define STACVRT_GDAL_SENDS_BEARER true
#endif

// 3.11 made one driver of the two for memory.
#if GDAL_VERSION_NUM < GDAL_COMPUTE_VERSION(3, 11, 0)
#define STACVRT_MEMORY_VECTOR_DRIVER "Memory"
#else
#define STACVRT_MEMORY_VECTOR_DRIVER "MEM"
#endif

namespace stacvrt::driver {

/// Geotransform of a dataset as six numbers in GDAL's order; false when it has none.
inline bool geotransform_of(GDALDataset& dataset, double (&six)[6]) {
#if GDAL_VERSION_NUM < GDAL_COMPUTE_VERSION(3, 12, 0)
  return dataset.GetGeoTransform(six) == CE_None;
#else
  GDALGeoTransform transform;
  if (dataset.GetGeoTransform(transform) != CE_None) return false;
  for (int i = 0; i < 6; ++i) six[i] = transform[i];
  return true;
#endif
}

}  // namespace stacvrt::driver
