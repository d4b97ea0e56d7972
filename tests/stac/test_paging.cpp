// SPDX-License-Identifier: MIT
// Paging: every form of next link that the recorded APIs use, and the hostile ones that nobody should.
#include "stac/paging.h"
#include "tests/stac/fake_transport.h"
#include "tests/stac/shared_documents.h"

using namespace stacvrt;
using namespace stacvrt::stac;
using namespace stacvrt::stac::testing;

namespace {

using Ids = std::vector<std::string>;

const std::string kSearch = "https://api.example/v1/search";

Link link_of(const std::string& text) {
  const Json json = parse_json(text, "page");
  return parse_link(Cursor(json, "page", {}, "/links/0"));
}

/// What the next link `text` on a page of a POST search with `terms` means.
PageRequest next_of(const std::string& text, const std::string& terms = R"({"collections": ["c"], "limit": 2})") {
  const PageRequest asked{kSearch, "POST", {{"X-Page", "1"}}, parse_json(terms, ""), {}};
  return next_page(asked, kSearch, link_of(text), {});
}

PageRequest post(const std::string& url, const std::string& terms) {
  return {url, "POST", {}, parse_json(terms, ""), {}};
}

PageRequest get(const std::string& url) {
  return {url, "GET", {}, {}, {}};
}

Json body_of(const HttpRequest& request) {
  return parse_json(request.body, "body");
}

std::string shared_text(const std::string& name) {
  return text_of(kSharedData / name);
}

}  // namespace

TEST_CASE("A POST link with merge false, or whose body repeats the terms, replaces the body", "[stac]") {
  const std::string body = R"({"collections": ["c"], "next": "t2"})";
  for (const std::string merge : {R"(, "merge": false)", ""}) {
    const PageRequest next =
        next_of(R"({"rel": "next", "method": "POST", "href": ")" + kSearch + R"(", "body": )" + body + merge + "}");
    CHECK(next.method == "POST");
    CHECK(next.url == kSearch);
    CHECK(next.body == parse_json(body, ""));
    CHECK(next.headers.empty());
  }
  // Stated, it holds even for a body that lacks the terms.
  CHECK(next_of(R"({"rel": "next", "method": "post", "href": "search", "body": {"token": 1}, "merge": false})").body ==
        parse_json(R"({"token": 1})", ""));
}

TEST_CASE("A POST link with merge true adds its body and headers to those sent", "[stac]") {
  const PageRequest next = next_of(R"({"rel": "next", "method": "POST", "href": "./search", "merge": true,
                                       "body": {"limit": 9, "page": 2}, "headers": {"X-Page": "2"}})");
  CHECK(next.body == parse_json(R"({"collections": ["c"], "limit": 9, "page": 2})", ""));
  CHECK(next.headers == HttpHeaders{{"X-Page", "2"}});
}

TEST_CASE("A POST link that says neither merge nor any search term keeps the terms", "[stac]") {
  const Json want = parse_json(R"({"collections": ["c"], "limit": 2, "token": "next:x"})", "");
  CHECK(next_of(R"({"rel": "next", "method": "POST", "href": "search", "body": {"token": "next:x"}})").body == want);
  const PageRequest bare = next_of(R"({"rel": "next", "method": "POST", "href": "?token=x"})");
  CHECK(bare.url == kSearch + "?token=x");
  CHECK(bare.body == parse_json(R"({"collections": ["c"], "limit": 2})", ""));
}

TEST_CASE("A GET link is followed as it is, relative to its page", "[stac]") {
  const PageRequest next = next_of(R"({"rel": "next", "href": "../v1/search?token=a%20b#top", "headers": {"A": "b"}})");
  CHECK(next.method == "GET");
  CHECK(next.url == kSearch + "?token=a%20b");
  CHECK(next.body.is_null());
  CHECK(next.headers == HttpHeaders{{"A", "b"}});
  CHECK(next.http("h").body.empty());
  CHECK(next.http("h").home == "h");
}

TEST_CASE("Recorded Earth Search: the page's body replaces the search, an empty last page ends it", "[stac]") {
  if (!shared_data_present()) return;
  const std::string url = "https://earth-search.aws.element84.com/v1/search";
  FakeTransport transport;
  transport.put_pages(url, {shared_text("stac/earthsearch-v1_sentinel-2-l2a_search-post-next.json"), page_text({})});
  const auto found = fetch_pages(transport, post(url, R"({"collections": ["sentinel-2-l2a"], "limit": 10})"), {});
  CHECK(found.items.size() == 2);
  REQUIRE(transport.asked.size() == 2);
  const Json body = body_of(transport.asked[1]);
  CHECK(body.at("next") == "2023-10-08T17:37:26.656958Z,LC08_L2SP_033032_20231008_02_T1,landsat-c2-l2");
  CHECK(body.at("collections").size() == 2);
  CHECK_FALSE(body.contains("limit"));
}

TEST_CASE("Recorded Planetary Computer: POST pages without merge, and GET pages with a token", "[stac]") {
  if (!shared_data_present()) return;
  const std::string root = "https://planetarycomputer.microsoft.com/api/stac/v1/";
  FakeTransport transport;
  transport.put_pages(root + "search",
                      {shared_text("stac/planetary-computer_naip_search-post-page1.json"),
                       shared_text("stac/planetary-computer_naip_search-post-page2.json"), page_text({"last"})});
  const auto found = fetch_pages(transport, post(root + "search", R"({"collections": ["naip"]})"), {});
  CHECK(found.items.size() == 21);
  CHECK(found.items.back().id == "last");
  CHECK(found.items[0].document == root + "search");
  REQUIRE(transport.asked.size() == 3);
  CHECK(body_of(transport.asked[1]).at("token") == "next:naip:vt_m_4307307_nw_18_060_20211029");
  CHECK(body_of(transport.asked[2]).at("token") == "next:naip:vt_m_4307307_ne_18_h_20160805");
  CHECK(body_of(transport.asked[2]).at("limit") == 10);

  const std::string items = root + "collections/landsat-c2-l2/items";
  FakeTransport other;
  other.put(items, shared_text("stac/planetary-computer_landsat-c2-l2_items-get-next.json"));
  const std::string second =
      items + "?collections=landsat-c2-l2&token=next:landsat-c2-l2:LC09_L2SR_084056_20250722_02_T1";
  other.put(second, page_text({"last"}));
  CHECK(fetch_pages(other, get(items), {}).items.size() == 11);
  CHECK(other.asked_urls() == Ids{items, second});
}

TEST_CASE("Recorded eoAPI: a body that holds a token alone goes on with the search's terms", "[stac]") {
  if (!shared_data_present()) return;
  const std::string url = "https://stac.eoapi.dev/search";
  FakeTransport transport;
  transport.put_pages(url, {shared_text("stac/eoapi_search-post-next.json"), page_text({"last"})});
  const auto found = fetch_pages(transport, post(url, R"({"collections": ["WildFires-LosAngeles-Jan-2025"]})"), {});
  CHECK(found.items.size() == 11);
  CHECK(body_of(transport.asked.at(1)) == parse_json(R"({"collections": ["WildFires-LosAngeles-Jan-2025"],
                       "token": "next:WildFires-LosAngeles-Jan-2025:11_031311102221_103001010C12B000"})",
                                                     ""));
}

TEST_CASE("A local page goes on beside it, and never to the network", "[stac]") {
  if (!shared_data_present()) return;
  const std::string name = "/data/stac/gdal_stacit_test.json";
  FakeTransport transport;
  transport.put("/data/stac/data/stacit/test_page2.json", shared_text("stac/data/stacit/test_page2.json"));
  const auto found = fetch_pages_after(transport, get(name), {name, {}, shared_text("stac/gdal_stacit_test.json")}, {});
  CHECK(found.items.size() == 2);

  const std::string saved = "/data/eoapi.json";
  const Error error = thrown_by([&] {
    (void)fetch_pages_after(transport, get(saved), {saved, {}, shared_text("stac/eoapi_search-post-next.json")}, {});
  });
  CHECK(error.code() == ErrorCode::kRefused);
  CHECK_THAT(error.what(), ContainsSubstring("one page of a longer answer") && ContainsSubstring("/links/0"));
}

TEST_CASE("Pages are not followed to another origin", "[stac]") {
  for (const std::string href :
       {"https://evil.example/v1/search", "http://api.example/v1/search", "https://api.example:8443/v1/search",
        "https://api.example.evil.example/search", "//evil.example/search", "s3://bucket/page.json",
        "https://user:word@api.example/v1/search", "file:///etc/passwd", "/vsicurl/https://api.example/v1/search",
        "STACVRT:https://api.example/v1/search", "/vsistdin/"}) {
    INFO(href);
    const Error error = thrown_by([&] { (void)next_of(R"({"rel": "next", "href": ")" + href + R"("})"); });
    CHECK(error.code() == ErrorCode::kRefused);
    CHECK(std::string(error.what()).find("word") == std::string::npos);
  }
  CHECK(next_of(R"({"rel": "next", "href": "HTTPS://API.example:443/v1/search?p=2"})").url ==
        "https://API.example:443/v1/search?p=2");
}

TEST_CASE("Headers of links can neither break lines nor speak for the user", "[stac]") {
  for (const std::string header : {R"("A": "b\r\nHost: evil")", R"("A\r\nB": "c")", R"("Authorization": "x")",
                                   R"("host": "x")", R"("Content-Length": "3")", R"("": "x")", R"("Cookie": "x")"}) {
    INFO(header);
    const Error error =
        thrown_by([&] { (void)link_of(R"({"rel": "next", "href": "x", "headers": {)" + header + "}}"); });
    CHECK(error.code() == ErrorCode::kRefused);
    CHECK_THAT(error.where().pointer, ContainsSubstring("/links/0/headers"));
  }
  CHECK(link_of(R"({"rel": "next", "href": "x", "headers": {"A": ["b", "c"]}})").headers.size() == 2);
  CHECK(thrown_by([] { (void)link_of(R"({"rel": "next", "href": "x", "method": "DELETE"})"); }).code() ==
        ErrorCode::kInvalid);
  CHECK(thrown_by([] { (void)link_of(R"({"rel": "next", "href": "x", "body": "x"})"); }).code() == ErrorCode::kInvalid);
}

TEST_CASE("Paging that comes back to a page is an error", "[stac]") {
  FakeTransport transport;
  transport.put(kSearch, page_text({"a"}, R"({"rel": "next", "href": "search?p=2"})"));
  transport.put(kSearch + "?p=2", page_text({"b"}, R"({"rel": "next", "href": "https://API.example/v1/./search"})"));
  const Error error = thrown_by([&] { (void)fetch_pages(transport, get(kSearch), {}); });
  CHECK(error.code() == ErrorCode::kInvalid);
  CHECK_THAT(error.what(), ContainsSubstring("in circles") && ContainsSubstring("page 2"));
  CHECK(transport.asked.size() == 2);
}

TEST_CASE("Endless pages without items end", "[stac]") {
  FakeTransport transport;
  int page = 0;
  transport.answers[kSearch] = [&](const HttpRequest&) {
    return page_text(
        {}, R"({"rel": "next", "method": "POST", "href": "search", "body": {"p": )" + std::to_string(++page) + "}}");
  };
  const Error error = thrown_by([&] { (void)fetch_pages(transport, post(kSearch, "{}"), {}); });
  CHECK(error.code() == ErrorCode::kTooLarge);
  CHECK(transport.asked.size() == kMaxEmptyPages + 1);
}

TEST_CASE("More items than the limit are an error before they are parsed", "[stac]") {
  std::string features = "1";
  for (std::size_t i = 0; i < kMaxItems; ++i) features += ",1";
  FakeTransport transport;
  transport.put(kSearch, R"({"type": "FeatureCollection", "features": [)" + features + "]}");
  const Error error = thrown_by([&] { (void)fetch_pages(transport, get(kSearch), {}); });
  CHECK(error.code() == ErrorCode::kTooLarge);
  CHECK_THAT(error.what(), ContainsSubstring("max_items"));
}

TEST_CASE("A million links are refused", "[stac]") {
  std::string links = R"({"rel": "next", "href": "search?p=2"})";
  for (int i = 0; i < 1'000'000; ++i) links += ",{}";
  FakeTransport transport;
  transport.put(kSearch, page_text({"a"}, links));
  CHECK(thrown_by([&] { (void)fetch_pages(transport, get(kSearch), {}); }).code() == ErrorCode::kTooLarge);
}

TEST_CASE("max_items stops exactly, without asking for a page too many", "[stac]") {
  const auto with_most = [](std::size_t most, std::size_t& pages) {
    FakeTransport transport;
    transport.put(kSearch, page_text({"a", "b", "c"}, R"({"rel": "next", "href": "search?p=2"})"));
    transport.put(kSearch + "?p=2", page_text({"d", "e"}, R"({"rel": "next", "href": "search?p=3"})"));
    transport.put(kSearch + "?p=3", page_text({"f"}));
    FindOptions options;
    options.max_items = most;
    const Ids ids = ids_of(fetch_pages(transport, get(kSearch), options));
    pages = transport.asked.size();
    return ids;
  };
  std::size_t pages = 0;
  CHECK(with_most(2, pages) == Ids{"a", "b"});
  CHECK(pages == 1);
  CHECK(with_most(3, pages) == Ids{"a", "b", "c"});
  CHECK(pages == 1);
  CHECK(with_most(4, pages) == Ids{"a", "b", "c", "d"});
  CHECK(pages == 2);
  CHECK(with_most(100, pages) == Ids{"a", "b", "c", "d", "e", "f"});
  CHECK(pages == 3);
}

TEST_CASE("The next page is asked for before the items of this one are parsed", "[stac]") {
  FakeTransport transport;
  transport.put(kSearch, R"({"type": "FeatureCollection", "features": [{"type": "Feature"}],
                             "links": [{"rel": "next", "href": "search?p=2"}]})");
  transport.put(kSearch + "?p=2", page_text({"a"}));
  const Error error = thrown_by([&] { (void)fetch_pages(transport, get(kSearch), {}); });
  CHECK(error.code() == ErrorCode::kInvalid);
  CHECK(error.where().pointer == "/features/0");
  CHECK(transport.asked.size() == 2);
}

TEST_CASE("Of several bad pages the first is told of, and answers without items are an error", "[stac]") {
  FakeTransport transport;
  for (int page = 1; page <= 40; ++page)
    transport.put(kSearch + "?p=" + std::to_string(page),
                  R"({"type": "FeatureCollection", "features": [{"type": "Feature", "id": )" +
                      std::string(page < 20 ? R"("x", "properties": {"datetime": "2020-01-01"}, "assets": {})" : "5") +
                      R"(}], "links": [{"rel": "next", "href": "search?p=)" + std::to_string(page + 1) + R"("}]})");
  transport.put(kSearch + "?p=41", page_text({"a"}));
  const Error error = thrown_by([&] { (void)fetch_pages(transport, get(kSearch + "?p=1"), {}); });
  CHECK(error.where().document == kSearch + "?p=20");
  CHECK_THAT(error.what(), !ContainsSubstring("p=20"));  // queries may hold secrets

  transport.put(kSearch, page_text({}));
  CHECK(thrown_by([&] { (void)fetch_pages(transport, get(kSearch), {}); }).code() == ErrorCode::kEmpty);
}

TEST_CASE("Newline-delimited items are kept as JSON line by line", "[stac]") {
  FindOptions options;
  options.keep_json = true;
  const FoundItems found = parse_found(item_text("a") + "\n\n" + item_text("b") + "\n", kSearch, options);
  REQUIRE(found.features.size() == 2);
  CHECK(found.features[1]["id"] == "b");
}

TEST_CASE("Items kept as JSON stand on their own", "[stac]") {
  FakeTransport transport;
  transport.put(kSearch, R"({"type": "FeatureCollection", "features": [{"type": "Feature", "id": "i",
      "properties": {"datetime": "2020-01-01T00:00:00Z"},
      "assets": {"red": {"href": "../red.tif", "alternate": {"s3": {"href": "s3://b/red.tif"}, "bad": {"href": "/vsistdin/x"}}},
                 "thumbnail": {"href": "file:///etc/passwd"}},
      "links": [{"rel": "self", "href": "items/i"}, {"rel": "next", "href": "items/j"}, {"rel": "x", "href": "ftp://h/x"}]}]})");
  FindOptions options;
  options.keep_json = true;
  const FoundItems found = fetch_pages(transport, get(kSearch), options);
  CHECK(found.items.empty());
  REQUIRE(found.features.size() == 1);
  const Json& item = found.features[0];
  CHECK(
      item["assets"] ==
      parse_json(R"({"red": {"href": "https://api.example/red.tif", "alternate": {"s3": {"href": "s3://b/red.tif"}}}})",
                 ""));
  CHECK(item["links"] == parse_json(R"([{"rel": "self", "href": "https://api.example/v1/items/i"}])", ""));
  REQUIRE(found.left_out.size() == 3);
  CHECK_THAT(found.left_out[1], ContainsSubstring("i: /assets/thumbnail: "));
}
