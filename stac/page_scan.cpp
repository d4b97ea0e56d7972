// SPDX-License-Identifier: MIT
#include "stac/page_scan.h"

namespace stacvrt::stac {
namespace {

class Scanner {
 public:
  explicit Scanner(std::string_view text) : m_text(text) {}

  [[nodiscard]] bool at_end() const { return m_at >= m_text.size(); }
  [[nodiscard]] char peek() const { return at_end() ? '\0' : m_text[m_at]; }
  void step() { ++m_at; }

  void skip_space() {
    while (!at_end() && (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r')) step();
  }

  /// The text between the quotes of the string that begins here.
  std::string_view string() {
    const std::size_t begin = ++m_at;
    while (true) {
      m_at = m_text.find_first_of("\"\\", m_at);
      if (m_at == std::string_view::npos) {
        m_at = m_text.size();
        return m_text.substr(begin);
      }
      if (m_text[m_at] == '"') break;
      m_at += 2;
    }
    return m_text.substr(begin, m_at++ - begin);
  }

  /// The text of the value that begins here. Of an array, `elements` counts what it holds.
  std::string_view value(std::size_t& elements) {
    const std::size_t begin = m_at;
    std::size_t depth = 0, commas = 0;
    bool empty = true;
    while (!at_end()) {
      const char c = peek();
      if (c == '"') {
        empty = false;
        (void)string();
        if (depth == 0) break;
        continue;
      }
      const bool opens = c == '{' || c == '[', closes = c == '}' || c == ']';
      if (depth == 0 && (closes || c == ',')) break;
      if (depth == 1 && c == ',') ++commas;
      if (depth > 0 && !closes && static_cast<unsigned char>(c) > ' ') empty = false;
      depth = depth + (opens ? 1 : 0) - (closes ? 1 : 0);
      step();
      if (closes && depth == 0) break;
    }
    elements = empty ? 0 : commas + 1;
    return m_text.substr(begin, m_at - begin);
  }

 private:
  std::string_view m_text;
  std::size_t m_at = 0;
};

std::string_view unquoted(std::string_view text) {
  return text.size() >= 2 && text.front() == '"' ? text.substr(1, text.size() - 2) : std::string_view();
}

/// Calls `see` with key, value and (of an array) number of elements of each top-level member until it says to stop.
template <typename See>
void for_each_member(std::string_view text, const See& see) {
  Scanner scanner(text.starts_with("\xEF\xBB\xBF") ? text.substr(3) : text);
  scanner.skip_space();
  if (scanner.peek() != '{') return;
  scanner.step();
  while (true) {
    scanner.skip_space();
    if (scanner.peek() == ',') {
      scanner.step();
      continue;
    }
    if (scanner.peek() != '"') return;
    const std::string_view key = scanner.string();
    scanner.skip_space();
    if (scanner.peek() != ':') return;
    scanner.step();
    scanner.skip_space();
    std::size_t elements = 0;
    const std::string_view value = scanner.value(elements);
    if (!see(key, value, elements)) return;
  }
}

}  // namespace

PageScan scan_page(std::string_view text) {
  PageScan page;
  for_each_member(text, [&page](std::string_view key, std::string_view value, std::size_t elements) {
    if (key == "type") page.type = unquoted(value);
    if (key == "links") page.links = value;
    if (key == "description") page.has_description = true;
    if (key == "geometry") page.has_geometry = true;
    if (key == "features") {
      page.features = value;
      page.items = elements;
    }
    return true;
  });
  return page;
}

std::string_view top_level_member(std::string_view text, std::string_view key) {
  std::string_view found;
  for_each_member(text, [&](std::string_view name, std::string_view value, std::size_t) {
    if (name == key) found = value;
    return name != key;
  });
  return found;
}

}  // namespace stacvrt::stac
