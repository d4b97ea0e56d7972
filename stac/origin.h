// SPDX-License-Identifier: MIT
// Origins of URLs (RFC 6454): which two of them a browser, and we, would call the same place.
#pragma once

#include <string>
#include <string_view>

namespace stacvrt::stac {

/// "https://host:443": scheme, host and port, lower case, the scheme's default port written out. Of other text the text
/// itself.
[[nodiscard]] std::string origin_of(std::string_view url);

/// `url` as one that names the same document is written: scheme and host in lower case, default port, dot segments and
/// fragment left out. Paths keep their case, and local ones have their dot segments removed.
[[nodiscard]] std::string normalised_url(std::string_view url);

}  // namespace stacvrt::stac
