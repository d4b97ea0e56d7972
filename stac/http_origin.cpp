// SPDX-License-Identifier: MIT
#include "stac/http_origin.h"

#include <algorithm>
#include <utility>

#include "stac/letter_case.h"

namespace stacvrt::stac {

namespace {

bool is_ambiguous(const std::string& url) {
  const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
  return std::any_of(url.begin(), url.end(), is_control) || url.find('\\') != std::string::npos;
}

bool set(CURLU* handle, const std::string& url) {
  if (is_ambiguous(url) || curl_url_set(handle, CURLUPART_URL, url.c_str(), CURLU_URLENCODE) != CURLUE_OK) return false;
  curl_url_set(handle, CURLUPART_FRAGMENT, nullptr, 0);
  return true;
}

}  // namespace

std::optional<WebAddress> WebAddress::parse(const std::string& url) {
  WebAddress address(Handle(curl_url(), &curl_url_cleanup));
  // Without a scheme libcurl would guess one, and "http:/host" passes with it for an address.
  if (!address.m_handle || url.find("://") == std::string::npos || !set(address.m_handle.get(), url))
    return std::nullopt;
  const Origin origin = address.origin();
  if ((origin.scheme != "http" && origin.scheme != "https") || origin.host.empty()) return std::nullopt;
  return address;
}

std::optional<WebAddress> WebAddress::resolved(const std::string& reference) const {
  const Handle changed(curl_url_dup(m_handle.get()), &curl_url_cleanup);
  if (!changed || reference.empty() || !set(changed.get(), reference)) return std::nullopt;
  return parse(WebAddress(Handle(curl_url_dup(changed.get()), &curl_url_cleanup)).text());
}

std::string WebAddress::part(CURLUPart which) const {
  char* text = nullptr;
  const unsigned flags = which == CURLUPART_PORT ? CURLU_DEFAULT_PORT : 0U;
  if (curl_url_get(m_handle.get(), which, &text, flags) != CURLUE_OK || !text) return {};
  std::string result(text);
  curl_free(text);
  return result;
}

Origin WebAddress::origin() const {
  return {lowered(part(CURLUPART_SCHEME)), lowered(part(CURLUPART_HOST)), part(CURLUPART_PORT)};
}

std::string WebAddress::text() const {
  return part(CURLUPART_URL);
}

WebAddress WebAddress::with_user(const std::string& user, const std::string& password) const {
  WebAddress changed(Handle(curl_url_dup(m_handle.get()), &curl_url_cleanup));
  // Both come from part(), escaped as they stand in a URL.
  curl_url_set(changed.m_handle.get(), CURLUPART_USER, user.empty() ? nullptr : user.c_str(), 0);
  curl_url_set(changed.m_handle.get(), CURLUPART_PASSWORD, password.empty() ? nullptr : password.c_str(), 0);
  return changed;
}

bool is_at_home(const HttpRequest& request) {
  const auto home = WebAddress::parse(request.home);
  const auto address = WebAddress::parse(request.url);
  return home && address && home->origin() == address->origin();
}

}  // namespace stacvrt::stac
