// SPDX-License-Identifier: MIT
#include "stac/crawler.h"

#include <algorithm>
#include <memory>
#include <unordered_map>

#include "stac/normalised_url.h"
#include "stac/page_scan.h"
#include "stac/paging.h"
#include "stac/search.h"
#include "stac/spelling.h"
#include "stac/url.h"

namespace stacvrt::stac {
namespace {

/// One document, or one answer in pages. Links make a graph of them, which may have circles.
struct Node {
  std::size_t depth = 0;
  std::vector<std::size_t> children;  // in document order
  std::unique_ptr<PageChain> items;   // of documents that hold items
};

std::string shown(const std::string& document) {
  return redacted(document);
}

/// The first page of an API's collection, asked for what is wanted alone.
std::string items_url(std::string url, const Wanted& wanted) {
  const auto parts = parse_url(url);
  const bool is_api = parts && (parts->scheme == "http" || parts->scheme == "https") && parts->query.empty() &&
                      parts->path.ends_with("/items");
  if (!is_api) return url;
  Json terms = Json::object();
  if (wanted.bbox) {
    const auto& [west, south, east, north] = *wanted.bbox;
    const double margin = kExtentMarginDegrees;
    terms["bbox"] = Json::array({std::max(west - margin, -180.0), std::max(south - margin, -90.0),
                                 std::min(east + margin, 180.0), std::min(north + margin, 90.0)});
  }
  if (wanted.range) {
    const auto& [begin, end] = *wanted.range;
    terms["datetime"] = (begin == kBeginOfTime ? ".." : format_instant(begin - kExtentMarginTime)) + "/" +
                        (end == kEndOfTime ? ".." : format_instant(end + kExtentMarginTime));
    if (terms["datetime"] == "../..") terms.erase("datetime");
  }
  terms["limit"] = kItemsPerPage;
  return url + search_query(terms);
}

class Crawler {
 public:
  Crawler(const Wanted& wanted, const FindOptions& options) : m_wanted(wanted), m_options(options) {}

  FoundItems run(Transport& transport, const HttpResponse& root) {
    const Where where{root.url, {}, {}};
    m_by_url.emplace(normalised_url(root.url), 0);
    m_nodes.emplace_back();
    transport.fetch(expand(0, root), [this](const HttpRequest& request, HttpResponse response) {
      return take(request, std::move(response));
    });
    m_workers.finish();
    if (m_items == 0) fail_empty(where);
    return flatten();
  }

 private:
  std::vector<HttpRequest> take(const HttpRequest& request, HttpResponse response) {
    const std::size_t node = node_of(request);
    ++m_documents;
    std::vector<HttpRequest> more;
    const bool is_page = m_nodes[node].items != nullptr;
    const std::size_t owner = is_page ? node : m_by_url.try_emplace(normalised_url(response.url), node).first->second;
    if (owner != node)
      m_nodes[node].children = {owner};  // redirected to what is known already
    else if (!is_page && is_catalogue(response.body))
      more = expand(node, response);
    else
      more = take_page(node, request, std::move(response));
    if (m_options.progress) m_options.progress(m_documents, m_items);
    return more;
  }

  /// Items, or a page of them.
  std::vector<HttpRequest> take_page(std::size_t node, const HttpRequest& request, HttpResponse response) {
    auto& chain = m_nodes[node].items;
    if (!chain)
      chain = std::make_unique<PageChain>(PageRequest{request.url, "GET", {}, {}, request.where}, m_options, m_workers);
    const std::size_t before = chain->items();
    const auto next = chain->take(std::move(response));
    m_items += chain->items() - before;
    if (m_items > kMaxItems)
      throw Error(ErrorCode::kTooLarge,
                  "the catalogue holds more than " + std::to_string(kMaxItems) + " items; name a part of it",
                  request.where);
    return next ? std::vector<HttpRequest>{pend(*next, node)} : std::vector<HttpRequest>();
  }

  /// A Catalog or Collection.
  std::vector<HttpRequest> expand(std::size_t node, const HttpResponse& response) {
    const Json json = parse_json(response.body, shown(response.url));
    const Cursor document(json, shown(response.url));
    if (!may_hold(document, m_wanted)) {
      ++m_pruned;
      return {};
    }
    const auto links = document.find("links");
    if (!links) return {};
    std::vector<Link> followed = parse_links(*links, {"child", "item", "items"});
    if (std::ranges::any_of(followed, [](const Link& link) { return link.rel == "items"; }))
      std::erase_if(followed, [](const Link& link) { return link.rel == "item"; });
    std::vector<HttpRequest> requests;
    for (const Link& link : followed)
      if (auto request = visit(node, link, response.url)) requests.push_back(std::move(*request));
    return requests;
  }

  /// The request for what the link leads to; nothing when it is known already.
  std::optional<HttpRequest> visit(std::size_t parent, const Link& link, const std::string& base) {
    std::string url = resolve_href(link.href, base, m_options.hrefs, link.where).text;
    url.erase(std::min(url.find('#'), url.size()));
    if (link.rel == "items") url = items_url(std::move(url), m_wanted);
    const auto [entry, is_new] = m_by_url.try_emplace(normalised_url(url), m_nodes.size());
    m_nodes[parent].children.push_back(entry->second);
    if (!is_new) return std::nullopt;
    const std::size_t depth = m_nodes[parent].depth + 1;
    if (depth > kMaxCrawlDepth)
      throw Error(ErrorCode::kTooLarge,
                  "catalogues are nested deeper than " + std::to_string(kMaxCrawlDepth) + " levels", link.where);
    if (m_nodes.size() > kMaxCrawlDocuments)
      throw Error(ErrorCode::kTooLarge,
                  "the catalogue has more than " + std::to_string(kMaxCrawlDocuments) + " documents; name a part of it",
                  link.where);
    m_nodes.push_back({depth, {}, nullptr});
    return pend({url, "GET", {}, {}, m_options.home, link.where}, m_nodes.size() - 1);
  }

  HttpRequest pend(HttpRequest request, std::size_t node) {
    m_pending.emplace(key_of(request), node);
    return request;
  }

  /// One of the nodes that wait for this answer: a page may be asked for as another one's next, and by its own link.
  std::size_t node_of(const HttpRequest& request) {
    const auto pending = m_pending.find(key_of(request));
    if (pending == m_pending.end())
      throw Error(ErrorCode::kInvalid, "an answer came that nobody asked for", request.where);
    const std::size_t node = pending->second;
    m_pending.erase(pending);
    return node;
  }

  static std::string key_of(const HttpRequest& request) {
    return request.method + " " + request.url + "\n" + request.body;
  }

  FoundItems flatten() {
    FoundItems all;
    std::vector<bool> visited(m_nodes.size());
    std::vector<std::size_t> stack = {0};
    while (!stack.empty()) {
      const std::size_t node = stack.back();
      stack.pop_back();
      if (visited[node]) continue;
      visited[node] = true;
      if (m_nodes[node].items) all.add(m_nodes[node].items->found());
      const auto& children = m_nodes[node].children;
      stack.insert(stack.end(), children.rbegin(), children.rend());
    }
    return all;
  }

  [[noreturn]] void fail_empty(const Where& where) const {
    if (m_pruned > 0)
      throw Error(ErrorCode::kEmpty,
                  "no items: the extents of " + std::to_string(m_pruned) +
                      " collection(s) lie outside the recipe's time range or bbox",
                  where);
    throw Error(ErrorCode::kEmpty,
                "no items: none of the " + std::to_string(m_documents + 1) +
                    " document(s) of this catalogue links to any (rel 'item', 'items' or 'child'); of an API give a "
                    "search (\"items\": {\"search\": {...}})",
                where);
  }

  const Wanted& m_wanted;
  const FindOptions& m_options;
  std::vector<Node> m_nodes;
  std::unordered_map<std::string, std::size_t> m_by_url;
  std::unordered_multimap<std::string, std::size_t> m_pending;  // by key_of()
  std::size_t m_documents = 0, m_items = 0, m_pruned = 0;
  ParseWorkers m_workers;  // last: its tasks end first
};

}  // namespace

bool is_catalogue(std::string_view text) {
  const std::string_view type = top_level_member(text, "type");
  if (!type.empty()) return type == "\"Catalog\"" || type == "\"Collection\"";
  const PageScan scan = scan_page(text);
  return !scan.links.empty() && scan.has_description && !scan.has_geometry;
}

FoundItems crawl(Transport& transport, const HttpResponse& root, const Wanted& wanted, const FindOptions& options) {
  return Crawler(wanted, options).run(transport, root);
}

}  // namespace stacvrt::stac
