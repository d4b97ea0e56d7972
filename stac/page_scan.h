// SPDX-License-Identifier: MIT
// What paging must know of a page before its items are parsed: how many there are and where its links stand. A scan
// over the text that looks at brackets and strings alone; it judges no syntax.
#pragma once

#include <cstddef>
#include <string_view>

namespace stacvrt::stac {

/// Parts of the top-level object of a document; empty where absent.
struct PageScan {
  std::string_view type;      ///< value of "type" between its quotes, escapes as written
  std::string_view links;     ///< text of the value of "links"
  std::string_view features;  ///< text of the value of "features"
  std::size_t items = 0;      ///< elements of "features"
  bool has_description = false;
  bool has_geometry = false;
};

/// Scans `text`. What is no JSON gives some answer; the parser that follows refuses it.
[[nodiscard]] PageScan scan_page(std::string_view text);

/// The text of the value of `key` in the top-level object of `text`; empty where it is not there. Reads no further.
[[nodiscard]] std::string_view top_level_member(std::string_view text, std::string_view key);

}  // namespace stacvrt::stac
