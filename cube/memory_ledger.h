// SPDX-License-Identifier: MIT
// The process-wide memory cap: whoever is about to compute reserves what it will hold and waits while others hold too
// much. What nobody has reserved may serve a cache meanwhile. Counts promises, not allocations.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>

namespace stacvrt::cube {

/// Thread-safe. A reservation larger than the cap is granted when nothing else is reserved.
class MemoryLedger {
 public:
  explicit MemoryLedger(std::size_t cap_bytes) : m_cap(cap_bytes) {}

  /// Holds bytes for its lifetime. A thread must not nest reservations.
  class Reservation {
   public:
    Reservation(MemoryLedger& ledger, std::size_t bytes);
    ~Reservation();
    Reservation(const Reservation&) = delete;
    Reservation& operator=(const Reservation&) = delete;

   private:
    MemoryLedger& m_ledger;
    std::size_t m_bytes;
  };

  void set_cap(std::size_t bytes);
  /// Calls `use(bytes)`, now and whenever it changes, with what is not reserved; under a lock, so never from two
  /// threads at a time. Before a reservation is granted, use has returned with what then is left.
  void lend_spare(std::function<void(std::size_t)> use);

 private:
  void tell_spare();

  std::mutex m_mutex;
  std::condition_variable m_freed;
  std::size_t m_cap;
  std::size_t m_used = 0;
  std::function<void(std::size_t)> m_use_spare;
};

}  // namespace stacvrt::cube
