// SPDX-License-Identifier: MIT
// Looks into the geomedian's steps from outside: which lanes the vectorised steps leave to double precision.
#pragma once

#include <cstddef>

namespace stacvrt::bench {

/// While one lives, lanes that would go on in double precision are counted and stay where the steps left them. With
/// ReduceArguments::max_iterations that shows every single step. One at a time, for one thread.
class FinishCounter {
 public:
  FinishCounter() noexcept;
  ~FinishCounter();
  FinishCounter(const FinishCounter&) = delete;
  FinishCounter& operator=(const FinishCounter&) = delete;

  void reset() noexcept;
  [[nodiscard]] std::size_t lanes() const noexcept;
};

}  // namespace stacvrt::bench
