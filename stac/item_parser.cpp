// SPDX-License-Identifier: MIT
#include "stac/item_parser.h"

#include "stac/asset_parser.h"
#include "stac/dimension_templates.h"
#include "stac/footprint_parser.h"
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

AssetList parse_assets(const Cursor& feature, const Projection& item_projection, ItemPool& pool) {
  const auto plain = feature.find("assets");
  if (!plain && !feature.find("asset_templates"))
    feature.fail(
        ErrorCode::kInvalid,
        "item has neither 'assets' nor 'asset_templates'; a search that asks for few fields must ask for assets");
  std::vector<PlacedAsset> assets;
  const std::vector<std::pair<std::string, Cursor>> members =
      plain ? plain->members() : std::vector<std::pair<std::string, Cursor>>();
  for (const auto& [key, asset] : members) assets.push_back(parse_placed_asset(key, asset, item_projection));
  for (PlacedAsset& made : parse_asset_templates(feature, item_projection)) assets.push_back(std::move(made));
  return {std::move(assets), pool.layouts()};
}

Properties parse_properties(const Cursor& cursor, ItemPool& pool) {
  Properties properties(cursor.json());
  properties.share(pool.names(properties.names()));
  return properties;
}

}  // namespace

Item parse_item_without_assets(const Cursor& unnamed, ItemPool& pool, Projection& projection) {
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
  item.footprint = parse_footprint(feature);
  projection = parse_projection(properties);
  item.properties = parse_properties(properties, pool);
  return item;
}

Item parse_item(const Cursor& unnamed, ItemPool& pool) {
  Projection projection;
  Item item = parse_item_without_assets(unnamed, pool, projection);
  item.assets = parse_assets(unnamed.in_item(item.id), projection, pool);
  return item;
}

void add_items(const Cursor& feature, ItemPool& pool, std::vector<Item>& items) {
  const bool is_series = expand_dimensions(feature, [&](const Json& one) {
    if (items.size() >= kMaxItems)
      feature.fail(ErrorCode::kTooLarge, "series stand for more than " + std::to_string(kMaxItems) + " items");
    items.push_back(parse_item(Cursor(one, feature.where().document, {}, feature.pointer()), pool));
  });
  if (!is_series) items.push_back(parse_item(feature, pool));
}

}  // namespace stacvrt::stac
