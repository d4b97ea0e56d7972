// SPDX-License-Identifier: MIT
// Snapshots: the items that a search or crawl found, frozen in a file, so that a product can be made again after the
// catalogue has changed. The file is an ordinary ItemCollection; a member of its own tells what was asked, and when.
#pragma once

#include <string>
#include <string_view>

#include "cube/recipe.h"
#include "stac/extent.h"
#include "stac/found_items.h"

namespace stacvrt::driver {

/// What is asked for the items of a recipe, for people and for comparison: `items` without user names, passwords and
/// keys of URLs. `wanted` is what catalogues were pruned by.
[[nodiscard]] stac::Json snapshot_request(const std::vector<cube::ItemSource>& items, const stac::Wanted& wanted);

/// The text of a snapshot: an ItemCollection of found.features with the member "stacvrt:search" {request, time, found,
/// left_out}.
[[nodiscard]] std::string snapshot_text(stac::FoundItems found, const stac::Json& request, stac::Instant now);

/// Throws Error{kInvalid} when `text`, read from `path`, is no snapshot, or not one of `items`, or was pruned by
/// another bbox or range than `wanted`.
void check_snapshot(std::string_view text, const std::string& path, const std::vector<cube::ItemSource>& items,
                    const stac::Wanted& wanted);

/// Whether a file may be written on behalf of an open option. Throws Error{kRefused} where STACVRT_LOCAL_PATHS locks
/// local paths, and for names that are no local path.
void check_snapshot_path(const std::string& path, const stac::HrefPolicy& policy);

/// Writes the file whole or not at all. Throws Error{kIo}.
void write_snapshot(const std::string& path, const std::string& text);

}  // namespace stacvrt::driver
