// SPDX-License-Identifier: MIT
#include "stac/http_headers.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "stac/letter_case.h"

namespace stacvrt::stac {

namespace {

constexpr std::array<std::string_view, 10> kFraming{
    "Host",    "Content-Length", "Transfer-Encoding", "Connection", "Upgrade", "Expect", "TE",
    "Trailer", "Range",          "Keep-Alive"};

bool is_token_char(unsigned char c) {
  return std::isalnum(c) != 0 ||
         (c != 0 && std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) != std::string_view::npos);
}

bool is_value_char(unsigned char c) {
  return c == '\t' || (c >= 0x20 && c != 0x7f);
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

std::string printable(std::string name) {
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return c < 0x20 || c >= 0x7f; }, '?');
  return name.size() > 60 ? name.substr(0, 60) + "..." : name;
}

}  // namespace

bool same_header(std::string_view a, std::string_view b) {
  return same_word(a, b);
}

std::optional<std::string> find_header(const HttpHeaders& headers, std::string_view name) {
  for (const auto& [key, value] : headers)
    if (same_header(key, name)) return value;
  return std::nullopt;
}

void check_header(const std::string& name, const std::string& value, const Where& where) {
  if (name.empty() || !std::all_of(name.begin(), name.end(), is_token_char))
    throw Error(ErrorCode::kRefused,
                "'" + printable(name) + "' is no name of an HTTP header; it has letters, digits and '-', say", where);
  if (!std::all_of(value.begin(), value.end(), is_value_char))
    throw Error(ErrorCode::kRefused,
                "the value of the HTTP header '" + printable(name) + "' has control characters or a line break", where);
}

void check_request_headers(const HttpHeaders& headers, const Where& where) {
  for (const auto& [name, value] : headers) {
    check_header(name, value, where);
    const auto is_it = [&name = name](std::string_view framing) { return same_header(name, framing); };
    if (std::any_of(kFraming.begin(), kFraming.end(), is_it) || same_header(name.substr(0, 6), "Proxy-"))
      throw Error(ErrorCode::kRefused, "the HTTP header '" + name + "' frames or routes a request and cannot be set",
                  where);
  }
}

std::optional<std::pair<std::string, std::string>> parse_header(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const std::string_view name = trimmed(line.substr(0, colon));
  if (name.empty()) return std::nullopt;
  return std::pair(std::string(name), std::string(trimmed(line.substr(colon + 1))));
}

}  // namespace stacvrt::stac
