// SPDX-License-Identifier: MIT
// One band or mask of an item, brought onto the item's basis grid by nearest neighbour. Knows one source at a time.
#pragma once

#include <cstdint>
#include <vector>

#include "cube/buffer_memory.h"
#include "cube/pixel_source.h"
#include "cube/plan.h"

namespace stacvrt::cube {

/// A window of one source on the basis grid.
struct BasisPlane {
  kernels::LaneType type = kernels::LaneType::kUInt16;
  Bytes values;  ///< [row][column] of `type`
  Flags known;   ///< [row][column]: 1 where the source has a pixel there, finite and not nodata

  template <class T>
  [[nodiscard]] const T* as() const {
    return reinterpret_cast<const T*>(values.data());
  }
};

/// Whether a source's pixels are those of the basis grid.
[[nodiscard]] bool lies_on(const SourceBand& source, const stac::PixelGrid& basis);

/// Reads `window` of the basis grid (inside it). With `nodata_counts` false a pixel of the nodata value is known all
/// the same. Where `wanted` ([row][column], not null) is 0, values are anything. Throws what the PixelSource throws.
[[nodiscard]] BasisPlane read_on_basis(PixelSource& pixels, const SourceBand& source, const stac::PixelGrid& basis,
                                       const PixelWindow& window, bool nodata_counts = true,
                                       const Flags* wanted = nullptr);

/// Reads `window` of a source, all of it or, where `wanted` is not null, at least what that says.
std::optional<double> read_pixels(PixelSource& pixels, const SourceBand& source, const PixelWindow& window,
                                  const Flags* wanted, kernels::LaneType type, void* buffer);

/// The state of an item's masks on a window of its basis grid.
struct MaskPlane {
  Flags bad;              ///< [row][column]: excluded, after cleanup
  Flags known;            ///< [row][column]: no mask says no-data
  bool any_clear = true;  ///< some pixel is known and not bad
};

/// Reads and cleans all masks of `item` on `window` of the basis grid, with the halo that cleanup needs.
[[nodiscard]] MaskPlane read_masks(PixelSource& pixels, const ItemPlan& item, const PixelWindow& window);

}  // namespace stacvrt::cube
