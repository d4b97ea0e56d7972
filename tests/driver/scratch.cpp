// SPDX-License-Identifier: MIT
#include "tests/driver/scratch.h"

#include <atomic>
#include <mutex>

#include "tests/catch.h"

namespace stacvrt::driver::testing {

namespace {

void describe(GDALDataset& dataset, const RasterSpec& spec) {
  std::array<double, 6> six = spec.geotransform;
  REQUIRE(dataset.SetGeoTransform(six.data()) == CE_None);
  if (spec.epsg != 0) {
    OGRSpatialReference srs;
    REQUIRE(srs.importFromEPSG(spec.epsg) == OGRERR_NONE);
    dataset.SetSpatialRef(&srs);
  }
  if (spec.nodata) REQUIRE(dataset.GetRasterBand(1)->SetNoDataValue(*spec.nodata) == CE_None);
}

}  // namespace

void register_drivers() {
  static std::once_flag once;
  std::call_once(once, [] {
    CPLSetConfigOption("GDAL_DRIVER_PATH", "disable");
    GDALAllRegister();
  });
}

void add_overviews(const std::string& path, const char* method, const std::vector<int>& factors, bool beside) {
  const GDALDatasetUniquePtr dataset(
      GDALDataset::Open(path.c_str(), GDAL_OF_RASTER | (beside ? GDAL_OF_READONLY : GDAL_OF_UPDATE)));
  REQUIRE(dataset != nullptr);
  REQUIRE(GDALBuildOverviews(dataset.get(), method, static_cast<int>(factors.size()), factors.data(), 0, nullptr,
                             nullptr, nullptr) == CE_None);
}

Scratch::Scratch() {
  register_drivers();
  static std::atomic<int> number{0};
  m_folder = "/vsimem/stacvrt_test_" + std::to_string(++number);
}

Scratch::~Scratch() {
  VSIRmdirRecursive(m_folder.c_str());
}

std::string Scratch::write(const std::string& name, const std::string& text) const {
  VSILFILE* file = VSIFOpenL(path(name).c_str(), "wb");
  REQUIRE(file != nullptr);
  const std::size_t written = VSIFWriteL(text.data(), 1, text.size(), file);
  REQUIRE(VSIFCloseL(file) == 0);
  REQUIRE(written == text.size());
  return path(name);
}

std::string Scratch::write(const std::string& name, const RasterSpec& spec) const {
  CPLStringList options;
  for (const std::string& option : spec.creation) options.AddString(option.c_str());
  GDALDriver* driver = GetGDALDriverManager()->GetDriverByName("GTiff");
  GDALDatasetUniquePtr dataset(
      driver->Create(path(name).c_str(), spec.width, spec.height, spec.bands, spec.type, options.List()));
  REQUIRE(dataset != nullptr);
  describe(*dataset, spec);
  std::vector<double> row(static_cast<std::size_t>(spec.width));
  for (int band = 0; band < spec.bands; ++band)
    for (int y = 0; y < spec.height; ++y) {
      for (int x = 0; x < spec.width; ++x) row[static_cast<std::size_t>(x)] = spec.value(band, x, y);
      REQUIRE(dataset->GetRasterBand(band + 1)->RasterIO(GF_Write, 0, y, spec.width, 1, row.data(), spec.width, 1,
                                                         GDT_Float64, 0, 0, nullptr) == CE_None);
    }
  return path(name);
}

std::string Scratch::bytes(const std::string& name) const {
  vsi_l_offset size = 0;
  const GByte* data = VSIGetMemFileBuffer(path(name).c_str(), &size, FALSE);
  REQUIRE(data != nullptr);
  return {reinterpret_cast<const char*>(data), static_cast<std::size_t>(size)};
}

}  // namespace stacvrt::driver::testing
