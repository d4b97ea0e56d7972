// SPDX-License-Identifier: MIT
// Names this driver opens: a *.stacvrt file, STACVRT:name, STACVRT:"name":selection and, for programs that strip
// quotes, STACVRT:name:selection. Between quotes, \" is a quote that belongs to the name.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace stacvrt::driver {

struct DatasetName {
  std::string document;   ///< recipe or STAC document
  std::string selection;  ///< output, window or output@window; empty: everything
};

/// Whether `name` has the prefix (any letter case).
[[nodiscard]] bool has_prefix(std::string_view name);

/// Whether `name` is that of a recipe file, *.stacvrt (any letter case).
[[nodiscard]] bool ends_with_suffix(std::string_view name);

/// Takes a name apart. `exists` tells whether a document of that name is there; it decides where an unquoted name ends.
/// Throws Error{kInvalid} for a quote that is not closed or text behind it that is no selection.
[[nodiscard]] DatasetName parse_name(std::string_view name, const std::function<bool(const std::string&)>& exists);

/// STACVRT:"document":selection.
[[nodiscard]] std::string subdataset_name(const std::string& document, const std::string& selection);

}  // namespace stacvrt::driver
