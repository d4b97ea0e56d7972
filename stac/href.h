// SPDX-License-Identifier: MIT
// Which hrefs may be followed, and to where: the trust policy, as pure functions on strings (no file is touched).
#pragma once

#include <string>
#include <string_view>

#include "stac/error.h"

namespace stacvrt::stac {

/// How far local paths in documents are trusted (configuration option STACVRT_LOCAL_PATHS).
enum class LocalPaths {
  kAny,      ///< default: any path a local document names
  kSibling,  ///< only below the document's own folder
  kNone,     ///< no local paths at all
};

struct HrefPolicy {
  LocalPaths local_paths = LocalPaths::kAny;
};

enum class HrefKind { kHttp, kS3, kGs, kAzure, kLocal, kVsi };

/// A resolved reference. `text` is an absolute URL (http, https, s3, gs, az), an absolute or document-relative local
/// path already joined with the document's folder, or a /vsi path without '?' options. /vsicurl/, /vsis3/, /vsigs/ and
/// /vsiaz/ paths are given as the URLs they stand for.
struct Href {
  HrefKind kind = HrefKind::kLocal;
  std::string text;
};

/// Whether a document name is remote (http, https, s3, gs, az, or one of GDAL's network file systems such as
/// /vsicurl/).
[[nodiscard]] bool is_remote(std::string_view document);

/// Joins `href` with the folder of `document` (RFC 3986 for URLs; "." and ".." removed; '/vsi...' and plain paths
/// alike; file:// becomes a path) and applies the trust policy: a remote document may name network locations and
/// relative references that stay at its own scheme and host only; a local one also paths and /vsi file systems. Throws
/// Error{kRefused} at `where` saying why and what would be allowed: '?' in /vsi paths, header_file=, inline XML or
/// JSON, PREFIX: names (any driver prefix, this one included), .vrt and this driver's own suffix, /vsistdin,
/// /vsisubfile and other file systems that take options in the name; a local path outside what the policy permits.
[[nodiscard]] Href resolve_href(std::string_view href, const std::string& document, const HrefPolicy& policy,
                                const Where& where);

/// The name under which GDAL opens it: /vsicurl/http..., /vsis3/, /vsigs/ and /vsiaz/ for URLs, else the text itself.
[[nodiscard]] std::string gdal_path(const Href& href);

}  // namespace stacvrt::stac
