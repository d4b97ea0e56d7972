// SPDX-License-Identifier: MIT
#include "stac/link.h"

#include <algorithm>
#include <cctype>

#include "stac/letter_case.h"

namespace stacvrt::stac {
namespace {

std::string method_of(const Cursor& method) {
  const std::string word = uppered(method.as_string());
  if (word != "GET" && word != "POST") method.fail_expected("'GET' or 'POST'");
  return word;
}

/// A token of RFC 9110, section 5.6.2.
bool is_token(const std::string& name) {
  const auto is_token_char = [](unsigned char c) {
    return std::isalnum(c) != 0 || std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) != std::string::npos;
  };
  return !name.empty() && std::ranges::all_of(name, is_token_char);
}

/// What frames a request or carries a user's credentials is never a document's to say.
bool is_reserved(const std::string& name) {
  static const std::vector<std::string> reserved = {"host",
                                                    "content-length",
                                                    "content-type",
                                                    "transfer-encoding",
                                                    "connection",
                                                    "te",
                                                    "trailer",
                                                    "upgrade",
                                                    "expect",
                                                    "keep-alive",
                                                    "authorization",
                                                    "proxy-authorization",
                                                    "proxy-connection",
                                                    "cookie"};
  return std::ranges::find(reserved, lowered(name)) != reserved.end();
}

HttpHeaders headers_of(const Cursor& headers) {
  HttpHeaders result;
  for (const auto& [name, value] : headers.members()) {
    // One value, or several of the same header.
    for (const Cursor& one : value.is_array() ? value.elements() : std::vector<Cursor>{value}) {
      const std::string text = one.as_string();
      const bool breaks_line = std::ranges::any_of(text, [](unsigned char c) { return std::iscntrl(c) != 0; });
      if (!is_token(name) || breaks_line) one.fail(ErrorCode::kRefused, "a header that is not well-formed is not sent");
      if (is_reserved(name)) one.fail(ErrorCode::kRefused, "a link may not set the header '" + name + "'");
      result.emplace_back(name, text);
    }
  }
  return result;
}

}  // namespace

Link parse_link(const Cursor& link) {
  Link result;
  result.rel = link.at("rel").as_string();
  result.href = link.at("href").as_string();
  result.where = link.where();
  if (const auto type = link.find("type"); type && type->is_string()) result.type = type->as_string();
  if (const auto method = link.find("method")) {
    result.method = method_of(*method);
    result.states_method = true;
  }
  if (const auto headers = link.find("headers")) result.headers = headers_of(*headers);
  if (const auto body = link.find("body")) {
    if (!body->is_object()) body->fail_expected("an object");
    result.body = body->json();
  }
  if (const auto merge = link.find("merge")) result.merge = merge->as_bool();
  return result;
}

std::vector<Link> parse_links(const Cursor& links, const std::vector<std::string>& rels) {
  if (links.size() > kMaxLinks)
    links.fail(ErrorCode::kTooLarge,
               "the document holds " + std::to_string(links.size()) + " links; most: " + std::to_string(kMaxLinks));
  std::vector<Link> result;
  for (const Cursor& link : links.elements()) {
    if (!link.is_object()) continue;
    const auto rel = link.find("rel");
    if (!rel || !rel->is_string() || std::ranges::find(rels, rel->as_string()) == rels.end()) continue;
    // So some say on the last page that there is no next one.
    const bool leads_nowhere = link.json().contains("href") && !link.find("href");
    if (!leads_nowhere) result.push_back(parse_link(link));
  }
  return result;
}

}  // namespace stacvrt::stac
