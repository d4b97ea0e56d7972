// SPDX-License-Identifier: MIT
#include "cube/memory_ledger.h"

namespace stacvrt::cube {

MemoryLedger::Reservation::Reservation(MemoryLedger& ledger, std::size_t bytes) : m_ledger(ledger), m_bytes(bytes) {
  std::unique_lock lock(m_ledger.m_mutex);
  m_ledger.m_freed.wait(lock, [&] { return m_ledger.m_used == 0 || m_ledger.m_used + bytes <= m_ledger.m_cap; });
  m_ledger.m_used += bytes;
}

MemoryLedger::Reservation::~Reservation() {
  {
    const std::lock_guard lock(m_ledger.m_mutex);
    m_ledger.m_used -= m_bytes;
  }
  m_ledger.m_freed.notify_all();
}

void MemoryLedger::set_cap(std::size_t bytes) {
  {
    const std::lock_guard lock(m_mutex);
    m_cap = bytes;
  }
  m_freed.notify_all();
}

}  // namespace stacvrt::cube
