// SPDX-License-Identifier: MIT
#include "stac/curl_exchange.h"

#include <algorithm>
#include <cmath>
#include <new>

#include "stac/http_excerpt.h"
#include "stac/http_headers.h"
#include "stac/http_origin.h"
#include "stac/http_redirect.h"
#include "stac/letter_case.h"
#include "stac/netrc.h"
#include "stac/url.h"

namespace stacvrt::stac {

namespace {

// Sets an option; what libcurl refuses (a proxy of a kind that it was built without, say) is the settings' fault.
template <typename Value>
void set(CURL* easy, CURLoption option, const char* name, Value value) {
  const CURLcode code = curl_easy_setopt(easy, option, value);
  if (code != CURLE_OK)
    throw Error(ErrorCode::kInvalid,
                std::string("libcurl does not take the setting ") + name + ": " + curl_easy_strerror(code));
}

void set_text(CURL* easy, CURLoption option, const char* name, const std::string& text) {
  if (!text.empty()) set(easy, option, name, text.c_str());
}

long milliseconds(double seconds) {
  return static_cast<long>(std::clamp(std::ceil(seconds * 1000), 0.0, 1e9));
}

unsigned long auth_mask(const std::string& name, const char* setting) {
  const std::string word = uppered(name);
  if (word.empty() || word == "BASIC") return CURLAUTH_BASIC;
  if (word == "DIGEST") return CURLAUTH_DIGEST;
  if (word == "NTLM") return CURLAUTH_NTLM;
  if (word == "NEGOTIATE") return CURLAUTH_NEGOTIATE;
  if (word == "ANY") return CURLAUTH_ANY;
  if (word == "ANYSAFE") return CURLAUTH_ANYSAFE;
  throw Error(ErrorCode::kInvalid, std::string("the ") + setting + " '" + word.substr(0, 40) +
                                       "' is unknown; valid: BASIC, DIGEST, NTLM, NEGOTIATE, ANY, ANYSAFE");
}

long version_number(HttpVersion version) {
  switch (version) {
    case HttpVersion::kHttp10:
      return CURL_HTTP_VERSION_1_0;
    case HttpVersion::kHttp11:
      return CURL_HTTP_VERSION_1_1;
    case HttpVersion::kHttp2:
      return CURL_HTTP_VERSION_2_0;
    case HttpVersion::kHttp2PriorKnowledge:
      return CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE;
    case HttpVersion::kBest:
    case HttpVersion::kHttp2OverTls:
      break;
  }
  return CURL_HTTP_VERSION_2TLS;
}

void allow_web_only(CURL* easy) {
#if LIBCURL_VERSION_NUM >= 0x075500
  set(easy, CURLOPT_PROTOCOLS_STR, "protocols", "http,https");
  set(easy, CURLOPT_REDIR_PROTOCOLS_STR, "protocols", "http,https");
#else
  set(easy, CURLOPT_PROTOCOLS, "protocols", static_cast<long>(CURLPROTO_HTTP | CURLPROTO_HTTPS));
  set(easy, CURLOPT_REDIR_PROTOCOLS, "protocols", static_cast<long>(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
}

// Values of a query ("?a=b&c=d"): tokens and signatures stand there.
void add_query_values(std::string_view query, std::vector<std::string>& secrets) {
  constexpr std::size_t kShortest = 8;  // "limit=100" is no secret, and would be found in too many messages
  for (std::size_t begin = 1; begin < query.size();) {
    const std::size_t end = std::min(query.find('&', begin), query.size());
    const std::string_view pair = query.substr(begin, end - begin);
    const std::string_view value = pair.substr(pair.find('=') + 1);  // all of it where there is no '='
    if (value.size() >= kShortest) {
      secrets.emplace_back(value);
      secrets.push_back(percent_decoded(value));
    }
    begin = end + 1;
  }
}

}  // namespace

CurlExchange::CurlExchange() : m_easy(curl_easy_init()) {
  if (!m_easy) throw std::bad_alloc();
}

void CurlExchange::prepare(const HttpRequest& request, const HttpSettings& settings, const AnswerLimits& limits) {
  m_limits = limits;
  m_overflow = Overflow::kNone;
  m_header_bytes = 0;
  m_headers.clear();
  m_body.clear();
  m_message[0] = '\0';
  curl_easy_reset(m_easy.get());  // keeps cookies, which know their domains
  const HttpCredentials& credentials = is_at_home(request) ? settings.credentials : settings.bound;
  note_secrets(request, settings, credentials);
  set_connection(settings);
  set_request(request);
  set_user(request, settings, credentials);
  set_headers(request, credentials);
}

void CurlExchange::set_request(const HttpRequest& request) {
  CURL* const easy = m_easy.get();
  const auto address = WebAddress::parse(request.url);
  if (!address)
    throw Error(ErrorCode::kRefused, "'" + redacted(request.url) + "' is no URL of http or https", request.where);
  set(easy, CURLOPT_URL, "URL", address->text().c_str());
  if (request.method == "POST") {
    m_sent_body = request.body;
    set(easy, CURLOPT_POST, "POST", 1L);
    set(easy, CURLOPT_POSTFIELDSIZE_LARGE, "size of the body", static_cast<curl_off_t>(m_sent_body.size()));
    set(easy, CURLOPT_POSTFIELDS, "body", m_sent_body.data());
  } else if (request.method != "GET") {
    throw Error(ErrorCode::kInvalid, "HTTP method '" + request.method.substr(0, 20) + "'; valid: GET, POST",
                request.where);
  }
  set(easy, CURLOPT_WRITEFUNCTION, "receiver", &CurlExchange::on_body);
  set(easy, CURLOPT_WRITEDATA, "receiver", static_cast<void*>(this));
  set(easy, CURLOPT_HEADERFUNCTION, "receiver", &CurlExchange::on_header);
  set(easy, CURLOPT_HEADERDATA, "receiver", static_cast<void*>(this));
  set(easy, CURLOPT_ERRORBUFFER, "messages", static_cast<char*>(m_message));
}

void CurlExchange::set_connection(const HttpSettings& settings) {
  CURL* const easy = m_easy.get();
  allow_web_only(easy);
  set(easy, CURLOPT_FOLLOWLOCATION, "redirects", 0L);
  set(easy, CURLOPT_NOSIGNAL, "signals", 1L);
  set(easy, CURLOPT_ACCEPT_ENCODING, "compression", "gzip");
  set(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, "proxy", 1L);
  set(easy, CURLOPT_HTTP_VERSION, "HTTP version", version_number(settings.version));
  set(easy, CURLOPT_PIPEWAIT, "HTTP version", 1L);
  set(easy, CURLOPT_TCP_KEEPALIVE, "keep-alive", 1L);
  set(easy, CURLOPT_CONNECTTIMEOUT_MS, "connect timeout", milliseconds(settings.connect_timeout_s));
  set(easy, CURLOPT_TIMEOUT_MS, "timeout", milliseconds(settings.timeout_s));
  set(easy, CURLOPT_LOW_SPEED_TIME, "low speed time", static_cast<long>(std::ceil(settings.low_speed_time_s)));
  set(easy, CURLOPT_LOW_SPEED_LIMIT, "low speed limit", static_cast<long>(settings.low_speed_bytes_s));
  set(easy, CURLOPT_SSL_VERIFYPEER, "verification", settings.verify_tls ? 1L : 0L);
  set(easy, CURLOPT_SSL_VERIFYHOST, "verification", settings.verify_tls ? 2L : 0L);
  set_text(easy, CURLOPT_CAINFO, "CA bundle", settings.ca_bundle);
  set_text(easy, CURLOPT_CAPATH, "CA path", settings.ca_path);
  set_text(easy, CURLOPT_USERAGENT, "user agent", settings.user_agent);
  set_text(easy, CURLOPT_COOKIEFILE, "cookie file", settings.cookie_file);
  set_text(easy, CURLOPT_PROXY, "proxy", settings.proxy);
  set_text(easy, CURLOPT_PROXYUSERPWD, "proxy user", settings.proxy_user_password);
  set(easy, CURLOPT_PROXYAUTH, "proxy authentication",
      static_cast<long>(auth_mask(settings.proxy_auth_method, "authentication method of the proxy")));
}

void CurlExchange::set_user(const HttpRequest& request, const HttpSettings& settings,
                            const HttpCredentials& credentials) {
  CURL* const easy = m_easy.get();
  set(easy, CURLOPT_HTTPAUTH, "authentication",
      static_cast<long>(auth_mask(settings.auth_method, "HTTP authentication method")));
  if (!credentials.bearer.empty()) return;
  set_text(easy, CURLOPT_USERPWD, "user and password", credentials.user_password);
  if (!settings.netrc || !credentials.user_password.empty()) return;
  const auto address = WebAddress::parse(request.url);
  if (!is_at_home(request) && !netrc_names(read_netrc(settings.netrc_file), address->part(CURLUPART_HOST))) return;
  set(easy, CURLOPT_NETRC, "netrc", static_cast<long>(CURL_NETRC_OPTIONAL));
  set_text(easy, CURLOPT_NETRC_FILE, "netrc file", settings.netrc_file);
}

void CurlExchange::add_line(const std::string& line) {
  curl_slist* const longer = curl_slist_append(m_sent_headers.get(), line.c_str());
  if (!longer) throw std::bad_alloc();
  (void)m_sent_headers.release();
  m_sent_headers.reset(longer);
}

void CurlExchange::set_headers(const HttpRequest& request, const HttpCredentials& credentials) {
  check_request_headers(request.headers, request.where);
  HttpHeaders headers = is_at_home(request) ? request.headers : harmless_headers(request.headers);
  for (const auto& header : credentials.headers)
    if (!find_header(request.headers, header.first)) headers.push_back(header);
  if (!credentials.bearer.empty() && !find_header(headers, "Authorization"))
    headers.emplace_back("Authorization", "Bearer " + credentials.bearer);
  if (request.method == "POST" && !find_header(headers, "Content-Type"))
    headers.emplace_back("Content-Type", "application/json");
  m_sent_headers.reset();
  for (const auto& [name, value] : headers) {
    check_header(name, value, request.where);
    // "Name:" would tell libcurl to leave the header out, "Name;" sends an empty one.
    add_line(value.empty() ? name + ";" : name + ": " + value);
  }
  add_line("Expect:");  // else a large body waits a second for servers that do not say "continue"
  set(m_easy.get(), CURLOPT_HTTPHEADER, "headers", m_sent_headers.get());
  // A proxy that only tunnels sees no headers that are meant for the server.
  set(m_easy.get(), CURLOPT_HEADEROPT, "headers", static_cast<long>(CURLHEADER_SEPARATE));
  set_text(m_easy.get(), CURLOPT_RANGE, "range", request.range);
  check_header("Cookie", credentials.cookie, request.where);
  set_text(m_easy.get(), CURLOPT_COOKIE, "cookie", credentials.cookie);
}

void CurlExchange::note_secrets(const HttpRequest& request, const HttpSettings& settings,
                                const HttpCredentials& credentials) {
  m_secrets.clear();
  const auto add = [this](const std::string& secret) { m_secrets.push_back(secret); };
  const auto add_user = [&](const std::string& user_password) {
    add(user_password);
    if (const auto colon = user_password.find(':'); colon != std::string::npos) add(user_password.substr(colon + 1));
  };
  for (const HttpHeaders* headers : {&credentials.headers, &request.headers})
    for (const auto& [name, value] : *headers)
      if (!is_harmless_header(name)) add(value);
  add(credentials.bearer);
  add(credentials.cookie);
  add_user(credentials.user_password);
  add_user(settings.proxy_user_password);
  if (const auto url = parse_url(request.url)) {
    if (const auto at = url->authority.rfind('@'); at != std::string::npos) add_user(url->authority.substr(0, at));
    add_query_values(url->query, m_secrets);
  }
  std::erase(m_secrets, std::string());
}

long CurlExchange::status() const {
  long status = 0;
  curl_easy_getinfo(m_easy.get(), CURLINFO_RESPONSE_CODE, &status);
  return status;
}

std::string CurlExchange::failure(CURLcode code) const {
  const std::string words = m_message[0] != '\0' ? m_message : curl_easy_strerror(code);
  return server_message("text/plain", words, m_secrets);
}

std::size_t CurlExchange::on_body(char* data, std::size_t one, std::size_t size, void* self) {
  return static_cast<CurlExchange*>(self)->take_body(data, one * size);
}

std::size_t CurlExchange::on_header(char* data, std::size_t one, std::size_t size, void* self) {
  return static_cast<CurlExchange*>(self)->take_header({data, one * size});
}

// Called by libcurl, which no exception may pass.
std::size_t CurlExchange::take_body(const char* data, std::size_t size) {
  const bool success = status() >= 200 && status() <= 299;
  const std::size_t most = success ? m_limits.body_bytes : m_limits.error_body_bytes;
  curl_off_t received = 0;
  curl_easy_getinfo(m_easy.get(), CURLINFO_SIZE_DOWNLOAD_T, &received);
  if (m_body.size() + size > most)
    m_overflow = success ? Overflow::kBody : Overflow::kErrorBody;
  else if (m_body.size() + size > m_limits.bomb_bytes &&
           m_body.size() > kMaxRatio * static_cast<std::size_t>(std::max<curl_off_t>(received, 1 << 15)))
    m_overflow = Overflow::kRatio;
  if (m_overflow != Overflow::kNone) return 0;
  try {
    m_body.append(data, size);
  } catch (...) {
    m_overflow = Overflow::kMemory;
    return 0;
  }
  return size;
}

std::size_t CurlExchange::take_header(std::string_view line) {
  if (line.starts_with("HTTP/")) m_headers.clear();  // of the last answer only: others were a proxy's or interim ones
  m_header_bytes += line.size();
  if (m_header_bytes > m_limits.header_bytes) {
    m_overflow = Overflow::kHeaders;
    return 0;
  }
  try {
    if (auto header = parse_header(line)) m_headers.push_back(std::move(*header));
  } catch (...) {
    m_overflow = Overflow::kMemory;
    return 0;
  }
  return line.size();
}

}  // namespace stacvrt::stac
