// SPDX-License-Identifier: MIT
// One item of the catalogue to one ItemPlan: which assets serve its bands and masks, on which pixels they lie, and how
// they reach the target grid.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cube/band_matcher.h"
#include "cube/item_placement.h"
#include "cube/plan.h"
#include "kernels/sample.h"

namespace stacvrt::cube {

/// An item with its matches, before the common scale, type and target grid are known.
struct PlannedItem {
  const stac::Item* item = nullptr;
  std::vector<std::optional<BandMatch>> matches;  ///< per recipe band
  ItemPlan plan;                                  ///< sources, basis and masks filled in
  std::vector<std::string> remarks;               ///< what a user should know of its sources
};

/// Source, grid and type of a matched band, at the first of the recipe's alternates that it has, else at its own href.
/// Opens the raster where neither the metadata nor, of remote files, what is known of the product tell its grid or
/// pixel type. Adds to `remarks` what a user should know.
[[nodiscard]] SourceBand make_source(const stac::Item& item, const BandMatch& match, const Recipe& recipe,
                                     const PlanEnvironment& environment, std::vector<std::string>& remarks);

/// Matches bands and masks of one item and finds its basis grid. Nothing when the item can take no part; `why_not` then
/// says why in one line. Throws Error for metadata that contradict themselves.
[[nodiscard]] std::optional<PlannedItem> plan_item(const stac::Item& item, const Recipe& recipe,
                                                   const PlanEnvironment& environment, MaskTables& tables,
                                                   std::string& why_not);

}  // namespace stacvrt::cube
