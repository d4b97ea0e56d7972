// SPDX-License-Identifier: MIT
#include "stac/utf8.h"

#include <cstdint>

namespace stacvrt::stac {
namespace {

/// What follows a first byte: how many bytes, and the least number that is not overlong.
struct Sequence {
  std::size_t length;
  std::uint32_t bits, least;
};

Sequence sequence_of(unsigned char first) noexcept {
  if (first < 0x80) return {1, first, 0};
  if (first >= 0xC2 && first < 0xE0) return {2, first & 0x1FU, 0x80};
  if (first >= 0xE0 && first < 0xF0) return {3, first & 0x0FU, 0x800};
  if (first >= 0xF0 && first < 0xF5) return {4, first & 0x07U, 0x10000};
  return {0, 0, 0};
}

/// Bytes of the character that begins at `at`; 0 where none does.
std::size_t character_at(std::string_view text, std::size_t at) noexcept {
  const Sequence sequence = sequence_of(static_cast<unsigned char>(text[at]));
  if (sequence.length > text.size() - at) return 0;
  std::uint32_t code = sequence.bits;
  for (std::size_t i = 1; i < sequence.length; ++i) {
    const auto byte = static_cast<unsigned char>(text[at + i]);
    if ((byte & 0xC0U) != 0x80U) return 0;
    code = code << 6 | (byte & 0x3FU);
  }
  const bool surrogate = code >= 0xD800 && code < 0xE000;
  return code < sequence.least || code > 0x10FFFF || surrogate ? 0 : sequence.length;
}

}  // namespace

std::size_t utf8_end(std::string_view text) noexcept {
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t length = character_at(text, at);
    if (length == 0) break;
    at += length;
  }
  return at;
}

std::string printable(std::string_view text) {
  constexpr const char* kDigits = "0123456789ABCDEF";
  std::string shown;
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const std::size_t length = character_at(text, at);
    const bool control = (byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7F;
    if (length > 0 && !control) {
      shown += text.substr(at, length);
    } else {
      shown += "\\x";
      shown += kDigits[byte >> 4];
      shown += kDigits[byte & 0x0F];
    }
    at += length > 0 ? length : 1;
  }
  return shown;
}

}  // namespace stacvrt::stac
