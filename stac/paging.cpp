// SPDX-License-Identifier: MIT
#include "stac/paging.h"

#include <algorithm>

#include "stac/http_origin.h"
#include "stac/normalised_url.h"
#include "stac/page_scan.h"
#include "stac/url.h"

namespace stacvrt::stac {
namespace {

/// Terms that choose items: a body that repeats one of those asked for is complete.
constexpr const char* kSelectingTerms[] = {"collections", "ids", "bbox", "intersects", "datetime", "query", "filter"};

/// Whether the link's body adds to the search instead of standing for it; see next_page().
bool adds_to_search(const Link& next, const Json& asked) {
  if (next.merge) return *next.merge;
  if (!next.body.is_object()) return true;
  return std::ranges::none_of(kSelectingTerms,
                              [&](const char* term) { return asked.contains(term) && next.body.contains(term); });
}

Json next_body(const PageRequest& asked, const Link& next) {
  Json body = asked.body.is_object() && adds_to_search(next, asked.body) ? asked.body : Json::object();
  if (next.body.is_object())
    for (const auto& [key, value] : next.body.items()) body[key] = value;
  return body;
}

HttpHeaders next_headers(const PageRequest& asked, const Link& next) {
  if (!next.merge.value_or(false)) return next.headers;
  HttpHeaders headers = asked.headers;
  for (const auto& [name, value] : next.headers) {
    std::erase_if(headers, [&name = name](const auto& header) { return header.first == name; });
    headers.emplace_back(name, value);
  }
  return headers;
}

std::string next_url(const std::string& page_url, const Link& next, const HrefPolicy& policy) {
  const std::string href = next.href.substr(0, next.href.find('#'));
  if (const auto base = parse_url(page_url); base && href.starts_with('?')) {
    const std::string path = base->path.substr(0, base->path.find('#'));
    return Url{base->scheme, base->authority, path, href}.text();
  }
  return resolve_href(href, page_url, policy, next.where).text;
}

/// Scheme, host and port. Of the web as libcurl reads them; of cloud storage scheme and bucket.
bool same_origin(const std::string& one, const std::string& other) {
  const auto a = WebAddress::parse(one), b = WebAddress::parse(other);
  if (a || b) return a && b && a->origin() == b->origin();
  const auto c = parse_url(one), d = parse_url(other);
  return c && d && c->scheme == d->scheme && c->authority == d->authority;
}

/// User and password of a URL.
std::pair<std::string, std::string> user_of(const std::string& url) {
  const auto address = WebAddress::parse(url);
  if (!address) return {};
  return {address->part(CURLUPART_USER), address->part(CURLUPART_PASSWORD)};
}

void check_origin(const std::string& page_url, const std::string& url, const Link& next) {
  const bool page_is_remote = is_remote(page_url);
  if (!page_is_remote && !is_remote(url)) return;
  if (!page_is_remote)
    throw Error(ErrorCode::kRefused,
                "this file is one page of a longer answer, and its 'next' link leads to the network (" + redacted(url) +
                    "); give the search itself (\"items\": {\"search\": {...}}), save all items in one file, or remove "
                    "the link to use this page alone",
                next.where);
  if (!same_origin(page_url, url))
    throw Error(ErrorCode::kRefused,
                "the 'next' link leads to another origin, " + redacted(url) +
                    "; pages are followed only where scheme, host and port stay those of " + redacted(page_url),
                next.where);
  if (const auto user = user_of(url); !user.first.empty() && user != user_of(page_url))
    throw Error(ErrorCode::kRefused, "the 'next' link names a user", next.where);
}

std::size_t digest(const PageRequest& request) {
  std::string text = request.method + " " + normalised_url(request.url) + "\n";
  for (const auto& [name, value] : request.headers) text += name + ":" + value + "\n";
  return std::hash<std::string>{}(text + request.body.dump(-1, ' ', false, Json::error_handler_t::replace));
}

/// Of several the one that asks as the page before was asked for: some APIs offer a GET beside a POST.
const Link& best_of(const std::vector<Link>& next, const PageRequest& asked) {
  const auto same = std::ranges::find(next, asked.method, &Link::method);
  return same == next.end() ? next.front() : *same;
}

std::vector<Link> links_of(const PageScan& scan, const std::string& page_url) {
  if (scan.links.empty()) return {};
  const std::string shown = redacted(page_url);
  const Json json = parse_json(scan.links, shown);
  const Cursor links(json, shown, {}, "/links");
  return links.is_array() ? parse_links(links, {"next"}) : std::vector<Link>();
}

}  // namespace

HttpRequest PageRequest::http(const std::string& home) const {
  HttpRequest request{url, method, headers, {}, home, where};
  if (method == "POST") request.body = body.dump(-1, ' ', false, Json::error_handler_t::replace);
  return request;
}

PageRequest next_page(const PageRequest& asked, const std::string& page_url, const Link& next,
                      const HrefPolicy& policy) {
  PageRequest request{next_url(page_url, next, policy), next.method, next_headers(asked, next), {}, next.where};
  check_origin(page_url, request.url, next);
  if (request.method == "POST") request.body = next_body(asked, next);
  return request;
}

PageChain::PageChain(PageRequest first, const FindOptions& options, ParseWorkers& workers)
    : m_asked(std::move(first)), m_options(options), m_workers(workers) {
  m_seen.insert(digest(m_asked));
}

std::optional<HttpRequest> PageChain::take(HttpResponse page) {
  const PageScan scan = scan_page(page.body);
  const bool is_page = scan.type == "FeatureCollection" && !scan.features.empty();
  const std::size_t items = is_page ? scan.items : 1;
  ++m_pages;
  m_empty_pages = items == 0 ? m_empty_pages + 1 : 0;
  check_limits(items);
  const std::size_t most = m_options.max_items ? *m_options.max_items - m_items : items;
  const bool full = m_options.max_items && items >= most;
  m_items += std::min(items, most);
  std::optional<HttpRequest> next;
  if (is_page && !full) next = follow(page.url, links_of(scan, page.url));
  if (items > 0) parse(std::move(page), most);
  return next;
}

void PageChain::check_limits(std::size_t items_on_page) const {
  const auto fail = [&](const std::string& what) { throw Error(ErrorCode::kTooLarge, what, m_asked.where); };
  if (!m_options.max_items && m_items + items_on_page > kMaxItems)
    fail("the answer holds more than " + std::to_string(kMaxItems) +
         " items; narrow the search, or give \"max_items\"");
  if (m_pages > kMaxPages)
    fail("the answer has more than " + std::to_string(kMaxPages) + " pages; give a larger \"limit\" per page");
  if (m_empty_pages > kMaxEmptyPages)
    fail("the answer goes on, but " + std::to_string(kMaxEmptyPages) + " pages in a row hold no item");
}

std::optional<HttpRequest> PageChain::follow(const std::string& page_url, const std::vector<Link>& links) {
  if (links.empty()) return std::nullopt;
  const Link& link = best_of(links, m_asked);
  PageRequest next = next_page(m_asked, page_url, link, m_options.hrefs);
  if (!m_seen.insert(digest(next)).second)
    throw Error(ErrorCode::kInvalid,
                "paging goes in circles: the 'next' link of page " + std::to_string(m_pages) +
                    " asks for a page that was there before",
                link.where);
  m_asked = std::move(next);
  return m_asked.http(m_options.home);
}

void PageChain::parse(HttpResponse page, std::size_t most) {
  // Shared, because an error may end the chain while the page is being parsed.
  const auto found = m_found.emplace_back(std::make_shared<FoundItems>());
  m_workers.add([found, &options = m_options, most, url = std::move(page.url), text = std::move(page.body)] {
    *found = parse_found(text, url, options);
    if (options.max_items) found->truncate(most);
  });
}

FoundItems PageChain::found() {
  FoundItems all;
  for (const auto& page : m_found) all.add(std::move(*page));
  m_found.clear();
  return all;
}

namespace {

FoundItems fetch_chain(Transport& transport, PageChain& chain, ParseWorkers& workers,
                       const std::optional<HttpRequest>& first, const FindOptions& options, const Where& where) {
  const auto answered = [&](const HttpRequest&, HttpResponse page) {
    const auto next = chain.take(std::move(page));
    if (options.progress) options.progress(chain.pages(), chain.items());
    return next ? std::vector<HttpRequest>{*next} : std::vector<HttpRequest>();
  };
  if (first) transport.fetch({*first}, answered);
  workers.finish();
  if (chain.items() == 0) throw Error(ErrorCode::kEmpty, "no items: the answer of the API is empty", where);
  return chain.found();
}

}  // namespace

FoundItems fetch_pages(Transport& transport, PageRequest first, const FindOptions& options) {
  const Where where = first.where;
  ParseWorkers workers;
  PageChain chain(std::move(first), options, workers);
  return fetch_chain(transport, chain, workers, chain.first(), options, where);
}

FoundItems fetch_pages_after(Transport& transport, PageRequest first, HttpResponse first_page,
                             const FindOptions& options) {
  const Where where = first.where;
  ParseWorkers workers;
  PageChain chain(std::move(first), options, workers);
  const auto next = chain.take(std::move(first_page));
  return fetch_chain(transport, chain, workers, next, options, where);
}

}  // namespace stacvrt::stac
