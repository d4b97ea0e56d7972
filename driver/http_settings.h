// SPDX-License-Identifier: MIT
// What GDAL's configuration says about a URL (GDAL_HTTP_*, proxies, certificates, options of a path), as the
// transport's plain settings: documents are fetched as GDAL fetches pixels, but for who sees credentials.
#pragma once

#include <string>

#include "stac/http_settings.h"

namespace stacvrt::driver {

/// The settings of `url` in the calling thread. A value that GDAL holds for a path prefix (VSISetPathSpecificOption,
/// sections of its configuration file) goes before one for everything, and only such ones are bound to the URL. Throws
/// Error{kInvalid} naming the option and what it may be.
[[nodiscard]] stac::HttpSettings http_settings_of(const std::string& url);

/// A digest of who the user is to `url`: an answer to one is none to another.
[[nodiscard]] std::string credentials_identity(const std::string& url);

/// Seconds for which a document of the network is taken for unchanged (STACVRT_REMOTE_AGE, default 60). Throws
/// Error{kInvalid}.
[[nodiscard]] double remote_age_s();

}  // namespace stacvrt::driver
