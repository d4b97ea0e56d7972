// SPDX-License-Identifier: MIT
// The cursor of json.h: typed access that names its place. Apart from the parser, which it does not need.
#include <cmath>
#include <limits>

#include "stac/json.h"

namespace stacvrt::stac {
namespace {

constexpr std::size_t kQuotedBytes = 60;

std::string counted(std::size_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

/// "string \"x\"", "number 3", "an array of 2 elements": for messages, on one line and short.
std::string described(const Json& value) {
  if (value.is_null()) return "null";
  if (value.is_array()) return "an array of " + counted(value.size(), "element");
  if (value.is_object()) return "an object of " + counted(value.size(), "member");
  std::string text = value.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (text.size() > kQuotedBytes) {
    std::size_t cut = kQuotedBytes;
    while ((static_cast<unsigned char>(text[cut]) & 0xC0U) == 0x80U) --cut;  // not inside a UTF-8 character
    text = text.substr(0, cut) + "...";
  }
  return std::string(value.type_name()) + " " + text;
}

}  // namespace

std::string pointer_token(std::string_view key) {
  std::string result;
  for (const char c : key) {
    if (c == '~')
      result += "~0";
    else if (c == '/')
      result += "~1";
    else
      result += c;
  }
  return result;
}

Cursor::Cursor(const Json& value, std::string document, std::string item, std::string pointer)
    : Cursor(value, std::make_shared<const Origin>(Origin{std::move(document), std::move(item)}), std::move(pointer)) {}

Cursor Cursor::child(const Json& value, const std::string& token) const {
  return {value, m_origin, m_pointer + "/" + pointer_token(token)};
}

Cursor Cursor::in_item(std::string item) const {
  return {*m_value, m_origin->document, std::move(item), m_pointer};
}

std::optional<Cursor> Cursor::find(std::string_view key) const {
  if (!is_object()) fail_expected("an object");
  const std::string name(key);
  const auto found = m_value->find(name);
  if (found == m_value->end() || found->is_null()) return std::nullopt;
  return child(*found, name);
}

Cursor Cursor::at(std::string_view key) const {
  auto found = find(key);
  if (!found) fail(ErrorCode::kInvalid, "missing key '" + std::string(key) + "'");
  return *found;
}

std::size_t Cursor::size() const {
  if (!is_object() && !is_array()) fail_expected("an array or object");
  return m_value->size();
}

Cursor Cursor::at(std::size_t index) const {
  if (!is_array()) fail_expected("an array");
  if (index >= m_value->size())
    fail(ErrorCode::kInvalid, "element " + std::to_string(index) + " of " + described(*m_value));
  return child((*m_value)[index], std::to_string(index));
}

std::vector<Cursor> Cursor::elements() const {
  if (!is_array()) fail_expected("an array");
  std::vector<Cursor> result;
  result.reserve(m_value->size());
  for (std::size_t i = 0; i < m_value->size(); ++i) result.push_back(at(i));
  return result;
}

std::vector<std::pair<std::string, Cursor>> Cursor::members() const {
  if (!is_object()) fail_expected("an object");
  std::vector<std::pair<std::string, Cursor>> result;
  result.reserve(m_value->size());
  for (const auto& [key, value] : m_value->items()) result.emplace_back(key, child(value, key));
  return result;
}

std::string Cursor::as_string() const {
  if (!is_string()) fail_expected("a string");
  return m_value->get<std::string>();
}

double Cursor::as_number() const {
  if (!is_number()) fail_expected("a number");
  return m_value->get<double>();
}

std::int64_t Cursor::as_integer() const {
  constexpr double kTwoTo63 = 9223372036854775808.0;
  if (m_value->is_number_unsigned() && m_value->get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max())
    fail_expected("an integer of 64 bits");
  if (m_value->is_number_integer()) return m_value->get<std::int64_t>();
  if (!is_number()) fail_expected("an integer");
  const double value = m_value->get<double>();
  if (value != std::floor(value) || value < -kTwoTo63 || value >= kTwoTo63) fail_expected("an integer");
  return static_cast<std::int64_t>(value);
}

bool Cursor::as_bool() const {
  if (!is_bool()) fail_expected("true or false");
  return m_value->get<bool>();
}

std::vector<double> Cursor::as_numbers() const {
  if (!is_array()) fail_expected("an array of numbers");
  std::vector<double> result;
  for (const Cursor& element : elements()) result.push_back(element.as_number());
  return result;
}

std::vector<std::string> Cursor::as_strings() const {
  if (!is_array()) fail_expected("an array of strings");
  std::vector<std::string> result;
  for (const Cursor& element : elements()) result.push_back(element.as_string());
  return result;
}

void Cursor::fail(ErrorCode code, const std::string& message) const {
  throw Error(code, message, where());
}

void Cursor::fail_expected(const std::string& what) const {
  fail(ErrorCode::kInvalid, "expected " + what + ", found " + described(*m_value));
}

}  // namespace stacvrt::stac
