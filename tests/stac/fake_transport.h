// SPDX-License-Identifier: MIT
// A transport that answers from a table and keeps what it was asked, for paging, searches and crawls without a network.
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "stac/transport.h"
#include "tests/thrown.h"

namespace stacvrt::stac::testing {

using stacvrt::testing::thrown_by;

class FakeTransport : public Transport {
 public:
  using Answer = std::function<std::string(const HttpRequest&)>;

  /// Whatever is asked at `url` is answered with `text`.
  void put(const std::string& url, std::string text) {
    answers[url] = [text = std::move(text)](const HttpRequest&) { return text; };
  }
  /// The n-th request at `url` is answered with the n-th text.
  void put_pages(const std::string& url, std::vector<std::string> texts) {
    answers[url] = [texts = std::move(texts), next = std::size_t{0}](const HttpRequest& request) mutable {
      if (next == texts.size()) throw Error(ErrorCode::kIo, "asked too often: " + request.body, request.where);
      return texts[next++];
    };
  }

  void fetch(std::vector<HttpRequest> requests, const Answered& answered) override {
    std::deque<HttpRequest> waiting(requests.begin(), requests.end());
    while (!waiting.empty()) {
      const HttpRequest request = last_first ? waiting.back() : waiting.front();
      last_first ? waiting.pop_back() : waiting.pop_front();
      asked.push_back(request);
      const auto found = answers.find(request.url);
      if (found == answers.end()) throw Error(ErrorCode::kNotFound, "not there: " + request.url, request.where);
      const auto redirect = redirects.find(request.url);
      const std::string from = redirect == redirects.end() ? request.url : redirect->second;
      for (HttpRequest& more : answered(request, {from, {}, found->second(request)}))
        waiting.push_back(std::move(more));
    }
  }

  [[nodiscard]] std::vector<std::string> asked_urls() const {
    std::vector<std::string> urls;
    for (const HttpRequest& request : asked) urls.push_back(request.url);
    return urls;
  }

  std::map<std::string, Answer> answers;
  std::map<std::string, std::string> redirects;  // by URL asked for: where the answer comes from
  std::vector<HttpRequest> asked;
  bool last_first = false;  // answers arrive in the opposite order
};

/// A small item that parses.
inline std::string item_text(const std::string& id, const std::string& href = "https://data.example/red.tif") {
  return R"({"type": "Feature", "stac_version": "1.0.0", "id": ")" + id +
         R"(", "properties": {"datetime": "2020-01-01T00:00:00Z"}, "geometry": null, "links": [], )" +
         R"("assets": {"red": {"href": ")" + href + R"("}}})";
}

/// A page of items named `ids`, with `links` (elements of an array).
inline std::string page_text(const std::vector<std::string>& ids, const std::string& links = "") {
  std::string features;
  for (const std::string& id : ids) features += (features.empty() ? "" : ", ") + item_text(id);
  return R"({"type": "FeatureCollection", "features": [)" + features + R"(], "links": [)" + links + "]}";
}

template <typename Found>
std::vector<std::string> ids_of(const Found& found) {
  std::vector<std::string> ids;
  for (const auto& item : found.items) ids.push_back(item.id);
  return ids;
}

}  // namespace stacvrt::stac::testing
