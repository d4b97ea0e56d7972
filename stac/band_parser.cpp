// SPDX-License-Identifier: MIT
#include "stac/band_parser.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <initializer_list>

#include "stac/classification_parser.h"
#include "stac/letter_case.h"

namespace stacvrt::stac {
namespace {

std::optional<Cursor> find_any(const Cursor& object, std::initializer_list<const char*> keys) {
  for (const char* key : keys)
    if (auto found = object.find(key)) return found;
  return std::nullopt;
}

void read_text(const Cursor& object, std::initializer_list<const char*> keys, std::string& text) {
  if (const auto field = find_any(object, keys)) text = field->as_string();
}

/// A text that selects nothing and changes no pixel: other types are as good as none.
void read_remark(const Cursor& object, const char* key, std::string& text) {
  if (const auto field = object.find(key); field && field->is_string()) text = field->as_string();
}

double parse_scale(const Cursor& field) {
  const double scale = field.as_number();
  if (scale == 0) field.fail(ErrorCode::kInvalid, "scale 0 would make every pixel equal");
  return scale;
}

/// The fields that change what a pixel value means, in the spelling of the raster extension and of STAC 1.1.
void read_values(const Cursor& object, Band& band) {
  if (const auto field = object.find("raster:scale")) band.scale = parse_scale(*field);
  if (const auto field = object.find("raster:offset")) band.offset = field->as_number();
  if (const auto field = find_any(object, {"nodata", "raster:nodata"})) band.nodata = parse_nodata(*field);
  if (const auto field = find_any(object, {"data_type", "raster:data_type"})) {
    band.data_type_text = field->as_string();
    band.data_type = data_type_from_name(band.data_type_text);
  }
  read_remark(object, "unit", band.unit);
  if (auto classes = parse_classes(object)) band.classes = std::move(*classes);
  if (auto bitfields = parse_bitfields(object)) band.bitfields = std::move(*bitfields);
}

void read_entry(const Cursor& entry, Band& band) {
  if (const auto field = entry.find("scale")) band.scale = parse_scale(*field);
  if (const auto field = entry.find("offset")) band.offset = field->as_number();
  read_values(entry, band);
}

void read_name(const Cursor& entry, Band& band) {
  read_text(entry, {"name"}, band.name);
  read_text(entry, {"eo:common_name", "common_name"}, band.common_name);
  read_remark(entry, "description", band.description);
}

/// The entries of a list of bands. Some writers wrap the list into another one.
std::vector<Cursor> band_entries(const Cursor& asset, const char* key) {
  const auto list = asset.find(key);
  if (!list) return {};
  auto entries = list->elements();
  if (entries.size() == 1 && entries.front().is_array()) entries = entries.front().elements();
  for (const Cursor& entry : entries)
    if (!entry.is_object()) entry.fail_expected("a band object");
  return entries;
}

}  // namespace

double parse_nodata(const Cursor& field) {
  if (field.is_number()) return field.as_number();
  if (!field.is_string()) field.fail_expected("a number, 'nan', 'inf' or '-inf'");
  const std::string text = lowered(field.as_string());
  const char* const begin = text.data() + (text.starts_with('+') ? 1 : 0);
  const char* const end = text.data() + text.size();
  double value = 0;
  const auto [stop, problem] = std::from_chars(begin, end, value);  // reads "nan", "inf" and "infinity" too
  if (problem != std::errc() || stop != end) field.fail_expected("a number, 'nan', 'inf' or '-inf'");
  return value;
}

std::vector<Band> parse_bands(const Cursor& asset) {
  // From the weakest to the strongest.
  constexpr std::array<const char*, 3> kLists{"eo:bands", "raster:bands", "bands"};
  std::array<std::vector<Cursor>, kLists.size()> lists;
  std::size_t count = 1;
  for (std::size_t i = 0; i < kLists.size(); ++i) {
    lists[i] = band_entries(asset, kLists[i]);
    const std::size_t size = lists[i].size();
    if (size > 1 && count > 1 && size != count)
      asset.at(kLists[i]).fail(ErrorCode::kInvalid, std::string(kLists[i]) + " has " + std::to_string(size) +
                                                        " entries, another list of the asset's bands has " +
                                                        std::to_string(count));
    count = std::max(count, size);
  }
  Band common;
  read_values(asset, common);
  std::vector<Band> bands(count, common);
  // A common name on the asset itself is that of its only band.
  if (count == 1) read_text(asset, {"eo:common_name"}, bands.front().common_name);
  for (const auto& list : lists) {
    for (std::size_t i = 0; i < count && !list.empty(); ++i) {
      read_entry(list.size() == 1 ? list.front() : list[i], bands[i]);
      if (i < list.size()) read_name(list[i], bands[i]);
    }
  }
  return bands;
}

}  // namespace stacvrt::stac
