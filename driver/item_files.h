// SPDX-License-Identifier: MIT
// Names that stand for several files of items: folders and patterns.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "stac/error.h"

namespace stacvrt::driver {

inline constexpr std::size_t kMostFolders = 100'000;
inline constexpr int kMostFolderDepth = 64;

/// Whether `name` is a local folder, or a local pattern (`*` and `?` within one part of a path, `**` for any number of
/// folders, alone at the end for everything below) that is not itself the name of a file.
[[nodiscard]] bool names_several(const std::string& name);

/// Whether it is such a name and there is any file behind it; folders count.
[[nodiscard]] bool any_behind(const std::string& name);

/// The files behind such a name, in the order of their names. Of a folder its catalog.json or collection.json where
/// there is one, else all files directly in it that end in .json, .geojson, .ndjson or .jsonl, with or without .gz,
/// or in .parquet or .geoparquet.
/// Hidden files take no part, nor what is neither file nor folder; a folder that links lead to several times is seen
/// once by each `**`. Throws kNotFound where there are none, kIo for folders that cannot be read, kTooLarge beyond
/// kMostFolders folders or kMostFolderDepth levels.
[[nodiscard]] std::vector<std::string> files_behind(const std::string& name, const Where& where = {});

}  // namespace stacvrt::driver
