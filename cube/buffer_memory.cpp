// SPDX-License-Identifier: MIT
#include "cube/buffer_memory.h"

#if defined(__unix__) && !defined(__SANITIZE_ADDRESS__)
#define STACVRT_PAGES
#include <sys/mman.h>
#endif

#include <algorithm>
#include <bit>
#include <mutex>

#include "kernels/lanes.h"

namespace stacvrt::cube {

namespace {

constexpr std::align_val_t kAlignment{kernels::kAlignment};
// Blocks are rounded up to this share of the power of two below them, so that strips and tiles of almost one size find
// each other's. What is added, a thirty-second at most, is memory like the rest and counts as such.
constexpr std::size_t kGrains = 32;

struct Block {
  void* memory = nullptr;
  std::size_t bytes = 0;
};

struct Idle {
  std::mutex mutex;
  std::vector<Block> blocks;  // oldest first
  std::size_t bytes = 0;
  std::size_t in_use = 0;  // bytes of the blocks that are not idle
  std::size_t limit = 0;
  std::size_t peak = 0;  // of bytes + in_use
};

Idle& idle() {
  static Idle& the = *new Idle;  // outlives every array
  return the;
}

// Small blocks are the heap's and are not kept, but leave less room for idle ones all the same: there may be thousands.
bool is_small(std::size_t bytes) {
  return bytes < BufferMemory::kLeastBytes;
}

std::size_t rounded(std::size_t bytes) {
  if (is_small(bytes)) return std::max(bytes, std::size_t{1});
  const std::size_t grain = std::bit_floor(bytes) / kGrains;  // of pages: kLeastBytes / kGrains is one
  return (bytes + grain - 1) / grain * grain;
}

#if defined(MAP_POPULATE)
constexpr int kPopulate = MAP_POPULATE;  // all pages at once: one by one they take twice as long
#else
[[maybe_unused]] constexpr int kPopulate = 0;
#endif

// Large blocks are pages of their own: what is given back is the system's at once. In a heap's free list it would count
// against nobody's budget (a tenth more memory was seen).
void* from_system(std::size_t bytes) {
#if defined(STACVRT_PAGES)
  if (!is_small(bytes)) {
    void* const memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | kPopulate, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    return memory;
  }
#endif
  return ::operator new(bytes, kAlignment);
}

void give_back(const Block& block) {
#if defined(STACVRT_PAGES)
  if (!is_small(block.bytes)) {
    munmap(block.memory, block.bytes);
    return;
  }
#endif
  ::operator delete(block.memory, kAlignment);
}

// Removes the oldest blocks until all others are within the limit. The caller holds the lock.
std::vector<Block> make_room(Idle& the) {
  std::vector<Block> old;
  auto end = the.blocks.begin();
  for (; end != the.blocks.end() && the.bytes + the.in_use > the.limit; ++end) the.bytes -= end->bytes;
  old.assign(the.blocks.begin(), end);
  the.blocks.erase(the.blocks.begin(), end);
  return old;
}

}  // namespace

void* BufferMemory::allocate(std::size_t bytes) {
  const std::size_t size = rounded(bytes);
  Idle& the = idle();
  std::vector<Block> old;
  {
    const std::lock_guard lock(the.mutex);
    the.in_use += size;
    // The last one of this size is the likeliest to be in a processor's cache.
    const auto found = std::find_if(the.blocks.rbegin(), the.blocks.rend(),
                                    [size](const Block& block) { return block.bytes == size; });
    if (found != the.blocks.rend()) {
      void* memory = found->memory;
      the.bytes -= size;
      the.blocks.erase(std::next(found).base());
      return memory;
    }
    old = make_room(the);
    the.peak = std::max(the.peak, the.bytes + the.in_use);
  }
  for (const Block& each : old) give_back(each);
  try {
    return from_system(size);
  } catch (...) {
    const std::lock_guard lock(the.mutex);
    the.in_use -= size;
    throw;
  }
}

void BufferMemory::release(void* memory, std::size_t bytes) noexcept {
  const Block block{memory, rounded(bytes)};
  Idle& the = idle();
  std::vector<Block> old{};
  bool kept = false;
  try {
    const std::lock_guard lock(the.mutex);
    the.in_use -= block.bytes;
    if (!is_small(block.bytes)) {
      the.blocks.push_back(block);
      the.bytes += block.bytes;
      kept = true;
    }
    old = make_room(the);
  } catch (...) {  // no memory for the list itself
  }
  if (!kept) give_back(block);
  for (const Block& each : old) give_back(each);
}

void BufferMemory::set_limit(std::size_t bytes) {
  Idle& the = idle();
  std::vector<Block> old;
  {
    const std::lock_guard lock(the.mutex);
    the.limit = bytes;
    old = make_room(the);
  }
  for (const Block& each : old) give_back(each);
}

void BufferMemory::hold() {
  idle().mutex.lock();
}

void BufferMemory::let_go() {
  idle().mutex.unlock();
}

std::size_t BufferMemory::peak_bytes() {
  Idle& the = idle();
  const std::lock_guard lock(the.mutex);
  return the.peak;
}

std::size_t BufferMemory::idle_bytes() {
  Idle& the = idle();
  const std::lock_guard lock(the.mutex);
  return the.bytes;
}

}  // namespace stacvrt::cube
