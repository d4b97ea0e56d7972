// SPDX-License-Identifier: MIT
#include "stac/normalised_url.h"

#include "stac/letter_case.h"
#include "stac/url.h"

namespace stacvrt::stac {
namespace {

struct Authority {
  std::string user;  // with its '@'
  std::string host;  // lower case
  std::string port;  // without colon
};

std::string default_port(const std::string& scheme) {
  if (scheme == "http") return "80";
  return scheme == "https" ? "443" : "";
}

Authority split(const Url& url) {
  Authority parts;
  const std::size_t at = url.authority.rfind('@');
  const std::size_t begin = at == std::string::npos ? 0 : at + 1;
  parts.user = url.authority.substr(0, begin);
  parts.host = url.authority.substr(begin);
  const std::size_t colon = parts.host.rfind(':');
  // The colons of an IPv6 address stand between brackets.
  if (colon != std::string::npos && parts.host.find(']', colon) == std::string::npos) {
    parts.port = parts.host.substr(colon + 1);
    parts.host.erase(colon);
  }
  parts.host = lowered(parts.host);
  if (parts.port.empty()) parts.port = default_port(url.scheme);
  return parts;
}

}  // namespace

std::string normalised_url(std::string_view text) {
  const auto url = parse_url(text);
  if (!url) return remove_dot_segments(text);
  const Authority parts = split(*url);
  const std::string port = parts.port == default_port(url->scheme) ? "" : ":" + parts.port;
  // Without a query, url.path may hold the fragment.
  const std::string path = url->path.substr(0, url->path.find('#'));
  const std::string query = url->query.substr(0, url->query.find('#'));
  return url->scheme + "://" + parts.user + parts.host + port + (path.empty() ? "/" : remove_dot_segments(path)) +
         query;
}

}  // namespace stacvrt::stac
