// SPDX-License-Identifier: MIT
// Items of static Catalogs and Collections, found by following their links: many documents at a time, each once.
#pragma once

#include "stac/extent.h"
#include "stac/found_items.h"
#include "stac/transport.h"

namespace stacvrt::stac {

/// Deepest nesting of catalogues that is followed, and most documents that are read.
inline constexpr std::size_t kMaxCrawlDepth = 32;
inline constexpr std::size_t kMaxCrawlDocuments = 250'000;

/// Whether a document is a Catalog or Collection, by its top-level type, or by its links where old ones have none.
[[nodiscard]] bool is_catalogue(std::string_view text);

/// All items below the catalogue in `root`, a document that was read from `root.url`: links of rel `child`, `item` and
/// `items` are followed, and an `items` link (the pages of an API's collection) stands for the `item` links beside it.
/// Items come in document order, depth first, whatever order answers arrive in; a document that several others link to
/// comes where it is first named. Collections whose extents miss what is wanted are not followed. `transport` also
/// reads local documents where hrefs may lead to them. Throws Error: kTooLarge over kMaxCrawlDepth, kMaxCrawlDocuments
/// or kMaxItems; kRefused for links that the trust policy denies; kEmpty for no items; and what Transport::fetch(),
/// paging and parsing throw.
[[nodiscard]] FoundItems crawl(Transport& transport, const HttpResponse& root, const Wanted& wanted,
                               const FindOptions& options);

}  // namespace stacvrt::stac
