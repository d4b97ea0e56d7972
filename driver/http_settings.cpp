// SPDX-License-Identifier: MIT
#include "driver/http_settings.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <initializer_list>

#include "driver/gdal_compat.h"
#include "driver/task_scope.h"
#include "driver/vsi_file.h"
#include "stac/http_headers.h"
#include "stac/vsi_path.h"

namespace stacvrt::driver {

namespace {

// The text of an option, empty where it has none.
using Lookup = std::function<std::string(const char* option)>;

std::string for_everything(const char* option) {
  return CPLGetConfigOption(option, "");
}

std::string for_path(const std::string& path, const char* option) {
  return VSIGetPathSpecificOption(path.c_str(), option, "");
}

// What is set for this path and for it only.
std::string bound_to(const std::string& path, const char* option) {
  const std::string value = for_path(path, option);
  return value == for_everything(option) ? std::string() : value;
}

// Values of these options may be secret and are not shown.
stac::HttpHeaders parse_headers(const char* option, char** lines) {
  const CPLStringList tokens(lines, TRUE);
  stac::HttpHeaders headers;
  for (int i = 0; i < tokens.Count(); ++i) {
    const auto header = stac::parse_header(tokens[i]);
    if (!header)
      throw Error(ErrorCode::kInvalid, std::string(option) + ": expected 'Name: value', separated by commas or lines");
    headers.push_back(*header);
  }
  return headers;
}

stac::HttpHeaders headers_in_option(const std::string& text) {
  const bool by_lines = text.find('\n') != std::string::npos;
  return parse_headers("GDAL_HTTP_HEADERS", by_lines ? CSLTokenizeString2(text.c_str(), "\r\n", 0)
                                                     : CSLTokenizeString2(text.c_str(), ",", CSLT_HONOURSTRINGS));
}

stac::HttpHeaders headers_in_file(const std::string& file) {
  constexpr std::size_t kMost = std::size_t{1} << 20;
  std::string text(kMost, '\0');
  const VsiFile opened = stac::is_network_vsi(file) ? nullptr : open_to_read(file);
  if (!opened) throw Error(ErrorCode::kIo, "GDAL_HTTP_HEADER_FILE=" + file + " cannot be read");
  text.resize(VSIFReadL(text.data(), 1, kMost, opened.get()));
  return parse_headers("GDAL_HTTP_HEADER_FILE", CSLTokenizeString2(text.c_str(), "\r\n", 0));
}

stac::HttpCredentials credentials_of(const Lookup& option) {
  stac::HttpCredentials credentials;
  const std::string headers = option("GDAL_HTTP_HEADERS"), file = option("GDAL_HTTP_HEADER_FILE");
  if (!headers.empty()) credentials.headers = headers_in_option(headers);
  if (!file.empty())
    for (auto& header : headers_in_file(file)) credentials.headers.push_back(std::move(header));
  const std::string method = option("GDAL_HTTP_AUTH");
  if (method.empty() || EQUAL(method.c_str(), "BEARER")) credentials.bearer = option("GDAL_HTTP_BEARER");
  credentials.user_password = option("GDAL_HTTP_USERPWD");
  credentials.cookie = option("GDAL_HTTP_COOKIE");
  return credentials;
}

double number(const Lookup& option, const char* name, double otherwise, double most) {
  const std::string text = option(name);
  if (text.empty()) return otherwise;
  char* end = nullptr;
  const double value = CPLStrtod(text.c_str(), &end);
  if (end == text.c_str() || *end != '\0' || !(value >= 0) || !std::isfinite(value))
    throw Error(ErrorCode::kInvalid, std::string(name) + "=" + text + ": expected a number from 0");
  return std::min(value, most);
}

stac::HttpVersion version_of(const std::string& text) {
  if (text.empty()) return stac::HttpVersion::kBest;
  if (text == "1.0") return stac::HttpVersion::kHttp10;
  if (text == "1.1") return stac::HttpVersion::kHttp11;
  if (text == "2" || text == "2.0") return stac::HttpVersion::kHttp2;
  if (EQUAL(text.c_str(), "2TLS")) return stac::HttpVersion::kHttp2OverTls;
  if (EQUAL(text.c_str(), "2PRIOR_KNOWLEDGE")) return stac::HttpVersion::kHttp2PriorKnowledge;
  throw Error(ErrorCode::kInvalid, "GDAL_HTTP_VERSION=" + text + ": expected 1.0, 1.1, 2, 2TLS or 2PRIOR_KNOWLEDGE");
}

std::string first_of(const Lookup& option, std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (std::string value = option(name); !value.empty()) return value;
  return {};
}

bool is_on(const std::string& text, bool otherwise) {
  return text.empty() ? otherwise : CPLTestBool(text.c_str());
}

void set_connection(stac::HttpSettings& settings, const Lookup& option, bool is_https) {
  settings.proxy = is_https ? first_of(option, {"GDAL_HTTPS_PROXY", "GDAL_HTTP_PROXY"}) : option("GDAL_HTTP_PROXY");
  settings.proxy_user_password = option("GDAL_HTTP_PROXYUSERPWD");
  settings.proxy_auth_method = option("GDAL_PROXY_AUTH");
  settings.ca_bundle = first_of(option, {"GDAL_CURL_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"});
  settings.ca_path = option("GDAL_HTTP_CAPATH");
  settings.verify_tls = !is_on(option("GDAL_HTTP_UNSAFESSL"), false);
  settings.version = version_of(option("GDAL_HTTP_VERSION"));
  const std::string agent = option("GDAL_HTTP_USERAGENT");
  settings.user_agent = agent.empty() ? std::string("STACVRT (GDAL ") + GDALVersionInfo("RELEASE_NAME") + ")" : agent;
}

void set_patience(stac::HttpSettings& settings, const Lookup& option) {
  constexpr double kMostSeconds = 86'400;
  settings.connect_timeout_s = number(option, "GDAL_HTTP_CONNECTTIMEOUT", settings.connect_timeout_s, kMostSeconds);
  settings.timeout_s = number(option, "GDAL_HTTP_TIMEOUT", settings.timeout_s, kMostSeconds);
  settings.low_speed_time_s = number(option, "GDAL_HTTP_LOW_SPEED_TIME", settings.low_speed_time_s, kMostSeconds);
  settings.low_speed_bytes_s = static_cast<std::size_t>(
      number(option, "GDAL_HTTP_LOW_SPEED_LIMIT", static_cast<double>(settings.low_speed_bytes_s), 1e9));
  settings.max_retries = static_cast<int>(number(option, "GDAL_HTTP_MAX_RETRY", settings.max_retries, 100));
  settings.retry_delay_s = number(option, "GDAL_HTTP_RETRY_DELAY", settings.retry_delay_s, kMostSeconds);
}

std::string gdal_name(const std::string& url) {
  return stac::vsi_of_url(url).value_or(url);
}

}  // namespace

stac::HttpSettings http_settings_of(const std::string& url) {
  const std::string path = gdal_name(url);
  const Lookup option = [&](const char* name) { return for_path(path, name); };
  stac::HttpSettings settings;
  settings.credentials = credentials_of(option);
  settings.bound = credentials_of([&](const char* name) { return bound_to(path, name); });
  const std::string method = option("GDAL_HTTP_AUTH");
  if (!EQUAL(method.c_str(), "BEARER")) settings.auth_method = method;
  settings.netrc = is_on(option("GDAL_HTTP_NETRC"), true);
  settings.netrc_file = option("GDAL_HTTP_NETRC_FILE");
  settings.cookie_file = option("GDAL_HTTP_COOKIEFILE");
  set_connection(settings, option, STARTS_WITH_CI(url.c_str(), "https:"));
  set_patience(settings, option);
  settings.cancelled = is_cancelled;
  return settings;
}

std::string credentials_identity(const std::string& url) {
  std::string all;
  for (const char* option : {"GDAL_HTTP_HEADERS",
                             "GDAL_HTTP_HEADER_FILE",
                             "GDAL_HTTP_AUTH",
                             "GDAL_HTTP_BEARER",
                             "GDAL_HTTP_USERPWD",
                             "GDAL_HTTP_COOKIE",
                             "GDAL_HTTP_COOKIEFILE",
                             "GDAL_HTTP_NETRC",
                             "GDAL_HTTP_NETRC_FILE",
                             "AWS_ACCESS_KEY_ID",
                             "AWS_SECRET_ACCESS_KEY",
                             "AWS_SESSION_TOKEN",
                             "AWS_PROFILE",
                             "AWS_NO_SIGN_REQUEST",
                             "AWS_S3_ENDPOINT",
                             "GS_ACCESS_KEY_ID",
                             "GS_SECRET_ACCESS_KEY",
                             "AZURE_STORAGE_ACCOUNT",
                             "AZURE_STORAGE_ACCESS_KEY",
                             "AZURE_STORAGE_CONNECTION_STRING",
                             "AZURE_STORAGE_SAS_TOKEN"})
    all += for_path(gdal_name(url), option) + "\n";
  return std::to_string(std::hash<std::string>{}(all));
}

double remote_age_s() {
  return number(for_everything, "STACVRT_REMOTE_AGE", 60, 1e9);
}

}  // namespace stacvrt::driver
