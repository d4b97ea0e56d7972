// SPDX-License-Identifier: MIT
#include "stac/asset_list.h"

#include <algorithm>
#include <functional>

#include "stac/item.h"

namespace stacvrt::stac {
namespace {

std::string_view folder_of(std::string_view href) {
  return href.substr(0, href.find_last_of('/') + 1);  // npos + 1 is 0
}

/// How much `a` and `b` have in common, up to the end of a folder or of a part of a file's name.
std::size_t common_beginning(std::string_view a, std::string_view b) {
  const auto [difference, ignored] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  return a.substr(0, static_cast<std::size_t>(difference - a.begin())).find_last_of("/_") + 1;
}

/// Divides hrefs into beginnings and rests.
class HrefDivider {
 public:
  /// All hrefs have to be seen before the first one is divided.
  void see(std::string_view href) {
    const auto [known, is_new] = m_folders.try_emplace(folder_of(href), m_beginnings.size());
    if (is_new)
      m_beginnings.push_back(href);
    else
      m_beginnings[known->second].remove_suffix(m_beginnings[known->second].size() -
                                                common_beginning(m_beginnings[known->second], href));
  }
  /// A file that is alone in its folder may have any name.
  void end() {
    for (const auto& [folder, index] : m_folders)
      if (m_beginnings[index].find_last_of("/_") + 1 != m_beginnings[index].size()) m_beginnings[index] = folder;
  }
  [[nodiscard]] AssetLayout::Href divide(std::string_view href) const {
    const std::size_t index = m_folders.at(folder_of(href));
    return {static_cast<std::uint32_t>(index), 0, std::string(href.substr(m_beginnings[index].size()))};
  }
  [[nodiscard]] std::vector<std::string> beginnings() const { return {m_beginnings.begin(), m_beginnings.end()}; }

 private:
  std::unordered_map<std::string_view, std::size_t> m_folders;
  std::vector<std::string_view> m_beginnings;
};

/// Few are different: those of 10, 20 and 60 metres.
std::uint32_t index_of(std::shared_ptr<const Projection> projection,
                       std::vector<std::shared_ptr<const Projection>>& projections) {
  constexpr std::size_t kLookedAt = 16;  // a hostile item may have a million
  const auto begin = projections.end() - static_cast<std::ptrdiff_t>(std::min(projections.size(), kLookedAt));
  const auto known = std::find_if(begin, projections.end(), [&](const std::shared_ptr<const Projection>& one) {
    return one == projection || (one && projection && *one == *projection);
  });
  const auto index = static_cast<std::uint32_t>(known - projections.begin());
  if (known == projections.end()) projections.push_back(std::move(projection));
  return index;
}

std::size_t hash_of(const AssetLayout& layout) {
  std::size_t hash = 0;
  const auto add = [&hash](std::size_t value) { hash = (hash ^ value) * 0x9E3779B97F4A7C15U + (hash >> 29); };
  const auto add_href = [&add](const AssetLayout::Href& href) {
    add(href.beginning);
    add(href.projection);
    add(std::hash<std::string>{}(href.rest));
  };
  for (const auto& asset : layout.assets) add(std::hash<const Asset*>{}(asset.get()));
  for (const AssetLayout::Href& href : layout.hrefs) add_href(href);
  for (const AssetLayout::Alternate& one : layout.alternates) {
    add(std::hash<std::string>{}(one.name));
    add_href(one.href);
  }
  return hash;
}

}  // namespace

std::shared_ptr<const AssetLayout> LayoutPool::shared(AssetLayout layout) {
  const std::size_t hash = hash_of(layout);
  const std::lock_guard lock(m_mutex);
  const auto [first, last] = m_layouts.equal_range(hash);
  for (auto known = first; known != last; ++known)
    if (*known->second == layout) return known->second;
  auto result = std::make_shared<const AssetLayout>(std::move(layout));
  if (m_layouts.size() < kMost) m_layouts.emplace(hash, result);
  return result;
}

AssetList::AssetList() {
  static const auto kNone = std::make_shared<const AssetLayout>();
  m_layout = kNone;
}

AssetList::AssetList(std::vector<PlacedAsset> assets, LayoutPool& layouts) {
  HrefDivider divider;
  for (const PlacedAsset& placed : assets) {
    divider.see(placed.href);
    for (const auto& [name, href] : placed.alternates) divider.see(href);
  }
  divider.end();
  AssetLayout layout;
  layout.assets.reserve(assets.size());
  layout.hrefs.reserve(assets.size());
  for (PlacedAsset& placed : assets) {
    layout.hrefs.push_back(divider.divide(placed.href));
    layout.hrefs.back().projection = index_of(std::move(placed.projection), m_projections);
    for (auto& [name, href] : placed.alternates)
      layout.alternates.push_back({layout.assets.size(), std::move(name), divider.divide(href)});
    layout.assets.push_back(std::move(placed.asset));
  }
  m_beginnings = divider.beginnings();
  m_layout = layouts.shared(std::move(layout));
}

const AssetLayout::Href* AssetList::find(const Asset& asset) const {
  const auto found =
      std::ranges::find(m_layout->assets, &asset, [](const std::shared_ptr<const Asset>& one) { return one.get(); });
  if (found == m_layout->assets.end()) return nullptr;
  return &m_layout->hrefs[static_cast<std::size_t>(found - m_layout->assets.begin())];
}

std::string AssetList::href(const Asset& asset) const {
  const AssetLayout::Href* const found = find(asset);
  return found ? whole(*found) : std::string();
}

const Projection& AssetList::projection(const Asset& asset) const {
  static const Projection kUnknown;
  const AssetLayout::Href* const found = find(asset);
  return found && m_projections[found->projection] ? *m_projections[found->projection] : kUnknown;
}

std::vector<std::pair<std::string, std::string>> AssetList::alternates(const Asset& asset) const {
  std::vector<std::pair<std::string, std::string>> result;
  for (const AssetLayout::Alternate& one : m_layout->alternates)
    if (m_layout->assets[one.asset].get() == &asset) result.emplace_back(one.name, whole(one.href));
  return result;
}

}  // namespace stacvrt::stac
