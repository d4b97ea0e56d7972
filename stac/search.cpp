// SPDX-License-Identifier: MIT
// The API's side of a search: landing page, conformance, requests. What a recipe may write is in search_request.cpp.
#include "stac/search.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "stac/spelling.h"
#include "stac/url.h"

namespace stacvrt::stac {
namespace {

std::string last_segment(std::string path) {
  while (path.ends_with('/')) path.pop_back();
  return path.substr(path.rfind('/') + 1);
}

std::string encoded(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || std::string_view("-._~,:/").find(c) != std::string_view::npos) {
      result += c;
    } else {
      result += '%';
      result += kDigits[byte >> 4U];
      result += kDigits[byte & 15U];
    }
  }
  return result;
}

/// Elements with commas between them: strings as they are, numbers as short as they can be.
std::string comma_list(const Json& array) {
  std::string result;
  for (const Json& element : array) {
    if (!result.empty()) result += ',';
    result += element.is_string() ? element.get<std::string>() : number_text(element.get<double>());
  }
  return result;
}

std::string sort_text(const Json& sortby) {
  std::string result;
  for (const Json& entry : sortby) {
    if (!result.empty()) result += ',';
    result += entry["direction"] == "desc" ? "-" : "+";
    result += entry["field"].get<std::string>();
  }
  return result;
}

std::string fields_text(const Json& fields) {
  std::string result = comma_list(fields.value("include", Json::array()));
  for (const Json& field : fields.value("exclude", Json::array()))
    result += (result.empty() ? "-" : ",-") + field.get<std::string>();
  return result;
}

std::string query_value(const std::string& key, const Json& value) {
  if (key == "sortby") return sort_text(value);
  if (key == "fields") return fields_text(value);
  if (value.is_array()) return comma_list(value);
  return value.is_string() ? value.get<std::string>() : value.dump();
}

/// What each term needs of an API, and how its word is called there.
constexpr std::array<std::pair<const char*, const char*>, 3> kExtensionOfTerm = {
    {{"sortby", "sort"}, {"query", "query"}, {"filter", "filter"}}};

void check_offered(const SearchRequest& search, const SearchApi& api) {
  for (const auto& [term, extension] : kExtensionOfTerm) {
    if (!search.terms.contains(term) || api.offers(extension)) continue;
    Where where = search.where;
    where.pointer += std::string("/") + term;
    throw Error(
        ErrorCode::kUnsupported,
        "the API " + redacted(api.url) + " does not offer \"" + term +
            "\" (its landing page lacks the conformance class item-search#" + extension + "); leave it out" +
            (std::string_view(term) == "sortby" ? "" : " and use the recipe's own \"filter\" of item properties"),
        where);
  }
  const auto has = [&](const char* word) {
    return std::ranges::any_of(api.conforms_to,
                               [&](const std::string& uri) { return uri.find(word) != std::string::npos; });
  };
  if (search.terms.contains("filter") && has("cql2-text") && !has("cql2-json")) {
    Where where = search.where;
    where.pointer += "/filter";
    throw Error(
        ErrorCode::kUnsupported,
        "the API " + redacted(api.url) +
            " takes filters as cql2-text alone; use \"query\", or the recipe's own \"filter\" of item properties",
        where);
  }
}

HttpRequest landing_request(const std::string& url, const FindOptions& options, const Where& where) {
  return {url, "GET", {{"Accept", "application/json"}}, {}, options.home, where};
}

SearchApi fetch_landing_page(Transport& transport, const std::string& url, const SearchRequest& search,
                             const FindOptions& options) {
  SearchApi api;
  transport.fetch({landing_request(url, options, search.where)}, [&](const HttpRequest&, const HttpResponse& page) {
    api = parse_landing_page(page.body, page.url, options.hrefs, search.where);
    return std::vector<HttpRequest>();
  });
  return api;
}

/// What the landing page says of an API whose search refused a POST, where that explains the refusal.
std::optional<SearchApi> api_without_post(Transport& transport, const SearchRequest& search,
                                          const FindOptions& options) {
  try {
    SearchApi api = fetch_landing_page(transport, root_of_search(search.url), search, options);
    if (!api.post) return api;
  } catch (const Error& error) {
    if (error.code() == ErrorCode::kCancelled) throw;
  }
  return std::nullopt;
}

}  // namespace

bool SearchApi::offers(const std::string& extension) const {
  if (!states_conformance) return true;
  // "https://api.stacspec.org/v1.0.0/item-search#sort", in drafts also "...#filter:basic-cql".
  const std::string word = "item-search#" + extension;
  return std::ranges::any_of(conforms_to, [&](const std::string& uri) {
    const std::size_t at = uri.find(word);
    if (at == std::string::npos) return false;
    const std::size_t end = at + word.size();
    return end == uri.size() || uri[end] == ':' || uri[end] == '/';
  });
}

bool is_search_url(const std::string& url) {
  const auto parts = parse_url(url);
  return parts && last_segment(parts->path.substr(0, parts->path.find('#'))) == "search";
}

std::string root_of_search(const std::string& url) {
  auto parts = parse_url(url);
  if (!parts) return url;
  while (parts->path.ends_with('/')) parts->path.pop_back();
  parts->path.erase(parts->path.rfind('/') + 1);
  return Url{parts->scheme, parts->authority, parts->path, {}}.text();
}

SearchApi parse_landing_page(std::string_view text, const std::string& document, const HrefPolicy& policy,
                             const Where& where) {
  const Json json = parse_json(text, document);
  const Cursor root(json, document);
  if (!root.is_object()) root.fail_expected("the landing page of a STAC API");
  SearchApi api{{}, false, false, false, {}};
  bool states_method = false;
  if (const auto links = root.find("links"))
    for (const Link& link : parse_links(*links, {"search"})) {
      if (api.url.empty()) api.url = resolve_href(link.href, document, policy, link.where).text;
      api.post = api.post || link.method == "POST";
      api.get = api.get || link.method == "GET";
      states_method = states_method || link.states_method;
    }
  if (api.url.empty())
    throw Error(ErrorCode::kInvalid,
                "the document at " + redacted(document) +
                    " links to no item search (rel \"search\"); give the root of a STAC API, the URL of its search, or "
                    "name a catalogue in \"items\" without \"search\"",
                where);
  // Old APIs offer both and say nothing of methods.
  if (!states_method) api.post = true;
  if (const auto conforms = root.find("conformsTo"); conforms && conforms->is_array()) {
    api.states_conformance = true;
    for (const Cursor& uri : conforms->elements())
      if (uri.is_string()) api.conforms_to.push_back(uri.as_string());
  }
  return api;
}

std::string search_query(const Json& terms) {
  std::string query;
  for (const auto& [key, value] : terms.items())
    query += (query.empty() ? "?" : "&") + key + "=" + encoded(query_value(key, value));
  return query;
}

PageRequest first_page(const SearchRequest& search, const SearchApi& api) {
  check_offered(search, api);
  PageRequest request{api.url, api.post ? "POST" : "GET", {}, {}, search.where};
  Json terms = search.terms;
  if (!api.offers("fields")) terms.erase("fields");
  if (!terms.contains("limit")) terms["limit"] = std::min(kItemsPerPage, search.max_items.value_or(kItemsPerPage));
  if (api.post) {
    request.body = std::move(terms);
    return request;
  }
  std::string query = search_query(terms);
  if (request.url.find('?') != std::string::npos) query.front() = '&';
  request.url += query;
  return request;
}

FoundItems fetch_search(Transport& transport, const SearchRequest& search, FindOptions options) {
  options.max_items = search.max_items;
  if (!is_search_url(search.url)) {
    const SearchApi api = fetch_landing_page(transport, search.url, search, options);
    return fetch_pages(transport, first_page(search, api), options);
  }
  bool answered = false;
  options.progress = [&answered, tell = options.progress](std::size_t documents, std::size_t items) {
    answered = true;
    if (tell) tell(documents, items);
  };
  try {
    return fetch_pages(transport, first_page(search, {search.url}), options);
  } catch (const Error& error) {
    if (answered || error.code() == ErrorCode::kCancelled) throw;
    const auto api = api_without_post(transport, search, options);
    if (!api) throw;
    return fetch_pages(transport, first_page(search, *api), options);
  }
}

}  // namespace stacvrt::stac
