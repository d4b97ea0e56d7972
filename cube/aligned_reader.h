// SPDX-License-Identifier: MIT
// The short way of an item whose pixels are the target's and the only ones of their day: bands are decoded right where
// the samples are kept. Gives the samples that the long way of observation_reader gives.
#pragma once

#include "cube/basis_reader.h"
#include "cube/observation_reader.h"

namespace stacvrt::cube {

/// Whether an item has every band of a set.
[[nodiscard]] bool has_all(const ItemPlan& item, const SetPlan& set);

/// Whether the short way is open for an item whose `window` of the basis grid the strip covers.
[[nodiscard]] bool lies_as_target(const StripJob& job, const ItemPlan& item, const PixelWindow& window);

/// Reads the item, whose `mask` covers the strip, into the only slot of its observation.
void read_in_place(const StripJob& job, const ItemPlan& item, const MaskPlane& mask, const Flags* wanted,
                   ObservationSlot& slot);

}  // namespace stacvrt::cube
