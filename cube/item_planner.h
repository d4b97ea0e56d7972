// SPDX-License-Identifier: MIT
// One item of the catalogue to one ItemPlan: which assets serve its bands and masks, on which pixels they lie, and how
// they reach the target grid.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cube/band_matcher.h"
#include "cube/plan.h"

namespace stacvrt::cube {

/// An item with its matches, before the common scale, type and target grid are known.
struct PlannedItem {
  const stac::Item* item = nullptr;
  std::vector<std::optional<BandMatch>> matches;  ///< per recipe band
  ItemPlan plan;                                  ///< sources, basis and masks filled in
  std::vector<std::string> remarks;               ///< what a user should know of its masks
};

/// Source, grid and type of a matched band. Opens the raster where the metadata do not tell its grid or pixel type.
[[nodiscard]] SourceBand make_source(const stac::Item& item, const BandMatch& match,
                                     const PlanEnvironment& environment);

/// Matches bands and masks of one item and finds its basis grid. Nothing when the item can take no part; `why_not` then
/// says why in one line. Throws Error for metadata that contradict themselves.
[[nodiscard]] std::optional<PlannedItem> plan_item(const stac::Item& item, const Recipe& recipe,
                                                   const PlanEnvironment& environment, MaskTables& tables,
                                                   std::string& why_not);

/// Fills in how the item's basis lies on the target grid: aligned, shift, density, reach.
void place_on_grid(ItemPlan& item, const stac::PixelGrid& grid, const SourceCrs& source);
/// The same where its reach is known.
void relate_to_grid(ItemPlan& item, const stac::PixelGrid& grid, const SourceCrs& source);

}  // namespace stacvrt::cube
