// SPDX-License-Identifier: MIT
#include "stac/item_pool.h"

namespace stacvrt::stac {

std::shared_ptr<const Asset> ItemPool::asset(const std::string& made_of, const std::function<Asset()>& parse) {
  {
    const std::lock_guard lock(m_mutex);
    if (const auto found = m_assets.find(made_of); found != m_assets.end()) return found->second;
  }
  auto made = std::make_shared<const Asset>(parse());
  const std::lock_guard lock(m_mutex);
  if (m_assets.size() >= kMost) return made;
  return m_assets.emplace(made_of, std::move(made)).first->second;
}

std::shared_ptr<const Properties::Names> ItemPool::names(const std::shared_ptr<const Properties::Names>& names) {
  std::string text;
  for (const std::string& name : *names) text.append(name).push_back('\n');
  const std::lock_guard lock(m_mutex);
  const auto found = m_names.find(text);
  if (found != m_names.end()) return *found->second == *names ? found->second : names;
  if (m_names.size() < kMost) m_names.emplace(std::move(text), names);
  return names;
}

}  // namespace stacvrt::stac
