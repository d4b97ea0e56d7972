// SPDX-License-Identifier: MIT
#include "stac/item.h"

#include <algorithm>

#include "stac/letter_case.h"

namespace stacvrt::stac {
namespace {}  // namespace

std::string TilePyramid::href(const TileMatrix& level, std::int64_t row, std::int64_t col) const {
  const std::pair<std::string_view, std::string> values[] = {{"TileMatrixSet", matrix_set},
                                                             {"TileMatrix", level.id},
                                                             {"TileRow", std::to_string(row)},
                                                             {"TileCol", std::to_string(col)}};
  std::string result;
  std::string_view rest = href_template;
  while (!rest.empty()) {
    const std::size_t open = rest.find('{');
    const std::size_t close = open == std::string_view::npos ? open : rest.find('}', open);
    if (close == std::string_view::npos) break;
    result += rest.substr(0, open);
    const std::string_view name = rest.substr(open + 1, close - open - 1);
    const auto value = std::find_if(std::begin(values), std::end(values),
                                    [name](const auto& entry) { return same_word(entry.first, name); });
    // What is no placeholder stays as it is written.
    if (value != std::end(values))
      result += value->second;
    else
      result += rest.substr(open, close + 1 - open);
    rest.remove_prefix(close + 1);
  }
  return result.append(rest);
}

bool Asset::has_role(std::string_view role) const {
  return std::find(roles.begin(), roles.end(), role) != roles.end();
}

Instant Item::when() const {
  return datetime ? *datetime : start_datetime.value_or(0);
}

const Asset* Item::find_asset(std::string_view key) const {
  const auto found = std::find_if(assets.begin(), assets.end(), [key](const Asset& asset) { return asset.key == key; });
  return found == assets.end() ? nullptr : &*found;
}

Where Item::where(const Asset& asset) const {
  return {document, id, pointer + (asset.is_template ? "/asset_templates/" : "/assets/") + pointer_token(asset.key)};
}

}  // namespace stacvrt::stac
