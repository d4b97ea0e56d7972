// SPDX-License-Identifier: MIT
#include "stac/tile_matrix_parser.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <initializer_list>
#include <numbers>

#include "stac/crs_name.h"
#include "stac/letter_case.h"

namespace stacvrt::stac {
namespace {

constexpr double kPixelSizeM = 0.00028;  // OGC's standard rendering pixel
constexpr double kEarthRadiusM = 6378137.0;
constexpr double kMetresPerDegree = kEarthRadiusM * std::numbers::pi / 180;
constexpr std::int64_t kMostTilePx = 1 << 20;
constexpr std::int64_t kMostTiles = 1LL << 31;

using Corner = std::array<double, 2>;

Cursor at_any(const Cursor& object, std::initializer_list<const char*> keys) {
  for (const char* key : keys)
    if (auto found = object.find(key)) return *found;
  return object.at(*keys.begin());
}

/// Identifiers of levels are texts; some writers leave them numbers.
/// Identifiers become parts of hrefs after the trust policy has looked at the template, so they must not change where
/// it leads.
std::string parse_identifier(const Cursor& field) {
  const std::string text = field.is_number() ? std::to_string(field.as_integer()) : field.as_string();
  const bool plain =
      !text.empty() && text.find("..") == std::string::npos && std::all_of(text.begin(), text.end(), [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-' || c == '.' || c == ':';
      });
  if (!plain)
    field.fail(ErrorCode::kInvalid,
               "the identifier '" + text + "' must hold letters, digits, '_', '-', '.' and ':' only");
  return text;
}

Crs parse_crs(const Cursor& field) {
  if (field.is_string()) {
    Crs crs = named_crs(field.as_string());
    if (crs.empty()) field.fail_expected("a coordinate reference system");
    return crs;
  }
  if (const auto uri = field.find("uri")) return named_crs(uri->as_string());
  const Cursor wkt = field.at("wkt");
  return wkt.is_object() ? Crs{wkt.json().dump()} : Crs{wkt.as_string()};
}

std::int64_t parse_count(const Cursor& object, const char* key, std::int64_t most) {
  const Cursor field = object.at(key);
  const std::int64_t count = field.as_integer();
  if (count < 1 || count > most) field.fail_expected("an integer from 1 to " + std::to_string(most));
  return count;
}

Corner parse_corner(const Cursor& level) {
  const Cursor field = at_any(level, {"topLeftCorner", "pointOfOrigin"});
  const std::vector<double> numbers = field.as_numbers();
  if (numbers.size() != 2) field.fail_expected("an array of two numbers");
  return {numbers[0], numbers[1]};
}

/// Whether orderedAxes, where given, puts northing or latitude first.
std::optional<bool> parse_axis_order(const Cursor& set) {
  const auto axes = set.find("orderedAxes");
  if (!axes || axes->size() == 0) return std::nullopt;
  const std::string first = lowered(axes->at(std::size_t{0}).as_string());
  return first == "y" || first.starts_with("n") || first.starts_with("lat");
}

bool is_on_globe(const Corner& corner, bool y_first) {
  const double latitude = corner[y_first ? 0 : 1];
  const double longitude = corner[y_first ? 1 : 0];
  return std::abs(latitude) <= 90 && std::abs(longitude) <= 360;
}

/// Whether corners are (y, x). The standard says the CRS's order, much software writes (x, y) regardless: for degrees
/// the order that leaves the globe is out.
bool corners_are_y_first(const Cursor& set, const Crs& crs, const std::vector<Corner>& corners, const Cursor& levels) {
  const bool y_first = parse_axis_order(set).value_or(is_northing_first(crs));
  if (!is_geographic(crs)) return y_first;
  const auto all_on_globe = [&corners](bool order) {
    return std::all_of(corners.begin(), corners.end(), [order](const Corner& c) { return is_on_globe(c, order); });
  };
  if (all_on_globe(y_first)) return y_first;
  if (!all_on_globe(!y_first))
    levels.fail(ErrorCode::kInvalid, "corners of the tile matrices are no longitudes and latitudes in either order");
  return !y_first;
}

/// Scale denominators are rounded decimals. Where the width of the whole matrix is, but for that rounding, a short
/// decimal, it is that (360 degrees, 61440 m), so that levels nest and tiles meet exactly.
double without_decimal_noise(double cell_size, double width_px) {
  constexpr double kRelativeNoise = 1e-14;
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%.12g", cell_size * width_px);
  const double width = std::strtod(text.data(), nullptr);
  const bool is_noise = std::abs(width - cell_size * width_px) <= kRelativeNoise * width;
  return is_noise ? width / width_px : cell_size;
}

double parse_cell_size(const Cursor& level, const Crs& crs, double width_px) {
  const auto cell_size = level.find("cellSize");
  const Cursor field = cell_size ? *cell_size : level.at("scaleDenominator");
  const double number = field.as_number();
  if (!(number > 0)) field.fail_expected("a positive number");
  if (cell_size) return number;
  return without_decimal_noise(number * kPixelSizeM / (is_geographic(crs) ? kMetresPerDegree : 1), width_px);
}

void refuse_unsupported(const Cursor& level) {
  if (const auto corner = level.find("cornerOfOrigin"); corner && corner->as_string() != "topLeft")
    corner->fail(ErrorCode::kUnsupported, "tile matrices that count from the '" + corner->as_string() +
                                              "' corner are not supported; valid: 'topLeft'");
  if (const auto widths = level.find("variableMatrixWidths"); widths && widths->size() > 0)
    widths->fail(ErrorCode::kUnsupported, "variable matrix widths are not supported");
}

TileMatrix whole_level(std::string id, const Corner& xy, double cell_size, int tile_width_px, int tile_height_px,
                       std::int64_t matrix_width, std::int64_t matrix_height) {
  TileMatrix level;
  level.id = std::move(id);
  level.transform = {cell_size, 0, xy[0], 0, -cell_size, xy[1]};
  level.tile_width_px = tile_width_px;
  level.tile_height_px = tile_height_px;
  level.matrix_width = matrix_width;
  level.matrix_height = matrix_height;
  level.max_col = matrix_width - 1;
  level.max_row = matrix_height - 1;
  return level;
}

TileMatrix parse_level(const Cursor& level, const Crs& crs, const Corner& xy) {
  refuse_unsupported(level);
  const auto tile_width = parse_count(level, "tileWidth", kMostTilePx);
  const auto tile_height = parse_count(level, "tileHeight", kMostTilePx);
  const auto matrix_width = parse_count(level, "matrixWidth", kMostTiles);
  const auto matrix_height = parse_count(level, "matrixHeight", kMostTiles);
  const double cell_size = parse_cell_size(level, crs, static_cast<double>(tile_width * matrix_width));
  return whole_level(parse_identifier(at_any(level, {"identifier", "id"})), xy, cell_size, static_cast<int>(tile_width),
                     static_cast<int>(tile_height), matrix_width, matrix_height);
}

constexpr double kHalfEquatorM = kEarthRadiusM * std::numbers::pi;

/// A set whose first level has columns x rows tiles of 256 pixels, and every next one twice as many in both directions.
struct QuadSet {
  const char* identifier;
  const char* crs;
  Corner xy;     // top left
  double width;  // of the whole matrix
  std::int64_t columns, rows;
  int first, last;  // identifiers of levels
};

// OGC's registry of tile matrix sets. Of UPSAntarcticWGS84Quad it gives the corner of the Arctic one: both have their
// poles at (2000000, 2000000).
constexpr std::array<QuadSet, 9> kQuadSets{{
    {"WebMercatorQuad", "EPSG:3857", {-kHalfEquatorM, kHalfEquatorM}, 2 * kHalfEquatorM, 1, 1, 0, 24},
    {"WorldCRS84Quad", "OGC:CRS84", {-180, 90}, 360, 2, 1, 0, 23},
    {"WGS1984Quad", "EPSG:4326", {-180, 90}, 360, 2, 1, 0, 23},
    {"WorldMercatorWGS84Quad", "EPSG:3395", {-kHalfEquatorM, kHalfEquatorM}, 2 * kHalfEquatorM, 1, 1, 0, 24},
    {"EuropeanETRS89_LAEAQuad", "EPSG:3035", {2000000, 5500000}, 4500000, 1, 1, 0, 15},
    {"NZTM2000Quad", "EPSG:2193", {-3260586.7284, 10438190.1652}, 39135.75848201011 * 256, 1, 1, 0, 21},
    {"UPSArcticWGS84Quad", "EPSG:5041", {-14440759.350252, 18440759.350252}, 32881518.700504, 1, 1, 0, 24},
    {"UPSAntarcticWGS84Quad", "EPSG:5042", {-14440759.350252, 18440759.350252}, 32881518.700504, 1, 1, 0, 24},
    {"UTM31WGS84Quad", "EPSG:32631", {-9501965.72931276, 20003931.4586255}, 20003931.45862552, 1, 2, 1, 24},
}};

TileMatrixSet levels_of(const QuadSet& quad) {
  constexpr int kTilePx = 256;
  TileMatrixSet set{quad.identifier, {quad.crs}, {}};
  for (int z = quad.first; z <= quad.last; ++z) {
    const std::int64_t times = std::int64_t{1} << (z - quad.first);
    const double cell_size = quad.width / static_cast<double>(kTilePx * quad.columns * times);
    set.levels.push_back(
        whole_level(std::to_string(z), quad.xy, cell_size, kTilePx, kTilePx, quad.columns * times, quad.rows * times));
  }
  return set;
}

}  // namespace

TileMatrixSet parse_tile_matrix_set(const Cursor& set, const std::string& key) {
  TileMatrixSet result;
  result.identifier = key;
  if (const auto id = set.find("identifier")) result.identifier = parse_identifier(*id);
  if (const auto id = set.find("id")) result.identifier = parse_identifier(*id);
  result.crs = parse_crs(at_any(set, {"supportedCRS", "crs"}));
  const Cursor levels = at_any(set, {"tileMatrix", "tileMatrices"});
  if (!levels.is_array() || levels.size() == 0) levels.fail_expected("an array of tile matrices");
  std::vector<Corner> corners;
  for (const Cursor& level : levels.elements()) corners.push_back(parse_corner(level));
  const bool y_first = corners_are_y_first(set, result.crs, corners, levels);
  for (std::size_t i = 0; i < corners.size(); ++i) {
    if (y_first) std::swap(corners[i][0], corners[i][1]);
    result.levels.push_back(parse_level(levels.at(i), result.crs, corners[i]));
  }
  return result;
}

std::optional<TileMatrixSet> well_known_tile_matrix_set(std::string_view identifier) {
  const auto quad = std::find_if(kQuadSets.begin(), kQuadSets.end(),
                                 [identifier](const QuadSet& set) { return set.identifier == identifier; });
  return quad == kQuadSets.end() ? std::nullopt : std::optional(levels_of(*quad));
}

std::string well_known_names() {
  std::string names;
  for (const QuadSet& set : kQuadSets) names += (names.empty() ? "'" : ", '") + std::string(set.identifier) + "'";
  return names;
}

}  // namespace stacvrt::stac
