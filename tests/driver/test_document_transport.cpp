// SPDX-License-Identifier: MIT
// One transport for files and the web: each request goes where it belongs, and answers may lead to either.
#include <algorithm>

#include "driver/document_transport.h"
#include "tests/catch.h"
#include "tests/driver/scratch.h"
#include "tests/thrown.h"

using namespace stacvrt;
using namespace stacvrt::driver;
using stac::HttpRequest;
using stac::HttpResponse;
using stacvrt::driver::testing::Scratch;
using stacvrt::testing::thrown_by;

namespace {

/// Answers every request with its URL.
class Web : public stac::Transport {
 public:
  void fetch(std::vector<HttpRequest> requests, const Answered& answered) override {
    ++fetches;
    for (std::size_t i = 0; i < requests.size(); ++i) {
      const HttpRequest request = requests[i];
      asked.push_back(request.url);
      for (HttpRequest& more : answered(request, {request.url, {}, "web " + request.url}))
        requests.push_back(std::move(more));
    }
  }

  std::vector<std::string> asked;
  int fetches = 0;
};

HttpRequest at(const std::string& url) {
  HttpRequest request;
  request.url = url;
  return request;
}

}  // namespace

TEST_CASE("Files are read, web addresses are asked, and each may lead to the other", "[driver]") {
  const Scratch scratch;
  const std::string a = scratch.write("a.json", "file a"), b = scratch.write("b.json", "file b");
  Web web;
  DocumentTransport transport(web);
  std::vector<std::string> texts;
  transport.fetch({at(a), at("https://h/1")}, [&](const HttpRequest& request, HttpResponse response) {
    texts.push_back(response.body);
    CHECK(response.url == request.url);
    std::vector<HttpRequest> more;
    if (request.url == a) more = {at("http://h/2")};
    if (request.url == "https://h/1") more = {at(b), at("https://h/3")};
    return more;
  });
  std::sort(texts.begin(), texts.end());
  CHECK(texts == std::vector<std::string>{"file a", "file b", "web http://h/2", "web https://h/1", "web https://h/3"});
  CHECK(web.asked.size() == 3);
}

TEST_CASE("The digest tells texts apart and not their order", "[driver]") {
  const Scratch scratch;
  const std::string a = scratch.write("a.json", "1"), b = scratch.write("b.json", "2");
  const auto digest = [](const std::vector<HttpRequest>& requests) {
    Web web;
    DocumentTransport transport(web);
    transport.fetch(requests, [](const HttpRequest&, const HttpResponse&) { return std::vector<HttpRequest>(); });
    return transport.digest();
  };
  const std::size_t before = digest({at(a), at(b)});
  CHECK(digest({at(b), at(a)}) == before);
  (void)scratch.write("a.json", "2");
  (void)scratch.write("b.json", "1");
  CHECK(digest({at(a), at(b)}) != before);  // exchanged: relative hrefs lead elsewhere
  (void)scratch.write("a.json", "1");
  (void)scratch.write("b.json", "3");
  CHECK(digest({at(a), at(b)}) != before);
}

TEST_CASE("A missing file is an error at what refers to it", "[driver]") {
  Web web;
  DocumentTransport transport(web);
  HttpRequest request = at("/vsimem/not/there.json");
  request.where = {"catalog.json", {}, "/links/3"};
  const Error error = thrown_by([&] {
    transport.fetch({request}, [](const HttpRequest&, const HttpResponse&) { return std::vector<HttpRequest>(); });
  });
  CHECK(error.code() == ErrorCode::kNotFound);
  CHECK(error.where().pointer == "/links/3");
}
