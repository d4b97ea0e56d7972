// SPDX-License-Identifier: MIT
// What is publicly known of widespread products where an item's metadata are silent: the names that catalogues give to
// the bands of a sensor, and the pixel type, nodata value, scale and offset of their assets. Metadata always hold over
// this.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stac/item.h"

namespace stacvrt::cube {

/// What a product's documentation says of an asset.
struct KnownAsset {
  std::string product;  ///< "Sentinel-2", "Landsat Collection 2", for messages
  stac::DataType type = stac::DataType::kUInt16;
  std::optional<double> nodata;
  double scale = 1;
  double offset = 0;
  std::string unit;
  bool reflectance = false;  ///< of Sentinel-2: its offset goes by the processing baseline
};

/// Of an asset with one band, by its key and the band's name; nothing for products and assets that are not known.
[[nodiscard]] std::optional<KnownAsset> known_asset(const stac::Item& item, const stac::Asset& asset);

/// Other names of the band that `name` means for the item's sensor, its usual ones first: B04, nbart_red for "red" of
/// Sentinel-2. The near infrared is `nir` (B08) and `nir08` (B8A) in Sentinel-2, and either name means B5 in Landsat 8.
/// Empty for other sensors and names.
[[nodiscard]] std::vector<std::string> other_names(const stac::Item& item, std::string_view name);

/// The common name of the sensor's band that an asset is by its key or band name ("red" of B04); empty for none.
[[nodiscard]] std::string sensor_common_name(const stac::Item& item, const stac::Asset& asset, const stac::Band& band);

/// Whether a word is a common name of STAC's electro-optical extension.
[[nodiscard]] bool is_common_name(std::string_view word);

}  // namespace stacvrt::cube
