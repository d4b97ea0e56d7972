// SPDX-License-Identifier: MIT
#include "driver/read_ahead.h"

#include <algorithm>

#include "driver/process.h"
#include "driver/task_scope.h"

namespace stacvrt::driver {

using cube::PixelWindow;

namespace {

// As many tiles as take a quarter of what computed tiles may, and none where the budget holds one tile at a time: the
// host would have to wait for ours.
std::size_t most_tiles(const cube::Engine& engine) {
  constexpr std::size_t kCacheShare = 4, kMost = 64;
  const cube::StripMemory& memory = engine.memory();
  if (engine.compute_bytes() / 2 < memory.whole()) return 0;
  return std::min(kMost, engine.tile_cache_bytes() / kCacheShare / std::max<std::size_t>(memory.tile_bytes(), 1));
}

}  // namespace

// Tiles that a worker computes one after another.
struct ReadAhead::Job {
  std::shared_ptr<const cube::Engine> engine;
  std::shared_ptr<State> state;
  cube::RequestContext context;
  std::vector<PixelWindow> tiles;
  std::vector<int> time_windows;

  void run() const {
    try {
      const auto scope = context.enter_task();
      for (const PixelWindow& tile : tiles)
        for (const int time_window : time_windows)
          if (!state->stopped) (void)engine->tile(time_window, tile, Process::get().services(), context);
    } catch (...) {
      // Whoever asks for that tile meets the same error, and is told.
    }
    state->busy = false;
  }
};

ReadAhead::ReadAhead(std::shared_ptr<const cube::Engine> engine, int threads)
    : m_engine(std::move(engine)), m_threads(threads), m_most_tiles(threads > 1 ? most_tiles(*m_engine) : 0) {}

// Where hosts go through blocks row by row, the next one to the right, or the first of the next row; where they go
// down a column or read whole rows, what lies below.
std::vector<PixelWindow> ReadAhead::next_tiles(const PixelWindow& before, const PixelWindow& window) const {
  const stac::PixelGrid& grid = m_engine->plan().grid;
  const auto tiles = [&](const PixelWindow& of) { return m_engine->tiles_in(of, Process::get().pixels); };
  const PixelWindow last = tiles({window.x + window.width_px - 1, window.y + window.height_px - 1, 1, 1}).front();
  const std::int64_t right = last.x + last.width_px, bottom = last.y + last.height_px;
  const bool rightwards = window.y == before.y && window.x > before.x;
  const bool downwards = window.y > before.y && window.x == before.x;
  const bool wrapped = window.y > before.y && window.x == 0;
  PixelWindow next;
  if (rightwards || (wrapped && !downwards))
    next = right < grid.width_px ? PixelWindow{right, window.y, 1, window.height_px} : PixelWindow{0, bottom, 1, 1};
  else if (downwards)
    next = {window.x, bottom, window.width_px, 1};
  next = next.intersect({0, 0, grid.width_px, grid.height_px});
  return next.empty() ? std::vector<PixelWindow>() : tiles(next);
}

void ReadAhead::after(const PixelWindow& window, const std::vector<int>& time_windows) {
  if (time_windows.empty() || m_most_tiles < time_windows.size()) return;
  std::optional<PixelWindow> before = window;
  {
    const std::lock_guard lock(m_mutex);
    std::swap(before, m_last);
  }
  if (!before || m_state->busy) return;
  std::vector<PixelWindow> tiles = next_tiles(*before, window);
  tiles.resize(std::min(tiles.size(), m_most_tiles / time_windows.size()));
  if (tiles.empty() || m_state->busy.exchange(true)) return;
  Job job{m_engine, m_state, make_request_context(m_threads), std::move(tiles), time_windows};
  Process::get().pool.post([job = std::move(job)] { job.run(); }, m_threads);
}

}  // namespace stacvrt::driver
