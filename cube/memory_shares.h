// SPDX-License-Identifier: MIT
// How a memory budget is divided among what holds memory: computed tiles, open files, idle arrays, and computing.
#pragma once

#include <cstddef>

namespace stacvrt::cube {

/// Bytes of each part; together fifteen sixteenths of the budget, as heaps and stacks take more than is asked of them.
struct MemoryShares {
  std::size_t compute = 0;  ///< everything that is held while tiles are computed: ten sixteenths
  std::size_t tiles = 0;    ///< computed tiles, kept for whoever asks again
  std::size_t handles = 0;  ///< open rasters and their decoders' buffers
  std::size_t idle = 0;     ///< arrays between two tiles, beside those that computing does not use at the moment

  [[nodiscard]] static MemoryShares of(std::size_t budget) {
    const std::size_t part = budget / 32;
    return {budget / 16 * 10 + budget % 16 * 10 / 16, 5 * part, 3 * part, 2 * part};
  }
  /// The least budget that leaves `bytes` for computing.
  [[nodiscard]] static std::size_t least_budget(std::size_t bytes) {
    return bytes / 10 * 16 + (bytes % 10 * 16 + 9) / 10;
  }
};

}  // namespace stacvrt::cube
