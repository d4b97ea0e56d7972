// SPDX-License-Identifier: MIT
// Samples of all observations on one strip, before packing: one slot per observation and set of bands. Each slot is
// written by one task; slots that never receive a valid pixel cost no memory but their flags.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "cube/plan.h"
#include "kernels/pack.h"

namespace stacvrt::cube {

/// One observation of one set on a strip.
struct ObservationSlot {
  kernels::LaneType lane = kernels::LaneType::kFloat32;
  std::size_t pixels = 0;
  std::size_t bands = 0;
  std::unique_ptr<std::byte[]> values;  ///< [band][pixel] of `lane`; null while nothing is valid
  std::vector<std::uint8_t> valid;      ///< [pixel]; empty exactly while values is null
  std::vector<std::uint8_t> covered;    ///< [pixel], data bad or not; empty unless an output counts them

  /// Allocates values and flags unless that is done.
  void open();
  template <class T>
  [[nodiscard]] T* band(std::size_t index) {
    return reinterpret_cast<T*>(values.get()) + index * pixels;
  }
  [[nodiscard]] kernels::ObservationPlanes planes() const { return {values.get(), values ? valid.data() : nullptr}; }
};

/// slots[set][observation] for the sets and observations at work.
struct ObservationStore {
  std::vector<std::vector<ObservationSlot>> slots;
};

}  // namespace stacvrt::cube
