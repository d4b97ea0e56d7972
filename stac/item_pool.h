// SPDX-License-Identifier: MIT
// What items have in common, kept once: for the time in which documents are parsed.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "stac/asset_list.h"
#include "stac/item.h"

namespace stacvrt::stac {

/// Of what differs everywhere no more than kMost are known. Thread-safe.
class ItemPool {
 public:
  static constexpr std::size_t kMost = 4096;

  /// The asset that the same text made before, else what `parse` returns.
  [[nodiscard]] std::shared_ptr<const Asset> asset(const std::string& made_of, const std::function<Asset()>& parse);
  /// Equal names, those of an item before where there was one.
  [[nodiscard]] std::shared_ptr<const Properties::Names> names(const std::shared_ptr<const Properties::Names>& names);
  [[nodiscard]] LayoutPool& layouts() noexcept { return m_layouts; }

 private:
  template <class T>
  using Known = std::unordered_map<std::string, std::shared_ptr<const T>>;

  std::mutex m_mutex;
  Known<Asset> m_assets;
  Known<Properties::Names> m_names;
  LayoutPool m_layouts;
};

}  // namespace stacvrt::stac
