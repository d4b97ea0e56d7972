// SPDX-License-Identifier: MIT
#include "stac/http_excerpt.h"

#include <algorithm>

#include "stac/json.h"
#include "stac/letter_case.h"

namespace stacvrt::stac {

namespace {

constexpr std::size_t kMostBytes = 200;
constexpr std::size_t kShortestSecret = 4;

bool continues_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

// Bytes of the UTF-8 character that begins `text`; 0 where none does.
std::size_t character_size(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t size = lead < 0x80 ? 1 : lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
  if (size == 0 || size > text.size()) return 0;
  return std::all_of(text.begin() + 1, text.begin() + static_cast<std::ptrdiff_t>(size), continues_character) ? size
                                                                                                              : 0;
}

std::string one_line(std::string_view text) {
  std::string line;
  while (!text.empty()) {
    const std::size_t size = character_size(text);
    const auto first = static_cast<unsigned char>(text.front());
    const bool blank = first <= 0x20 || first == 0x7f;
    const std::string piece = blank ? " " : size == 0 ? "?" : std::string(text.substr(0, size));
    const bool doubled = blank && (line.empty() || line.back() == ' ');
    if (line.size() + piece.size() > kMostBytes) return line + "...";
    if (!doubled) line += piece;
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

std::string message_in(const Json& json) {
  if (json.is_string()) return json.get<std::string>();
  if (!json.is_object()) return json.dump(-1, ' ', false, Json::error_handler_t::replace);
  for (const char* key : {"description", "detail", "message", "title", "error", "reason"})
    if (const auto found = json.find(key); found != json.end() && !found->is_null())
      return found->is_string() ? found->get<std::string>() : message_in(*found);
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// The text that the body holds for people; empty where it holds none.
std::string text_in(const std::string& type, std::string_view body) {
  if (type == "text/plain") return std::string(body);
  if (type != "application/json" && !(type.starts_with("application/") && type.ends_with("+json"))) return {};
  try {
    return message_in(parse_json(body, {}));
  } catch (const Error&) {
    return std::string(body);  // cut off, or not what it claims to be
  }
}

}  // namespace

std::string server_message(std::string_view content_type, std::string_view body,
                           const std::vector<std::string>& secrets) {
  std::string type = lowered(content_type.substr(0, content_type.find(';')));
  type.erase(std::remove(type.begin(), type.end(), ' '), type.end());
  // Secrets first: what is shortened afterwards may not end in half of one.
  return one_line(without_secrets(text_in(type, body), secrets));
}

std::string without_secrets(std::string text, std::vector<std::string> secrets) {
  // One may hold another.
  std::sort(secrets.begin(), secrets.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
  for (const std::string& secret : secrets) {
    if (secret.size() < kShortestSecret) continue;
    for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at + 3))
      text.replace(at, secret.size(), "***");
  }
  return text;
}

}  // namespace stacvrt::stac
