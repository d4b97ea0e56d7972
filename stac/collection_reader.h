// SPDX-License-Identifier: MIT
// Items out of the text of an Item, an ItemCollection or of newline-delimited items, fast: of each feature only what
// items are made of is turned into values, and assets that say the same in many items are parsed once.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "stac/catalogue.h"
#include "stac/item_pool.h"

namespace stacvrt::stac {

/// What parse_items returns for an Item or ItemCollection, made the short way; nothing for every other text, and for
/// whatever an error has to be thrown: the long way finds the words.
[[nodiscard]] std::optional<ItemDocument> read_collection(std::string_view text, const std::string& document,
                                                          ItemPool& pool);

/// Whether `text` is newline-delimited JSON: an object on its first line and another one behind it. RFC 8142's record
/// separators count as blanks.
[[nodiscard]] bool is_line_delimited(std::string_view text);

/// The items of newline-delimited text, one to a line, empty lines left out. Throws Error like parse_items; errors name
/// the line.
[[nodiscard]] ItemDocument read_lines(std::string_view text, const std::string& document, ItemPool& pool);

}  // namespace stacvrt::stac
