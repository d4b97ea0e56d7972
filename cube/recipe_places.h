// SPDX-License-Identifier: MIT
// Where each value of a merged recipe was written: the document, a preset or an open option. Knows pointers and nothing
// of what they mean.
#pragma once

#include <map>
#include <string>

#include "stac/error.h"
#include "stac/json.h"

namespace stacvrt::cube {

/// JSON pointers of a merged recipe and the places they came from. A pointer without an entry of its own came with the
/// nearest enclosing one.
class RecipePlaces {
 public:
  /// Everything at and below `pointer` was written at `place`; entries below it are forgotten.
  void put(const std::string& pointer, const Where& place);
  /// As put, with the entries that `from` has at and below the same pointer.
  void take(const std::string& pointer, const RecipePlaces& from);
  /// Where the value at `pointer` was written; `fallback` (with the pointer) when nothing is known of it.
  [[nodiscard]] Where find(const std::string& pointer, const Where& fallback) const;

 private:
  void forget_below(const std::string& pointer);

  std::map<std::string, Where> m_places;
};

using stac::pointer_token;

}  // namespace stacvrt::cube
