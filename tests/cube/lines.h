// SPDX-License-Identifier: MIT
// Lists of messages.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

namespace stacvrt::cube::fakes {

/// Whether any of `lines` has `part` in it.
inline bool any_contains(const std::vector<std::string>& lines, const std::string& part) {
  return std::any_of(lines.begin(), lines.end(),
                     [&part](const std::string& line) { return line.find(part) != std::string::npos; });
}

}  // namespace stacvrt::cube::fakes
