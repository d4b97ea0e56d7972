// SPDX-License-Identifier: MIT
// Samples of all observations on one strip, before packing: one slot per observation and set of bands. Each slot is
// written by one task; slots that never receive a valid pixel cost no memory but their flags.
#pragma once

#include <cstdint>
#include <vector>

#include "cube/buffer_memory.h"
#include "cube/plan.h"
#include "kernels/pack.h"

namespace stacvrt::cube {

/// One observation of one set on a strip.
struct ObservationSlot {
  kernels::LaneType lane = kernels::LaneType::kFloat32;
  std::size_t pixels = 0;
  std::size_t bands = 0;
  Bytes values;   ///< [band][pixel] of `lane`; empty while nothing is valid
  Flags valid;    ///< [pixel]; empty exactly while values is
  Flags covered;  ///< [pixel], data bad or not; empty unless an output counts them

  /// Allocates values, and flags that are 0, unless that is done.
  void open();
  /// Back to nothing valid.
  void close();
  template <class T>
  [[nodiscard]] T* band(std::size_t index) {
    return reinterpret_cast<T*>(values.data()) + index * pixels;
  }
  [[nodiscard]] std::byte* plane(std::size_t index) {
    return values.data() + index * pixels * kernels::lane_size(lane);
  }
  [[nodiscard]] kernels::ObservationPlanes planes() const {
    return {values.empty() ? nullptr : values.data(), values.empty() ? nullptr : valid.data()};
  }
};

/// slots[set][observation] for the sets and observations at work.
struct ObservationStore {
  std::vector<std::vector<ObservationSlot>> slots;
};

}  // namespace stacvrt::cube
