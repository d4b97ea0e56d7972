// SPDX-License-Identifier: MIT
// Headers of requests and answers as text: which may be sent, how they are found. Knows no connection.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "stac/transport.h"

namespace stacvrt::stac {

/// Names of headers are equal in any letter case.
[[nodiscard]] bool same_header(std::string_view a, std::string_view b);

/// The value of the first header of that name.
[[nodiscard]] std::optional<std::string> find_header(const HttpHeaders& headers, std::string_view name);

/// Throws Error{kRefused} at `where` for a name that is no token, and for a value with CR, LF or another control
/// character: one header must not become two. The value, which may be a secret, is not shown.
void check_header(const std::string& name, const std::string& value, const Where& where);

/// Throws Error{kRefused} also for the headers of a request that frame or route it (Host, Content-Length, Connection,
/// ...): documents may ask for headers, and these are not theirs.
void check_request_headers(const HttpHeaders& headers, const Where& where);

/// "Name: value" taken apart, spaces around the value dropped; nothing for other text.
[[nodiscard]] std::optional<std::pair<std::string, std::string>> parse_header(std::string_view line);

}  // namespace stacvrt::stac
