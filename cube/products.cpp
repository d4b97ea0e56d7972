// SPDX-License-Identifier: MIT
#include "cube/products.h"

#include <algorithm>
#include <array>
#include <span>

#include "cube/item_facts.h"

namespace stacvrt::cube {

namespace {

using Names = std::array<std::string_view, 6>;  // empty ones fill up

struct SensorBand {
  std::string_view common_name;  // empty for what is no spectral band
  Names names;
};

constexpr SensorBand kSentinel2[] = {
    {"coastal", {"B01", "coastal", "nbart_coastal_aerosol"}},
    {"blue", {"B02", "blue", "nbart_blue"}},
    {"green", {"B03", "green", "nbart_green"}},
    {"red", {"B04", "red", "nbart_red"}},
    {"rededge", {"B05", "rededge1", "rededge071", "nbart_red_edge_1"}},
    {"rededge", {"B06", "rededge2", "rededge075", "nbart_red_edge_2"}},
    {"rededge", {"B07", "rededge3", "rededge078", "nbart_red_edge_3"}},
    {"nir", {"B08", "nir", "nbart_nir_1"}},
    {"nir08", {"B8A", "nir08", "nbart_nir_2"}},
    {"nir09", {"B09", "nir09"}},
    {"cirrus", {"B10", "cirrus"}},
    {"swir16", {"B11", "swir16", "nbart_swir_2"}},
    {"swir22", {"B12", "swir22", "nbart_swir_3"}},
    {"", {"SCL", "scl"}},
    {"", {"AOT", "aot"}},
    {"", {"WVP", "wvp"}},
};

// Landsat 8 and 9.
constexpr SensorBand kOli[] = {
    {"coastal", {"coastal", "B1", "SR_B1", "OLI_B1", "nbart_coastal_aerosol"}},
    {"blue", {"blue", "B2", "SR_B2", "OLI_B2", "nbart_blue"}},
    {"green", {"green", "B3", "SR_B3", "OLI_B3", "nbart_green"}},
    {"red", {"red", "B4", "SR_B4", "OLI_B4", "nbart_red"}},
    {"nir08", {"nir08", "B5", "SR_B5", "OLI_B5", "nbart_nir", "nir"}},
    {"swir16", {"swir16", "B6", "SR_B6", "OLI_B6", "nbart_swir_1", "swir1"}},
    {"swir22", {"swir22", "B7", "SR_B7", "OLI_B7", "nbart_swir_2", "swir2"}},
    {"pan", {"pan", "B8", "OLI_B8", "nbart_panchromatic"}},
    {"cirrus", {"cirrus", "B9", "OLI_B9"}},
    {"lwir11", {"lwir11", "ST_B10", "TIRS_B10", "B10"}},
    {"lwir12", {"lwir12", "TIRS_B11", "B11"}},
    {"", {"qa_pixel", "QA_PIXEL"}},
};

// Landsat 4, 5 and 7.
constexpr SensorBand kTm[] = {
    {"blue", {"blue", "B1", "SR_B1", "nbart_blue"}},
    {"green", {"green", "B2", "SR_B2", "nbart_green"}},
    {"red", {"red", "B3", "SR_B3", "nbart_red"}},
    {"nir08", {"nir08", "B4", "SR_B4", "nbart_nir", "nir"}},
    {"swir16", {"swir16", "B5", "SR_B5", "nbart_swir_1", "swir1"}},
    {"swir22", {"swir22", "B7", "SR_B7", "nbart_swir_2", "swir2"}},
    {"lwir11", {"lwir11", "lwir", "ST_B6", "B6"}},
    {"pan", {"pan", "B8", "nbart_panchromatic"}},
    {"", {"qa_pixel", "QA_PIXEL"}},
};

constexpr std::string_view kCommonNames[] = {
    "pan",        "coastal", "blue",  "green", "green05", "yellow", "red",    "rededge", "rededge071", "rededge075",
    "rededge078", "nir",     "nir08", "nir09", "cirrus",  "swir16", "swir22", "lwir",    "lwir11",     "lwir12"};

// Of Landsat Collection 2 Level-2, by asset key.
struct LandsatAsset {
  std::string_view key;
  stac::DataType type;
  std::optional<double> nodata;
  double scale;
};

constexpr LandsatAsset kLandsatAssets[] = {
    {"qa_pixel", stac::DataType::kUInt16, 1, 1},    {"qa_radsat", stac::DataType::kUInt16, std::nullopt, 1},
    {"qa_aerosol", stac::DataType::kUInt8, 1, 1},   {"atran", stac::DataType::kInt16, -9999, 1e-4},
    {"cdist", stac::DataType::kInt16, -9999, 1e-2}, {"drad", stac::DataType::kInt16, -9999, 1e-3},
    {"urad", stac::DataType::kInt16, -9999, 1e-3},  {"trad", stac::DataType::kInt16, -9999, 1e-3},
    {"emis", stac::DataType::kInt16, -9999, 1e-4},  {"emsd", stac::DataType::kInt16, -9999, 1e-4},
};

std::span<const SensorBand> sensor_bands(const stac::Item& item) {
  switch (mission_of(item)) {
    case Mission::kSentinel2:
      return kSentinel2;
    case Mission::kLandsat: {
      const std::string platform = text_property(item, "platform").value_or("");
      const char number = platform.empty() ? '\0' : platform.back();
      if (number == '4' || number == '5' || number == '7') return kTm;
      if (number == '8' || number == '9') return kOli;
      return {};
    }
    case Mission::kOther:
      break;
  }
  return {};
}

const SensorBand* find_band(std::span<const SensorBand> bands, std::string_view name) {
  if (name.empty()) return nullptr;
  const auto found = std::ranges::find_if(
      bands, [name](const SensorBand& band) { return std::ranges::find(band.names, name) != band.names.end(); });
  return found == bands.end() ? nullptr : &*found;
}

// Without what says resolution or format: B04 of B04_10m, scl of scl-jp2.
std::string_view plain_key(std::string_view key) {
  for (const std::string_view ending : {"-jp2", "_10m", "_20m", "_60m"})
    if (key.ends_with(ending)) key.remove_suffix(ending.size());
  return key;
}

const SensorBand* band_of(const stac::Item& item, const stac::Asset& asset, const stac::Band& band) {
  const auto bands = sensor_bands(item);
  if (const SensorBand* found = find_band(bands, asset.key)) return found;
  if (const SensorBand* found = find_band(bands, band.name)) return found;
  return find_band(bands, plain_key(asset.key));
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// The agency's own products, not what others made of them under the same platform.
bool is_esa_product(const stac::Item& item) {
  return processing_baseline(item) > 0 || contains(item.collection, "sentinel-2-l") ||
         contains(item.collection, "sentinel-2-c1") || contains(item.collection, "sentinel-s2-l") ||
         item.collection.starts_with("s2_l2a");
}

std::optional<KnownAsset> known_sentinel2(const stac::Item& item, const SensorBand* band) {
  if (!band || !is_esa_product(item)) return std::nullopt;
  KnownAsset known{"Sentinel-2", stac::DataType::kUInt16, 0, 1e-4, 0, {}, true};
  if (!band->common_name.empty()) return known;
  known.reflectance = false;
  known.scale = 1e-3;
  if (band->names[0] != "SCL") return known;
  known.type = stac::DataType::kUInt8;
  known.scale = 1;
  return known;
}

bool is_landsat_c2_level2(const stac::Item& item) {
  const auto number = item.properties.find("landsat:collection_number");
  const bool stated = number && (*number == "02" || *number == "2" || (number->is_number() && *number == 2));
  if (!stated && !item.collection.starts_with("landsat-c2")) return false;
  const std::string correction = text_property(item, "landsat:correction").value_or("");
  return correction.starts_with("L2") || (correction.empty() && contains(item.collection, "l2"));
}

std::optional<KnownAsset> known_landsat(const stac::Item& item, const stac::Asset& asset, const SensorBand* band) {
  if (!is_landsat_c2_level2(item)) return std::nullopt;
  const std::string product = "Landsat Collection 2";
  for (const LandsatAsset& one : kLandsatAssets)
    if (asset.key == one.key || (band && band->names[0] == one.key))
      return KnownAsset{product, one.type, one.nodata, one.scale, 0, {}, false};
  if (!band || band->common_name.empty() || band->common_name == "pan" || band->common_name == "cirrus")
    return std::nullopt;
  if (band->common_name.starts_with("lwir"))
    return KnownAsset{product, stac::DataType::kUInt16, 0, 0.00341802, 149, "kelvin", false};
  return KnownAsset{product, stac::DataType::kUInt16, 0, 2.75e-5, -0.2, {}, false};
}

}  // namespace

std::optional<KnownAsset> known_asset(const stac::Item& item, const stac::Asset& asset) {
  if (asset.bands.size() != 1 || asset.tiles || asset.key.starts_with("nbart")) return std::nullopt;
  const SensorBand* const band = band_of(item, asset, asset.bands.front());
  switch (mission_of(item)) {
    case Mission::kSentinel2:
      return known_sentinel2(item, band);
    case Mission::kLandsat:
      return known_landsat(item, asset, band);
    case Mission::kOther:
      break;
  }
  return std::nullopt;
}

std::vector<std::string> other_names(const stac::Item& item, std::string_view name) {
  std::vector<std::string> names;
  if (const SensorBand* const band = find_band(sensor_bands(item), name))
    for (const std::string_view other : band->names)
      if (!other.empty() && other != name) names.emplace_back(other);
  return names;
}

std::string sensor_common_name(const stac::Item& item, const stac::Asset& asset, const stac::Band& band) {
  if (asset.bands.size() != 1) return {};
  const SensorBand* const found = band_of(item, asset, band);
  return found ? std::string(found->common_name) : std::string();
}

bool is_common_name(std::string_view word) {
  return std::ranges::find(kCommonNames, word) != std::end(kCommonNames);
}

}  // namespace stacvrt::cube
