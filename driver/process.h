// SPDX-License-Identifier: MIT
// Everything the process shares between its handles: threads, computed tiles, memory promises, open rasters, plans. A
// forked child starts with its own: neither the threads nor the file positions of its parent can be used there.
#pragma once

#include <memory>
#include <utility>

#include "cube/engine.h"
#include "driver/answer_cache.h"
#include "driver/block_cache.h"
#include "driver/handle_pool.h"
#include "driver/http_settings.h"
#include "driver/pixel_reader.h"
#include "driver/plan_cache.h"
#include "driver/projector.h"
#include "driver/remote_documents.h"
#include "stac/curl_transport.h"

namespace stacvrt::driver {

struct Process {
  Process();

  cube::ThreadPool pool;
  cube::TileCache tiles;
  cube::MemoryLedger memory;
  HandlePool handles;
  BlockCache blocks;  // in memory that nobody has reserved for computing
  GdalProjector projector;
  PixelReader pixels{handles, blocks, projector};
  PlanCache plans;
  stac::CurlTransport transport{http_settings_of};
  RemoteDocuments remote_documents;
  AnswerCache answers;

  [[nodiscard]] cube::EngineServices services() { return {pixels, pool, tiles, memory}; }

  /// A dataset's claim on memory, for its lifetime. What is shared holds no more than all claims together, nor more
  /// than the process's cap; when the last claim ends, computed tiles stay, and little else.
  class Claim {
   public:
    Claim(std::size_t budget_bytes, std::size_t cap_bytes);
    ~Claim();
    Claim(Claim&& other) noexcept : m_bytes(std::exchange(other.m_bytes, 0)) {}
    Claim(const Claim&) = delete;
    Claim& operator=(const Claim&) = delete;
    Claim& operator=(Claim&&) = delete;

   private:
    std::size_t m_bytes;
  };

  /// This process's instance.
  static Process& get();
  /// Stops threads and closes rasters; the next get() starts anew.
  static void shut_down();

 private:
  void share(std::size_t bytes);
  void let_go();
};

}  // namespace stacvrt::driver
