// SPDX-License-Identifier: MIT
// Tile matrix sets in the JSON of OGC TMS 1.0 (identifier, supportedCRS, topLeftCorner) and 2.0 (id, crs,
// pointOfOrigin), and the well-known ones. Knows nothing of assets, links and limits.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stac/item.h"
#include "stac/json.h"

namespace stacvrt::stac {

/// A tile matrix set: every level whole (limits 0 to matrix size - 1), in document order.
struct TileMatrixSet {
  std::string identifier;
  Crs crs;
  std::vector<TileMatrix> levels;
};

/// Parses one definition; `key` is its name where it has no identifier of its own. Corners are read in the order of
/// orderedAxes, else of the CRS's definition, but for degrees always so that latitudes are possible (both orders are
/// found in files). Without cellSize, projected CRSs count as metric. Throws kInvalid for sizes that are not positive,
/// kUnsupported for bottom-left origins and variable matrix widths.
[[nodiscard]] TileMatrixSet parse_tile_matrix_set(const Cursor& set, const std::string& key);

/// One of OGC's registered sets whose levels double, by identifier; nothing for other names.
[[nodiscard]] std::optional<TileMatrixSet> well_known_tile_matrix_set(std::string_view identifier);

/// "'WebMercatorQuad', 'WorldCRS84Quad', ...", for messages.
[[nodiscard]] std::string well_known_names();

}  // namespace stacvrt::stac
