// SPDX-License-Identifier: MIT
// Versions of one acquisition among the items: reprocessed products, the same product from two catalogues, one id
// listed twice. What shows nothing new is left out; parts of one acquisition stay together. Goes by metadata alone, and
// where these do not say that two items are the same acquisition, they are two.
#pragma once

#include <string>
#include <vector>

#include "cube/recipe.h"
#include "stac/item.h"

namespace stacvrt::cube {

/// Items that are parts or versions of one acquisition and all take part.
struct Part {
  int acquisition = -1;  ///< the same number for all parts of one acquisition; -1: the item is one of its own
  int version = 0;       ///< among parts, the greater comes first where several have data
};

struct Acquisitions {
  std::vector<const stac::Item*> items;  ///< that take part, in the order given
  std::vector<Part> parts;               ///< one per item
  std::vector<std::string> left_out;     ///< one line per item left out, with the item that counts instead
  std::vector<std::string> decisions;
};

/// Two items are of one acquisition when platform, place (MGRS tile, WRS path and row, grid:code), product level and
/// pass agree: Sentinel-2's datatake or, where it is not stated, times at most a minute apart; Landsat's date; for
/// others the exact time and the collection. Or when they have one id, one collection and times at most a minute apart.
/// The version processed last (later_processing() of cube/item_facts.h) makes an older one superfluous that shows no
/// more (by footprint or bbox; Landsat scenes always, others without outlines by the same pixel grid) and has no band
/// or mask of the recipe that the newer one lacks. Others stay as parts.
[[nodiscard]] Acquisitions resolve_duplicates(const std::vector<const stac::Item*>& items, const Recipe& recipe);

}  // namespace stacvrt::cube
