// SPDX-License-Identifier: MIT
#include "stac/item_parser.h"

#include "stac/asset_parser.h"
#include "stac/projection_parser.h"
#include "stac/tiled_assets_parser.h"

namespace stacvrt::stac {
namespace {

std::optional<Instant> parse_time(const Cursor& properties, const char* key) {
  const auto field = properties.find(key);
  if (!field) return std::nullopt;
  const std::string text = field->as_string();
  try {
    return parse_instant(text);
  } catch (const Error& error) {
    field->fail(error.code(), error.message());
  }
}

void parse_times(const Cursor& properties, Item& item) {
  item.datetime = parse_time(properties, "datetime");
  item.start_datetime = parse_time(properties, "start_datetime");
  item.end_datetime = parse_time(properties, "end_datetime");
  if (!item.datetime && !item.start_datetime)
    properties.fail(ErrorCode::kInvalid, "item has no time: neither 'datetime' nor 'start_datetime' is given");
  if (item.start_datetime && item.end_datetime && *item.end_datetime < *item.start_datetime)
    properties.at("end_datetime")
        .fail(ErrorCode::kInvalid, "end_datetime " + format_instant(*item.end_datetime) + " is before start_datetime " +
                                       format_instant(*item.start_datetime));
}

std::optional<std::array<double, 4>> parse_bbox(const Cursor& feature) {
  const auto field = feature.find("bbox");
  if (!field) return std::nullopt;
  const std::vector<double> n = field->as_numbers();
  if (n.size() != 4 && n.size() != 6) field->fail_expected("4 or 6 numbers");
  // West may be east of east: across the antimeridian.
  const std::size_t upper = n.size() / 2;
  return std::array<double, 4>{n[0], n[1], n[upper], n[upper + 1]};
}

std::string parse_collection(const Cursor& feature, const Cursor& properties) {
  if (const auto field = feature.find("collection")) return field->as_string();
  const auto old = properties.find("collection");  // STAC 0.9
  return old && old->is_string() ? old->as_string() : std::string();
}

std::vector<Asset> parse_assets(const Cursor& feature, const Projection& item_projection) {
  const auto plain = feature.find("assets");
  if (!plain && !feature.find("asset_templates"))
    feature.fail(
        ErrorCode::kInvalid,
        "item has neither 'assets' nor 'asset_templates'; a search that asks for few fields must ask for assets");
  std::vector<Asset> assets;
  if (plain)
    for (const auto& [key, asset] : plain->members()) assets.push_back(parse_asset(key, asset, item_projection));
  for (Asset& tiled : parse_asset_templates(feature, item_projection)) assets.push_back(std::move(tiled));
  return assets;
}

}  // namespace

Item parse_item(const Cursor& unnamed) {
  Item item;
  item.id = unnamed.at("id").as_string();
  const Cursor feature = unnamed.in_item(item.id);
  const Cursor properties = feature.at("properties");
  if (!properties.is_object()) properties.fail_expected("an object");
  item.document = feature.where().document;
  item.pointer = feature.pointer();
  item.collection = parse_collection(feature, properties);
  parse_times(properties, item);
  item.bbox = parse_bbox(feature);
  item.assets = parse_assets(feature, parse_projection(properties));
  item.properties = properties.json();
  return item;
}

}  // namespace stacvrt::stac
