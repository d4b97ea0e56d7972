// SPDX-License-Identifier: MIT
#include "driver/read_ahead.h"

#include <algorithm>
#include <utility>

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

// Tiles that a worker computes, one task each, so that whoever stops or holds the workers waits for one at most.
struct ReadAhead::Job {
  std::shared_ptr<const cube::Engine> engine;
  std::shared_ptr<State> state;
  std::uint64_t jumps = 0;
  cube::RequestContext context;
  std::vector<std::pair<PixelWindow, int>> tiles;  // with their windows of time; the next one last

  Job(std::shared_ptr<const cube::Engine> for_engine, std::shared_ptr<State> for_state, int threads)
      : engine(std::move(for_engine)),
        state(std::move(for_state)),
        jumps(state->jumps),
        context(make_request_context(threads)) {}
  ~Job() { state->busy = false; }  // also when it is dropped
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;

  // Whether there is more to do.
  [[nodiscard]] bool run_one() {
    if (state->jumps != jumps) return false;
    const auto [area, time_window] = tiles.back();
    tiles.pop_back();
    try {
      const auto scope = context.enter_task();
      (void)engine->tile(time_window, area, Process::get().services(), context);
    } catch (...) {
      return false;  // whoever asks for that tile meets the same error, and is told
    }
    return !tiles.empty();
  }
};

void ReadAhead::post(std::shared_ptr<Job> job) {
  const int threads = job->context.threads;
  Process::get().pool.post(
      [job = std::move(job)] {
        if (job->run_one()) post(job);
      },
      threads);
}

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
  const std::lock_guard lock(m_mutex);
  if (std::exchange(m_process, &Process::get()) != &Process::get()) m_state = std::make_shared<State>();
  std::swap(before, m_last);
  if (!before) return;
  std::vector<PixelWindow> tiles = next_tiles(*before, window);
  if (tiles.empty()) ++m_state->jumps;
  tiles.resize(std::min(tiles.size(), m_most_tiles / time_windows.size()));
  if (tiles.empty() || m_state->busy.exchange(true)) return;
  const auto job = std::make_shared<Job>(m_engine, m_state, m_threads);
  std::reverse(tiles.begin(), tiles.end());
  for (const PixelWindow& tile : tiles)
    for (const int time_window : time_windows) job->tiles.emplace_back(tile, time_window);
  post(job);
}

}  // namespace stacvrt::driver
