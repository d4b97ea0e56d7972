// SPDX-License-Identifier: MIT
// Names that stand for several files of items: folders and patterns.
#pragma once

#include <string>
#include <vector>

#include "stac/error.h"

namespace stacvrt::driver {

/// Whether `name` is a local folder, or a local pattern (`*` and `?` within one part of a path, `**` for any number of
/// folders) that is not itself the name of a file.
[[nodiscard]] bool names_several(const std::string& name);

/// The files behind such a name, in the order of their names. Of a folder its catalog.json or collection.json where
/// there is one, else all files directly in it that end in .json, .geojson, .ndjson or .jsonl, with or without .gz,
/// or in .parquet or .geoparquet.
/// Hidden files take no part. Throws kNotFound where there are none.
[[nodiscard]] std::vector<std::string> files_behind(const std::string& name, const Where& where = {});

}  // namespace stacvrt::driver
