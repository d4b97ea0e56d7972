// SPDX-License-Identifier: MIT
#include "stac/projection_parser.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "stac/crs_name.h"

namespace stacvrt::stac {
namespace {

/// Old files write the code as text; null, which says that there is none, never gets here.
Crs parse_epsg(const Cursor& field) {
  if (field.is_string()) {
    const std::string text = field.as_string();
    const bool digits =
        !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!digits && !text.starts_with("EPSG:")) field.fail_expected("an EPSG code");
    return {digits ? "EPSG:" + text : text};
  }
  const std::int64_t code = field.as_integer();
  if (code <= 0) field.fail_expected("a positive EPSG code");
  return {"EPSG:" + std::to_string(code)};
}

Crs parse_text(const Cursor& field) {
  const std::string text = field.as_string();
  if (text.empty()) field.fail_expected("a coordinate reference system");
  return named_crs(text);
}

std::optional<Crs> parse_crs(const Cursor& object) {
  if (const auto code = object.find("proj:code")) return parse_text(*code);
  if (const auto epsg = object.find("proj:epsg")) return parse_epsg(*epsg);
  if (const auto wkt = object.find("proj:wkt2")) return parse_text(*wkt);
  if (const auto projjson = object.find("proj:projjson")) {
    if (!projjson->is_object()) projjson->fail_expected("a PROJJSON object");
    return Crs{projjson->json().dump()};
  }
  return std::nullopt;
}

Affine parse_transform(const Cursor& field) {
  const std::vector<double> n = field.as_numbers();
  if (n.size() != 6 && n.size() != 9)
    field.fail(ErrorCode::kInvalid, "proj:transform has " + std::to_string(n.size()) + " numbers; valid: 6 or 9");
  if (n.size() == 9 && (n[6] != 0 || n[7] != 0 || n[8] != 1))
    field.fail(ErrorCode::kInvalid, "proj:transform is not affine: its last row must be 0, 0, 1");
  const double determinant = n[0] * n[4] - n[1] * n[3];
  if (determinant == 0 || !std::isfinite(determinant))
    field.fail(ErrorCode::kInvalid, "proj:transform cannot be inverted: pixels would have no area");
  return {n[0], n[1], n[2], n[3], n[4], n[5]};
}

std::array<std::int64_t, 2> parse_shape(const Cursor& field) {
  if (field.size() != 2 || !field.is_array()) field.fail_expected("an array of two integers, height and width");
  const std::array<std::int64_t, 2> shape{field.at(std::size_t{0}).as_integer(), field.at(std::size_t{1}).as_integer()};
  for (const std::int64_t length : shape)
    if (length <= 0 || length > std::numeric_limits<std::int32_t>::max())
      field.fail(ErrorCode::kInvalid, "proj:shape holds " + std::to_string(length) + "; valid: 1 to 2147483647");
  return shape;
}

std::array<double, 4> parse_bbox(const Cursor& field) {
  const std::vector<double> n = field.as_numbers();
  if (n.size() != 4 && n.size() != 6) field.fail_expected("4 or 6 numbers");
  const std::size_t upper = n.size() / 2;
  const std::array<double, 4> bbox{n[0], n[1], n[upper], n[upper + 1]};
  if (bbox[0] > bbox[2] || bbox[1] > bbox[3])
    field.fail(ErrorCode::kInvalid, "proj:bbox must go from low to high: xmin, ymin, xmax, ymax");
  return bbox;
}

}  // namespace

Projection parse_projection(const Cursor& object) {
  Projection projection;
  projection.crs = parse_crs(object);
  if (const auto field = object.find("proj:transform")) projection.transform = parse_transform(*field);
  if (const auto field = object.find("proj:shape")) projection.shape = parse_shape(*field);
  if (const auto field = object.find("proj:bbox")) projection.bbox = parse_bbox(*field);
  return projection;
}

Projection inherit_projection(const Projection& asset, const Projection& item) {
  Projection result = asset;
  if (!result.crs) result.crs = item.crs;
  const bool own_grid = asset.transform || asset.shape || asset.bbox;
  const bool other_crs = asset.crs && item.crs && *asset.crs != *item.crs;
  if (own_grid || other_crs) return result;
  result.transform = item.transform;
  result.shape = item.shape;
  result.bbox = item.bbox;
  return result;
}

}  // namespace stacvrt::stac
