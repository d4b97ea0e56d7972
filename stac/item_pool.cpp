// SPDX-License-Identifier: MIT
#include "stac/item_pool.h"

namespace stacvrt::stac {

template <class T>
std::shared_ptr<const T> ItemPool::known_or_made(Known<T>& known, const std::string& made_of,
                                                 const std::function<T()>& parse) {
  {
    const std::lock_guard lock(m_mutex);
    if (const auto found = known.find(made_of); found != known.end()) return found->second;
  }
  auto made = std::make_shared<const T>(parse());
  const std::lock_guard lock(m_mutex);
  if (known.size() >= kMost) return made;
  return known.emplace(made_of, std::move(made)).first->second;
}

template std::shared_ptr<const Asset> ItemPool::known_or_made(Known<Asset>&, const std::string&,
                                                              const std::function<Asset()>&);
template std::shared_ptr<const Projection> ItemPool::known_or_made(Known<Projection>&, const std::string&,
                                                                   const std::function<Projection()>&);

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
