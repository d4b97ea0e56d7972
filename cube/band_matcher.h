// SPDX-License-Identifier: MIT
// From names in a recipe to bands of assets: asset keys, band names (B02) and common names (red), in that order; last,
// where an item knows the name under none of these, the names that its sensor's bands have elsewhere.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cube/recipe.h"
#include "stac/item.h"

namespace stacvrt::cube {

/// A band of an asset of one item.
struct BandMatch {
  const stac::Asset* asset = nullptr;
  int band = 1;  ///< from 1
  /// Where the item does not know the name asked for: its sensor's name by which the band was found.
  std::string alias = {};
  [[nodiscard]] const stac::Band& metadata() const { return asset->bands[static_cast<std::size_t>(band - 1)]; }
};

/// The band that `request` means in `item`; nothing when the item lacks it. Copies of one band (JPEG 2000 beside
/// GeoTIFF, previews, coarser ones) yield the plain single-band GeoTIFF of the finest pixels. Throws Error{kInvalid}
/// when a name fits different bands equally well.
[[nodiscard]] std::optional<BandMatch> match_band(const stac::Item& item, const BandRequest& request);

/// The common name that the metadata give a matched band, else the one its sensor gives it; may be empty.
[[nodiscard]] std::string common_name_of(const stac::Item& item, const BandMatch& match);

/// Every spectral band that all items share, red, green and blue first, others in the order of the first item, each
/// under its asset's key (bands of a multi-band asset under their common name or name). Classes and previews are none.
/// Where no asset is said to be spectral, what has a spectral name or is plain data. Empty when there is none.
[[nodiscard]] std::vector<BandRequest> default_bands(const std::vector<const stac::Item*>& items);

/// The band of an item that holds a mask: `mask.asset` is an asset key, a band name or a common name.
[[nodiscard]] std::optional<BandMatch> match_mask(const stac::Item& item, const MaskRequest& mask);

/// All names match_band would find in some item, for error messages: asset keys, band names, common names.
[[nodiscard]] std::vector<std::string> known_band_names(const std::vector<const stac::Item*>& items);

}  // namespace stacvrt::cube
