// SPDX-License-Identifier: MIT
// What searches and crawls bring home, and what they are allowed to: items as the planner takes them, or as JSON that
// stands on its own, for a snapshot.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "stac/catalogue.h"
#include "stac/href.h"

namespace stacvrt::stac {

/// Items in the order of the source that named them.
struct FoundItems {
  std::vector<Item> items;
  std::vector<Json> features;  ///< instead of `items` where `keep_json` asks for it
  std::vector<std::string>
      left_out;  ///< of the features: "item: /pointer: why" for every href that may not be followed

  [[nodiscard]] std::size_t size() const noexcept { return items.size() + features.size(); }
  /// Appends all of `more`.
  void add(FoundItems more);
  /// Keeps what the first `most` features of one document gave.
  void truncate(std::size_t most);
};

/// How to look for items.
struct FindOptions {
  /// URL that the user named: its origin alone may see credentials (HttpRequest::home).
  std::string home = {};
  HrefPolicy hrefs = {};
  /// Stop at exactly so many items; without it more than kMaxItems are an error.
  std::optional<std::size_t> max_items = {};
  bool keep_json = false;
  /// Told, in the thread that looks, how many documents were read and items seen so far.
  std::function<void(std::size_t documents, std::size_t items)> progress = {};
  /// Of what the items found have in common.
  std::shared_ptr<ItemPool> pool = std::make_shared<ItemPool>();
};

/// The items of one document with at least one item, as `options` want them. Throws what parse_items() throws.
[[nodiscard]] FoundItems parse_found(std::string_view text, const std::string& document, const FindOptions& options);

/// `feature` (a STAC item written in `document`) so that it may stand in any other document: hrefs of assets, asset
/// templates and alternates absolute, links of paging gone, and those links and assets left out, and listed in
/// `left_out`, that the trust policy refuses to that document: in a local file they would be trusted more than before.
[[nodiscard]] Json self_contained(Json feature, const std::string& document, const HrefPolicy& policy,
                                  std::vector<std::string>& left_out);

}  // namespace stacvrt::stac
