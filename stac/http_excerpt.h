// SPDX-License-Identifier: MIT
// What a server says when it refuses, made fit for an error message: short, on one line, without secrets.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace stacvrt::stac {

/// The message in the body of an error answer: of JSON its description, detail, message, title, error or reason, of
/// plain text its beginning; empty for other types (a page of HTML tells a user little). At most 200 bytes of valid
/// UTF-8 without control characters. Servers echo what they were sent: `secrets` are replaced as without_secrets()
/// does.
[[nodiscard]] std::string server_message(std::string_view content_type, std::string_view body,
                                         const std::vector<std::string>& secrets);

/// `text` with every occurrence of a secret of at least four bytes replaced by "***".
[[nodiscard]] std::string without_secrets(std::string text, std::vector<std::string> secrets);

}  // namespace stacvrt::stac
