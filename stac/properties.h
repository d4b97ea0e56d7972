// SPDX-License-Identifier: MIT
// The `properties` of an item, for filters, grouping and what depends on a provider's own fields. There are many of
// them and few are asked for: they are kept packed (MessagePack), one behind the other, and unpacked when asked for.
// Items of one collection have the same names in the same order: these are kept once.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stac/json.h"

namespace stacvrt::stac {

/// Names and values in document order. Immutable; copies share the names.
class Properties {
 public:
  using Names = std::vector<std::string>;

  Properties() = default;
  /// The members of an object. Anything but an object has none.
  explicit Properties(const Json& object);
  /// The same members, their names kept in `names`, which must be equal to names().
  void share(std::shared_ptr<const Names> names) { m_names = std::move(names); }

  /// The value of that name; nothing when there is none. Null is a value here.
  [[nodiscard]] std::optional<Json> find(std::string_view name) const;
  [[nodiscard]] const std::shared_ptr<const Names>& names() const { return m_names; }

 private:
  std::shared_ptr<const Names> m_names = no_names();
  std::string m_packed;  // where each value ends, as 32-bit numbers, and the values

  static const std::shared_ptr<const Names>& no_names();
};

}  // namespace stacvrt::stac
