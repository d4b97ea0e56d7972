// SPDX-License-Identifier: MIT
// What a netrc file says of a host, without its secrets: libcurl reads those itself.
#pragma once

#include <string>
#include <string_view>

namespace stacvrt::stac {

/// Whether the text of a netrc file has an entry of `host` before any `default`, so that what libcurl finds there was
/// meant for that host. A `default` is for the hosts that the user names, not for those that documents name.
[[nodiscard]] bool netrc_names(std::string_view text, std::string_view host);

/// The text of `file`, of ~/.netrc where it is empty; empty when it cannot be read.
[[nodiscard]] std::string read_netrc(const std::string& file);

}  // namespace stacvrt::stac
