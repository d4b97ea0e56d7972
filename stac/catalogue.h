// SPDX-License-Identifier: MIT
// Documents to items: recognises what a STAC document is and parses it once into typed items. Does no I/O of its own.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "stac/item.h"
#include "stac/item_parser.h"
#include "stac/item_pool.h"
#include "stac/link.h"

namespace stacvrt::stac {

/// What one document holds.
struct ItemDocument {
  std::vector<Item> items;  ///< document order
  std::vector<Link> next;   ///< rel=next links, as written (stac/paging.h follows them)
};

/// The rel=next links of a document.
[[nodiscard]] std::vector<Link> next_links(const Cursor& document);

/// Parses an Item (Feature, tiled-assets Items included), an ItemCollection (FeatureCollection) or newline-delimited
/// Items in STAC 1.0 or 1.1 spelling. `document` is its file name or URL: base of hrefs, named in errors. Throws Error:
/// kSyntax for what is not JSON, kUnsupported for a Catalog or Collection, kInvalid for everything that contradicts the
/// specifications in a way that matters for pixels (with item id and JSON pointer), kTooLarge over kMaxItems, kEmpty
/// for no items. What items of several documents have in common they share when these are parsed with the same `pool`.
[[nodiscard]] ItemDocument parse_items(std::string_view text, const std::string& document, ItemPool& pool);
[[nodiscard]] ItemDocument parse_items(std::string_view text, const std::string& document);

}  // namespace stacvrt::stac
