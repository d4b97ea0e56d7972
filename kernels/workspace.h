// SPDX-License-Identifier: MIT
// Scratch memory of one thread's reductions, and the intermediate results that reducers of one lane group share: sorted
// samples (median, percentile) and the geomedian (geomedian, MADs) are computed once per group.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "kernels/lanes.h"

namespace stacvrt::kernels {

/// One per thread; not thread-safe.
class Workspace {
 public:
  /// Reserves for groups of at most `max_slots` x `max_bands`. Throws std::bad_alloc only.
  Workspace(std::uint32_t max_slots, std::uint32_t max_bands);
  ~Workspace();
  Workspace(Workspace&&) noexcept;
  Workspace& operator=(Workspace&&) noexcept;

  /// Bytes that Workspace(max_slots, max_bands) allocates, known beforehand.
  [[nodiscard]] static std::size_t bytes(std::uint32_t max_slots, std::uint32_t max_bands) noexcept;

  /// Forgets what was kept of the previous group.
  void begin_group() noexcept;

  struct State;  // kernels/workspace_state.h, for kernels only
  [[nodiscard]] State& state() noexcept { return *m_state; }

 private:
  std::unique_ptr<State> m_state;
};

}  // namespace stacvrt::kernels
