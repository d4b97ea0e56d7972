// SPDX-License-Identifier: MIT
// What a Workspace holds: scratch arrays in one aligned allocation and the intermediate results that reducers of one
// group share. For kernel sources only.
//
// To add an array: a pointer in State, one line `take` in State::lay_out (workspace.cpp), and, when it is a result that
// is kept, a ready flag that begin_group clears. Workspace::bytes follows by itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>

#include "kernels/lanes.h"
#include "kernels/workspace.h"

namespace stacvrt::kernels {

/// Slots of room that sorting `slots` samples needs: networks work on padded blocks.
[[nodiscard]] constexpr std::size_t sort_capacity(std::size_t slots) noexcept {
  return (slots + 63) / 64 * 64;
}

/// Arrays [band][kLanes] that the geomedian's iteration needs, beside a triangular matrix of bands x bands.
inline constexpr std::size_t kSolverVectors = 9;
/// Rows [kLanes] of both.
[[nodiscard]] constexpr std::size_t solver_rows(std::size_t bands) noexcept {
  return kSolverVectors * bands + bands * (bands + 1) / 2;
}

struct AlignedDelete {
  void operator()(std::byte* block) const noexcept { ::operator delete[](block, std::align_val_t{kAlignment}); }
};

struct Workspace::State {
  State() = default;  ///< no arrays
  State(std::uint32_t slots, std::uint32_t bands);

  std::uint32_t max_slots = 0;
  std::uint32_t max_bands = 0;

  /// [band][sort_capacity(max_slots)][kLanes] of the group's type (room for 4 bytes each), ascending in every lane;
  /// what lies at ranks >= counts[lane] is unspecified. Zeros have either sign. kInt16 is kept as the UInt16 of the
  /// same order.
  std::byte* sorted = nullptr;
  bool* sorted_ready = nullptr;  ///< [band]
  /// [sort_capacity(max_slots)][kLanes], 4 bytes each: what a selection may overwrite; kept for nobody.
  std::byte* selection = nullptr;
  /// True from the first percentile on: then medians sort too, because the next percentile will want it.
  bool sorting_pays = false;

  /// The geomedian's samples, in DN of the first band relative to `origin`: [part][slot][band][Lanes], where
  /// parts are the vectors of the instruction set that a lane group takes; 0 where not counted.
  float* copy = nullptr;
  float* origin = nullptr;             ///< [band][kLanes] about the mean of each lane, DN of its band
  float* centred_geomedian = nullptr;  ///< [band][kLanes] in the units of `copy`
  float* iterates = nullptr;           ///< [solver_rows(bands)][kLanes]
  double* finish = nullptr;            ///< scratch of one lane in double precision
  float* distances = nullptr;          ///< [3][slot][kLanes] of the MADs
  double* geomedian = nullptr;         ///< [band][kLanes] in DN
  bool geomedian_ready = false;

  /// Room of one band in `sorted`.
  [[nodiscard]] std::byte* sorted_band(std::uint32_t band) const noexcept {
    return sorted + band * sort_capacity(max_slots) * kLanes * sizeof(float);
  }
  /// Places every array in a block that begins at `base` (null: only counts) and returns the block's size in bytes.
  std::size_t lay_out(std::byte* base) noexcept;

  std::unique_ptr<std::byte[], AlignedDelete> block;
};

}  // namespace stacvrt::kernels
