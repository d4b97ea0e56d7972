// SPDX-License-Identifier: MIT
// The block engine: one tile of one window of a view, from plan to pixel values. Decides the strip height from the
// memory budget before the first read; results do not depend on it.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "cube/memory_ledger.h"
#include "cube/memory_shares.h"
#include "cube/pixel_source.h"
#include "cube/skipped_items.h"
#include "cube/thread_pool.h"
#include "cube/tile_cache.h"
#include "cube/tiling.h"
#include "cube/view.h"

namespace stacvrt::cube {

/// Counters that handles of one recipe share.
struct PlanStatistics {
  std::atomic<std::uint64_t> tiles_computed{0};  ///< of kTileSize
};

/// Process-wide parts the engine works with.
struct EngineServices {
  PixelSource& pixels;
  ThreadPool& pool;
  TileCache& tiles;
  MemoryLedger& memory;
};

/// Thread-safe and stateless between calls but for the statistics.
class Engine {
 public:
  /// `view_id` identifies (plan, view) in the tile cache. Where `skipped` is given, items that cannot be read are
  /// added to it and left out (ON_ERROR=SKIP). `budget_bytes` is divided as MemoryShares says; what falls to
  /// computing bounds what the tiles under way hold. Throws Error{kMemory} when not even one row of pixels fits.
  Engine(std::shared_ptr<const Plan> plan, View view, std::uint64_t view_id, std::size_t budget_bytes, int threads,
         std::shared_ptr<PlanStatistics> statistics, std::shared_ptr<SkippedItems> skipped = nullptr);

  [[nodiscard]] const Plan& plan() const { return *m_plan; }
  [[nodiscard]] const View& view() const { return m_view; }
  /// Items left out so far; null where what cannot be read is an error.
  [[nodiscard]] SkippedItems* skipped() const { return m_skipped.get(); }
  [[nodiscard]] const PlanStatistics& statistics() const { return *m_statistics; }
  /// What a tile of kTileSize takes, which is what all depends on: larger ones are only made where they fit whole.
  [[nodiscard]] const StripMemory& memory() const { return m_standard.memory; }
  [[nodiscard]] std::size_t budget_bytes() const { return m_budget; }
  /// The least budget that would do.
  [[nodiscard]] std::size_t least_budget() const { return MemoryShares::least_budget(memory().minimum()); }
  /// The part of the budget that falls to computing.
  [[nodiscard]] std::size_t compute_bytes() const { return MemoryShares::of(m_budget).compute; }
  /// The part that falls to computed tiles.
  [[nodiscard]] std::size_t tile_cache_bytes() const { return MemoryShares::of(m_budget).tiles; }
  /// Strips that a tile of kTileSize with `observations` observations is computed in; a source block that they cut is
  /// decoded for each of them.
  [[nodiscard]] std::int64_t strips(std::size_t observations) const {
    return strips(memory(), observations, kTileSize);
  }
  /// How many tiles one request may compute at a time: more than one for many threads, which the observations of one
  /// tile would not keep busy, as far as the budget holds that many whole.
  [[nodiscard]] int tiles_at_once() const;
  /// The tiles that touch `window`, row by row. Fixed by the first call, which may open a raster.
  [[nodiscard]] std::vector<PixelWindow> tiles_in(const PixelWindow& window, PixelSource& pixels) const;

  /// A tile (one of tiles_in) of a window (index into Plan::windows), from the cache or computed, without the items
  /// left out when this returns. Throws Error.
  [[nodiscard]] std::shared_ptr<const Tile> tile(int window, const PixelWindow& area, const EngineServices& services,
                                                 const RequestContext& context) const;

 private:
  struct Active;
  [[nodiscard]] const Tiling& tiling() const { return m_larger ? *m_larger : m_standard; }
  void choose_tiling(PixelSource& pixels) const;
  [[nodiscard]] std::int64_t strips(const StripMemory& memory, std::size_t observations, std::int64_t height) const;
  [[nodiscard]] std::shared_ptr<const Tile> compute(int window, const PixelWindow& area,
                                                    const std::vector<int>& left_out, const EngineServices& services,
                                                    const RequestContext& context) const;
  void compute_strip(const PixelWindow& area, const PixelWindow& strip, const Active& active, Tile& tile,
                     const EngineServices& services, const RequestContext& context) const;
  [[nodiscard]] Active active_in(int window, const PixelWindow& area, const std::vector<int>& left_out) const;
  [[nodiscard]] std::vector<int> left_out_of(int window, const PixelWindow& area) const;

  std::shared_ptr<const Plan> m_plan;
  View m_view;
  std::uint64_t m_view_id;
  std::size_t m_budget;
  std::shared_ptr<PlanStatistics> m_statistics;
  std::shared_ptr<SkippedItems> m_skipped;
  int m_threads;
  Tiling m_standard;
  mutable std::once_flag m_chosen;
  mutable std::optional<Tiling> m_larger;
};

}  // namespace stacvrt::cube
