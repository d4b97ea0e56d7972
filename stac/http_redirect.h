// SPDX-License-Identifier: MIT
// Which redirects are followed, and what of a request goes along. libcurl follows none by itself: it would carry custom
// headers to any host.
#pragma once

#include <string>
#include <string_view>

#include "stac/transport.h"

namespace stacvrt::stac {

/// Most redirects from one request to its answer.
inline constexpr int kMaxRedirects = 10;

/// Whether a status tells to ask elsewhere (301, 302, 303, 307, 308).
[[nodiscard]] bool is_redirect(long status) noexcept;

/// The request that an answer of `status` with the header Location leads to. 303 makes it a GET, as its target is the
/// answer; the others keep method and body, 301 and 302 as well (RFC 9110 allows both ways): a search without its body
/// would find everything. Where it leaves the origin of the request's home, home and all but
/// harmless headers are gone for good: coming back does not bring them back. A user in `location` is dropped, one in
/// the request's URL stays on its own origin. Throws Error at request.where: kRefused for other schemes than http and
/// https, and from https to http; kIo for a missing Location.
[[nodiscard]] HttpRequest redirected(const HttpRequest& request, long status, const std::string& location);

/// Whether every server may see a header: Accept, Content-Type.
[[nodiscard]] bool is_harmless_header(std::string_view name);
[[nodiscard]] HttpHeaders harmless_headers(const HttpHeaders& headers);

}  // namespace stacvrt::stac
