// SPDX-License-Identifier: MIT
// Links of STAC documents as typed structures, with what the API specification adds to them for paging. Follows none.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "stac/json.h"
#include "stac/transport.h"

namespace stacvrt::stac {

/// Most links accepted in one document.
inline constexpr std::size_t kMaxLinks = 200'000;

/// One entry of a document's `links`.
struct Link {
  std::string rel;
  std::string href;  ///< as written
  std::string type = {};
  std::string method = "GET";      ///< in capitals
  bool states_method = false;      ///< whether the document writes it
  HttpHeaders headers = {};        ///< to be sent with the request
  Json body = {};                  ///< of a POST; null where there is none
  std::optional<bool> merge = {};  ///< whether body and headers go over those of the request before; absent: unsaid
  Where where = {};                ///< of the link in its document
};

/// The link at `link`. Throws Error: kInvalid for a member of the wrong type, a method other than GET and POST, and a
/// body that is no object; kRefused for headers that only the transport may set (Host, lengths, connections,
/// credentials) or that would end their line.
[[nodiscard]] Link parse_link(const Cursor& link);

/// Those of the array at `links` whose rel is one of `rels`, in document order. Entries without rel, and those
/// whose href is null, lead nowhere and are passed over. Throws what parse_link() throws, and kTooLarge over kMaxLinks.
[[nodiscard]] std::vector<Link> parse_links(const Cursor& links, const std::vector<std::string>& rels);

}  // namespace stacvrt::stac
