// SPDX-License-Identifier: MIT
// Joining and normalising of references.
#include "stac/url.h"
#include "tests/catch.h"

using namespace stacvrt::stac;

TEST_CASE("URLs come apart into their parts and back", "[stac]") {
  const auto url = parse_url("HTTPS://u@host:8080/a/b.json?x=1/2#f");
  REQUIRE(url.has_value());
  CHECK(url->scheme == "https");
  CHECK(url->authority == "u@host:8080");
  CHECK(url->path == "/a/b.json");
  CHECK(url->query == "?x=1/2#f");
  CHECK(url->text() == "https://u@host:8080/a/b.json?x=1/2#f");
  CHECK(parse_url("s3://bucket")->path.empty());
  CHECK(parse_url("http://h?q")->query == "?q");
}

TEST_CASE("Drive letters and paths are no URLs", "[stac]") {
  for (const char* text : {"C://x", "/a://b", "a/b://c", "://x", "1a://x", "http:/x", ""}) {
    INFO(text);
    CHECK_FALSE(parse_url(text).has_value());
  }
}

TEST_CASE("Dot segments are removed as RFC 3986 says", "[stac]") {
  CHECK(remove_dot_segments("/a/b/c/./../../g") == "/a/g");
  CHECK(remove_dot_segments("/../../g") == "/g");
  CHECK(remove_dot_segments("/a/b/..") == "/a/");
  CHECK(remove_dot_segments("/a/.") == "/a/");
  CHECK(remove_dot_segments("/a//b/") == "/a//b/");
  CHECK(remove_dot_segments("/") == "/");
  CHECK(remove_dot_segments("/...") == "/...");
}

TEST_CASE("Relative paths keep the parents they need and stay relative", "[stac]") {
  CHECK(remove_dot_segments("./x.tif") == "x.tif");
  CHECK(remove_dot_segments("../../x") == "../../x");
  CHECK(remove_dot_segments("a/../../x") == "../x");
  CHECK(remove_dot_segments("a/..//etc/passwd") == "etc/passwd");
  CHECK(remove_dot_segments("..//x") == "..//x");
  CHECK(remove_dot_segments("./") == "");
  CHECK(remove_dot_segments("../") == "../");
  CHECK(remove_dot_segments("a/") == "a/");
}

TEST_CASE("References are joined to their base", "[stac]") {
  const Url base = *parse_url("http://a/b/c/d;p?q");
  CHECK(join_url(base, "g").text() == "http://a/b/c/g");
  CHECK(join_url(base, "./g/").text() == "http://a/b/c/g/");
  CHECK(join_url(base, "/g").text() == "http://a/g");
  CHECK(join_url(base, "g?y=a/../b").text() == "http://a/b/c/g?y=a/../b");
  CHECK(join_url(base, "../../../g").text() == "http://a/g");
  CHECK(join_url(*parse_url("s3://bucket"), "g").text() == "s3://bucket/g");
}

TEST_CASE("Percent escapes are decoded and malformed ones kept", "[stac]") {
  CHECK(percent_decoded("a%20b%2Fc") == "a b/c");
  CHECK(percent_decoded("%2e%2E/%zz%4") == "../%zz%4");
  CHECK(percent_decoded("%41") == "A");
}
