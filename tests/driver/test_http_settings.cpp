// SPDX-License-Identifier: MIT
// GDAL's options of the network, as the transport's settings.
#include "driver/gdal_compat.h"
#include "driver/http_settings.h"
#include "stac/http_headers.h"
#include "tests/catch.h"
#include "tests/driver/scratch.h"
#include "tests/thrown.h"

using namespace stacvrt;
using namespace stacvrt::driver;
using stacvrt::driver::testing::Scratch;
using stacvrt::testing::thrown_by;

namespace {

constexpr const char* kUrl = "https://h/items.json";

CPLConfigOptionSetter with(const char* name, const char* value) {
  return {name, value, false};
}

// An option for one path, as long as it lives.
struct PathOption {
  std::string prefix;
  PathOption(std::string path, const char* name, const char* value) : prefix(std::move(path)) {
    VSISetPathSpecificOption(prefix.c_str(), name, value);
  }
  ~PathOption() { VSIClearPathSpecificOptions(prefix.c_str()); }
  PathOption(const PathOption&) = delete;
  PathOption& operator=(const PathOption&) = delete;
};

}  // namespace

TEST_CASE("Without options the transport's own settings hold", "[driver]") {
  const stac::HttpSettings settings = http_settings_of(kUrl);
  CHECK(settings.proxy.empty());
  CHECK(settings.verify_tls);
  CHECK(settings.netrc);
  CHECK(settings.max_retries == 3);
  CHECK(settings.connect_timeout_s == 10);
  CHECK_THAT(settings.user_agent, ContainsSubstring("STACVRT (GDAL 3"));
  CHECK(settings.credentials.headers.empty());
  CHECK(remote_age_s() == 60);
}

TEST_CASE("GDAL's words for proxies, certificates and patience are understood", "[driver]") {
  const auto proxy = with("GDAL_HTTP_PROXY", "p:1"), secure = with("GDAL_HTTPS_PROXY", "p:2"),
             user = with("GDAL_HTTP_PROXYUSERPWD", "u:p"), method = with("GDAL_PROXY_AUTH", "NTLM"),
             unsafe = with("GDAL_HTTP_UNSAFESSL", "YES"), file = with("SSL_CERT_FILE", "c"),
             other = with("CURL_CA_BUNDLE", "b"), connect = with("GDAL_HTTP_CONNECTTIMEOUT", "2.5"),
             whole = with("GDAL_HTTP_TIMEOUT", "7"), slow = with("GDAL_HTTP_LOW_SPEED_TIME", "8"),
             limit = with("GDAL_HTTP_LOW_SPEED_LIMIT", "9"), retry = with("GDAL_HTTP_MAX_RETRY", "1"),
             delay = with("GDAL_HTTP_RETRY_DELAY", "0.25"), agent = with("GDAL_HTTP_USERAGENT", "me"),
             version = with("GDAL_HTTP_VERSION", "1.1"), netrc = with("GDAL_HTTP_NETRC", "NO"),
             netrc_file = with("GDAL_HTTP_NETRC_FILE", "n"), cookie = with("GDAL_HTTP_COOKIE", "a=b"),
             age = with("STACVRT_REMOTE_AGE", "0");
  const stac::HttpSettings settings = http_settings_of(kUrl);
  CHECK(settings.proxy == "p:2");
  CHECK(http_settings_of("http://h/").proxy == "p:1");
  CHECK(settings.proxy_user_password == "u:p");
  CHECK(settings.proxy_auth_method == "NTLM");
  CHECK_FALSE(settings.verify_tls);
  CHECK(settings.ca_bundle == "b");
  CHECK(settings.connect_timeout_s == 2.5);
  CHECK(settings.timeout_s == 7);
  CHECK(settings.low_speed_time_s == 8);
  CHECK(settings.low_speed_bytes_s == 9);
  CHECK(settings.max_retries == 1);
  CHECK(settings.retry_delay_s == 0.25);
  CHECK(settings.user_agent == "me");
  CHECK(settings.version == stac::HttpVersion::kHttp11);
  CHECK_FALSE(settings.netrc);
  CHECK(settings.netrc_file == "n");
  CHECK(settings.credentials.cookie == "a=b");
  CHECK(remote_age_s() == 0);
}

TEST_CASE("Headers come from an option and from a file, by commas or by lines", "[driver]") {
  const Scratch scratch;
  const std::string file = scratch.write("headers", std::string("X-File: from, file\r\n"));
  const auto from_file = with("GDAL_HTTP_HEADER_FILE", file.c_str());
  {
    const auto headers = with("GDAL_HTTP_HEADERS", "X-A: 1,\"X-B: 2, 3\"");
    const stac::HttpHeaders got = http_settings_of(kUrl).credentials.headers;
    CHECK(got == stac::HttpHeaders{{"X-A", "1"}, {"X-B", "2, 3"}, {"X-File", "from, file"}});
  }
  const auto headers = with("GDAL_HTTP_HEADERS", "X-A: 1, 2\r\nX-B: 3");
  CHECK(stac::find_header(http_settings_of(kUrl).credentials.headers, "X-A") == "1, 2");
}

TEST_CASE("A bearer token is used unless another method is named", "[driver]") {
  const auto bearer = with("GDAL_HTTP_BEARER", "t");
  CHECK(http_settings_of(kUrl).credentials.bearer == "t");
  const auto method = with("GDAL_HTTP_AUTH", "BEARER");
  CHECK(http_settings_of(kUrl).credentials.bearer == "t");
  CHECK(http_settings_of(kUrl).auth_method.empty());
  const auto other = with("GDAL_HTTP_AUTH", "DIGEST");
  CHECK(http_settings_of(kUrl).credentials.bearer.empty());
  CHECK(http_settings_of(kUrl).auth_method == "DIGEST");
}

TEST_CASE("Values of a path go before those for everything, and only they are bound to it", "[driver]") {
  const auto global = with("GDAL_HTTP_BEARER", "global");
  const PathOption option("/vsicurl/https://h/", "GDAL_HTTP_USERPWD", "u:own");
  const stac::HttpSettings here = http_settings_of(kUrl), elsewhere = http_settings_of("https://other/");
  CHECK(here.credentials.user_password == "u:own");
  CHECK(here.credentials.bearer == "global");
  CHECK(here.bound.user_password == "u:own");
  CHECK(here.bound.bearer.empty());
  CHECK(elsewhere.credentials.user_password.empty());
  CHECK(elsewhere.bound.user_password.empty());
  CHECK(elsewhere.bound.bearer.empty());
}

TEST_CASE("Who asks is part of what an answer is kept under, without being readable", "[driver]") {
  const std::string nobody = credentials_identity(kUrl);
  const auto bearer = with("GDAL_HTTP_BEARER", "geheim");
  CHECK(credentials_identity(kUrl) != nobody);
  CHECK_THAT(credentials_identity(kUrl), !ContainsSubstring("geheim"));
}

TEST_CASE("Impossible values are errors that name the option and show no secret", "[driver]") {
  for (const auto& [name, value] : {std::pair("GDAL_HTTP_TIMEOUT", "soon"), std::pair("GDAL_HTTP_MAX_RETRY", "-1"),
                                    std::pair("GDAL_HTTP_VERSION", "4"), std::pair("GDAL_HTTP_HEADERS", "geheim"),
                                    std::pair("GDAL_HTTP_HEADER_FILE", "/vsimem/no/such/file")}) {
    INFO(name);
    const auto set = with(name, value);
    CHECK_THAT(thrown_by([] { (void)http_settings_of(kUrl); }).what(),
               ContainsSubstring(name) && !ContainsSubstring("geheim"));
  }
  const auto age = with("STACVRT_REMOTE_AGE", "-3");
  CHECK_THAT(thrown_by([] { (void)remote_age_s(); }).what(), ContainsSubstring("STACVRT_REMOTE_AGE=-3"));
}
