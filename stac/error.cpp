// SPDX-License-Identifier: MIT
#include "stac/error.h"

#include "stac/url.h"

namespace stacvrt {

std::string Error::compose(const std::string& message, const Where& where) {
  std::string place = stac::redacted(where.document);
  const auto add = [&place](const std::string& label, const std::string& text) {
    if (text.empty()) return;
    if (!place.empty()) place += ", ";
    place += label + text;
  };
  add("item ", where.item);
  add("at ", where.pointer);
  return place.empty() ? message : message + " [" + place + "]";
}

}  // namespace stacvrt
