// SPDX-License-Identifier: MIT
// Idle blocks: reused by size, bounded, oldest first out, and usable by many threads.
#include <atomic>
#include <cstring>
#include <thread>

#include "cube/buffer_memory.h"
#include "tests/catch.h"

namespace {

using namespace stacvrt::cube;

constexpr std::size_t kMegabyte = std::size_t{1} << 20;

// Nothing idle to begin with, and the limit of the test.
struct Limit {
  explicit Limit(std::size_t bytes) {
    BufferMemory::set_limit(0);
    BufferMemory::set_limit(bytes);
  }
  ~Limit() { BufferMemory::set_limit(0); }
  Limit(const Limit&) = delete;
  Limit& operator=(const Limit&) = delete;
};

}  // namespace

TEST_CASE("A block that was given back serves the next request of its size", "[cube]") {
  const Limit limit(4 * kMegabyte);
  void* first = BufferMemory::allocate(kMegabyte);
  BufferMemory::release(first, kMegabyte);
  CHECK(BufferMemory::idle_bytes() == kMegabyte);
  void* other = BufferMemory::allocate(2 * kMegabyte);
  CHECK(other != first);
  void* again = BufferMemory::allocate(kMegabyte - 100);  // of the same grain
  CHECK(again == first);
  CHECK(BufferMemory::idle_bytes() == 0);
  BufferMemory::release(again, kMegabyte - 100);
  BufferMemory::release(other, 2 * kMegabyte);
  CHECK(BufferMemory::idle_bytes() == 3 * kMegabyte);
}

TEST_CASE("No more lies idle than the limit, and the oldest goes first", "[cube]") {
  const Limit limit(2 * kMegabyte);
  void* blocks[3];
  for (void*& block : blocks) block = BufferMemory::allocate(kMegabyte);
  for (void* block : blocks) BufferMemory::release(block, kMegabyte);
  CHECK(BufferMemory::idle_bytes() == 2 * kMegabyte);
  void* latest = BufferMemory::allocate(kMegabyte);
  CHECK(latest == blocks[2]);
  BufferMemory::release(latest, kMegabyte);
  BufferMemory::set_limit(kMegabyte);
  CHECK(BufferMemory::idle_bytes() == kMegabyte);
  BufferMemory::release(BufferMemory::allocate(3 * kMegabyte), 3 * kMegabyte);  // larger than the limit
  CHECK(BufferMemory::idle_bytes() == 0);
}

TEST_CASE("What is in use leaves less room for what is idle", "[cube]") {
  const Limit limit(4 * kMegabyte);
  void* blocks[3];
  for (void*& block : blocks) block = BufferMemory::allocate(kMegabyte);
  for (void* block : blocks) BufferMemory::release(block, kMegabyte);
  CHECK(BufferMemory::idle_bytes() == 3 * kMegabyte);
  void* large = BufferMemory::allocate(2 * kMegabyte);
  CHECK(BufferMemory::idle_bytes() == 2 * kMegabyte);
  BufferMemory::release(large, 2 * kMegabyte);
  CHECK(BufferMemory::idle_bytes() == 4 * kMegabyte);
}

TEST_CASE("Small blocks are not kept", "[cube]") {
  const Limit limit(kMegabyte);
  BufferMemory::release(BufferMemory::allocate(100), 100);
  CHECK(BufferMemory::idle_bytes() == 0);
}

TEST_CASE("Arrays keep what they hold while threads come and go with theirs", "[cube]") {
  const Limit limit(8 * kMegabyte);
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&wrong, t] {
      for (int round = 0; round < 50; ++round) {
        Flags flags(40'000 + static_cast<std::size_t>(round) * 3000, static_cast<std::uint8_t>(t));
        std::this_thread::yield();
        for (const std::uint8_t flag : flags)
          if (flag != t) ++wrong;
      }
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == 0);
  CHECK(Flags(50'000, 0) == Flags(50'000, 0));
}
