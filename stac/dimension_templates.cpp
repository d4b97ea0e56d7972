// SPDX-License-Identifier: MIT
#include "stac/dimension_templates.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>

#include "stac/datetime.h"

namespace stacvrt::stac {
namespace {

constexpr std::string_view kBegin = "{cube:dimensions:";

/// Most items that one may stand for.
constexpr std::size_t kMostValues = 100'000;

std::string placeholder(const std::string& dimension) {
  return std::string(kBegin) + dimension + "}";
}

/// Names of the dimensions in a template, each once.
void add_dimensions(std::string_view href, std::vector<std::string>& names) {
  for (std::size_t at = href.find(kBegin); at != std::string_view::npos; at = href.find(kBegin, at + 1)) {
    const std::size_t begin = at + kBegin.size(), end = href.find('}', begin);
    if (end == std::string_view::npos) return;
    std::string name(href.substr(begin, end - begin));
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
  }
}

std::vector<std::string> dimensions_of(const Cursor& templates) {
  std::vector<std::string> names;
  for (const auto& [key, entry] : templates.members())
    if (const auto href = entry.find("href"); href && href->is_string()) add_dimensions(href->as_string(), names);
  return names;
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

std::string text_of_value(const Cursor& value) {
  return value.is_string() ? value.as_string() : value.json().dump();
}

/// The span of time that a value means; nothing where it means none.
std::optional<Interval> interval_of(std::string value) {
  std::replace(value.begin(), value.end(), '_', '/');
  try {
    const Interval interval = parse_interval(value);
    const bool is_closed = interval.begin != kBeginOfTime && interval.end != kEndOfTime;
    return is_closed ? std::optional(interval) : std::nullopt;
  } catch (const Error&) {
    return std::nullopt;
  }
}

std::vector<std::string> values_of(const Cursor& properties, const std::string& name, const Cursor& templates) {
  const auto dimensions = properties.find("cube:dimensions");
  const auto dimension = dimensions ? dimensions->find(name) : std::nullopt;
  if (!dimension)
    templates.fail(ErrorCode::kInvalid, "a template names the dimension '" + name + "', which 'cube:dimensions' lacks");
  const auto list = dimension->find("values");
  if (!list)
    dimension->fail(ErrorCode::kUnsupported,
                    "dimension '" + name + "' has no 'values'; spans with a step are not supported in templates");
  const std::vector<Cursor> elements = list->elements();
  if (elements.empty() || elements.size() > kMostValues)
    list->fail_expected("1 to " + std::to_string(kMostValues) + " values");
  std::vector<std::string> values;
  for (const Cursor& element : elements) values.push_back(text_of_value(element));
  return values;
}

/// The dimension whose values become items, with its values, and the one value of every other.
struct Dimensions {
  std::string name;
  std::vector<std::string> values;
  std::map<std::string, std::string> others;
};

Dimensions read_dimensions(const Cursor& properties, const Cursor& templates, const std::vector<std::string>& names) {
  Dimensions result;
  for (const std::string& name : names) {
    std::vector<std::string> values = values_of(properties, name, templates);
    if (values.size() == 1 && (names.size() > 1 || !interval_of(values.front()))) {
      result.others[name] = values.front();
      continue;
    }
    const auto no_time = std::find_if(values.begin(), values.end(), [](const auto& v) { return !interval_of(v); });
    if (no_time != values.end())
      templates.fail(ErrorCode::kUnsupported, "dimension '" + name + "' has " + std::to_string(values.size()) +
                                                  " values, but '" + *no_time +
                                                  "' is no time; valid: one value, or times such as 2018-02-26");
    if (!result.name.empty())
      templates.fail(ErrorCode::kUnsupported,
                     "templates name two dimensions of time, '" + result.name + "' and '" + name + "'; valid: one");
    result.name = name;
    result.values = std::move(values);
  }
  return result;
}

/// The feature at one value of the dimension; empty name and value: all its templates' dimensions have one value.
Json feature_at(Json feature, const Dimensions& dimensions, const std::string& value) {
  for (auto& [key, entry] : feature["asset_templates"].items()) {
    if (feature.contains("assets") && feature["assets"].is_object()) feature["assets"].erase(key);
    if (!entry.is_object() || !entry.contains("href") || !entry["href"].is_string()) continue;
    auto& href = entry["href"].get_ref<std::string&>();
    for (const auto& [name, only] : dimensions.others) replace_all(href, placeholder(name), only);
    if (!dimensions.name.empty()) replace_all(href, placeholder(dimensions.name), value);
  }
  if (dimensions.name.empty()) return feature;
  if (feature["id"].is_string()) feature["id"] = feature["id"].get<std::string>() + "@" + value;
  const Interval time = *interval_of(value);
  Json& properties = feature["properties"];
  properties["datetime"] = nullptr;
  properties["start_datetime"] = format_instant(time.begin);
  properties["end_datetime"] = format_instant(std::max(time.begin, time.end - 1));
  return feature;
}

}  // namespace

bool expand_dimensions(const Cursor& feature, const std::function<void(const Json&)>& each) {
  const auto templates = feature.find("asset_templates");
  if (!templates || !templates->is_object()) return false;
  const std::vector<std::string> names = dimensions_of(*templates);
  if (names.empty()) return false;
  const Dimensions dimensions = read_dimensions(feature.at("properties"), *templates, names);
  Json common = feature.json();
  common["properties"].erase("cube:dimensions");  // every item would have all values
  if (dimensions.name.empty()) each(feature_at(common, dimensions, {}));
  for (const std::string& value : dimensions.values) each(feature_at(common, dimensions, value));
  return true;
}

}  // namespace stacvrt::stac
