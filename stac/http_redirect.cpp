// SPDX-License-Identifier: MIT
#include "stac/http_redirect.h"

#include "stac/http_headers.h"
#include "stac/http_origin.h"
#include "stac/url.h"

namespace stacvrt::stac {

namespace {

// Shown without what may be secret, on one line and short: a server wrote it.
std::string shown(const std::string& location) {
  constexpr std::size_t kMost = 120;
  std::string text = redacted(location);
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7f) c = '?';
  return text.size() > kMost ? text.substr(0, kMost) + "..." : text;
}

[[noreturn]] void refuse(const HttpRequest& request, const std::string& location, const std::string& reason) {
  throw Error(ErrorCode::kRefused,
              "'" + redacted(request.url) + "' redirects to '" + shown(location) + "', which is refused: " + reason,
              request.where);
}

WebAddress target_of(const HttpRequest& request, const std::string& location) {
  const auto from = WebAddress::parse(request.url);
  auto to = from ? from->resolved(location) : std::nullopt;
  if (!to) refuse(request, location, "redirects lead to http and https URLs only");
  const Origin old_origin = from->origin(), new_origin = to->origin();
  if (old_origin.scheme == "https" && new_origin.scheme == "http")
    refuse(request, location, "it would leave the encrypted connection");
  return old_origin == new_origin ? to->with_user(from->part(CURLUPART_USER), from->part(CURLUPART_PASSWORD))
                                  : to->with_user({}, {});
}

}  // namespace

bool is_redirect(long status) noexcept {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

bool is_harmless_header(std::string_view name) {
  return same_header(name, "Accept") || same_header(name, "Content-Type");
}

HttpHeaders harmless_headers(const HttpHeaders& headers) {
  HttpHeaders kept;
  for (const auto& header : headers)
    if (is_harmless_header(header.first)) kept.push_back(header);
  return kept;
}

HttpRequest redirected(const HttpRequest& request, long status, const std::string& location) {
  if (location.empty())
    throw Error(ErrorCode::kIo,
                "'" + redacted(request.url) + "' redirects (" + std::to_string(status) + ") without saying where",
                request.where);
  HttpRequest next = request;
  next.url = target_of(request, location).text();
  if (status == 303) {
    next.method = "GET";
    next.body.clear();
    std::erase_if(next.headers, [](const auto& header) { return same_header(header.first, "Content-Type"); });
  }
  if (!is_at_home(next)) {
    next.home.clear();
    next.headers = harmless_headers(next.headers);
  }
  return next;
}

}  // namespace stacvrt::stac
