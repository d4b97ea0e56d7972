// SPDX-License-Identifier: MIT
// Reading the text of documents, within limits: local ones and those of cloud storage through GDAL's virtual file
// systems, those of the web by the process's transport.
#pragma once

#include <string>

#include "driver/remote_documents.h"
#include "stac/error.h"

namespace stacvrt::driver {

/// Largest document that is read.
inline constexpr std::size_t kMaxDocumentBytes = std::size_t{1} << 30;

/// Whether a document of that name is there, or several (driver/item_files.h). The network is not asked: of its names
/// only those of recipes are
/// (*.stacvrt), since no text may follow those but a subdataset's name.
[[nodiscard]] bool document_exists(const std::string& name);

/// Where a document really lies: absolute, symbolic links followed, so that its relative hrefs lead to the same files
/// from any working directory. Names of GDAL's virtual file systems and remote ones stay as they are.
[[nodiscard]] std::string document_location(const std::string& name);

/// The name of a document as it may be shown: without user, password and query of a URL.
[[nodiscard]] std::string shown_name(const std::string& name);

/// The whole text, unpacked where gzip packed it. `home` is the name whose server may see the user's credentials: that
/// of the document the user named. Documents of the network are kept for STACVRT_REMOTE_AGE seconds, and as long as
/// somebody holds them. `where` is what refers to it, if anything does. Throws Error: kNotFound, kIo, kTooLarge,
/// kRefused.
[[nodiscard]] Document read_document(const std::string& name, const std::string& home, const Where& where = {});

}  // namespace stacvrt::driver
