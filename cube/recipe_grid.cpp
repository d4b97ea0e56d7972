// SPDX-License-Identifier: MIT
// `grid` of a recipe: CRS, resolution, extent and resampling, as numbers; what they mean on the ground is the
// planner's.
#include <algorithm>
#include <cctype>

#include "cube/recipe_sections.h"
#include "cube/recipe_vocabulary.h"

namespace stacvrt::cube {
namespace {

std::string parse_crs(const stac::Cursor& crs) {
  const std::string form = R"(a CRS as text, e.g. "EPSG:6933", WKT or PROJJSON)";
  if (crs.is_number()) crs.fail_expected(form);
  const std::string text = crs.as_string();
  if (text.empty()) crs.fail_expected(form);
  if (std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c) != 0; }))
    crs.fail(ErrorCode::kInvalid, "'" + text + "' is only a number; did you mean 'EPSG:" + text + "'?");
  return text;
}

std::array<double, 2> parse_resolution(const stac::Cursor& resolution) {
  std::array<double, 2> result{};
  if (resolution.is_number()) {
    result.fill(resolution.as_number());
  } else if (resolution.is_array() && resolution.size() == 2) {
    result = {resolution.at(std::size_t{0}).as_number(), resolution.at(std::size_t{1}).as_number()};
  } else {
    resolution.fail_expected("a number or [x, y]");
  }
  if (!(result[0] > 0 && result[1] > 0))
    resolution.fail(ErrorCode::kInvalid, "a resolution is greater than 0, also in y");
  return result;
}

std::array<double, 4> parse_box(const stac::Cursor& box, const std::string& form) {
  if (!box.is_array() || box.size() != 4) box.fail_expected(form);
  std::array<double, 4> result{};
  for (std::size_t i = 0; i < result.size(); ++i) result[i] = box.at(i).as_number();
  return result;
}

std::array<double, 4> parse_bounds(const stac::Cursor& bounds) {
  const auto box = parse_box(bounds, "[xmin, ymin, xmax, ymax]");
  if (!(box[0] < box[2])) bounds.fail(ErrorCode::kInvalid, "xmin is not below xmax in [xmin, ymin, xmax, ymax]");
  if (!(box[1] < box[3])) bounds.fail(ErrorCode::kInvalid, "ymin is not below ymax in [xmin, ymin, xmax, ymax]");
  return box;
}

std::array<double, 4> parse_bbox(const stac::Cursor& bbox) {
  const auto box = parse_box(bbox, "[west, south, east, north] in degrees");
  const auto outside = [](double value, double limit) { return value < -limit || value > limit; };
  if (outside(box[0], 180) || outside(box[2], 180))
    bbox.fail(ErrorCode::kInvalid,
              "longitudes lie within -180 and 180 in [west, south, east, north]; across the antimeridian west is "
              "greater than "
              "east, e.g. [170, -20, -170, -10]");
  if (outside(box[1], 90) || outside(box[3], 90))
    bbox.fail(ErrorCode::kInvalid, "latitudes lie within -90 and 90 in [west, south, east, north]");
  if (!(box[1] < box[3])) bbox.fail(ErrorCode::kInvalid, "south is not below north in [west, south, east, north]");
  if (box[0] == box[2]) bbox.fail(ErrorCode::kInvalid, "west equals east: the bbox is empty");
  return box;
}

Resampling parse_method(const stac::Cursor& method) {
  return choose<Resampling>(method, "resampling",
                            {{"nearest", Resampling::kNearest},
                             {"bilinear", Resampling::kBilinear},
                             {"cubic", Resampling::kCubic},
                             {"average", Resampling::kAverage}});
}

/// One method, or {"red": "bilinear", "*": "nearest"} with "*" for the bands that are not named.
void parse_resampling(const stac::Cursor& resampling, const std::vector<BandRequest>& bands, GridRequest& request) {
  if (resampling.is_string()) {
    request.resampling = parse_method(resampling);
    return;
  }
  if (!resampling.is_object())
    resampling.fail_expected("'nearest', 'bilinear', 'cubic', 'average' or an object of band names");
  for (const auto& [name, method] : resampling.members()) {
    if (method.is_null()) continue;  // a preset's method taken away
    if (name == "*") {
      request.resampling = parse_method(method);
      continue;
    }
    check_band_name(method, name, bands);
    request.resampling_of.emplace_back(name, parse_method(method));
  }
}

}  // namespace

GridRequest parse_grid(const stac::Cursor& grid, const std::vector<BandRequest>& bands) {
  if (!grid.is_object()) grid.fail_expected(R"(an object like {"crs": "EPSG:6933", "resolution": 10})");
  check_keys(grid, grid_section());
  GridRequest request;
  request.where = grid.where();
  if (const auto crs = grid.find("crs")) request.crs = parse_crs(*crs);
  if (const auto resolution = grid.find("resolution")) request.resolution = parse_resolution(*resolution);
  if (const auto bounds = grid.find("bounds")) request.bounds = parse_bounds(*bounds);
  if (const auto bbox = grid.find("bbox")) request.bbox = parse_bbox(*bbox);
  if (request.bounds && request.bbox)
    grid.at("bbox").fail(ErrorCode::kInvalid, "\"bbox\" and \"bounds\" both say the extent; give one");
  if (const auto resampling = grid.find("resampling")) parse_resampling(*resampling, bands, request);
  return request;
}

}  // namespace stacvrt::cube
