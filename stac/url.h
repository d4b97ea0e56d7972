// SPDX-License-Identifier: MIT
// Parts of URLs and joining of references as RFC 3986 says, on strings. Knows nothing of trust and of GDAL's names.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace stacvrt::stac {

/// scheme://authority/path?query; fragments stay with path or query.
struct Url {
  std::string scheme;     ///< lower case
  std::string authority;  ///< with user and port, as written
  std::string path;       ///< empty or starting with '/'
  std::string query;      ///< with its '?', or empty

  [[nodiscard]] std::string text() const { return scheme + "://" + authority + path + query; }
};

/// The parts of an absolute URL "scheme://..."; nothing for other text. Schemes have at least two letters, so that
/// Windows drives are none.
[[nodiscard]] std::optional<Url> parse_url(std::string_view text);

/// `path` with "." and ".." segments resolved (RFC 3986 section 5.2.4) and empty segments kept. Of a relative path
/// leading ".." stay; above the root of an absolute one they vanish.
[[nodiscard]] std::string remove_dot_segments(std::string_view path);

/// The URL that `reference` (relative, without scheme and authority) means in a document at `base`.
[[nodiscard]] Url join_url(const Url& base, std::string_view reference);

/// Bytes of %XX escapes; malformed escapes stay as they are.
[[nodiscard]] std::string percent_decoded(std::string_view text);

/// A URL or a path that holds one, as it may be shown: without user, password and query. Other text is unchanged.
[[nodiscard]] std::string redacted(std::string_view text);

}  // namespace stacvrt::stac
