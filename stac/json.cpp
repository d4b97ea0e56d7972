// SPDX-License-Identifier: MIT
#include "stac/json.h"

#include <algorithm>
#include <unordered_map>

#include "stac/strict_json.h"
#include "stac/utf8.h"

template class nlohmann::basic_json<nlohmann::ordered_map>;

namespace stacvrt::stac {
namespace {

/// What is made of a key that an object has twice.
enum class EqualKeys { kLastHolds, kRefused };

/// Members of an object that are found by a plain scan; beyond it an index keeps hostile objects from costing n^2.
constexpr std::size_t kScannedMembers = 32;

std::string line_and_column(std::string_view text, std::size_t position) {
  const std::string_view before = text.substr(0, std::min(position, text.size()));
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const std::size_t newline = before.rfind('\n');
  const std::size_t column = newline == std::string_view::npos ? before.size() + 1 : before.size() - newline;
  return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

[[noreturn]] void fail_syntax(std::string_view text, std::size_t position, const std::string& reason,
                              const std::string& document) {
  throw Error(ErrorCode::kSyntax, "not valid JSON: " + reason + " (" + line_and_column(text, position) + ")",
              {document, {}, {}});
}

/// What `text` is where it is no JSON from its first byte on; "" where it begins as JSON does.
std::string other_than_json(std::string_view text) {
  constexpr std::size_t kShown = 8;
  constexpr std::string_view kWideBrackets[] = {{"{\0", 2}, {"\0{", 2}, {"[\0", 2}, {"\0[", 2}, "\xFF\xFE", "\xFE\xFF"};
  if (std::ranges::any_of(kWideBrackets, [text](std::string_view mark) { return text.starts_with(mark); }))
    return "the text is UTF-16; save it as UTF-8";
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || text[first] == '{' || text[first] == '[') return {};
  return "it begins with '" + printable(text.substr(first, kShown)) + "', where JSON begins with { or [";
}

/// Brackets outside strings, counted before anything is built. Text that is no JSON is left for the parser to refuse.
void check_depth(std::string_view text, const std::string& document) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth <= kMaxJsonDepth) continue;
      const std::string other = other_than_json(text);
      if (!other.empty()) fail_syntax(text, 0, other, document);
      fail_syntax(text, i, "nested deeper than " + std::to_string(kMaxJsonDepth) + " levels", document);
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    }
  }
}

/// The part of the parser's message behind its own prefix ("[json.exception...] parse error at line 1, column 2: ").
std::string reason_of(const nlohmann::json::exception& error) {
  std::string text = error.what();
  if (const auto bracket = text.find("] "); text.starts_with("[json") && bracket != std::string::npos)
    text.erase(0, bracket + 2);
  if (const auto colon = text.find(": "); text.starts_with("parse error") && colon != std::string::npos)
    text.erase(0, colon + 2);
  return text;
}

/// Builds the document from the parser's events: keys keep their order.
class Builder : public nlohmann::json_sax<Json> {
 public:
  Builder(Json& root, const std::string& document, EqualKeys equal_keys)
      : m_root(root), m_document(document), m_equal_keys(equal_keys) {}

  bool null() override { return put(nullptr); }
  bool boolean(bool value) override { return put(value); }
  bool number_integer(number_integer_t value) override { return put(value); }
  bool number_unsigned(number_unsigned_t value) override { return put(value); }
  bool number_float(number_float_t value, const string_t&) override { return put(value); }
  bool string(string_t& value) override { return put(std::move(value)); }
  bool binary(binary_t&) override { return false; }
  bool key(string_t& value) override {
    m_open.back().key = std::move(value);
    return true;
  }
  bool start_object(std::size_t) override { return open(Json::object()); }
  bool start_array(std::size_t) override { return open(Json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception& error) override {
    m_position = position;
    m_reason = reason_of(error);
    return false;
  }

  [[nodiscard]] std::size_t position() const { return m_position; }
  [[nodiscard]] const std::string& reason() const { return m_reason; }

 private:
  struct Level {
    Json* value = nullptr;
    std::string key;
    std::unordered_map<std::string, std::size_t> places;
  };

  Json& add(Json value) {
    if (m_open.empty()) return m_root = std::move(value);
    Level& level = m_open.back();
    if (level.value->is_array()) return level.value->get_ref<Json::array_t&>().emplace_back(std::move(value));
    return add_member(level, std::move(value));
  }

  Json& add_member(Level& level, Json value) {
    auto& object = level.value->get_ref<Json::object_t&>();
    if (object.size() < kScannedMembers) {
      if (object.find(level.key) != object.end()) check_repetition();
      return object[level.key] = std::move(value);
    }
    if (level.places.empty())
      for (std::size_t i = 0; i < object.size(); ++i) level.places.emplace((object.begin() + offset(i))->first, i);
    const auto [place, is_new] = level.places.emplace(level.key, object.size());
    if (!is_new) check_repetition();
    if (!is_new) return (object.begin() + offset(place->second))->second = std::move(value);
    return object.emplace_back(level.key, std::move(value)).second;
  }

  /// For a key that its object has already.
  void check_repetition() const {
    if (m_equal_keys == EqualKeys::kLastHolds) return;
    std::string pointer;
    for (const Level& level : m_open) {
      const bool counted = level.value->is_array();
      pointer += "/" + (counted ? std::to_string(level.value->size() - 1) : pointer_token(level.key));
    }
    throw Error(ErrorCode::kInvalid, "the key '" + m_open.back().key + "' is given twice; keep one of them",
                {m_document, {}, pointer});
  }

  static std::ptrdiff_t offset(std::size_t index) { return static_cast<std::ptrdiff_t>(index); }

  bool put(Json value) {
    add(std::move(value));
    return true;
  }
  bool open(Json value) {
    Json& added = add(std::move(value));
    m_open.push_back({&added, {}, {}});
    return true;
  }
  bool close() {
    m_open.pop_back();
    return true;
  }

  Json& m_root;
  const std::string& m_document;
  const EqualKeys m_equal_keys;
  std::vector<Level> m_open;
  std::size_t m_position = 0;
  std::string m_reason = "no value";
};

Json parse(std::string_view text, const std::string& document, EqualKeys equal_keys) {
  check_depth(text, document);
  Json root;
  Builder builder(root, document, equal_keys);
  if (Json::sax_parse(text.begin(), text.end(), &builder)) return root;
  const std::string other = other_than_json(text);
  if (!other.empty()) fail_syntax(text, 0, other, document);
  if (const std::size_t end = utf8_end(text); end < text.size())
    fail_syntax(text, end, "byte " + printable(text.substr(end, 1)) + " is not UTF-8; save the text as UTF-8",
                document);
  fail_syntax(text, builder.position() == 0 ? 0 : builder.position() - 1, printable(builder.reason()), document);
}

}  // namespace

Json parse_json(std::string_view text, const std::string& document) {
  return parse(text, document, EqualKeys::kLastHolds);
}

Json unpack_json(std::string_view packed) {
  Json root;
  const std::string nobody;
  Builder builder(root, nobody, EqualKeys::kLastHolds);
  (void)Json::sax_parse(packed.begin(), packed.end(), &builder, Json::input_format_t::msgpack);
  return root;
}

Json parse_strict_json(std::string_view text, const std::string& document) {
  return parse(text, document, EqualKeys::kRefused);
}

}  // namespace stacvrt::stac
