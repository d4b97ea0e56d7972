// SPDX-License-Identifier: MIT
#include "driver/process.h"

#include <unistd.h>

#include <mutex>

namespace stacvrt::driver {

namespace {

struct Instance {
  std::mutex mutex;
  std::unique_ptr<Process> process;
  std::atomic<Process*> current{nullptr};
  std::atomic<pid_t> owner{0};
};

Instance& instance() {
  static Instance the;
  return the;
}

}  // namespace

Process::Process() : tiles(0), memory(0) {}

Process& Process::get() {
  Instance& the = instance();
  const pid_t self = getpid();
  Process* current = the.current.load(std::memory_order_acquire);
  if (current && the.owner.load(std::memory_order_acquire) == self) return *current;
  if (current && the.owner.load() != self) {
    // In a child of fork: the parent's threads do not exist here and its locks may be held for ever, this one included,
    // so the old instance is abandoned, not destroyed. Only one thread survives a fork.
    new (&the.mutex) std::mutex;
    (void)the.process.release();
    the.current = nullptr;
  }
  const std::lock_guard lock(the.mutex);
  if (!the.process) {
    the.process = std::make_unique<Process>();
    the.owner = self;
    the.current = the.process.get();
  }
  return *the.process;
}

void Process::shut_down() {
  Instance& the = instance();
  if (the.owner.load() != getpid()) return;
  const std::lock_guard lock(the.mutex);
  the.current = nullptr;
  the.process.reset();
}

}  // namespace stacvrt::driver
