// SPDX-License-Identifier: MIT
// Tells that items are being looked for: to who debugs, and in one message to who waits long.
#pragma once

#include <chrono>
#include <cstddef>

namespace stacvrt::driver {

/// A progress function for stac::FindOptions. CPLDebug("STACVRT") once a second, and one message (no warning: CE_None)
/// after kPatience.
class SearchProgress {
 public:
  static constexpr std::chrono::seconds kPatience{10};

  void operator()(std::size_t documents, std::size_t items);

 private:
  using Clock = std::chrono::steady_clock;

  Clock::time_point m_start = Clock::now();
  Clock::time_point m_told = m_start;
  bool m_has_complained = false;
};

}  // namespace stacvrt::driver
