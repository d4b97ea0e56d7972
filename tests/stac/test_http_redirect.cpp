// SPDX-License-Identifier: MIT
// Which redirects are followed, and what goes along.
#include "stac/http_headers.h"
#include "stac/http_redirect.h"
#include "tests/catch.h"
#include "tests/thrown.h"

using namespace stacvrt;
using namespace stacvrt::stac;
using stacvrt::testing::thrown_by;

namespace {

HttpRequest search() {
  HttpRequest request;
  request.url = "https://h/search?token=secret";
  request.method = "POST";
  request.body = "{}";
  request.headers = {{"Accept", "application/json"}, {"content-type", "application/json"}, {"X-Key", "secret"}};
  request.home = "https://h/";
  request.where = {"r.stacvrt", {}, "/items"};
  return request;
}

HttpRequest get(const std::string& url) {
  HttpRequest request;
  request.url = request.home = url;
  return request;
}

}  // namespace

TEST_CASE("Five statuses redirect", "[stac]") {
  for (const long status : {301, 302, 303, 307, 308}) CHECK(is_redirect(status));
  for (const long status : {200, 300, 304, 305, 306, 309, 404}) CHECK_FALSE(is_redirect(status));
}

TEST_CASE("Redirects keep method and body, but for 303", "[stac]") {
  for (const long status : {301, 302, 307, 308}) {
    const HttpRequest next = redirected(search(), status, "/new");
    CHECK(next.url == "https://h/new");
    CHECK(next.method == "POST");
    CHECK(next.body == "{}");
    CHECK(next.headers.size() == 3);
  }
  const HttpRequest next = redirected(search(), 303, "new");
  CHECK(next.method == "GET");
  CHECK(next.body.empty());
  CHECK_FALSE(find_header(next.headers, "Content-Type"));
  CHECK(find_header(next.headers, "X-Key") == "secret");
}

TEST_CASE("Another origin gets no headers and no home, and coming back does not bring them back", "[stac]") {
  for (const char* there : {"https://other/x", "https://h:444/x", "//other/x"}) {
    INFO(there);
    const HttpRequest away = redirected(search(), 307, there);
    CHECK(away.home.empty());
    CHECK(find_header(away.headers, "Accept") == "application/json");
    CHECK_FALSE(find_header(away.headers, "X-Key"));
    const HttpRequest back = redirected(away, 307, "https://h/back");
    CHECK(back.home.empty());
    CHECK_FALSE(find_header(back.headers, "X-Key"));
  }
}

TEST_CASE("Another origin is told which bytes are wanted", "[stac]") {
  HttpRequest request = get("https://h/a.tif");
  request.range = "0-0";
  request.headers = {{"X-Key", "secret"}};
  const HttpRequest next = redirected(request, 302, "https://other/a.tif");
  CHECK(next.range == "0-0");
  CHECK(next.headers.empty());
}

TEST_CASE("Schemes other than the web's, and the way back from https, are refused", "[stac]") {
  for (const char* there : {"file:///etc/passwd", "ftp://h/x", "dict://h:1/x", "gopher://h/x", "javascript:1",
                            "http://h/x", "https://h\\@evil/", "https://a\r\nX: y/"}) {
    INFO(there);
    const Error error = thrown_by([&] { (void)redirected(search(), 302, there); });
    CHECK(error.code() == ErrorCode::kRefused);
    CHECK_THAT(error.what(), ContainsSubstring("'https://h/search?...' redirects to") &&
                                 ContainsSubstring("[r.stacvrt, at /items]") && !ContainsSubstring("secret") &&
                                 !ContainsSubstring("\n"));
  }
  CHECK(redirected(get("http://h/x"), 301, "https://h/x").home.empty());
  CHECK(redirected(get("http://h/x"), 301, "http://h:80/y").home == "http://h/x");
}

TEST_CASE("A user in a URL stays on its origin, and one in a redirect is dropped", "[stac]") {
  CHECK(redirected(get("https://u:p%40@h/a"), 302, "b").url == "https://u:p%40@h/b");
  CHECK(redirected(get("https://u:p@h/a"), 302, "https://h/b").url == "https://u:p@h/b");
  CHECK(redirected(get("https://u:p@h/a"), 302, "https://other/b").url == "https://other/b");
  CHECK(redirected(get("https://h/a"), 302, "https://x:y@h/b").url == "https://h/b");
}

TEST_CASE("A redirect to nowhere is an error", "[stac]") {
  const Error error = thrown_by([] { (void)redirected(search(), 302, ""); });
  CHECK(error.code() == ErrorCode::kIo);
  CHECK_THAT(error.what(), ContainsSubstring("(302) without saying where"));
}
