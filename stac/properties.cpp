// SPDX-License-Identifier: MIT
#include "stac/properties.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace stacvrt::stac {
namespace {

using End = std::uint32_t;  // documents have less than 4 GB

End end_at(const std::string& packed, std::size_t index) {
  End end = 0;
  std::memcpy(&end, packed.data() + index * sizeof(End), sizeof(End));
  return end;
}

}  // namespace

const std::shared_ptr<const Properties::Names>& Properties::no_names() {
  static const auto kNone = std::make_shared<const Names>();
  return kNone;
}

Properties::Properties(const Json& object) {
  if (!object.is_object() || object.empty()) return;
  auto names = std::make_shared<Names>();
  names->reserve(object.size());
  std::vector<End> ends;
  std::string values;
  const std::size_t begin = object.size() * sizeof(End);
  for (const auto& [name, value] : object.items()) {
    names->push_back(name);
    Json::to_msgpack(value, values);
    ends.push_back(static_cast<End>(begin + values.size()));
  }
  m_packed.reserve(begin + values.size());
  m_packed.assign(reinterpret_cast<const char*>(ends.data()), begin).append(values);
  m_names = std::move(names);
}

std::optional<Json> Properties::find(std::string_view name) const {
  const auto found = std::find(m_names->begin(), m_names->end(), name);
  if (found == m_names->end()) return std::nullopt;
  const auto index = static_cast<std::size_t>(found - m_names->begin());
  const std::size_t begin = index == 0 ? m_names->size() * sizeof(End) : end_at(m_packed, index - 1);
  return unpack_json(std::string_view(m_packed).substr(begin, end_at(m_packed, index) - begin));
}

}  // namespace stacvrt::stac
