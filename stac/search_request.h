// SPDX-License-Identifier: MIT
// What a recipe may ask of a STAC API, checked before anything is sent. Knows no API.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "stac/json.h"

namespace stacvrt::stac {

/// Items per page where neither the recipe says it: answers of 100 items stay below the size at which services in front
/// of the large public APIs cut them off.
inline constexpr std::size_t kItemsPerPage = 100;

/// One search, checked.
struct SearchRequest {
  std::string url;  ///< of the API's root, or of the search (ends in /search)
  /// Terms as a POST body holds them: collections, ids, bbox or intersects, datetime, query, filter with filter-lang,
  /// sortby, fields, limit. Lists where a recipe may write one string; datetime as RFC 3339.
  Json terms = Json::object();
  std::optional<std::size_t> max_items = {};
  Where where = {};
};

/// The keys of a search in a recipe.
[[nodiscard]] const std::vector<std::string>& search_keys();

/// The search at `search`, an object of a recipe. Throws Error{kInvalid} at the JSON pointer of what is wrong: unknown
/// keys (with the nearest spelling), both bbox and intersects, a datetime that is none, `fields` without what planning
/// needs.
[[nodiscard]] SearchRequest parse_search(const Cursor& search);

}  // namespace stacvrt::stac
