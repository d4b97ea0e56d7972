// SPDX-License-Identifier: MIT
#include "stac/url.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <vector>

#include "stac/letter_case.h"

namespace stacvrt::stac {
namespace {

bool is_scheme(std::string_view text) {
  const auto is_scheme_char = [](unsigned char c) { return std::isalnum(c) != 0 || c == '+' || c == '-' || c == '.'; };
  return text.size() >= 2 && std::isalpha(static_cast<unsigned char>(text.front())) != 0 &&
         std::all_of(text.begin(), text.end(), is_scheme_char);
}

}  // namespace

std::optional<Url> parse_url(std::string_view text) {
  const std::size_t colon = text.find("://");
  if (colon == std::string_view::npos || !is_scheme(text.substr(0, colon))) return std::nullopt;
  Url url;
  url.scheme = lowered(text.substr(0, colon));
  const std::string_view rest = text.substr(colon + 3);
  const std::size_t path = std::min(rest.find_first_of("/?#"), rest.size());
  const std::size_t query = std::min(rest.find('?', path), rest.size());
  url.authority = rest.substr(0, path);
  url.path = rest.substr(path, query - path);
  url.query = rest.substr(query);
  return url;
}

std::string remove_dot_segments(std::string_view path) {
  const bool absolute = path.starts_with('/');
  if (absolute) path.remove_prefix(1);
  std::vector<std::string_view> kept;
  bool ends_in_folder = false;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view segment = path.substr(begin, end - begin);
    begin = end + 1;
    ends_in_folder = segment == "." || segment == "..";
    // "a/..//b" must not become the absolute "/b".
    if (segment.empty() && kept.empty() && !absolute) continue;
    if (segment == ".." && !kept.empty() && kept.back() != "..")
      kept.pop_back();
    else if (segment == ".." ? !absolute : segment != ".")
      kept.push_back(segment);
  }
  std::string result = absolute ? "/" : "";
  for (std::size_t i = 0; i < kept.size(); ++i) result.append(i == 0 ? "" : "/").append(kept[i]);
  if (ends_in_folder && !kept.empty()) result += '/';
  return result;
}

Url join_url(const Url& base, std::string_view reference) {
  Url url{base.scheme, base.authority, {}, {}};
  const std::size_t query = std::min(reference.find('?'), reference.size());
  const std::string_view path = reference.substr(0, query);
  url.query = reference.substr(query);
  if (path.starts_with('/')) {
    url.path = remove_dot_segments(path);
  } else {
    const std::size_t slash = base.path.rfind('/');
    const std::string folder = slash == std::string::npos ? "/" : base.path.substr(0, slash + 1);
    url.path = remove_dot_segments(folder + std::string(path));
  }
  return url;
}

std::string percent_decoded(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned char byte = 0;
    const char* const digits = text.data() + i + 1;
    if (text[i] == '%' && i + 2 < text.size() && std::isxdigit(static_cast<unsigned char>(digits[0])) != 0 &&
        std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2) {
      result += static_cast<char>(byte);
      i += 2;
    } else {
      result += text[i];
    }
  }
  return result;
}

std::string redacted(std::string_view text) {
  const std::size_t scheme = text.find("://");
  if (scheme == std::string_view::npos) return std::string(text);
  const std::size_t begin = scheme + 3;
  const std::size_t end = std::min(text.find_first_of("/?", begin), text.size());
  const std::size_t at = text.substr(begin, end - begin).rfind('@');
  const std::size_t query = std::min(text.find('?', begin), text.size());
  std::string shown(text.substr(0, begin));
  const std::size_t host = at == std::string_view::npos ? begin : begin + at + 1;
  shown += text.substr(host, query - host);
  return query < text.size() ? shown + "?..." : shown;
}

}  // namespace stacvrt::stac
