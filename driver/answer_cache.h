// SPDX-License-Identifier: MIT
// What searches and crawls of the network found: a host that opens the same name again and again (a map is drawn anew)
// asks the network once, and what one dataset was made of does not change under its next handle.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

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

  /// The answer to the request `key`, made by `make` where it is neither held by anybody nor younger than `age_s`;
  /// `now_s` is a clock that never goes back. Threads that ask for the same one wait for the first of them. What `make`
  /// throws is not kept.
  std::shared_ptr<const Answer> get(const std::string& key, double age_s, double now_s,
                                    const std::function<stac::FoundItems()>& make);

 private:
  struct Entry {
    std::mutex making;
    std::weak_ptr<const Answer> held;
    std::shared_ptr<const Answer> young;  // until `made_s` is too long ago
    double made_s = 0, age_s = 0;
  };

  std::shared_ptr<Entry> entry_of(const std::string& key, double now_s);
  void drop_old(double now_s);

  std::mutex m_mutex;
  std::map<std::string, std::shared_ptr<Entry>> m_entries;
};

}  // namespace stacvrt::driver
