// SPDX-License-Identifier: MIT
// parse_search: what a recipe may write under "search", key by key.
#include "stac/search_request.h"

#include <algorithm>

#include "stac/catalogue.h"
#include "stac/datetime.h"
#include "stac/spelling.h"
#include "stac/url.h"

namespace stacvrt::stac {
namespace {

constexpr std::int64_t kMaxItemsPerPage = 10'000;

void check_words(const Cursor& object, const std::string& what, const std::vector<std::string>& valid) {
  for (const auto& [key, value] : object.members())
    if (std::ranges::find(valid, key) == valid.end())
      value.fail(ErrorCode::kInvalid, "unknown " + what + " '" + key + "'" + spelling_hint(key, valid));
}

Json strings_of(const Cursor& place) {
  Json result = Json::array();
  if (!place.is_array() && !place.is_string()) place.fail_expected("a string or an array of strings");
  if (place.is_array() && place.size() == 0)
    place.fail(ErrorCode::kInvalid, "is empty; give at least one value or leave the key out");
  for (const Cursor& element : place.is_array() ? place.elements() : std::vector<Cursor>{place}) {
    if (element.as_string().empty()) element.fail_expected("a string that is not empty");
    result.push_back(element.as_string());
  }
  return result;
}

Json url_of(const Cursor& place) {
  const auto url = parse_url(place.as_string());
  const bool is_http = url && (url->scheme == "http" || url->scheme == "https") && !url->authority.empty();
  if (!is_http) place.fail_expected("the URL of a STAC API (http or https), or of its search");
  return place.as_string();
}

Json bbox_of(const Cursor& place) {
  const std::vector<double> box = place.as_numbers();
  if (box.size() != 4 && box.size() != 6) place.fail_expected("west, south, east, north in degrees");
  const std::size_t upper = box.size() / 2;
  for (const std::size_t lon : {std::size_t{0}, upper})
    if (box[lon] < -180 || box[lon] > 180) place.at(lon).fail_expected("a longitude from -180 to 180");
  for (const std::size_t lat : {std::size_t{1}, upper + 1})
    if (box[lat] < -90 || box[lat] > 90) place.at(lat).fail_expected("a latitude from -90 to 90");
  if (box[1] > box[upper + 1]) place.fail(ErrorCode::kInvalid, "south is north of north");
  return place.json();
}

Json geometry_of(const Cursor& place) {
  static const std::vector<std::string> types = {"Point",   "MultiPoint",   "LineString",        "MultiLineString",
                                                 "Polygon", "MultiPolygon", "GeometryCollection"};
  const Cursor type = place.at("type");
  const std::string word = type.as_string();
  if (word == "Feature" || word == "FeatureCollection")
    type.fail(ErrorCode::kInvalid, "expected a GeoJSON geometry; a " + word + " holds one in \"geometry\"");
  if (std::ranges::find(types, word) == types.end())
    type.fail(ErrorCode::kInvalid, "unknown geometry '" + word + "'" + spelling_hint(word, types));
  const Cursor parts = place.at(word == "GeometryCollection" ? "geometries" : "coordinates");
  if (!parts.is_array() || parts.size() == 0) parts.fail_expected("an array that is not empty");
  return place.json();
}

/// An instant, or an interval that an API takes as including both ends.
Json datetime_of(const Cursor& place) {
  const std::string text = place.as_string();
  try {
    const Interval interval = parse_interval(text);
    const std::string begin = interval.begin == kBeginOfTime ? ".." : format_instant(interval.begin);
    const std::string end = interval.end == kEndOfTime ? ".." : format_instant(interval.end - 1);
    return begin == end && begin != ".." ? begin : begin + "/" + end;
  } catch (const Error& error) {
    place.fail(error.code(), error.message());
  }
}

Json query_of(const Cursor& place) {
  static const std::vector<std::string> operators = {"eq",  "neq",        "lt",       "lte",      "gt",
                                                     "gte", "startsWith", "endsWith", "contains", "in"};
  for (const auto& [property, conditions] : place.members()) {
    if (!conditions.is_object() || conditions.size() == 0)
      conditions.fail_expected(R"(conditions on the property, like {"lt": 20})");
    check_words(conditions, "operator", operators);
  }
  if (place.size() == 0) place.fail_expected(R"(properties with conditions, like {"eo:cloud_cover": {"lt": 20}})");
  return place.json();
}

Json filter_of(const Cursor& place) {
  if (!place.is_object())
    place.fail_expected(R"(CQL2 as JSON, like {"op": "<", "args": [{"property": "eo:cloud_cover"}, 20]})");
  (void)place.at("op").as_string();
  if (!place.at("args").is_array()) place.at("args").fail_expected("an array");
  return place.json();
}

Json filter_lang_of(const Cursor& place) {
  if (place.as_string() != "cql2-json")
    place.fail(ErrorCode::kUnsupported,
               "filter language '" + place.as_string().substr(0, 40) + "' is not built; write the filter as cql2-json");
  return place.json();
}

Json sort_entry(std::string field) {
  const bool descends = field.starts_with('-');
  if (descends || field.starts_with('+')) field.erase(0, 1);
  Json entry = Json::object();
  entry["field"] = std::move(field);
  entry["direction"] = descends ? "desc" : "asc";
  return entry;
}

/// {"field": ..., "direction": ...}, or "-properties.datetime".
Json sort_entry_of(const Cursor& place) {
  if (place.is_string() && place.as_string().size() > 1) return sort_entry(place.as_string());
  if (!place.is_object()) place.fail_expected(R"({"field": ..., "direction": "asc" or "desc"}, or "-field")");
  check_words(place, "key", {"field", "direction"});
  Json entry = sort_entry("+" + place.at("field").as_string());
  if (const auto direction = place.find("direction")) {
    if (direction->as_string() != "asc" && direction->as_string() != "desc")
      direction->fail_expected("'asc' or 'desc'");
    entry["direction"] = direction->as_string();
  }
  return entry;
}

Json sortby_of(const Cursor& place) {
  Json result = Json::array();
  for (const Cursor& entry : place.is_array() ? place.elements() : std::vector<Cursor>{place})
    result.push_back(sort_entry_of(entry));
  if (result.empty()) place.fail_expected("at least one field to sort by");
  return result;
}

/// Members that planning needs: an answer without them is of no use.
const std::vector<std::string>& needed_fields() {
  static const std::vector<std::string> needed = {"type", "id", "collection", "bbox", "properties", "assets"};
  return needed;
}

bool is_needed(const std::string& field) {
  static const std::vector<std::string> properties = {"datetime", "start_datetime", "end_datetime"};
  constexpr std::string_view kProperties = "properties.";
  if (!field.starts_with(kProperties)) return std::ranges::find(needed_fields(), field) != needed_fields().end();
  const std::string property = field.substr(kProperties.size());
  return property.starts_with("proj:") || std::ranges::find(properties, property) != properties.end();
}

Json fields_of(const Cursor& place) {
  if (!place.is_object()) place.fail_expected(R"({"include": [...], "exclude": [...]})");
  check_words(place, "key", {"include", "exclude"});
  Json result = Json::object();
  const auto include = place.find("include");
  if (include && include->size() > 0) {
    result["include"] = strings_of(*include);
    for (const std::string& field : needed_fields())
      if (std::ranges::find(result["include"], Json(field)) == result["include"].end())
        result["include"].push_back(field);
  }
  if (const auto exclude = place.find("exclude"); exclude && exclude->size() > 0) {
    for (const Cursor& field : exclude->elements())
      if (is_needed(field.as_string()))
        field.fail(ErrorCode::kInvalid,
                   "'" + field.as_string() + "' is needed to plan a composite and cannot be excluded");
    result["exclude"] = strings_of(*exclude);
  }
  return result;
}

std::int64_t count_of(const Cursor& place, std::int64_t most) {
  const std::int64_t count = place.as_integer();
  if (count < 1 || count > most) place.fail_expected("a number from 1 to " + std::to_string(most));
  return count;
}

/// How each term is read, in the order in which they are sent.
using Reader = Json (*)(const Cursor&);
const std::vector<std::pair<std::string, Reader>>& term_readers() {
  static const std::vector<std::pair<std::string, Reader>> readers = {
      {"collections", strings_of},
      {"ids", strings_of},
      {"bbox", bbox_of},
      {"intersects", geometry_of},
      {"datetime", datetime_of},
      {"query", query_of},
      {"filter", filter_of},
      {"filter-lang", filter_lang_of},
      {"sortby", sortby_of},
      {"fields", fields_of},
      {"limit", [](const Cursor& place) { return Json(count_of(place, kMaxItemsPerPage)); }}};
  return readers;
}

}  // namespace

const std::vector<std::string>& search_keys() {
  static const std::vector<std::string> keys = [] {
    std::vector<std::string> all = {"url"};
    for (const auto& [key, reader] : term_readers()) all.push_back(key);
    all.emplace_back("max_items");
    return all;
  }();
  return keys;
}

SearchRequest parse_search(const Cursor& search) {
  if (!search.is_object()) search.fail_expected(R"(a search, like {"url": ..., "collections": [...], "bbox": [...]})");
  check_words(search, "key", search_keys());
  SearchRequest request;
  request.where = search.where();
  request.url = url_of(search.at("url")).get<std::string>();
  const auto intersects = search.find("intersects");
  if (intersects && search.find("bbox"))
    intersects->fail(ErrorCode::kInvalid, "bbox and intersects both say the place; give one");
  if (const auto language = search.find("filter-lang"); language && !search.find("filter"))
    language->fail(ErrorCode::kInvalid, "there is no filter whose language this could be");
  for (const auto& [key, read] : term_readers()) {
    if (const auto term = search.find(key)) request.terms[key] = read(*term);
    if (key == "filter" && request.terms.contains(key)) request.terms["filter-lang"] = "cql2-json";
  }
  if (const auto fields = request.terms.find("fields"); fields != request.terms.end() && fields->empty())
    request.terms.erase("fields");
  if (const auto most = search.find("max_items"))
    request.max_items = static_cast<std::size_t>(count_of(*most, static_cast<std::int64_t>(kMaxItems)));
  return request;
}

}  // namespace stacvrt::stac
