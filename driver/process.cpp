// SPDX-License-Identifier: MIT
#include "driver/process.h"

#if defined(__GLIBC__)
#include <malloc.h>
#endif
#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <new>

#include "cube/buffer_memory.h"
#include "cube/memory_shares.h"

namespace stacvrt::driver {

namespace {

struct Instance {
  std::mutex mutex;
  std::unique_ptr<Process> process;
  std::atomic<Process*> current{nullptr};
  // Of all open datasets, of the process, and what follows from both; known to a forked child's instance, too.
  std::size_t claimed_bytes = 0, cap_bytes = 0, shared_bytes = 0;
  Process* abandoned = nullptr;  // at exit; pointed to so that leak checkers know of it

  Instance();
};

Instance& instance() {
  static Instance& the = *new Instance;  // outlives every other static object
  return the;
}

// The process's part when its threads are through; what they still run uses everything, get() included, so nothing is
// locked or taken away before.
std::unique_ptr<Process> stopped(Instance& the) {
  if (Process* current = the.current) current->pool.stop();
  const std::lock_guard lock(the.mutex);
  the.current = nullptr;
  return std::move(the.process);
}

// When the program ends without having unloaded the driver, threads are stopped, and the rest is left to the system: by
// then the libraries that it was made with (PROJ's contexts, GDAL's block cache) may be gone.
struct AtExit {
  ~AtExit() {
    Instance& the = instance();
    the.abandoned = stopped(the).release();
  }
};

// In a child of fork the parent's threads do not exist and its locks may be held for ever, so the old instance is
// abandoned, not destroyed; the next get() makes a new one. Runs in the child's only thread.
void abandon_in_child() {
  Instance& the = instance();
  new (&the.mutex) std::mutex;
  (void)the.process.release();
  the.current = nullptr;
}

Instance::Instance() {
  pthread_atfork(
      [] {
        // What runs unasked may be inside PROJ or GDAL, whose locks a child would find taken for ever.
        if (Process* now = instance().current) now->pool.hold_tasks();
        cube::BufferMemory::hold();
      },
      [] {
        cube::BufferMemory::let_go();
        if (Process* now = instance().current) now->pool.let_tasks_go();
      },
      [] {
        cube::BufferMemory::let_go();
        abandon_in_child();
      });
  static const AtExit at_exit;
}

}  // namespace

Process::Process() : tiles(0), memory(0) {
  share(instance().shared_bytes);
}

void Process::share(std::size_t bytes) {
  const cube::MemoryShares shares = cube::MemoryShares::of(bytes);
  tiles.set_capacity(shares.tiles);
  handles.set_most_bytes(shares.handles);
  memory.set_cap(shares.compute);
  memory.lend_spare([this](std::size_t spare) { blocks.set_capacity(spare); });
#if !defined(__SANITIZE_ADDRESS__)  // a block that is reused hides its use after release
  cube::BufferMemory::set_limit(shares.compute + shares.tiles + shares.idle);
#endif
}

// Nobody is left: what was kept for the next tile would only be in the way, but for what opening anew soon pays for.
void Process::let_go() {
  memory.lend_spare(nullptr);  // a tile may still be under way
  blocks.set_capacity(0);
#if defined(__GLIBC__)
  malloc_trim(0);  // small blocks come from the heap, which keeps what it gets back
#endif
#if !defined(__SANITIZE_ADDRESS__)
  constexpr std::size_t kKept = std::size_t{256} << 20;
  cube::BufferMemory::set_limit(std::min(kKept, cube::MemoryShares::of(instance().shared_bytes).compute));
#endif
}

Process::Claim::Claim(std::size_t budget_bytes, std::size_t cap_bytes) : m_bytes(budget_bytes) {
  Process& process = get();
  Instance& the = instance();
  const std::lock_guard lock(the.mutex);
  the.claimed_bytes += m_bytes;
  the.cap_bytes = cap_bytes;
  the.shared_bytes = std::min(the.claimed_bytes, cap_bytes);
  process.share(the.shared_bytes);
}

Process::Claim::~Claim() {
  if (m_bytes == 0) return;
  Instance& the = instance();
  const std::lock_guard lock(the.mutex);
  the.claimed_bytes -= m_bytes;
  if (the.claimed_bytes == 0) {
    if (the.process) the.process->let_go();
    return;
  }
  the.shared_bytes = std::min(the.claimed_bytes, the.cap_bytes);
  if (the.process) the.process->share(the.shared_bytes);
}

Process& Process::get() {
  Instance& the = instance();
  if (Process* current = the.current.load(std::memory_order_acquire)) return *current;
  const std::lock_guard lock(the.mutex);
  if (!the.process) {
    the.process = std::make_unique<Process>();
    the.current.store(the.process.get(), std::memory_order_release);
  }
  return *the.process;
}

void Process::shut_down() {
  (void)stopped(instance());
}

}  // namespace stacvrt::driver
