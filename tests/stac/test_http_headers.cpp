// SPDX-License-Identifier: MIT
// Which headers may be sent, and what of an error answer is shown.
#include "stac/http_excerpt.h"
#include "stac/http_headers.h"
#include "stac/netrc.h"
#include "tests/catch.h"
#include "tests/thrown.h"

using namespace stacvrt;
using namespace stacvrt::stac;
using stacvrt::testing::thrown_by;

TEST_CASE("One header cannot become two", "[stac]") {
  CHECK_NOTHROW(check_header("X-Key", "a value, \xC3\xA4 \t and more", {}));
  for (const char* value : {"secret\r\nX: y", "secret\nX: y", "secret\r", "secret\x01", "secret\x7f"}) {
    const Error error = thrown_by([&] { check_header("X-Key", value, {"d.json", {}, "/links/0/headers"}); });
    CHECK(error.code() == ErrorCode::kRefused);
    CHECK_THAT(error.what(), ContainsSubstring("'X-Key'") && ContainsSubstring("d.json") &&
                                 !ContainsSubstring("secret") && !ContainsSubstring("\n"));
  }
  CHECK(thrown_by([] { check_header("X-Key", std::string("secret\0x", 8), {}); }).code() == ErrorCode::kRefused);
  for (const char* name : {"", "X Key", "X:Key", "X\r\nKey", "X\xC3\xA4", "(X)"})
    CHECK(thrown_by([&] { check_header(name, "v", {}); }).code() == ErrorCode::kRefused);
}

TEST_CASE("Requests may not frame themselves", "[stac]") {
  CHECK_NOTHROW(check_request_headers({{"Authorization", "Bearer x"}, {"Accept", "*/*"}}, {}));
  for (const char* name : {"host", "Content-Length", "TRANSFER-ENCODING", "Connection", "Proxy-Authorization"})
    CHECK(thrown_by([&] { check_request_headers({{name, "1"}}, {}); }).code() == ErrorCode::kRefused);
}

TEST_CASE("Headers are found in any letter case and read without spaces around", "[stac]") {
  CHECK(find_header({{"retry-AFTER", "5"}, {"Retry-After", "6"}}, "Retry-After") == "5");
  CHECK_FALSE(find_header({{"Retry", "5"}}, "Retry-After"));
  CHECK(parse_header("Location:  /a:b \r\n") == std::pair<std::string, std::string>("Location", "/a:b"));
  CHECK_FALSE(parse_header("HTTP/1.1 200 OK\r\n"));
  CHECK_FALSE(parse_header(": x"));
}

TEST_CASE("Servers are quoted where they speak to people", "[stac]") {
  const auto said = [](const char* type, const std::string& body) { return server_message(type, body, {}); };
  CHECK(said("text/plain; charset=utf-8", "  no\r\n such\tcollection \n") == "no such collection");
  CHECK(said("application/json", R"({"code": "NotFound", "description": "no item x"})") == "no item x");
  CHECK(said("application/problem+json", R"({"title": "Bad", "detail": "limit > 10"})") == "limit > 10");
  CHECK(said("application/json", R"({"detail": [{"msg": "x"}]})") == R"([{"msg":"x"}])");
  CHECK(said("application/json", "no JSON") == "no JSON");
  CHECK(said("text/html", "<html>").empty());
  CHECK(said("", "text").empty());
  CHECK(said("text/plain", "\x1b[31m\xff\xC3\xA4") == "[31m?\xC3\xA4");
  const std::string cut = said("text/plain", std::string(199, 'a') + "\xC3\xA4" + "b");
  CHECK(cut == std::string(199, 'a') + "...");
}

TEST_CASE("What a server echoes of our secrets is not shown, not even in part", "[stac]") {
  CHECK(server_message("text/plain", "token abcdef, abcdef!", {"abcdef"}) == "token ***, ***!");
  CHECK(server_message("application/json", R"({"detail": "bad \u0061bcdef"})", {"abcdef"}) == "bad ***");
  CHECK(server_message("text/plain", std::string(197, 'x') + "abcdef", {"abcdef"}) == std::string(197, 'x') + "***");
  CHECK(without_secrets("user:password", {"password", "user:password"}) == "***");
  CHECK(without_secrets("limit 1", {"1", ""}) == "limit 1");
}

TEST_CASE("A netrc file names a host before any default", "[stac]") {
  const char* const file =
      "# machine c login x\nmachine a login machine password b\nmachine B.org\n login u password p\n";
  CHECK(netrc_names(file, "a"));
  CHECK(netrc_names(file, "b.ORG"));
  CHECK_FALSE(netrc_names(file, "b"));
  CHECK_FALSE(netrc_names(file, "c"));
  CHECK_FALSE(netrc_names("default login u password p machine a login u", "a"));
  CHECK_FALSE(netrc_names("", "a"));
}
