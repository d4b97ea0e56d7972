// SPDX-License-Identifier: MIT
// Whose server a URL leads to, however it is written.
#include "stac/http_origin.h"
#include "tests/catch.h"

using namespace stacvrt::stac;

namespace {

Origin origin_of(const std::string& url) {
  const auto address = WebAddress::parse(url);
  REQUIRE(address);
  return address->origin();
}

bool at_home(const std::string& url, const std::string& home) {
  HttpRequest request;
  request.url = url;
  request.home = home;
  return is_at_home(request);
}

}  // namespace

TEST_CASE("An origin is scheme, host and port, the port that of the scheme where none is written", "[stac]") {
  CHECK(origin_of("HTTPS://Example.ORG/a?b") == Origin{"https", "example.org", "443"});
  CHECK(origin_of("http://example.org") == Origin{"http", "example.org", "80"});
  CHECK(origin_of("https://example.org:443/x") == origin_of("https://EXAMPLE.org/y"));
  CHECK(origin_of("http://user:pw@h:8080/") == Origin{"http", "h", "8080"});
  CHECK(origin_of("http://[::1]:81/x") == Origin{"http", "[::1]", "81"});
}

TEST_CASE("Text that hides its host leads where libcurl would connect, or nowhere", "[stac]") {
  CHECK(origin_of("http://good.example@evil.example/").host == "evil.example");
  CHECK(origin_of("http://evil.example#@good.example/").host == "evil.example");
  CHECK(origin_of("http://evil.example?@good.example/").host == "evil.example");
  for (const char* url : {"http://good.example\\@evil.example/", "http://good.example\r\n/", "http://a b/", "http://",
                          "file:///etc/passwd", "ftp://h/x", "gopher://h/", "dict://h/", "h/x", "", "http:/h/x"}) {
    INFO(url);
    CHECK_FALSE(WebAddress::parse(url));
  }
}

TEST_CASE("Only the origin of its home sees what a request is given", "[stac]") {
  CHECK(at_home("https://h/a", "https://H:443/b?c"));
  CHECK_FALSE(at_home("http://h/a", "https://h/a"));
  CHECK_FALSE(at_home("https://h:444/a", "https://h/a"));
  CHECK_FALSE(at_home("https://h.evil.example/a", "https://h/a"));
  CHECK_FALSE(at_home("https://h/a", ""));
}

TEST_CASE("References are resolved as in a document at the address", "[stac]") {
  const auto base = WebAddress::parse("https://u:p@h/a/b.json?token=1#x");
  REQUIRE(base);
  CHECK(base->text() == "https://u:p@h/a/b.json?token=1");
  CHECK(base->resolved("c.json")->text() == "https://u:p@h/a/c.json");
  CHECK(base->resolved("../c d.json?e#f")->text() == "https://u:p@h/c%20d.json?e");
  CHECK(base->resolved("//other/c")->origin() == Origin{"https", "other", "443"});
  CHECK(base->resolved("http://other:81/c")->origin() == Origin{"http", "other", "81"});
  CHECK_FALSE(base->resolved("file:///etc/passwd"));
  CHECK_FALSE(base->resolved(""));
  CHECK(base->with_user({}, {}).text() == "https://h/a/b.json?token=1");
}
