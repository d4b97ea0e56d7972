// SPDX-License-Identifier: MIT
#include "driver/remote_access.h"

#include <algorithm>
#include <array>

#include "driver/task_scope.h"
#include "stac/error.h"
#include "stac/href.h"
#include "stac/letter_case.h"
#include "stac/netrc.h"
#include "stac/url.h"
#include "stac/vsi_path.h"

namespace stacvrt::driver {

namespace {

constexpr const char* kListOption = "STACVRT_CREDENTIALS_FOR";

// What GDAL sends to whoever it asks, and what to say instead: an option of the process cannot be unset for a thread.
constexpr std::array<std::pair<const char*, const char*>, 5> kCredentials{{{"GDAL_HTTP_HEADERS", ""},
                                                                           {"GDAL_HTTP_HEADER_FILE", "/dev/null"},
                                                                           {"GDAL_HTTP_COOKIE", ""},
                                                                           {"GDAL_HTTP_BEARER", ""},
                                                                           {"GDAL_HTTP_USERPWD", ""}}};

bool is_set(const char* option) {
  const char* const value = CPLGetConfigOption(option, nullptr);
  return value && *value;
}

bool any_credentials() {
  return std::any_of(kCredentials.begin(), kCredentials.end(), [](const auto& one) { return is_set(one.first); });
}

std::string usual_port(const std::string& scheme) {
  return scheme == "https" ? "443" : scheme == "http" ? "80" : "";
}

// Host and port of an authority, which may begin with a user.
std::pair<std::string, std::string> host_and_port(std::string_view authority) {
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) authority.remove_prefix(at + 1);
  const std::size_t bracket = authority.rfind(']');
  const std::size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (colon == std::string_view::npos) return {stac::lowered(authority), ""};
  return {stac::lowered(authority.substr(0, colon)), std::string(authority.substr(colon + 1))};
}

std::vector<std::string> words_of(const std::string& list) {
  const CPLStringList words(CSLTokenizeString2(list.c_str(), ",", CSLT_STRIPLEADSPACES | CSLT_STRIPENDSPACES));
  std::vector<std::string> result;
  for (int i = 0; i < words.Count(); ++i) result.emplace_back(words[i]);
  return result;
}

// Says nothing in place of what the user set.
void withhold(Approach& approach, const std::string& url) {
  // A `default` is for hosts that the user names.
  const std::string file = CPLGetConfigOption("GDAL_HTTP_NETRC_FILE", "");
  const std::string host = host_and_port(stac::parse_url(url).value_or(stac::Url{}).authority).first;
  if (CPLTestBool(CPLGetConfigOption("GDAL_HTTP_NETRC", "YES")) && !stac::netrc_names(stac::read_netrc(file), host))
    approach.configuration.emplace_back("GDAL_HTTP_NETRC", "NO");
  for (const auto& [option, nothing] : kCredentials)
    if (is_set(option)) {
      approach.configuration.emplace_back(option, nothing);
      approach.withheld = true;
    }
  // With an empty user, GDAL's usual way sends an empty password; with any way allowed, curl waits to be asked.
  if (is_set("GDAL_HTTP_USERPWD") || is_set("GDAL_HTTP_BEARER"))
    approach.configuration.emplace_back("GDAL_HTTP_AUTH", "ANY");
}

// A header as GDAL's list of them holds it.
std::string in_list(const std::string& header) {
  return header.find(',') == std::string::npos ? header : "\"" + header + "\"";
}

// A URL, or a path of GDAL's for it, with the signature's query, unless it has that already.
std::string with_query(const std::string& url, const std::string& query) {
  const std::size_t mark = url.find('?');
  if (query.empty() || (mark != std::string::npos && url.find(query, mark) != std::string::npos)) return url;
  return url + (mark == std::string::npos ? "?" : "&") + query;
}

std::string headers_of(const Approach& approach) {
  for (const auto& [option, value] : approach.configuration)
    if (option == "GDAL_HTTP_HEADERS") return value;
  return CPLGetConfigOption("GDAL_HTTP_HEADERS", "");
}

// Beside the headers that are sent already, in the form of their list.
void add_header(Approach& approach, const std::string& header) {
  const std::string headers = headers_of(approach);
  const bool by_lines = headers.find('\n') != std::string::npos;
  const std::string separator = by_lines ? "\r\n" : ",";
  const std::string added = by_lines ? header : in_list(header);
  std::erase_if(approach.configuration, [](const auto& one) { return one.first == "GDAL_HTTP_HEADERS"; });
  approach.configuration.emplace_back("GDAL_HTTP_HEADERS", headers.empty() ? added : headers + separator + added);
}

// The signed URL for a path of GDAL's, and the signing header beside those that the user set.
void sign(Approach& approach, const Signature& signature) {
  approach.path = with_query(approach.path, signature.query);
  if (!signature.header.empty()) add_header(approach, signature.header);
}

// A token that this GDAL does not know how to send, unless the user has a header in its place.
void send_bearer(Approach& approach) {
  if (STACVRT_GDAL_SENDS_BEARER || !is_set("GDAL_HTTP_BEARER")) return;
  const std::string method = CPLGetConfigOption("GDAL_HTTP_AUTH", "");
  const std::string token = CPLGetConfigOption("GDAL_HTTP_BEARER", "");
  if ((!method.empty() && !EQUAL(method.c_str(), "BEARER")) || token.find_first_of("\r\n") != std::string::npos) return;
  if (stac::lowered(headers_of(approach)).find("authorization:") != std::string::npos) return;
  add_header(approach, "Authorization: Bearer " + token);
  if (!method.empty()) approach.configuration.emplace_back("GDAL_HTTP_AUTH", "ANY");
}

}  // namespace

std::string origin_of(std::string_view url) {
  const auto parts = stac::parse_url(url);
  if (!parts) return {};
  auto [host, port] = host_and_port(parts->authority);
  if (host.empty()) return {};
  return parts->scheme + "://" + host + ":" + (port.empty() ? usual_port(parts->scheme) : port);
}

TrustedOrigins::TrustedOrigins(const std::vector<std::string>& named, const std::string& listed) {
  for (const std::string& url : named)
    if (std::string origin = origin_of(url); !origin.empty()) m_origins.push_back(std::move(origin));
  for (const std::string& word : words_of(listed)) {
    if (word == "*") {
      m_all = true;
    } else if (word.find("://") != std::string::npos) {
      m_origins.push_back(origin_of(word));
    } else if (word.find_first_of("/@?* ") == std::string::npos) {
      for (const char* scheme : {"https://", "http://"}) m_origins.push_back(origin_of(scheme + word));
    } else {
      throw Error(ErrorCode::kInvalid, std::string(kListOption) + ": '" + stac::redacted(word) +
                                           "' is neither a URL (https://data.example.org), a host (data.example.org, "
                                           "data.example.org:8443) nor *");
    }
  }
}

bool TrustedOrigins::has(std::string_view url) const {
  if (m_all) return true;
  const std::string origin = origin_of(url);
  return !origin.empty() && std::find(m_origins.begin(), m_origins.end(), origin) != m_origins.end();
}

std::string RemoteAccess::followed(const std::string& url, const Signature& signature) const {
  if (!m_final_url) return url;
  constexpr std::size_t kMost = 100'000;
  {
    const std::lock_guard lock(m_mutex);
    if (const auto known = m_final.find(url); known != m_final.end()) return known->second;
  }
  const std::string asked = with_query(url, signature.query);
  std::string end = m_final_url(asked, signature.header);
  if (end == asked) end = url;
  const std::lock_guard lock(m_mutex);
  if (m_final.size() >= kMost) m_final.clear();
  return m_final[url] = std::move(end);
}

Approach RemoteAccess::to(const std::string& path) const {
  Approach approach{path, {}, false};
  const auto url = stac::url_of_vsi(path);
  bool trusted = url && m_origins.has(*url);
  Signature signature;
  if (url && m_signing && (trusted || !m_signing->is_secret())) signature = m_signing->of(*url);
  const bool carries = any_credentials() || !signature.header.empty();
  const bool is_http = url && (url->starts_with("http://") || url->starts_with("https://"));
  if (trusted && carries && !m_origins.has_all() && is_http) {
    const std::string end = followed(*url, signature);
    trusted = m_origins.has(end);
    if (!trusted) signature = {};
    // GDAL is left no redirect to follow: on a way through others and back it would show them everything.
    if (end != *url) approach.path = stac::vsi_of_url(end).value_or(path);
  }
  if (!trusted) withhold(approach, url.value_or(std::string()));
  if (!signature.empty()) sign(approach, signature);
  if (trusted && is_http) send_bearer(approach);  // the others sign their requests
  return approach;
}

bool RemoteAccess::renew(const std::string& path, const Approach& used) const {
  const auto url = stac::url_of_vsi(path);
  {
    const std::lock_guard lock(m_mutex);
    if (url && m_final.erase(*url) > 0) return true;
  }
  if (url && m_signing && m_signing->renew(*url)) return true;
  // Somebody else has renewed it meanwhile.
  const Approach present = to(path);
  return present.path != used.path || present.configuration != used.configuration;
}

Approach approach_to(const std::string& path) {
  if (!stac::is_remote(path)) return {path, {}, false};
  if (const auto access = current_request()->access) return access->to(path);
  static const RemoteAccess& nobody = *new RemoteAccess({}, nullptr, nullptr);
  return nobody.to(path);
}

ApproachScope::ApproachScope(const Approach& approach) {
  for (const auto& [option, value] : approach.configuration)
    m_options.push_back(std::make_unique<CPLConfigOptionSetter>(option.c_str(), value.c_str(), false));
}

}  // namespace stacvrt::driver
