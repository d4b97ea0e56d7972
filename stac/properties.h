// SPDX-License-Identifier: MIT
// The `properties` of an item, for filters, grouping and what depends on a provider's own fields. Items of one
// collection have the same names in the same order: these are kept once.
#pragma once

#include <memory>
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
  explicit Properties(Json object);
  /// The same members, their names kept in `names`, which must be equal to names().
  void share(std::shared_ptr<const Names> names) { m_names = std::move(names); }

  /// The value of that name; end() when there is none. Null is a value here.
  [[nodiscard]] const Json* find(std::string_view name) const;
  [[nodiscard]] static const Json* end() { return nullptr; }
  [[nodiscard]] const std::shared_ptr<const Names>& names() const { return m_names; }

 private:
  std::shared_ptr<const Names> m_names = std::make_shared<const Names>();
  std::vector<Json> m_values;
};

}  // namespace stacvrt::stac
