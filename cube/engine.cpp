// SPDX-License-Identifier: MIT
#include "cube/engine.h"

#include <algorithm>
#include <set>

#include "cube/band_planner.h"
#include "cube/lane_reduction.h"
#include "cube/observation_reader.h"
#include "cube/strip.h"

namespace stacvrt::cube {

// The observations and items that can touch a tile, and what reading them takes.
struct Engine::Active {
  std::vector<std::vector<int>> observations;  // items of each, in fusing order
  WantedPositions positions;
  std::vector<int> sets;
  std::vector<std::uint8_t> bands;  // per recipe band
  bool count_covered = false;
};

namespace {

// Rounded up, to whole megabytes but for small sizes.
std::string size_text(std::size_t bytes) {
  constexpr std::size_t kKilobyte = 1U << 10, kMegabyte = 1U << 20;
  if (bytes < kKilobyte) return std::to_string(bytes) + " bytes";
  if (bytes < 8 * kMegabyte && bytes % kMegabyte != 0)
    return std::to_string((bytes + kKilobyte - 1) / kKilobyte) + " KB";
  return std::to_string((bytes + kMegabyte - 1) / kMegabyte) + " MB";
}

}  // namespace

Engine::Engine(std::shared_ptr<const Plan> plan, View view, std::uint64_t view_id, std::size_t budget_bytes,
               int threads, std::shared_ptr<PlanStatistics> statistics, std::shared_ptr<SkippedItems> skipped)
    : m_plan(std::move(plan)),
      m_view(std::move(view)),
      m_view_id(view_id),
      m_budget(budget_bytes),
      m_statistics(std::move(statistics)),
      m_skipped(std::move(skipped)),
      m_threads(threads),
      m_standard{kTileSize, {*m_plan, m_view, threads}} {
  if (memory().minimum() > compute_bytes())
    throw Error(ErrorCode::kMemory,
                "the memory budget of " + size_text(m_budget) + " is too small: one row of pixels with up to " +
                    std::to_string(memory().deepest()) + " observations needs " + size_text(least_budget()) + " with " +
                    counted(static_cast<std::size_t>(m_threads), "thread") +
                    "; raise the open option MEMORY (or STACVRT_MEMORY), or use fewer threads, items or outputs",
                {m_plan->recipe.document, {}, {}});
}

int Engine::tiles_at_once() const {
  constexpr int kThreadsPerTile = 8;
  const auto useful = static_cast<std::size_t>(std::max(m_threads / kThreadsPerTile, 1));
  return static_cast<int>(
      std::clamp<std::size_t>(compute_bytes() / std::max<std::size_t>(tiling().memory.whole(), 1), 1, useful));
}

// Tiles that hold whole source blocks spare decoding blocks for a part, or keeping them, as far as the budget and the
// cache of tiles have room for such tiles.
void Engine::choose_tiling(PixelSource& pixels) const {
  const std::int64_t side = side_for_blocks(*m_plan, m_view, pixels);
  if (side <= kTileSize) return;
  Tiling larger{side, {*m_plan, m_view, m_threads, side}};
  constexpr std::size_t kCacheShare = 4;
  if (larger.memory.whole() <= compute_bytes() && larger.memory.tile_bytes() * kCacheShare <= tile_cache_bytes())
    m_larger = std::move(larger);
}

std::vector<PixelWindow> Engine::tiles_in(const PixelWindow& window, PixelSource& pixels) const {
  std::call_once(m_chosen, [&] { choose_tiling(pixels); });
  return cube::tiles_in(tiling(), window, m_plan->grid);
}

// Items that could not be read and touch `area`, in order of the plan.
std::vector<int> Engine::left_out_of(int window, const PixelWindow& area) const {
  std::vector<int> items;
  if (!m_skipped || m_skipped->count() == 0) return items;
  for (const int index : m_plan->windows[static_cast<std::size_t>(window)].observations)
    for (const int i : m_plan->observations[static_cast<std::size_t>(index)].items)
      if (m_skipped->has(i) && !m_plan->items[static_cast<std::size_t>(i)].reach.intersect(area).empty())
        items.push_back(i);
  std::sort(items.begin(), items.end());
  return items;
}

Engine::Active Engine::active_in(int window, const PixelWindow& area, const std::vector<int>& left_out) const {
  const Plan& plan = *m_plan;
  Active active;
  active.positions.crs.assign(plan.source_crs.size(), 0);
  std::vector<int> located;
  for (const int index : plan.windows[static_cast<std::size_t>(window)].observations) {
    std::vector<int> items;
    for (const int i : plan.observations[static_cast<std::size_t>(index)].items) {
      const ItemPlan& item = plan.items[static_cast<std::size_t>(i)];
      if (item.reach.intersect(area).empty() || std::binary_search(left_out.begin(), left_out.end(), i)) continue;
      items.push_back(i);
      if (item.aligned) continue;
      active.positions.crs[static_cast<std::size_t>(item.crs)] = 1;
      located.push_back(i);
    }
    if (!items.empty()) active.observations.push_back(std::move(items));
  }
  active.positions.grids = shared_grids(plan, located);
  std::set<int> sets;
  for (const int index : m_view.outputs) {
    const OutputPlan& output = plan.outputs[static_cast<std::size_t>(index)];
    sets.insert(output.set);
    active.count_covered = active.count_covered || output.reducer->needs_totals;
  }
  active.sets.assign(sets.begin(), sets.end());
  active.bands.assign(plan.bands.size(), 0);
  for (const int set : active.sets)
    for (const int band : plan.sets[static_cast<std::size_t>(set)].bands)
      active.bands[static_cast<std::size_t>(band)] = 1;
  return active;
}

std::shared_ptr<const Tile> Engine::tile(int window, const PixelWindow& area, const EngineServices& services,
                                         const RequestContext& context) const {
  while (true) {
    const std::vector<int> left_out = left_out_of(window, area);
    try {
      auto tile = services.tiles.get({m_view_id, window, area, left_out},
                                     [&] { return compute(window, area, left_out, services, context); });
      if (!m_skipped || left_out == left_out_of(window, area)) return tile;
    } catch (const ItemsSkipped&) {
      continue;  // without them
    } catch (const Error& error) {
      // Who was waited for may have been stopped; this request was not.
      if (error.code() != ErrorCode::kCancelled || (context.cancelled && context.cancelled())) throw;
    }
  }
}

std::int64_t Engine::strips(const StripMemory& memory, std::size_t observations, std::int64_t height) const {
  const std::int64_t rows = std::clamp<std::int64_t>(memory.rows_within(compute_bytes(), observations), 1, height);
  return (height + rows - 1) / rows;
}

std::shared_ptr<const Tile> Engine::compute(int window, const PixelWindow& area, const std::vector<int>& left_out,
                                            const EngineServices& services, const RequestContext& context) const {
  const Active active = active_in(window, area, left_out);
  const StripMemory& memory = tiling().memory;
  // As high as each other, so that their arrays are.
  const std::int64_t count = strips(memory, active.observations.size(), area.height_px);
  const std::int64_t rows = (area.height_px + count - 1) / count;
  const MemoryLedger::Reservation reservation(services.memory, memory.bytes(active.observations.size(), rows));
  auto tile = std::make_shared<Tile>();
  tile->area = area;
  tile->pixel_bytes = stac::data_type_size(m_view.type);
  tile->values.resize(area.pixels() * static_cast<std::size_t>(m_view.bands_per_window) * tile->pixel_bytes);
  for (std::int64_t top = 0; top < area.height_px; top += rows) {
    const PixelWindow strip{area.x, area.y + top, area.width_px, std::min(rows, area.height_px - top)};
    compute_strip(area, strip, active, *tile, services, context);
  }
  const auto blocks = [](std::int64_t pixels) {
    return static_cast<std::uint64_t>((pixels + kTileSize - 1) / kTileSize);
  };
  m_statistics->tiles_computed += blocks(area.width_px) * blocks(area.height_px);
  return tile;
}

void Engine::compute_strip(const PixelWindow& area, const PixelWindow& strip, const Active& active, Tile& tile,
                           const EngineServices& services, const RequestContext& context) const {
  const Plan& plan = *m_plan;
  const StripPositions positions = locate_strip(plan, strip, active.positions, services.pool, context);
  ObservationStore store;
  store.slots.resize(active.sets.size());
  for (std::size_t s = 0; s < active.sets.size(); ++s) {
    const SetPlan& set = plan.sets[static_cast<std::size_t>(active.sets[s])];
    store.slots[s].resize(active.observations.size());
    for (ObservationSlot& slot : store.slots[s]) {
      slot.lane = set.lane;
      slot.pixels = strip.pixels();
      slot.bands = set.bands.size();
    }
  }
  const StripJob job{
      plan,          strip,   positions,      active.sets, active.bands, active.count_covered, services.pixels,
      services.pool, context, m_skipped.get()};
  services.pool.parallel_for(active.observations.size(), context, [&](std::size_t observation) {
    read_observation(job, active.observations[observation], observation, store);
  });
  if (m_skipped && m_skipped->has_any(active.observations)) throw ItemsSkipped{};
  reduce_strip(plan, m_view, active.sets, store, strip.pixels(), strip.y - area.y, tile, services.pool, context);
}

}  // namespace stacvrt::cube
