// SPDX-License-Identifier: MIT
// Whose server a URL leads to. URLs are read by libcurl's own parser: what is checked is what is connected to.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <optional>
#include <string>

#include "stac/transport.h"

namespace stacvrt::stac {

/// Scheme (http or https), host in lower case, port (the scheme's where none is written).
struct Origin {
  std::string scheme, host, port;
  bool operator==(const Origin&) const = default;
};

/// A web address that can be resolved against references, as libcurl understands it.
class WebAddress {
 public:
  /// Nothing for what is no URL of http or https with a host, and for control characters, backslashes and spaces in the
  /// authority, which parsers disagree about.
  static std::optional<WebAddress> parse(const std::string& url);

  /// This address changed to what `reference` (absolute or relative) means in it; nothing as for parse().
  [[nodiscard]] std::optional<WebAddress> resolved(const std::string& reference) const;
  [[nodiscard]] Origin origin() const;
  /// As it is sent: escaped, with user and password, without fragment.
  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::string part(CURLUPart which) const;  ///< empty where there is none
  /// The same address with other user and password (empty: without).
  [[nodiscard]] WebAddress with_user(const std::string& user, const std::string& password) const;

 private:
  using Handle = std::unique_ptr<CURLU, decltype(&curl_url_cleanup)>;
  explicit WebAddress(Handle handle) : m_handle(std::move(handle)) {}

  Handle m_handle;
};

/// Whether the URL of a request may see the credentials and headers that were meant for its home.
[[nodiscard]] bool is_at_home(const HttpRequest& request);

}  // namespace stacvrt::stac
