// SPDX-License-Identifier: MIT
#include "stac/asset_list.h"

#include <algorithm>

#include "stac/item.h"

namespace stacvrt::stac {
namespace {

/// How much of `href` it has in common with `other`, up to the end of a folder or of a part of a file's name.
std::size_t common_beginning(std::string_view href, std::string_view other) {
  const auto [difference, ignored] = std::mismatch(href.begin(), href.end(), other.begin(), other.end());
  const std::string_view common = href.substr(0, static_cast<std::size_t>(difference - href.begin()));
  return common.find_last_of("/_") + 1;  // npos + 1 is 0
}

}  // namespace

std::shared_ptr<const std::string> TextPool::shared(std::string_view text) {
  std::string own(text);
  if (const auto known = m_texts.find(own); known != m_texts.end()) return known->second;
  auto result = std::make_shared<const std::string>(own);
  if (m_texts.size() < kMost) m_texts.emplace(std::move(own), result);
  return result;
}

void AssetList::add(std::shared_ptr<const Asset> asset, std::string_view href, TextPool& texts) {
  std::shared_ptr<const std::string> beginning;
  constexpr std::size_t kLookedAt = 16;  // a hostile item may have a million assets
  for (std::size_t i = m_entries.size() - std::min(m_entries.size(), kLookedAt); i < m_entries.size(); ++i) {
    const Entry& entry = m_entries[i];
    if (href.starts_with(*entry.beginning) && (!beginning || entry.beginning->size() > beginning->size()))
      beginning = entry.beginning;
  }
  // A file's name that begins with the item's own is seen at its second asset.
  std::size_t length = href.find_last_of('/') + 1;
  if (!m_entries.empty()) {
    const Entry& last = m_entries.back();
    length = std::max(length, common_beginning(href, *last.beginning + *last.rest));
  }
  if (!beginning || beginning->size() < length) beginning = std::make_shared<const std::string>(href.substr(0, length));
  auto rest = texts.shared(href.substr(beginning->size()));
  m_entries.push_back({std::move(asset), std::move(beginning), std::move(rest)});
}

std::string AssetList::href(const Asset& asset) const {
  const auto found =
      std::find_if(m_entries.begin(), m_entries.end(), [&](const Entry& entry) { return entry.asset.get() == &asset; });
  return found == m_entries.end() ? std::string() : *found->beginning + *found->rest;
}

void AssetList::add_alternate(std::string_view name, std::string_view href, TextPool& texts) {
  const std::size_t length = href.find_last_of('/') + 1;
  std::shared_ptr<const std::string> beginning;
  if (!m_alternates.empty() && *m_alternates.back().beginning == href.substr(0, length))
    beginning = m_alternates.back().beginning;
  else
    beginning = std::make_shared<const std::string>(href.substr(0, length));
  m_alternates.push_back(
      {m_entries.size() - 1, texts.shared(name), std::move(beginning), texts.shared(href.substr(length))});
}

std::vector<std::pair<std::string, std::string>> AssetList::alternates(const Asset& asset) const {
  std::vector<std::pair<std::string, std::string>> result;
  for (const Alternate& one : m_alternates)
    if (m_entries[one.entry].asset.get() == &asset) result.emplace_back(*one.name, *one.beginning + *one.rest);
  return result;
}

}  // namespace stacvrt::stac
