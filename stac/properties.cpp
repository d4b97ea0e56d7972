// SPDX-License-Identifier: MIT
#include "stac/properties.h"

#include <algorithm>

namespace stacvrt::stac {

Properties::Properties(Json object) {
  if (!object.is_object()) return;
  auto names = std::make_shared<Names>();
  names->reserve(object.size());
  m_values.reserve(object.size());
  for (auto& [name, value] : object.get_ref<Json::object_t&>()) {
    names->push_back(name);
    m_values.push_back(std::move(value));
  }
  m_names = std::move(names);
}

const Json* Properties::find(std::string_view name) const {
  const auto found = std::find(m_names->begin(), m_names->end(), name);
  return found == m_names->end() ? end() : &m_values[static_cast<std::size_t>(found - m_names->begin())];
}

}  // namespace stacvrt::stac
