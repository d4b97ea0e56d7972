// SPDX-License-Identifier: MIT
// Searches: what a recipe may write, and which request an API gets for it.
#include "stac/search.h"
#include "tests/catch.h"
#include "tests/stac/fake_transport.h"

using namespace stacvrt;
using namespace stacvrt::stac;
using namespace stacvrt::stac::testing;

namespace {

const std::string kRoot = "https://api.example/v1";

SearchRequest parsed(const std::string& terms, const std::string& url = kRoot) {
  const Json json = parse_json(R"({"url": ")" + url + "\"" + (terms.empty() ? "" : ", ") + terms + "}", "r");
  return parse_search(Cursor(json, "r.stacvrt", {}, "/items/search"));
}

Error refused(const std::string& terms) {
  return thrown_by([&] { (void)parsed(terms); });
}

std::string landing(const std::string& links, const std::string& conforms = "") {
  return R"({"type": "Catalog", "id": "a", "description": "d", "stac_version": "1.0.0", "links": [)" + links + "]" +
         (conforms.empty() ? "" : R"(, "conformsTo": [)" + conforms + "]") + "}";
}

constexpr const char* kPost = R"({"rel": "search", "href": "v1/search", "method": "GET"},
                                 {"rel": "search", "href": "v1/search", "method": "POST"})";
constexpr const char* kGet = R"({"rel": "search", "href": "v1/search", "method": "GET"})";

SearchApi api_of(const std::string& links, const std::string& conforms = "") {
  return parse_landing_page(landing(links, conforms), kRoot, {}, {});
}

}  // namespace

TEST_CASE("The terms of a search are those of a POST body, in the API's own form", "[stac]") {
  const SearchRequest search = parsed(R"("collections": "c", "ids": ["a", "b"], "bbox": [170, -10, -170, 10],
      "datetime": "2024-01/2024-02", "query": {"eo:cloud_cover": {"lt": 20}}, "sortby": "-properties.datetime",
      "filter": {"op": "=", "args": [{"property": "x"}, 1]}, "limit": 50, "max_items": 7)");
  CHECK(search.url == kRoot);
  CHECK(search.max_items == std::size_t{7});
  CHECK(search.terms == parse_json(R"({"collections": ["c"], "ids": ["a", "b"], "bbox": [170, -10, -170, 10],
      "datetime": "2024-01-01T00:00:00Z/2024-02-29T23:59:59.999999Z", "query": {"eo:cloud_cover": {"lt": 20}},
      "filter": {"op": "=", "args": [{"property": "x"}, 1]}, "filter-lang": "cql2-json",
      "sortby": [{"field": "properties.datetime", "direction": "desc"}], "limit": 50})",
                                   ""));
}

TEST_CASE("Times may be open, instants, or as coarse as years", "[stac]") {
  const auto time = [](const std::string& text) { return parsed(R"("datetime": ")" + text + "\"").terms["datetime"]; };
  CHECK(time("2024-05-01T00:00:00Z/..") == "2024-05-01T00:00:00Z/..");
  CHECK(time("../2024-05-01T00:00:00Z") == "../2024-05-01T00:00:00Z");
  CHECK(time("2024-05-01T10:00:00+02:00") == "2024-05-01T08:00:00Z");
  CHECK(time("2024") == "2024-01-01T00:00:00Z/2024-12-31T23:59:59.999999Z");
}

TEST_CASE("What is wrong with a search is told where it stands", "[stac]") {
  const auto check = [](const std::string& terms, const std::string& pointer, const std::string& text) {
    INFO(terms);
    const Error error = refused(terms);
    CHECK(error.where().pointer == "/items/search" + pointer);
    CHECK_THAT(error.what(), ContainsSubstring(text));
  };
  check(R"("colections": ["c"])", "/colections", "did you mean 'collections'?");
  check(R"("bbox": [0, 0, 1, 1], "intersects": {"type": "Point", "coordinates": [0, 0]})", "/intersects", "give one");
  check(R"("datetime": "last year")", "/datetime", "last year");
  check(R"("datetime": "2024/2023")", "/datetime", "2023");
  check(R"("bbox": [0, 0, 1])", "/bbox", "west, south, east, north");
  check(R"("bbox": [0, 5, 1, 4])", "/bbox", "south is north");
  check(R"("bbox": [0, -91, 1, 4])", "/bbox/1", "latitude");
  check(R"("bbox": [0, 0, 500, 4])", "/bbox/2", "longitude");
  check(R"("collections": [])", "/collections", "is empty");
  check(R"("ids": [5])", "/ids/0", "expected a string");
  check(R"("intersects": {"type": "polygon", "coordinates": []})", "/intersects/type", "did you mean 'Polygon'?");
  check(R"("intersects": {"type": "Feature"})", "/intersects/type", "geometry");
  check(R"("query": {"eo:cloud_cover": 5})", "/query/eo:cloud_cover", "conditions");
  check(R"("query": {"eo:cloud_cover": {"less": 5}})", "/query/eo:cloud_cover/less", "unknown operator");
  check(R"("filter": "eo:cloud_cover < 5")", "/filter", "CQL2 as JSON");
  check(R"("filter": {"op": "and"})", "/filter", "args");
  check(R"("filter-lang": "cql2-json")", "/filter-lang", "no filter");
  check(R"("filter": {"op": "=", "args": []}, "filter-lang": "cql2-text")", "/filter-lang", "cql2-json");
  check(R"("sortby": [{"field": "x", "direction": "up"}])", "/sortby/0/direction", "'asc' or 'desc'");
  check(R"("fields": {"exclude": ["assets"]})", "/fields/exclude/0", "needed");
  check(R"("fields": {"exclude": ["properties.proj:epsg"]})", "/fields/exclude/0", "needed");
  check(R"("limit": 0)", "/limit", "from 1");
  check(R"("max_items": 1e9)", "/max_items", "from 1 to 200000");
  const Error url = thrown_by([] { (void)parsed("", "items.json"); });
  CHECK(url.where().pointer == "/items/search/url");
  const Json none = Json::object();
  CHECK_THAT(thrown_by([&] { (void)parse_search(Cursor(none, "r")); }).what(), ContainsSubstring("missing key 'url'"));
}

TEST_CASE("Fields that are asked for keep what planning needs", "[stac]") {
  const SearchRequest search = parsed(R"("fields": {"include": ["id", "assets.red"], "exclude": ["geometry"]})");
  CHECK(search.terms["fields"] ==
        parse_json(R"({"include": ["id", "assets.red", "type", "collection", "bbox", "properties", "assets"],
                       "exclude": ["geometry"]})",
                   ""));
  CHECK_FALSE(parsed(R"("fields": {"include": []})").terms.contains("fields"));
}

TEST_CASE("A landing page tells where the search is, its methods and extensions", "[stac]") {
  const SearchApi both = api_of(kPost, R"("https://api.stacspec.org/v1.0.0/item-search",
                                         "https://api.stacspec.org/v1.0.0/item-search#sort",
                                         "https://api.stacspec.org/v1.0.0-rc.1/item-search#filter:basic-cql")");
  CHECK(both.url == "https://api.example/v1/search");
  CHECK(both.post);
  CHECK(both.offers("sort"));
  CHECK(both.offers("filter"));
  CHECK_FALSE(both.offers("fields"));
  CHECK_FALSE(both.offers("query"));
  CHECK_FALSE(api_of(kGet).post);
  CHECK(api_of(kGet).offers("query"));  // nothing is stated
  CHECK(api_of(R"({"rel": "search", "href": "v1/search"})").post);
  const Error none = thrown_by([] { (void)api_of(R"({"rel": "child", "href": "c"})"); });
  CHECK_THAT(none.what(), ContainsSubstring("no item search"));
}

TEST_CASE("A root is asked once, and its search gets the terms by POST", "[stac]") {
  FakeTransport transport;
  transport.put(kRoot, landing(kPost));
  transport.put(kRoot + "/search", page_text({"a", "b"}));
  const auto found = fetch_search(transport, parsed(R"("collections": ["c"])"), {});
  CHECK(ids_of(found) == std::vector<std::string>{"a", "b"});
  REQUIRE(transport.asked.size() == 2);
  CHECK(transport.asked[1].method == "POST");
  CHECK(transport.asked[1].body == R"({"collections":["c"],"limit":100})");
}

TEST_CASE("An API that takes GET alone gets the terms as a query", "[stac]") {
  FakeTransport transport;
  transport.put(kRoot, landing(kGet));
  const std::string url = kRoot + "/search?collections=a,b&bbox=1.5,-2,3,4&datetime=2024-01-01T00:00:00Z/.." +
                          "&query=%7B%22x%22:%7B%22lt%22:5%7D%7D&sortby=-properties.datetime,%2Bid" +
                          "&fields=id,type,collection,bbox,properties,assets,-links&limit=3";
  transport.put(url, page_text({"a", "b", "c"}));
  const SearchRequest search =
      parsed(R"("collections": ["a", "b"], "bbox": [1.5, -2, 3, 4], "datetime": "2024-01-01T00:00:00Z/..",
                "query": {"x": {"lt": 5}}, "sortby": ["-properties.datetime", "+id"],
                "fields": {"include": ["id"], "exclude": ["links"]}, "max_items": 3)");
  CHECK(fetch_search(transport, search, {}).items.size() == 3);
  CHECK(transport.asked_urls().back() == url);
}

TEST_CASE("A search named by its own URL gets a POST, or what its landing page says when that fails", "[stac]") {
  const SearchRequest search = parsed(R"("collections": ["c"])", kRoot + "/search");
  FakeTransport direct;
  direct.put(kRoot + "/search", page_text({"a"}));
  CHECK(fetch_search(direct, search, {}).items.size() == 1);
  CHECK(direct.asked.size() == 1);
  CHECK(direct.asked[0].method == "POST");

  FakeTransport get_only;
  get_only.answers[kRoot + "/search"] = [](const HttpRequest& request) -> std::string {
    throw Error(ErrorCode::kIo, "405 Method Not Allowed", request.where);
  };
  get_only.put(kRoot + "/", landing(R"({"rel": "search", "href": "search", "method": "GET"})"));
  get_only.put(kRoot + "/search?collections=c&limit=100", page_text({"b"}));
  CHECK(ids_of(fetch_search(get_only, search, {})) == std::vector<std::string>{"b"});

  // A failure that the landing page does not explain stays what it was.
  get_only.put(kRoot + "/", landing(R"({"rel": "search", "href": "search", "method": "POST"})"));
  CHECK_THAT(thrown_by([&] { (void)fetch_search(get_only, search, {}); }).what(), ContainsSubstring("405"));
  get_only.answers.erase(kRoot + "/");
  CHECK_THAT(thrown_by([&] { (void)fetch_search(get_only, search, {}); }).what(), ContainsSubstring("405"));
}

TEST_CASE("What an API does not offer is an error, but fields are left out", "[stac]") {
  const SearchApi api = api_of(kPost, R"("https://api.stacspec.org/v1.0.0/item-search")");
  const auto check = [&](const std::string& term, const std::string& value) {
    INFO(term);
    const Error error = thrown_by([&] { (void)first_page(parsed("\"" + term + "\": " + value), api); });
    CHECK(error.code() == ErrorCode::kUnsupported);
    CHECK(error.where().pointer == "/items/search/" + term);
  };
  check("sortby", R"("id")");
  check("query", R"({"x": {"lt": 5}})");
  check("filter", R"({"op": "=", "args": [1, 1]})");
  CHECK_FALSE(first_page(parsed(R"("fields": {"include": ["id"]})"), api).body.contains("fields"));

  const std::string words = R"("https://api.stacspec.org/v1.0.0/item-search#filter", "x/conf/cql2-text")";
  const SearchRequest filter = parsed(R"("filter": {"op": "=", "args": [1, 1]})");
  CHECK_THAT(thrown_by([&] { (void)first_page(filter, api_of(kPost, words)); }).what(), ContainsSubstring("cql2-text"));
  CHECK_NOTHROW(first_page(filter, api_of(kPost, words + R"(, "x/conf/cql2-json")")));
}

TEST_CASE("A search stops at max_items, page by page of no more than that", "[stac]") {
  FakeTransport transport;
  transport.put_pages(kRoot + "/search", {page_text({"a", "b"}, R"({"rel": "next", "method": "POST", "href": "search",
                                                                    "body": {"token": 2}})"),
                                          page_text({"c", "d"})});
  const auto found = fetch_search(transport, parsed(R"("ids": ["x"], "max_items": 3)", kRoot + "/search"), {});
  CHECK(ids_of(found) == std::vector<std::string>{"a", "b", "c"});
  CHECK(transport.asked[0].body == R"({"ids":["x"],"limit":3})");
  CHECK(transport.asked[1].body == R"({"ids":["x"],"limit":3,"token":2})");
}
