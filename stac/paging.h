// SPDX-License-Identifier: MIT
// Answers that come in pages: which request a `next` link means, in all the forms that APIs use, and all pages of an
// answer, the next one fetched while the last one is parsed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "stac/found_items.h"
#include "stac/link.h"
#include "stac/parse_workers.h"
#include "stac/transport.h"

namespace stacvrt::stac {

/// Most pages of one answer, and most of them in a row that hold no item.
inline constexpr std::size_t kMaxPages = 20'000;
inline constexpr std::size_t kMaxEmptyPages = 100;

/// What is asked for a page.
struct PageRequest {
  std::string url;  ///< absolute; of a local document its name
  std::string method = "GET";
  HttpHeaders headers = {};  ///< that a link asked for
  Json body = {};            ///< of a POST: an object
  Where where = {};          ///< what refers to it

  /// As the transport takes it.
  [[nodiscard]] HttpRequest http(const std::string& home) const;
};

/// The request that `next` (a link on the page that `asked` brought from `page_url`) means. POST bodies follow the STAC
/// API specification: with `merge: true` they go over the body that was sent, with `merge: false` they replace it.
/// Where `merge` is not stated the specification says false, and bodies that repeat the search's terms are taken so;
/// but some APIs (eoAPI's are recorded) write a body that holds a token and none of the terms, and want it added to the
/// search, which servers whose tokens need no terms do not mind. Throws Error{kRefused} for a link to another origin
/// than the page's (scheme, host and port), or from a local document to the network.
[[nodiscard]] PageRequest next_page(const PageRequest& asked, const std::string& page_url, const Link& next,
                                    const HrefPolicy& policy);

/// One answer in pages, as they arrive. Parsing runs in `workers`.
class PageChain {
 public:
  PageChain(PageRequest first, const FindOptions& options, ParseWorkers& workers);

  /// The request of the first page.
  [[nodiscard]] HttpRequest first() const { return m_asked.http(m_options.home); }
  /// Takes the page last asked for and has its items parsed; the request of the next one, or nothing at the end: no
  /// `next` link, or max_items reached. Throws Error: kInvalid when paging comes back to a page it had, kTooLarge over
  /// kMaxPages, kMaxEmptyPages or kMaxItems, and what next_page() throws.
  [[nodiscard]] std::optional<HttpRequest> take(HttpResponse page);
  /// Items on the pages so far.
  [[nodiscard]] std::size_t items() const noexcept { return m_items; }
  [[nodiscard]] std::size_t pages() const noexcept { return m_pages; }
  /// All items, in the order of the pages, when the workers have finished.
  [[nodiscard]] FoundItems found();

 private:
  void parse(HttpResponse page, std::size_t most);
  std::optional<HttpRequest> follow(const std::string& page_url, const std::vector<Link>& links);
  void check_limits(std::size_t items_on_page) const;

  PageRequest m_asked;
  const FindOptions& m_options;
  ParseWorkers& m_workers;
  std::unordered_set<std::size_t> m_seen;            ///< digests of all requests
  std::vector<std::shared_ptr<FoundItems>> m_found;  ///< per page with items
  std::size_t m_items = 0, m_pages = 0, m_empty_pages = 0;
};

/// All items of an answer in pages. Throws what Transport::fetch(), PageChain and parsing throw; kEmpty for no items.
[[nodiscard]] FoundItems fetch_pages(Transport& transport, PageRequest first, const FindOptions& options);

/// The same where the first page has been read already.
[[nodiscard]] FoundItems fetch_pages_after(Transport& transport, PageRequest first, HttpResponse first_page,
                                           const FindOptions& options);

}  // namespace stacvrt::stac
