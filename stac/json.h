// SPDX-License-Identifier: MIT
// Reading JSON so that every complaint can name its place: a bounded parser and a cursor that knows its own JSON
// pointer. Used by the catalogue parsers and by the recipe parser; knows nothing of either.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "stac/error.h"

// Compiled once, in json.cpp: it is large, and nearly every source file uses it.
extern template class nlohmann::basic_json<nlohmann::ordered_map>;

namespace stacvrt::stac {

/// Keeps the order of keys, so that "every asset" means the document's order.
using Json = nlohmann::ordered_json;

/// Deepest nesting of arrays and objects that is accepted.
inline constexpr std::size_t kMaxJsonDepth = 64;

/// Parses `text`. Throws Error{kSyntax} naming `document`, line and column for anything that is not JSON (bare NaN and
/// Infinity included), for numbers outside the range of double, and for nesting beyond kMaxJsonDepth.
[[nodiscard]] Json parse_json(std::string_view text, const std::string& document);

/// A key as a token of a JSON pointer (RFC 6901).
[[nodiscard]] std::string pointer_token(std::string_view key);

/// A JSON value together with its place. Cheap to copy; the document must outlive it.
class Cursor {
 public:
  /// The root of a document; `item` (may be empty) is named in errors.
  Cursor(const Json& value, std::string document, std::string item = {}, std::string pointer = {});

  [[nodiscard]] const Json& json() const noexcept { return *m_value; }
  [[nodiscard]] Where where() const { return {m_origin->document, m_origin->item, m_pointer}; }
  [[nodiscard]] const std::string& pointer() const noexcept { return m_pointer; }
  /// The same place, naming an item in errors from here on.
  [[nodiscard]] Cursor in_item(std::string item) const;

  [[nodiscard]] bool is_null() const noexcept { return m_value->is_null(); }
  [[nodiscard]] bool is_object() const noexcept { return m_value->is_object(); }
  [[nodiscard]] bool is_array() const noexcept { return m_value->is_array(); }
  [[nodiscard]] bool is_string() const noexcept { return m_value->is_string(); }
  [[nodiscard]] bool is_number() const noexcept { return m_value->is_number(); }
  [[nodiscard]] bool is_bool() const noexcept { return m_value->is_boolean(); }

  /// Member `key` of an object, nothing when absent or null. Throws kInvalid when this is no object.
  [[nodiscard]] std::optional<Cursor> find(std::string_view key) const;
  /// Member `key`; throws kInvalid "missing key" when absent or null.
  [[nodiscard]] Cursor at(std::string_view key) const;
  /// Number of elements of an array or members of an object; throws kInvalid for anything else.
  [[nodiscard]] std::size_t size() const;
  /// Element of an array.
  [[nodiscard]] Cursor at(std::size_t index) const;
  /// All elements of an array; throws kInvalid when this is none.
  [[nodiscard]] std::vector<Cursor> elements() const;
  /// All (key, value) members in document order; throws kInvalid when this is no object.
  [[nodiscard]] std::vector<std::pair<std::string, Cursor>> members() const;

  /// Typed access; each throws kInvalid naming what was expected and what is there.
  [[nodiscard]] std::string as_string() const;
  [[nodiscard]] double as_number() const;         ///< finite
  [[nodiscard]] std::int64_t as_integer() const;  ///< an integer, or a float without fraction
  [[nodiscard]] bool as_bool() const;
  [[nodiscard]] std::vector<double> as_numbers() const;  ///< an array of finite numbers
  [[nodiscard]] std::vector<std::string> as_strings() const;

  /// Throws Error{code} at this place.
  [[noreturn]] void fail(ErrorCode code, const std::string& message) const;
  /// Throws kInvalid "expected <what>, found <what is there>" at this place.
  [[noreturn]] void fail_expected(const std::string& what) const;

 private:
  struct Origin {
    std::string document;
    std::string item;
  };

  Cursor(const Json& value, std::shared_ptr<const Origin> origin, std::string pointer)
      : m_value(&value), m_origin(std::move(origin)), m_pointer(std::move(pointer)) {}
  [[nodiscard]] Cursor child(const Json& value, const std::string& token) const;

  const Json* m_value;
  std::shared_ptr<const Origin> m_origin;
  std::string m_pointer;
};

/// A value that was packed as MessagePack by nlohmann-json from a value of parse_json().
[[nodiscard]] Json unpack_json(std::string_view packed);

}  // namespace stacvrt::stac
