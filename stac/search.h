// SPDX-License-Identifier: MIT
// Searches of STAC APIs: what an API says it offers, the first request that follows for a search, and all its items.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "stac/paging.h"
#include "stac/search_request.h"

namespace stacvrt::stac {

/// What an API's landing page says.
struct SearchApi {
  std::string url;  ///< of the search
  bool get = true;  ///< whether it takes GET, and POST
  bool post = true;
  bool states_conformance = false;
  std::vector<std::string> conforms_to = {};

  /// Whether the item search has this extension: "fields", "sort", "filter", "query". True where nothing is known.
  [[nodiscard]] bool offers(const std::string& extension) const;
};

/// Whether `url` names a search itself, not the root of an API.
[[nodiscard]] bool is_search_url(const std::string& url);
/// The root of the API whose search `url` names: ".../search" without its last segment.
[[nodiscard]] std::string root_of_search(const std::string& url);

/// The landing page of an API, read from `document`. Throws Error{kInvalid} when it links to no search, naming
/// `where`, the search of the recipe.
[[nodiscard]] SearchApi parse_landing_page(std::string_view text, const std::string& document, const HrefPolicy& policy,
                                           const Where& where);

/// The first request. POST where the API takes it, else GET. Throws Error{kUnsupported} for a term whose extension the
/// API does not offer, except `fields`, which only makes answers smaller and is left out then.
[[nodiscard]] PageRequest first_page(const SearchRequest& search, const SearchApi& api);

/// The query of a GET request with these terms, with its '?'.
[[nodiscard]] std::string search_query(const Json& terms);

/// All items of a search. The landing page is asked for when the URL is that of a root, or when a search answers no
/// POST. `options.max_items` is the search's own. Throws Error.
[[nodiscard]] FoundItems fetch_search(Transport& transport, const SearchRequest& search, FindOptions options);

}  // namespace stacvrt::stac
