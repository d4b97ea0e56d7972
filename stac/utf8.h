// SPDX-License-Identifier: MIT
// Text that claims to be UTF-8: whether it is, and how it is shown where it is not.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace stacvrt::stac {

/// Position of the first byte that is no part of UTF-8 (RFC 3629: no surrogates, nothing overlong), or text.size().
[[nodiscard]] std::size_t utf8_end(std::string_view text) noexcept;

/// The text with bytes that are no part of UTF-8, and control characters but for line breaks and tabs, as "\xFC":
/// something that any program can show.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace stacvrt::stac
