// SPDX-License-Identifier: MIT
// Everything the process shares between its handles: threads, computed tiles, memory promises, open rasters, plans. A
// forked child starts with its own: neither the threads nor the file positions of its parent can be used there.
#pragma once

#include <memory>

#include "cube/engine.h"
#include "driver/handle_pool.h"
#include "driver/pixel_reader.h"
#include "driver/plan_cache.h"
#include "driver/projector.h"

namespace stacvrt::driver {

struct Process {
  Process();

  cube::ThreadPool pool;
  cube::TileCache tiles;
  cube::MemoryLedger memory;
  HandlePool handles;
  GdalProjector projector;
  PixelReader pixels{handles, projector};
  PlanCache plans;

  [[nodiscard]] cube::EngineServices services() { return {pixels, pool, tiles, memory}; }

  /// Bytes of a memory cap that computed tiles may take.
  [[nodiscard]] static std::size_t tile_share(std::size_t cap_bytes) { return cap_bytes / 4; }

  /// Divides the process's memory cap between computed tiles and computations; kept for a forked child's instance.
  void set_memory_cap(std::size_t cap_bytes);

  /// This process's instance.
  static Process& get();
  /// Stops threads and closes rasters; the next get() starts anew.
  static void shut_down();
};

}  // namespace stacvrt::driver
