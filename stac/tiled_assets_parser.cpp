// SPDX-License-Identifier: MIT
#include "stac/tiled_assets_parser.h"

#include <algorithm>
#include <cmath>

#include "stac/asset_parser.h"
#include "stac/letter_case.h"
#include "stac/tile_matrix_parser.h"

namespace stacvrt::stac {
namespace {

constexpr const char* kSets = "tiles:tile_matrix_sets";

struct LimitKeys {
  const char* least;
  const char* most;
};

void apply_limits(const Cursor& limits, const LimitKeys& keys, std::int64_t count, std::int64_t& least,
                  std::int64_t& most) {
  if (const auto field = limits.find(keys.least)) least = field->as_integer();
  if (const auto field = limits.find(keys.most)) most = field->as_integer();
  if (least < 0 || least > most || most >= count)
    limits.fail(ErrorCode::kInvalid, std::string(keys.least) + " " + std::to_string(least) + " and " + keys.most + " " +
                                         std::to_string(most) + " do not lie in order within 0 to " +
                                         std::to_string(count - 1));
}

/// Keeps the levels that `limits` names, each with its existing tiles.
void limit_levels(const Cursor& limits, std::vector<TileMatrix>& levels) {
  if (limits.size() == 0) return;
  const auto has_no_limits = [&limits](const TileMatrix& level) { return !limits.find(level.id).has_value(); };
  levels.erase(std::remove_if(levels.begin(), levels.end(), has_no_limits), levels.end());
  if (levels.empty()) limits.fail(ErrorCode::kInvalid, "limits name no level of the tile matrix set");
  for (TileMatrix& level : levels) {
    const Cursor limit = limits.at(level.id);
    apply_limits(limit, {"min_tile_col", "max_tile_col"}, level.matrix_width, level.min_col, level.max_col);
    apply_limits(limit, {"min_tile_row", "max_tile_row"}, level.matrix_height, level.min_row, level.max_row);
  }
}

std::optional<Cursor> find_links(const Cursor& properties) {
  auto links = properties.find("tiles:tile_matrix_links");
  if (!links) links = properties.find("tiles:tile_matrix_set_links");
  if (links && links->size() == 0) return std::nullopt;
  return links;
}

/// The set a link means: defined in the item under the same name, or well known by name or by the end of its URL.
TileMatrixSet linked_set(const Cursor& properties, const std::string& name, const Cursor& link) {
  const auto sets = properties.find(kSets);
  if (const auto set = sets ? sets->find(name) : std::nullopt) return parse_tile_matrix_set(*set, name);
  if (auto known = well_known_tile_matrix_set(name)) return *known;
  const auto url = link.find("url");
  std::string last = url ? url->as_string() : std::string();
  last.erase(0, last.find_last_of("/#") + 1);
  if (const auto set = sets ? sets->find(last) : std::nullopt) return parse_tile_matrix_set(*set, last);
  if (last.ends_with(".json")) last.erase(last.size() - 5);
  if (auto known = well_known_tile_matrix_set(last)) return *known;
  link.fail(ErrorCode::kUnsupported, "tile matrix set '" + name + "' is not defined in " + kSets +
                                         "; without definition valid: " + well_known_names());
}

/// Tiles that overlap would be put where they do not belong.
void refuse_pixel_buffer(const Cursor& link) {
  const auto buffers = link.find("pixel_buffer");
  if (!buffers) return;
  for (const auto& [level, buffer] : buffers->members())
    for (const char* side : {"top", "left", "bottom", "right"})
      if (const auto width = buffer.find(side); width && width->as_number() != 0)
        width->fail(ErrorCode::kUnsupported, "tiles with a pixel buffer are not supported");
}

TileMatrixSet first_set(const Cursor& properties) {
  TileMatrixSet set;
  if (const auto links = find_links(properties)) {
    const auto [name, link] = links->members().front();
    refuse_pixel_buffer(link);
    set = linked_set(properties, name, link);
    if (const auto limits = link.find("limits")) limit_levels(*limits, set.levels);
  } else {
    const Cursor sets = properties.at(kSets);
    if (sets.size() == 0) sets.fail(ErrorCode::kInvalid, "no tile matrix set");
    const auto [name, definition] = sets.members().front();
    set = parse_tile_matrix_set(definition, name);
  }
  std::stable_sort(set.levels.begin(), set.levels.end(),
                   [](const TileMatrix& a, const TileMatrix& b) { return a.transform.a < b.transform.a; });
  return set;
}

bool names_placeholder(std::string_view href, const std::string& placeholder) {
  return lowered(href).find(placeholder) != std::string::npos;
}

/// The existing tiles of a level as one grid.
Projection projection_of(const Crs& crs, const TileMatrix& level) {
  Affine transform = level.transform;
  transform.c += transform.a * static_cast<double>(level.min_col * level.tile_width_px);
  transform.f += transform.e * static_cast<double>(level.min_row * level.tile_height_px);
  Projection projection;
  projection.crs = crs;
  projection.transform = transform;
  projection.shape = {(level.max_row - level.min_row + 1) * level.tile_height_px,
                      (level.max_col - level.min_col + 1) * level.tile_width_px};
  return projection;
}

/// A template without tiles is one raster: what made it a template was a dimension, filled in by now.
bool names_tiles(const std::string& href) {
  for (const char* name : {"{tilematrix}", "{tilerow}", "{tilecol}"})
    if (names_placeholder(href, name)) return true;
  return false;
}

TilePyramid parse_tiles(const Cursor& cursor, const TileMatrixSet& set) {
  const std::string href = parse_href(cursor);
  if (set.levels.size() > 1 && !names_placeholder(href, "{tilematrix}"))
    cursor.at("href").fail(ErrorCode::kInvalid, "template '" + href +
                                                    "' has no {TileMatrix}, but the tile matrix set has " +
                                                    std::to_string(set.levels.size()) +
                                                    " levels: tiles of different levels would share one href");
  return {set.identifier, set.crs, set.levels, href};
}

}  // namespace

std::vector<PlacedAsset> parse_asset_templates(const Cursor& item, const Projection& item_projection) {
  const auto templates = item.find("asset_templates");
  if (!templates || templates->size() == 0) return {};
  std::optional<TileMatrixSet> set;
  std::vector<PlacedAsset> assets;
  for (const auto& [key, entry] : templates->members()) {
    PlacedAsset placed = parse_placed_asset(key, entry, item_projection);
    placed.alternates.clear();  // no templates
    Asset asset = *placed.asset;
    asset.is_template = true;
    if (names_tiles(placed.href)) {
      if (!set) set = first_set(item.at("properties"));
      asset.tiles = parse_tiles(entry, *set);
      placed.projection = std::make_shared<const Projection>(projection_of(set->crs, set->levels.front()));
    }
    placed.asset = std::make_shared<const Asset>(std::move(asset));
    assets.push_back(std::move(placed));
  }
  return assets;
}

}  // namespace stacvrt::stac
