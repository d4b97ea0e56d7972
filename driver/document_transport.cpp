// SPDX-License-Identifier: MIT
#include "driver/document_transport.h"

#include <cstdint>
#include <deque>
#include <functional>

#include "driver/document.h"
#include "driver/gzip.h"
#include "stac/url.h"

namespace stacvrt::driver {

namespace {

bool is_web(const std::string& name) {
  const auto url = stac::parse_url(name);
  return url && (url->scheme == "http" || url->scheme == "https");
}

// Exchanged texts make another sum.
std::size_t mixed(const std::string& url, const std::string& body) {
  const std::hash<std::string> hash;
  std::uint64_t sum = hash(url) * 0x9E3779B97F4A7C15U ^ hash(body);
  sum = (sum ^ (sum >> 30)) * 0xBF58476D1CE4E5B9U;
  sum = (sum ^ (sum >> 27)) * 0x94D049BB133111EBU;
  return sum ^ (sum >> 31);
}

}  // namespace

// One fetch(): answers from the web come in its transport's order, all else is read in between.
class DocumentTransport::Run {
 public:
  Run(DocumentTransport& owner, const Answered& answered) : m_owner(owner), m_answered(answered) {}

  void add(std::vector<stac::HttpRequest> requests) {
    for (stac::HttpRequest& request : requests) (is_web(request.url) ? m_web : m_local).push_back(std::move(request));
  }

  void run() {
    while (!m_local.empty() || !m_web.empty()) {
      while (!m_local.empty()) read_next();
      if (m_web.empty()) continue;
      m_owner.m_web.fetch(take_web(), [this](const stac::HttpRequest& request, stac::HttpResponse response) {
        answer(request, std::move(response));
        return take_web();
      });
    }
  }

 private:
  void read_next() {
    const stac::HttpRequest request = std::move(m_local.front());
    m_local.pop_front();
    Document document = read_document(request.url, request.home, request.where);
    answer(request, {std::move(document.location), {}, std::move(document.text)});
  }

  void answer(const stac::HttpRequest& request, stac::HttpResponse response) {
    response.body = without_gzip(std::move(response.body), shown_name(response.url), request.where);
    m_owner.m_digest += mixed(response.url, response.body);
    add(m_answered(request, std::move(response)));
  }

  std::vector<stac::HttpRequest> take_web() {
    std::vector<stac::HttpRequest> requests(std::make_move_iterator(m_web.begin()),
                                            std::make_move_iterator(m_web.end()));
    m_web.clear();
    return requests;
  }

  DocumentTransport& m_owner;
  const Answered& m_answered;
  std::deque<stac::HttpRequest> m_local, m_web;
};

void DocumentTransport::fetch(std::vector<stac::HttpRequest> requests, const Answered& answered) {
  Run run(*this, answered);
  run.add(std::move(requests));
  run.run();
}

}  // namespace stacvrt::driver
