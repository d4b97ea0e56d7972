// SPDX-License-Identifier: MIT
#include "stac/asset_parser.h"

#include <algorithm>
#include <array>
#include <memory>

#include "stac/band_parser.h"
#include "stac/projection_parser.h"

namespace stacvrt::stac {

std::vector<std::pair<std::string, std::string>> parse_alternates(const Cursor& asset) {
  std::vector<std::pair<std::string, std::string>> alternates;
  const auto entries = asset.find("alternate");
  if (!entries || !entries->is_object()) return alternates;
  for (const auto& [name, entry] : entries->members()) {
    const auto href = entry.is_object() ? entry.find("href") : std::nullopt;
    if (href && href->is_string() && !href->as_string().empty()) alternates.emplace_back(name, href->as_string());
  }
  return alternates;
}

Asset parse_asset(const std::string& key, const Cursor& asset) {
  Asset result;
  result.key = key;
  if (const auto type = asset.find("type")) result.type = type->as_string();
  // A title changes no pixel, whatever its type.
  if (const auto title = asset.find("title"); title && title->is_string()) result.title = title->as_string();
  if (const auto roles = asset.find("roles"))
    result.roles = roles->is_string() ? std::vector<std::string>{roles->as_string()} : roles->as_strings();
  result.bands = parse_bands(asset);
  return result;
}

bool is_elsewhere(std::string_view member) {
  constexpr std::array<std::string_view, 3> kExtensions{"proj:", "file:", "storage:"};
  return member == "href" || member == "alternate" ||
         std::ranges::any_of(kExtensions, [member](std::string_view prefix) { return member.starts_with(prefix); });
}

PlacedAsset parse_placed_asset(const std::string& key, const Cursor& asset, const Projection& item_projection) {
  std::string href = parse_href(asset);
  auto parsed = std::make_shared<const Asset>(parse_asset(key, asset));
  auto projection = std::make_shared<const Projection>(inherit_projection(parse_projection(asset), item_projection));
  return {std::move(parsed), std::move(href), std::move(projection), parse_alternates(asset)};
}

std::string parse_href(const Cursor& asset) {
  const Cursor href = asset.at("href");
  std::string text = href.as_string();
  if (text.empty()) href.fail(ErrorCode::kInvalid, "href is empty");
  return text;
}

}  // namespace stacvrt::stac
