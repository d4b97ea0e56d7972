// SPDX-License-Identifier: MIT
#include "driver/identify.h"

#include <algorithm>
#include <optional>

#include "driver/dataset_name.h"

namespace stacvrt::driver {

namespace {

constexpr int kHeaderBytes = 65536;

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// A pull scanner over JSON text: only strings and depth matter.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : m_text(text) {}

  // The next string at depth 1 that stands in key position, or nothing at the end.
  std::optional<std::string_view> next_key() {
    while (m_at < m_text.size()) {
      const char c = m_text[m_at];
      if (c == '"') {
        const std::string_view word = string();
        skip_space();
        if (m_depth == 1 && m_at < m_text.size() && m_text[m_at] == ':') {
          ++m_at;
          return word;
        }
        continue;
      }
      if (c == '{' || c == '[') ++m_depth;
      if (c == '}' || c == ']') --m_depth;
      ++m_at;
    }
    return std::nullopt;
  }

  // The string that comes next; nothing for other values and for a string that the end of the text cuts off.
  std::optional<std::string_view> value_string() {
    skip_space();
    if (m_at >= m_text.size() || m_text[m_at] != '"') return std::nullopt;
    const std::string_view value = string();
    return m_at <= m_text.size() ? std::optional(value) : std::nullopt;
  }

 private:
  void skip_space() {
    while (m_at < m_text.size() && is_space(m_text[m_at])) ++m_at;
  }

  std::string_view string() {
    const std::size_t begin = ++m_at;
    while (m_at < m_text.size() && m_text[m_at] != '"') m_at += m_text[m_at] == '\\' ? 2U : 1U;
    const std::size_t end = std::min(m_at, m_text.size());
    ++m_at;
    return m_text.substr(begin, end - begin);
  }

  std::string_view m_text;
  std::size_t m_at = 0;
  int m_depth = 0;
};

bool only_we_are_allowed(const GDALOpenInfo& info) {
  return info.papszAllowedDrivers && info.papszAllowedDrivers[0] && !info.papszAllowedDrivers[1] &&
         EQUAL(info.papszAllowedDrivers[0], "STACVRT");
}

std::string_view header_of(const GDALOpenInfo& info) {
  return {reinterpret_cast<const char*>(info.pabyHeader), static_cast<std::size_t>(info.nHeaderBytes)};
}

bool looks_like_object(std::string_view text) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  if (text.substr(0, kMark.size()) == kMark) text.remove_prefix(kMark.size());
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  return !text.empty() && text.front() == '{';
}

}  // namespace

bool says_stacvrt(std::string_view json) {
  Scanner scanner(json);
  for (auto key = scanner.next_key(); key; key = scanner.next_key())
    if (*key == "type") return scanner.value_string() == "STACVRT";
  return false;
}

int identify(GDALOpenInfo* info) {
  if (has_prefix(info->pszFilename)) return TRUE;
  if (!info->fpL) return FALSE;
  if (ends_with_suffix(info->pszFilename)) return TRUE;
  if (info->nHeaderBytes == 0) return FALSE;
  if (!looks_like_object(header_of(*info))) return FALSE;
  if (!info->TryToIngest(kHeaderBytes)) return FALSE;
  const std::string_view header = header_of(*info);
  if (says_stacvrt(header)) return TRUE;
  return only_we_are_allowed(*info) && header.find("\"stac_version\"") != std::string_view::npos;
}

}  // namespace stacvrt::driver
