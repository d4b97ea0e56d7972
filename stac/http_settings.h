// SPDX-License-Identifier: MIT
// How a URL is fetched, as plain values: proxy, certificates, credentials, patience. Where they come from is the
// business of who fills them (driver/http_settings.h).
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "stac/transport.h"

namespace stacvrt::stac {

/// What identifies the user to a server. Never part of a message.
struct HttpCredentials {
  HttpHeaders headers = {};        ///< custom headers
  std::string user_password = {};  ///< "user:password"
  std::string bearer = {};         ///< OAuth 2.0 token; goes before user and password
  std::string cookie = {};         ///< "name=value; name=value"
};

enum class HttpVersion { kBest, kHttp10, kHttp11, kHttp2, kHttp2OverTls, kHttp2PriorKnowledge };

struct HttpSettings {
  HttpCredentials credentials = {};  ///< only for the origin of HttpRequest::home
  /// Those that the user bound to this very URL: sent to it whoever refers to it.
  HttpCredentials bound = {};
  std::string auth_method = {};  ///< of user and password: BASIC (default), DIGEST, NTLM, NEGOTIATE, ANY, ANYSAFE
  bool netrc = true;             ///< user and password of the URL's host from a netrc file
  std::string netrc_file = {};   ///< empty: ~/.netrc
  std::string cookie_file = {};  ///< cookies by domain, in Netscape's format; their domains alone see them

  std::string proxy = {};  ///< empty: what the environment says (http_proxy, https_proxy, no_proxy)
  std::string proxy_user_password = {};
  std::string proxy_auth_method = {};  ///< words of auth_method; empty: BASIC

  std::string ca_bundle = {}, ca_path = {};  ///< empty: those of libcurl
  bool verify_tls = true;
  std::string user_agent = "STACVRT";
  HttpVersion version = HttpVersion::kBest;

  double connect_timeout_s = 10;
  double timeout_s = 0;  ///< of one attempt as a whole; 0: none
  /// An attempt that stays below so many bytes a second for so long is given up. 0: never.
  double low_speed_time_s = 60;
  std::size_t low_speed_bytes_s = 1000;

  int max_retries = 3;
  double retry_delay_s = 0.5;  ///< before the first retry; doubles
  double retry_time_s = 300;   ///< no attempt begins later than so long after the first

  std::function<bool()> cancelled = {};  ///< asked several times a second in the thread of fetch(); true ends it
};

/// The settings of a URL. Called in the threads of fetch(), maybe in several at once.
using HttpSettingsOf = std::function<HttpSettings(const std::string& url)>;

}  // namespace stacvrt::stac
