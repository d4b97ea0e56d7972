// SPDX-License-Identifier: MIT
// Hosts that go through a dataset in order write, compress or warp what they have read with a thread or two of their
// own. Meanwhile the tiles that they will ask for next are computed.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "cube/engine.h"

namespace stacvrt::driver {

/// The reads of one dataset. Thread-safe. Changes no pixel; takes memory that the tile cache and the budget have
/// anyway. A program that ends or forks meanwhile waits for one tile at most.
class ReadAhead {
 public:
  ReadAhead(std::shared_ptr<const cube::Engine> engine, int threads);
  /// What is under way ends with its tile.
  ~ReadAhead() { ++m_state->jumps; }
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;

  /// The host has read `window` of `time_windows` (indices into Plan::windows). Where that lies right of or below what
  /// it read before, tiles that follow are begun in a worker.
  void after(const cube::PixelWindow& window, const std::vector<int>& time_windows);

 private:
  struct State {
    std::atomic<std::uint64_t> jumps{0};  // how often the host went elsewhere, after which what was foreseen is void
    std::atomic<bool> busy{false};        // a job waits or runs
  };
  struct Job;
  static void post(std::shared_ptr<Job> job);
  [[nodiscard]] std::vector<cube::PixelWindow> next_tiles(const cube::PixelWindow& before,
                                                          const cube::PixelWindow& window) const;

  std::shared_ptr<const cube::Engine> m_engine;
  const int m_threads;
  const std::size_t m_most_tiles;
  std::shared_ptr<State> m_state = std::make_shared<State>();
  std::mutex m_mutex;
  std::optional<cube::PixelWindow> m_last;
  const void* m_process = nullptr;  // whose worker has the job; a forked child's knows nothing of it
};

}  // namespace stacvrt::driver
