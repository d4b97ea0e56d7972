// SPDX-License-Identifier: MIT
#include "driver/answer_cache.h"

#include <atomic>

namespace stacvrt::driver {

namespace {

std::uint64_t next_id() {
  static std::atomic<std::uint64_t> next{1};
  return next++;
}

}  // namespace

std::shared_ptr<const Answer> AnswerCache::get(const std::string& key, double age_s, double now_s,
                                               const std::function<stac::FoundItems()>& make) {
  return m_cache.get(key, age_s, now_s, [&] { return Answer{next_id(), make()}; });
}

}  // namespace stacvrt::driver
