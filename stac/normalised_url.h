// SPDX-License-Identifier: MIT
// One spelling for URLs that name the same document, so that what was read is known again. Decides nothing about trust
// (stac/http_origin.h does).
#pragma once

#include <string>
#include <string_view>

namespace stacvrt::stac {

/// The URL `text` as one that names the same document is written: scheme and host in lower case, default port, dot
/// segments and fragment left out. Paths keep their case, and local ones have their dot segments removed.
[[nodiscard]] std::string normalised_url(std::string_view text);

}  // namespace stacvrt::stac
