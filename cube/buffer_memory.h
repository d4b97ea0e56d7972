// SPDX-License-Identifier: MIT
// Memory of the large arrays that come and go with every tile, kept for the next one: a system hands large blocks out
// as zeroed pages, which costs as much as filling them. Knows nothing of what the arrays hold.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <utility>
#include <vector>

namespace stacvrt::cube {

/// The process's idle blocks, oldest given back to the system first. Thread-safe.
class BufferMemory {
 public:
  /// Smaller blocks come from the heap and are not kept, but counted.
  static constexpr std::size_t kLeastBytes = std::size_t{1} << 17;

  /// `bytes` uninitialised bytes, aligned as kernels want it. Throws std::bad_alloc.
  [[nodiscard]] static void* allocate(std::size_t bytes);
  /// Takes back a block of allocate(bytes).
  static void release(void* memory, std::size_t bytes) noexcept;

  /// Most bytes of blocks in use and idle ones together (0 to begin with): idle ones that are too much are given back
  /// to the system at once. Nothing is refused.
  static void set_limit(std::size_t bytes);
  [[nodiscard]] static std::size_t idle_bytes();
  /// Most bytes of blocks in use and idle ones together, so far.
  [[nodiscard]] static std::size_t peak_bytes();

  /// Before a fork, and after it in parent and child: no thread is in the middle of a change then.
  static void hold();
  static void let_go();
};

/// Allocator of BufferMemory that leaves elements uninitialised where none are given, as in resize().
template <class T>
struct BufferAllocator {
  using value_type = T;
  BufferAllocator() = default;
  template <class U>
  explicit(false) BufferAllocator(const BufferAllocator<U>&) noexcept {}

  [[nodiscard]] T* allocate(std::size_t count) { return static_cast<T*>(BufferMemory::allocate(count * sizeof(T))); }
  void deallocate(T* memory, std::size_t count) noexcept { BufferMemory::release(memory, count * sizeof(T)); }
  template <class U, class... Arguments>
  void construct(U* at, Arguments&&... arguments) {
    if constexpr (sizeof...(Arguments) == 0)
      ::new (static_cast<void*>(at)) U;
    else
      ::new (static_cast<void*>(at)) U(std::forward<Arguments>(arguments)...);
  }
  friend bool operator==(const BufferAllocator&, const BufferAllocator&) { return true; }
};

using Bytes = std::vector<std::byte, BufferAllocator<std::byte>>;
using Doubles = std::vector<double, BufferAllocator<double>>;
/// 0 or 1 per pixel.
using Flags = std::vector<std::uint8_t, BufferAllocator<std::uint8_t>>;

}  // namespace stacvrt::cube
