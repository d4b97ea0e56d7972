// SPDX-License-Identifier: MIT
// Reading the text of local documents through GDAL's virtual file systems, within limits.
#pragma once

#include <string>

#include "stac/error.h"

namespace stacvrt::driver {

/// Largest document that is read.
inline constexpr std::size_t kMaxDocumentBytes = std::size_t{1} << 30;

[[nodiscard]] bool document_exists(const std::string& name);

/// Where a document really lies: absolute, symbolic links followed, so that its relative hrefs lead to the same files
/// from any working directory. Names of GDAL's virtual file systems and remote ones stay as they are.
[[nodiscard]] std::string document_location(const std::string& name);

/// The whole text. Throws Error: kNotFound, kIo, kTooLarge, and kUnsupported for remote names. `where` is what refers
/// to it, if anything does.
[[nodiscard]] std::string read_document(const std::string& name, const Where& where = {});

}  // namespace stacvrt::driver
