// SPDX-License-Identifier: MIT
// How a memory budget is divided among what holds memory: computed tiles, open files, idle arrays, and computing.
#pragma once

#include <algorithm>
#include <cstddef>

namespace stacvrt::cube {

/// Bytes of each part; together at most the budget.
struct MemoryShares {
  std::size_t compute = 0;  ///< everything that is held while tiles are computed: nine sixteenths
  std::size_t tiles = 0;    ///< computed tiles, kept for whoever asks again
  std::size_t handles = 0;  ///< open rasters and their decoders' buffers
  std::size_t idle = 0;     ///< arrays between two tiles

  [[nodiscard]] static MemoryShares of(std::size_t budget) {
    constexpr std::size_t kMostIdle = std::size_t{256} << 20;
    return {budget / 16 * 9 + budget % 16 * 9 / 16, budget / 4, budget / 8, std::min(budget / 16, kMostIdle)};
  }
  /// The least budget that leaves `bytes` for computing.
  [[nodiscard]] static std::size_t least_budget(std::size_t bytes) { return bytes / 9 * 16 + (bytes % 9 * 16 + 8) / 9; }
};

}  // namespace stacvrt::cube
