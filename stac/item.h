// SPDX-License-Identifier: MIT
// STAC items as typed structures: what stac/item_parser.h makes of the JSON and all that the planner reads. STAC 1.0
// and 1.1 spellings end up in the same members; nothing downstream sees JSON but `properties`, for filters and
// grouping.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "stac/asset_list.h"
#include "stac/data_type.h"
#include "stac/datetime.h"
#include "stac/grid.h"
#include "stac/json.h"
#include "stac/properties.h"

namespace stacvrt::stac {

/// One entry of classification:classes.
struct ClassEntry {
  std::int64_t value = 0;
  std::string name;
};

/// One entry of classification:bitfields: `length` bits from bit `offset` (0 is the least significant).
struct Bitfield {
  std::string name;
  int offset = 0;
  int length = 1;
  std::vector<ClassEntry> classes;
};

/// Points of a footprint worth keeping.
inline constexpr std::size_t kMostFootprintPoints = 256;

/// One band of an asset; every asset has at least one (unnamed where the metadata names none).
struct Band {
  std::string name;         ///< "B04", from bands[].name or eo:bands[].name
  std::string common_name;  ///< "red", from eo:common_name or common_name
  std::string description;
  std::string unit;
  std::optional<double> scale;
  std::optional<double> offset;
  std::optional<double> nodata;  ///< NaN where the metadata say "nan"
  std::optional<DataType> data_type;
  std::string data_type_text;  ///< as written, for messages about types that DataType lacks
  std::vector<ClassEntry> classes;
  std::vector<Bitfield> bitfields;
};

/// One level of a tiles:tile_matrix_sets entry.
struct TileMatrix {
  std::string id;
  Affine transform;  ///< of the level's pixel (0, 0), top left of tile (0, 0)
  int tile_width_px = 256;
  int tile_height_px = 256;
  std::int64_t matrix_width = 1;   ///< tiles across
  std::int64_t matrix_height = 1;  ///< tiles down
  // Tiles that exist, inclusive; the whole matrix where the item states no limits.
  std::int64_t min_col = 0, max_col = 0, min_row = 0, max_row = 0;
};

/// The tiles behind one asset_templates entry: levels from finest to coarsest, all with the same CRS. Of several tile
/// matrix sets it is the first that tiles:tile_matrix_links names, else the first defined; levels that the link's
/// limits leave out do not exist.
struct TilePyramid {
  std::string matrix_set;  ///< its identifier, for {TileMatrixSet}
  Crs crs;
  std::vector<TileMatrix> levels;
  std::string href_template;  ///< absolute or relative, with {TileMatrix}, {TileRow}, {TileCol}

  /// The href of one tile, placeholders filled in (also {TileMatrixSet}; {TileRow} etc. in any letter case).
  [[nodiscard]] std::string href(const TileMatrix& level, std::int64_t row, std::int64_t col) const;
};

/// One asset, or one asset template of a tiled-assets item, but for where its file is and its pixels lie
/// (AssetList::href, projection). Items whose assets say the same share it.
struct Asset {
  std::string key;
  std::string type;  ///< media type
  std::string title;
  std::vector<std::string> roles;
  std::vector<Band> bands;  ///< at least one
  std::optional<TilePyramid> tiles;
  bool is_template = false;  ///< an asset template, whether of tiles or of another dimension

  [[nodiscard]] bool has_role(std::string_view role) const;
};

/// Longitudes and latitudes of one outer ring of a footprint.
using Ring = std::vector<std::array<double, 2>>;

/// One STAC item. Shared and immutable after parsing.
struct Item {
  std::string id;
  std::string collection;
  std::optional<Instant> datetime;
  std::optional<Instant> start_datetime;
  std::optional<Instant> end_datetime;
  std::optional<std::array<double, 4>> bbox;  ///< west, south, east, north in degrees (heights dropped)
  /// Outer rings of the geometry as far as it is a Polygon or MultiPolygon of at most kMostFootprintPoints points, else
  /// empty. Approximate: where pixels lie, assets say.
  std::vector<Ring> footprint;
  AssetList assets;  ///< document order; asset templates after plain assets
  Properties properties;
  std::string document;  ///< the file or URL it came from: base of relative hrefs
  std::string pointer;   ///< of the item in that document

  /// Acquisition time: datetime, else start_datetime. Parsing guarantees that one is there.
  [[nodiscard]] Instant when() const;
  [[nodiscard]] const Asset* find_asset(std::string_view key) const;
  [[nodiscard]] Where where() const { return {document, id, pointer}; }
  /// Of an asset or asset template of this item.
  [[nodiscard]] Where where(const Asset& asset) const;
};

}  // namespace stacvrt::stac
