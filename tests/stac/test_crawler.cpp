// SPDX-License-Identifier: MIT
// Crawling: order, circles, depth, extents, local folders and API collections.
#include "stac/crawler.h"
#include "stac/link.h"
#include "tests/catch.h"
#include "tests/stac/fake_transport.h"

using namespace stacvrt;
using namespace stacvrt::stac;
using namespace stacvrt::stac::testing;

namespace {

using Ids = std::vector<std::string>;

const std::string kBase = "https://static.example/data/";

std::string link_text(const std::string& rel, const std::string& href) {
  return R"({"rel": ")" + rel + R"(", "href": ")" + href + "\"}";
}

std::string catalog(const std::vector<std::string>& links, const std::string& more = "") {
  std::string all = link_text("root", "catalog.json") + ", " + link_text("self", "catalog.json");
  for (const std::string& one : links) all += ", " + one;
  return R"({"type": "Catalog", "id": "c", "description": "d", "links": [)" + all + "]" + more + "}";
}

std::string collection(const std::vector<std::string>& links, const std::string& bbox, const std::string& interval) {
  std::string text = catalog(
      links, R"(, "extent": {"spatial": {"bbox": [)" + bbox + R"(]}, "temporal": {"interval": [)" + interval + "]}}");
  return text.replace(text.find("Catalog"), 7, "Collection");
}

FoundItems crawled(FakeTransport& transport, const Wanted& wanted = {},
                   const std::string& root = kBase + "catalog.json", const FindOptions& options = {}) {
  const std::string text = transport.answers.at(root)({});
  return crawl(transport, {root, {}, text}, wanted, options);
}

/// A catalogue of two collections with items beside and below them.
void put_tree(FakeTransport& transport) {
  transport.put(kBase + "catalog.json", catalog({link_text("child", "./a/collection.json"),
                                                 link_text("item", "top.json"), link_text("child", "b/catalog.json")}));
  transport.put(
      kBase + "a/collection.json",
      collection({link_text("item", "1.json"), link_text("item", "2.json"), link_text("child", "deep/catalog.json")},
                 "[10, 40, 20, 50]", R"(["2020-01-01T00:00:00Z", "2020-12-31T00:00:00Z"])"));
  transport.put(kBase + "a/deep/catalog.json",
                catalog({link_text("item", "../3.json"), link_text("item", "../1.json")}));
  transport.put(kBase + "b/catalog.json", catalog({link_text("item", "4.json")}));
  for (const std::string name : {"top", "a/1", "a/2", "a/3", "b/4"})
    transport.put(kBase + name + ".json", item_text(name, "red.tif"));
}

}  // namespace

TEST_CASE("A document that is an item's link and another one's next page is read for both", "[stac]") {
  const std::string page = R"({"type": "FeatureCollection", "features": [)" + item_text("first", "red.tif") +
                           R"(], "links": [{"rel": "next", "href": "b.json"}]})";
  for (const bool last_first : {false, true}) {
    FakeTransport transport;
    transport.put(kBase + "catalog.json", catalog({link_text("item", "a.json"), link_text("item", "b.json")}));
    transport.put(kBase + "a.json", page);
    transport.put(kBase + "b.json", item_text("second", "red.tif"));
    transport.last_first = last_first;
    Ids ids;
    for (const Item& item : crawled(transport).items) ids.push_back(item.id);
    CHECK(ids == Ids{"first", "second", "second"});  // the planner counts it once
  }
}

TEST_CASE("Items come in document order, depth first, whatever order answers arrive in", "[stac]") {
  for (const bool last_first : {false, true}) {
    FakeTransport transport;
    put_tree(transport);
    transport.last_first = last_first;
    const FoundItems found = crawled(transport);
    CHECK(ids_of(found) == Ids{"a/1", "a/2", "a/3", "top", "b/4"});
    CHECK(found.items[2].document == kBase + "a/3.json");
    CHECK(transport.asked.size() == 8);
  }
}

TEST_CASE("Circles end: of links, of spellings, and of redirects", "[stac]") {
  FakeTransport transport;
  transport.put(kBase + "catalog.json", catalog({link_text("child", "catalog.json"),
                                                 link_text("child", "HTTPS://STATIC.example:443/data/x/../a.json"),
                                                 link_text("child", "moved.json"), link_text("item", "i.json#here")}));
  transport.put(kBase + "a.json", catalog({link_text("child", "catalog.json"), link_text("item", "i.json")}));
  transport.put(kBase + "moved.json", "");
  transport.answers[kBase + "moved.json"] = [&](const HttpRequest&) { return catalog({link_text("item", "i.json")}); };
  transport.redirects[kBase + "moved.json"] = kBase + "catalog.json";
  transport.put("https://STATIC.example:443/data/x/../a.json",
                catalog({link_text("child", kBase + "catalog.json"), link_text("item", kBase + "i.json")}));
  transport.put(kBase + "i.json", item_text("i"));
  CHECK(ids_of(crawled(transport)) == Ids{"i"});
  CHECK(transport.asked.size() == 3);
}

TEST_CASE("A catalogue without end is refused", "[stac]") {
  class Endless : public FakeTransport {
   public:
    void fetch(std::vector<HttpRequest> requests, const Answered& answered) override {
      while (!requests.empty()) {
        const HttpRequest request = requests.back();
        requests.pop_back();
        asked.push_back(request);
        for (HttpRequest& more : answered(request, {request.url, {}, catalog({link_text("child", "x/catalog.json")})}))
          requests.push_back(std::move(more));
      }
    }
  } transport;
  const Error error = thrown_by([&] {
    (void)crawl(transport, {kBase + "catalog.json", {}, catalog({link_text("child", "x/catalog.json")})}, {}, {});
  });
  CHECK(error.code() == ErrorCode::kTooLarge);
  CHECK_THAT(error.what(), ContainsSubstring("deeper than 32"));
  CHECK(transport.asked.size() == kMaxCrawlDepth);
}

TEST_CASE("One link more than the limit is refused", "[stac]") {
  std::vector<std::string> links(kMaxLinks, link_text("item", "i.json"));
  FakeTransport transport;
  transport.put(kBase + "catalog.json", catalog(links));
  CHECK(thrown_by([&] { (void)crawled(transport); }).code() == ErrorCode::kTooLarge);
}

TEST_CASE("Collections whose extents miss what is wanted are not followed", "[stac]") {
  const auto ids = [](const Wanted& wanted) {
    FakeTransport transport;
    put_tree(transport);
    return ids_of(crawled(transport, wanted));
  };
  const Ids all = {"a/1", "a/2", "a/3", "top", "b/4"}, without = {"top", "b/4"};
  CHECK(ids({{{20.05, 40, 30, 50}}, {}}) == all);  // within the margin
  CHECK(ids({{{20.2, 40, 30, 50}}, {}}) == without);
  CHECK(ids({{{170, 40, -170, 50}}, {}}) == without);
  CHECK(ids({{{170, 40, 12, 50}}, {}}) == all);     // eastwards round the globe
  CHECK(ids({{}, parse_interval("2021")}) == all);  // a day of margin
  CHECK(ids({{}, parse_interval("2021-01-03/..")}) == without);
  CHECK(ids({{}, parse_interval("../2019-12-30")}) == without);
  CHECK(ids({{}, parse_interval("2020-06")}) == all);

  FakeTransport transport;
  transport.put(kBase + "catalog.json", collection({link_text("item", "i.json")}, "[10, 40, 20, 50]", "[null, null]"));
  const Error error = thrown_by([&] { (void)crawled(transport, {{{50, 40, 51, 50}}, {}}); });
  CHECK(error.code() == ErrorCode::kEmpty);
  CHECK_THAT(error.what(), ContainsSubstring("1 collection(s) lie outside"));
}

TEST_CASE("Extents that are open, malformed or cross the antimeridian rule nothing out wrongly", "[stac]") {
  const auto holds = [](const std::string& bbox, const std::string& interval, const Wanted& wanted) {
    const Json json = parse_json(collection({}, bbox, interval), "c");
    return may_hold(Cursor(json, "c"), wanted);
  };
  const std::string open = "[null, null]", world = "[-180, -90, 180, 90]";
  const Wanted fiji{{{179, -20, -179, -10}}, {}}, europe{{{0, 40, 10, 50}}, {}};
  CHECK(holds(world, open, fiji));
  CHECK(holds("[177, -21, -178, -12]", open, fiji));
  CHECK_FALSE(holds("[177, -21, -178, -12]", open, europe));
  CHECK(holds("[177, -21, 0, -178, -12, 9]", open, fiji));
  CHECK(holds("[50, 0, 60, 1], [5, 45, 6, 46]", open, europe));
  CHECK(holds("[50, 0, 60]", open, europe));
  CHECK(holds(R"(["a", 0, 60, 1])", open, europe));
  CHECK(holds(world, R"(["yesterday", null])", {{}, parse_interval("2020")}));
  CHECK(
      holds(world, R"([null, "2019-01-01T00:00:00Z"], ["2020-05-01T00:00:00Z", null])", {{}, parse_interval("2020")}));
  CHECK_FALSE(holds(world, R"([null, "2019-01-01T00:00:00Z"])", {{}, parse_interval("2020")}));
  const Json none = Json::object();
  CHECK(may_hold(Cursor(none, "c"), europe));
}

TEST_CASE("A local catalogue is read by paths, and its links are held to the trust policy", "[stac]") {
  FakeTransport transport;
  transport.put("/stac/catalog.json",
                catalog({link_text("item", "./a/../i.json"), link_text("child", "/else/catalog.json")}));
  transport.put("/stac/i.json", item_text("i", "red.tif"));
  transport.put("/else/catalog.json", catalog({link_text("item", "j.json")}));
  transport.put("/else/j.json", item_text("j"));
  const auto found = crawled(transport, {}, "/stac/catalog.json");
  CHECK(ids_of(found) == Ids{"i", "j"});
  CHECK(found.items[0].document == "/stac/i.json");

  FindOptions siblings;
  siblings.hrefs.local_paths = LocalPaths::kSibling;
  const Error error = thrown_by([&] { (void)crawled(transport, {}, "/stac/catalog.json", siblings); });
  CHECK(error.code() == ErrorCode::kRefused);
  CHECK(error.where().pointer == "/links/3");

  for (const std::string href : {"file:///etc/passwd", "/vsistdin/", "STACVRT:x", "/vsicurl?x=y"}) {
    INFO(href);
    FakeTransport remote;
    remote.put(kBase + "catalog.json", catalog({link_text("item", href)}));
    CHECK(thrown_by([&] { (void)crawled(remote); }).code() == ErrorCode::kRefused);
    CHECK(remote.asked.empty());
  }
}

TEST_CASE("The collection of an API is paged, asked for what is wanted", "[stac]") {
  FakeTransport transport;
  const std::string items = kBase + "collections/c/items";
  transport.put(kBase + "collections/c", collection({link_text("item", "c/items/a"), link_text("items", "c/items")},
                                                    "[-180, -90, 180, 90]", "[null, null]"));
  transport.put(items + "?limit=100", page_text({"a", "b"}, link_text("next", "items?limit=100&token=2")));
  transport.put(items + "?limit=100&token=2", page_text({"c"}));
  CHECK(ids_of(crawled(transport, {}, kBase + "collections/c")) == Ids{"a", "b", "c"});

  const std::string narrow =
      items + "?bbox=9.9,39.9,20.1,50.1&datetime=2019-12-31T00:00:00Z/2021-01-02T00:00:00Z&limit=100";
  transport.put(narrow, page_text({"b"}));
  CHECK(ids_of(crawled(transport, {{{10, 40, 20, 50}}, parse_interval("2020")}, kBase + "collections/c")) == Ids{"b"});

  transport.put(items + "?limit=100", page_text({"a"}, link_text("next", "https://evil.example/items?token=2")));
  CHECK(thrown_by([&] { (void)crawled(transport, {}, kBase + "collections/c"); }).code() == ErrorCode::kRefused);
}

TEST_CASE("What links to no item says so, and what is a catalogue is seen by type or by links", "[stac]") {
  FakeTransport transport;
  transport.put(kBase + "catalog.json", catalog({}));
  const Error error = thrown_by([&] { (void)crawled(transport); });
  CHECK(error.code() == ErrorCode::kEmpty);
  CHECK_THAT(error.what(), ContainsSubstring("\"search\""));
  CHECK(is_catalogue(catalog({})));
  CHECK(is_catalogue(R"({"id": "old", "description": "d", "links": []})"));
  CHECK_FALSE(is_catalogue(item_text("i")));
  CHECK_FALSE(is_catalogue(page_text({"i"})));
  CHECK_FALSE(is_catalogue(R"({"type": "STACVRT"})"));
}
