// SPDX-License-Identifier: MIT
// Steps 4 and 5 of a tile: samples of a strip are packed into lane groups and reduced, all outputs of a group while it
// is in the cache.
#pragma once

#include <vector>

#include "cube/observation_store.h"
#include "cube/output_writer.h"
#include "cube/pixel_source.h"
#include "cube/thread_pool.h"
#include "cube/tile_cache.h"
#include "cube/view.h"

namespace stacvrt::cube {

/// Reduces all samples of `store` (slots[i] belonging to set sets[i]) into rows [first_row, ...) of `tile`.
void reduce_strip(const Plan& plan, const View& view, const std::vector<int>& sets, const ObservationStore& store,
                  std::size_t pixels, std::int64_t first_row, Tile& tile, ThreadPool& pool,
                  const RequestContext& context);

}  // namespace stacvrt::cube
