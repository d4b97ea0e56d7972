// SPDX-License-Identifier: MIT
// What an item's properties say of its acquisition and of its processing, whatever words its catalogue uses: mission,
// tile, pass, product level, processing baseline, and which of two versions is the newer one. Knows no bands.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "stac/item.h"

namespace stacvrt::cube {

enum class Mission { kOther, kSentinel2, kLandsat };

/// Empty or absent where the item says nothing.
struct ItemFacts {
  Mission mission = Mission::kOther;
  std::string platform;                    ///< lower case, "sentinel-2a", "landsat-8"
  std::string level;                       ///< what was made of the acquisition: "L1C", "L2A"; "L1", "L2" for Landsat
  std::string place;                       ///< MGRS tile "12RWT", WRS path and row "028030", another grid:code
  std::string pass;                        ///< Sentinel-2: begin of the datatake, "20240106T175731"; Landsat: the date
  double baseline = 0;                     ///< Sentinel-2 processing baseline, 5.1; 0: not stated
  std::string version;                     ///< "version", "processing:version" or a data set's own
  int sequence = -1;                       ///< Earth Search's number of an acquisition of the same tile and day
  std::optional<stac::Instant> generated;  ///< when the product was made
  std::optional<stac::Instant> updated;    ///< of the metadata: updated, else created
};

[[nodiscard]] ItemFacts facts_of(const stac::Item& item);

/// The text of a property, nothing when the item has none or it is no text.
[[nodiscard]] std::optional<std::string> text_property(const stac::Item& item, std::string_view key);

/// Sentinel-2's processing baseline, from a property or from the product's name ("..._N0510_..."); 0 when not stated.
[[nodiscard]] double processing_baseline(const stac::Item& item);

[[nodiscard]] Mission mission_of(const stac::Item& item);

/// Which of two versions of one acquisition was processed later, in words ("baseline 05.10 after 05.09"); empty when
/// `a` is not the later one by any evidence. In order of weight: baseline, time of generation, sequence number,
/// version, time of the metadata.
[[nodiscard]] std::string later_processing(const ItemFacts& a, const ItemFacts& b);

}  // namespace stacvrt::cube
