// SPDX-License-Identifier: MIT
// Steps 2 and 3 of a tile: an observation's items are masked, read, erased, resampled and fused into its slots. Runs as
// one task per observation; order of operations as NUMERICS.md, "From items to samples".
#pragma once

#include "cube/observation_store.h"
#include "cube/skipped_items.h"
#include "cube/strip.h"

namespace stacvrt::cube {

/// What a strip's readers share.
struct StripJob {
  const Plan& plan;
  PixelWindow strip;
  const StripPositions& positions;
  std::vector<int> sets;            ///< indices into Plan::sets, as ObservationStore::slots
  std::vector<std::uint8_t> bands;  ///< per recipe band: whether a set at work has it
  bool count_covered = false;       ///< an output asks for totals
  PixelSource& pixels;
  ThreadPool& pool;
  const RequestContext& context;
  SkippedItems* skipped = nullptr;  ///< takes items that cannot be read; null: that is an error
};

/// Reads the items `items` (indices into Plan::items, in fusing order) into slots[set] for observation `slot`.
void read_observation(const StripJob& job, const std::vector<int>& items, std::size_t slot, ObservationStore& store);

}  // namespace stacvrt::cube
