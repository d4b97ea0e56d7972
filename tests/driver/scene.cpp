// SPDX-License-Identifier: MIT
#include "tests/driver/scene.h"

#include <cstdio>
#include <cstdlib>
#include <numeric>

#include "driver/process.h"
#include "tests/catch.h"

namespace stacvrt::driver::testing {

namespace {

constexpr int kScl = 2;

RasterSpec spec_of(int item, int band, int added) {
  RasterSpec spec;
  spec.width = Scene::kWidth, spec.height = Scene::kHeight;
  spec.type = band == kScl ? GDT_Byte : GDT_UInt16;
  spec.creation = {"TILED=YES", "COMPRESS=DEFLATE", "ZLEVEL=1"};
  spec.value = [item, band, added](int, int x, int y) {
    if (band == kScl) return (x / 50 + y / 40 + item) % 4 == 0 ? 9.0 : 4.0;  // blocks of cloud
    const double value = Scene::value(item, band, x, y);
    return value == 0 ? 0 : value + added;
  };
  return spec;
}

std::string asset_name(int item, const char* band) {
  return "item" + std::to_string(item) + "_" + band + ".tif";
}

std::string asset_json(int item, const char* band, const char* type, const char* roles, const char* more) {
  return std::string("\"") + band + "\": {\"href\": \"./" + asset_name(item, band) + "\", \"roles\": [\"" + roles +
         "\"], \"raster:bands\": [{\"data_type\": \"" + type + "\"" + more + "}], \"eo:bands\": [{\"name\": \"" + band +
         "\", \"common_name\": \"" + band + "\"}]}";
}

}  // namespace

double Scene::value(int item, int band, int x, int y) {
  if ((x * 7 + y * 13 + item * 29) % 11 == 0) return 0;
  // Scrambled, so that medians need their order found and neighbours differ.
  const auto mixed = static_cast<unsigned>(x) * 73856093U ^ static_cast<unsigned>(y) * 19349663U ^
                     static_cast<unsigned>(item + 1) * 83492791U ^ static_cast<unsigned>(band + 1) * 2654435U;
  return 1 + (mixed >> 7) % 9000;
}

Scene::Scene(int items) {
  std::string features;
  for (int item = 0; item < items; ++item) {
    m_files.write(asset_name(item, "red"), spec_of(item, 0, 0));
    m_files.write(asset_name(item, "nir"), spec_of(item, 1, 0));
    m_files.write(asset_name(item, "scl"), spec_of(item, kScl, 0));
    features += (item ? "," : "") + item_json(item);
  }
  m_files.write("items.json", "{\"type\": \"FeatureCollection\", \"features\": [" + features + "]}");
}

std::string Scene::item_json(int item) const {
  const std::string id = "item" + std::to_string(item);
  char date[40];
  std::snprintf(date, sizeof date, "2020-%02d-10T10:00:00Z", item % 12 + 1);
  const std::string size = std::to_string(kHeight) + ", " + std::to_string(kWidth);
  return "{\"type\": \"Feature\", \"stac_version\": \"1.0.0\", \"id\": \"" + id +
         "\", \"geometry\": null, \"links\": [], \"properties\": {\"datetime\": \"" + date +
         "\", \"proj:epsg\": 32633, \"proj:shape\": [" + size +
         "], \"proj:transform\": [10, 0, 500000, 0, -10, 5000000]}, \"assets\": {" +
         asset_json(item, "red", "uint16", "data", ", \"nodata\": 0, \"scale\": 0.0001, \"offset\": 0") + "," +
         asset_json(item, "nir", "uint16", "data", ", \"nodata\": 0, \"scale\": 0.0001, \"offset\": 0") + "," +
         asset_json(item, "scl", "uint8", "data-mask", ", \"nodata\": 0") + "}}";
}

void Scene::replace_red(int item, int added, const std::vector<std::string>& creation) const {
  RasterSpec spec = spec_of(item, 0, added);
  if (!creation.empty()) spec.creation = creation;
  m_files.write(asset_name(item, "red"), spec);
}

std::string Scene::recipe_text(const std::string& outputs, const std::string& more) const {
  constexpr const char* kMask = R"("mask": {"asset": "scl", "exclude": [9], "cleanup": [["dilation", 2]]}, )";
  std::string text = R"({"type": "STACVRT", "version": 1, "items": "items.json", "bands": ["red", "nir"], )";
  if (more.find("\"mask\"") == std::string::npos) text += kMask;
  return text.append(R"("outputs": )").append(outputs).append(more).append("}");
}

std::string Scene::recipe(const std::string& outputs, const std::string& more) const {
  return m_files.write("recipe.stacvrt", recipe_text(outputs, more));
}

std::unique_ptr<StacvrtDataset> open(const std::string& description, const cube::OptionList& options) {
  return std::make_unique<StacvrtDataset>(open_description(description, options), description);
}

void forget_everything() {
  Process::shut_down();
}

std::vector<int> all_bands(GDALDataset& dataset) {
  std::vector<int> bands(static_cast<std::size_t>(dataset.GetRasterCount()));
  std::iota(bands.begin(), bands.end(), 1);
  return bands;
}

std::vector<std::byte> read(GDALDataset& dataset, const Request& request) {
  std::vector<int> bands = request.bands.empty() ? all_bands(dataset) : request.bands;
  const auto pixel = static_cast<std::size_t>(GDALGetDataTypeSizeBytes(request.type));
  std::vector<std::byte> buffer(static_cast<std::size_t>(request.width) * static_cast<std::size_t>(request.height) *
                                bands.size() * pixel);
  REQUIRE(dataset.RasterIO(GF_Read, request.x, request.y, request.width, request.height, buffer.data(), request.width,
                           request.height, request.type, static_cast<int>(bands.size()), bands.data(), 0, 0, 0,
                           nullptr) == CE_None);
  return buffer;
}

std::vector<std::byte> read_all(GDALDataset& dataset) {
  return read(
      dataset,
      {0, 0, dataset.GetRasterXSize(), dataset.GetRasterYSize(), {}, dataset.GetRasterBand(1)->GetRasterDataType()});
}

int tiles_computed(GDALDataset& dataset) {
  const char* text = dataset.GetMetadataItem("TILES_COMPUTED", "STACVRT_STATISTICS");
  REQUIRE(text != nullptr);
  return std::atoi(text);
}

}  // namespace stacvrt::driver::testing
