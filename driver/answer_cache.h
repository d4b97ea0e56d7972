// SPDX-License-Identifier: MIT
// What searches and crawls of the network found.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "driver/aging_cache.h"
#include "stac/found_items.h"

namespace stacvrt::driver {

/// Items that were found, under a number that no other answer of the process has.
struct Answer {
  std::uint64_t id = 0;
  stac::FoundItems found;
};

/// Thread-safe.
class AnswerCache {
 public:
  /// Most answers that are kept when nobody holds them: with 10,000 items one takes some 40 MB.
  static constexpr std::size_t kMostIdle = 4;

  /// As AgingCache::get.
  std::shared_ptr<const Answer> get(const std::string& key, double age_s, double now_s,
                                    const std::function<stac::FoundItems()>& make);

 private:
  AgingCache<Answer> m_cache{kMostIdle, [](const Answer&) { return std::size_t{1}; }};
};

}  // namespace stacvrt::driver
