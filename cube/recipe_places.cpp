// SPDX-License-Identifier: MIT
#include "cube/recipe_places.h"

namespace stacvrt::cube {

void RecipePlaces::forget_below(const std::string& pointer) {
  const std::string prefix = pointer + "/";
  auto it = m_places.lower_bound(prefix);
  while (it != m_places.end() && it->first.starts_with(prefix)) it = m_places.erase(it);
}

void RecipePlaces::put(const std::string& pointer, const Where& place) {
  forget_below(pointer);
  m_places[pointer] = place;
}

void RecipePlaces::take(const std::string& pointer, const RecipePlaces& from) {
  put(pointer, from.find(pointer, {}));
  const std::string prefix = pointer + "/";
  for (auto it = from.m_places.lower_bound(prefix); it != from.m_places.end() && it->first.starts_with(prefix); ++it) {
    m_places[it->first] = it->second;
  }
}

Where RecipePlaces::find(const std::string& pointer, const Where& fallback) const {
  std::string enclosing = pointer;
  while (true) {
    if (const auto it = m_places.find(enclosing); it != m_places.end()) {
      Where place = it->second;
      place.pointer += pointer.substr(enclosing.size());
      return place;
    }
    if (enclosing.empty()) break;
    enclosing.erase(enclosing.rfind('/'));
  }
  Where place = fallback;
  place.pointer = pointer;
  return place;
}

}  // namespace stacvrt::cube
