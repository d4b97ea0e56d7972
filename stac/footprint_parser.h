// SPDX-License-Identifier: MIT
// The outline of an item, as far as it tells versions of one acquisition apart. No pixel depends on it, so that what is
// odd in it is no error.
#pragma once

#include <vector>

#include "stac/item.h"
#include "stac/json.h"

namespace stacvrt::stac {

/// Outer rings of `geometry` of a feature; empty for other geometries, none, malformed ones, and those of more than
/// kMostFootprintPoints points.
[[nodiscard]] std::vector<Ring> parse_footprint(const Cursor& feature);

}  // namespace stacvrt::stac
