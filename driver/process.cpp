// SPDX-License-Identifier: MIT
#include "driver/process.h"

#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <new>

#include "cube/buffer_memory.h"

namespace stacvrt::driver {

namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr std::size_t kMostIdleBytes = 0;  // a block that is reused hides its use after release
#else
constexpr std::size_t kMostIdleBytes = std::size_t{256} << 20;
#endif

struct Instance {
  std::mutex mutex;
  std::unique_ptr<Process> process;
  std::atomic<Process*> current{nullptr};
  std::atomic<std::size_t> cap_bytes{0};
  Process* abandoned = nullptr;  // at exit; pointed to so that leak checkers know of it

  Instance();
};

Instance& instance() {
  static Instance& the = *new Instance;  // outlives every other static object
  return the;
}

// When the program ends without having unloaded the driver, threads are stopped, and the rest is left to the system: by
// then the libraries that it was made with (PROJ's contexts, GDAL's block cache) may be gone.
struct AtExit {
  ~AtExit() {
    Instance& the = instance();
    const std::lock_guard lock(the.mutex);
    if (!the.process) return;
    the.process->pool.stop();
    the.current = nullptr;
    the.abandoned = the.process.release();
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
  pthread_atfork(cube::BufferMemory::hold, cube::BufferMemory::let_go, [] {
    cube::BufferMemory::let_go();
    abandon_in_child();
  });
  static const AtExit at_exit;
}

}  // namespace

Process::Process() : tiles(tile_share(instance().cap_bytes)), memory(0) {
  memory.set_cap(instance().cap_bytes - tile_share(instance().cap_bytes));
}

void Process::set_memory_cap(std::size_t cap_bytes) {
  instance().cap_bytes = cap_bytes;
  cube::BufferMemory::set_idle_limit(std::min(cap_bytes / 16, kMostIdleBytes));
  memory.set_cap(cap_bytes - tile_share(cap_bytes));
  tiles.set_capacity(tile_share(cap_bytes));
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
  Instance& the = instance();
  const std::lock_guard lock(the.mutex);
  the.current = nullptr;
  the.process.reset();
}

}  // namespace stacvrt::driver
