// SPDX-License-Identifier: MIT
#include "stac/catalogue.h"

#include "stac/collection_reader.h"
#include "stac/item_parser.h"

namespace stacvrt::stac {
namespace {

ItemDocument parse_collection(const Cursor& document, ItemPool& pool) {
  const Cursor features = document.at("features");
  if (features.size() == 0) features.fail(ErrorCode::kEmpty, "the document holds no items");
  if (features.size() > kMaxItems)
    features.fail(ErrorCode::kTooLarge, "the document holds " + std::to_string(features.size()) +
                                            " items; most: " + std::to_string(kMaxItems));
  ItemDocument result;
  result.items.reserve(features.size());
  for (const Cursor& feature : features.elements()) {
    const auto type = feature.find("type");
    if (type && type->as_string() != "Feature") type->fail_expected("'Feature'");
    add_items(feature, pool, result.items);
  }
  result.next = next_links(document);
  return result;
}

/// Catalogs before STAC 1.0 have no type; their links and description tell.
std::string type_of(const Cursor& document) {
  if (const auto type = document.find("type")) return type->as_string();
  const bool is_catalog = document.find("links") && document.find("description") && !document.find("geometry");
  if (is_catalog) return document.find("extent") ? "Collection" : "Catalog";
  document.fail(ErrorCode::kInvalid, "no STAC document: key 'type' is missing; valid: 'Feature', 'FeatureCollection'");
}

}  // namespace

std::vector<Link> next_links(const Cursor& document) {
  const auto links = document.find("links");
  return links ? parse_links(*links, {"next"}) : std::vector<Link>();
}

ItemDocument parse_items(std::string_view text, const std::string& document) {
  ItemPool pool;
  return parse_items(text, document, pool);
}

ItemDocument parse_items(std::string_view text, const std::string& document, ItemPool& pool) {
  if (is_line_delimited(text)) return read_lines(text, document, pool);
  if (auto read = read_collection(text, document, pool)) return std::move(*read);
  const Json json = parse_json(text, document);
  const Cursor root(json, document);
  if (!root.is_object()) root.fail_expected("a STAC Item or ItemCollection");
  const std::string type = type_of(root);
  if (type == "Feature") {
    ItemDocument result;
    add_items(root, pool, result.items);
    return result;
  }
  if (type == "FeatureCollection") return parse_collection(root, pool);
  if (type == "Catalog" || type == "Collection")
    root.fail(ErrorCode::kUnsupported, "a STAC " + type + " holds links, not items; give an Item or an ItemCollection");
  if (type == "STACVRT") root.fail(ErrorCode::kInvalid, "this is a recipe, not STAC items; open it by its own name");
  root.at("type").fail(ErrorCode::kInvalid,
                       "type '" + type.substr(0, 60) + "' is no STAC item; valid: 'Feature', 'FeatureCollection'");
}

}  // namespace stacvrt::stac
