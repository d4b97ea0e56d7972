// SPDX-License-Identifier: MIT
#include "cube/memory_ledger.h"

#include <utility>

namespace stacvrt::cube {

MemoryLedger::Reservation::Reservation(MemoryLedger& ledger, std::size_t bytes) : m_ledger(ledger), m_bytes(bytes) {
  std::unique_lock lock(m_ledger.m_mutex);
  m_ledger.m_freed.wait(lock, [&] { return m_ledger.m_used == 0 || m_ledger.m_used + bytes <= m_ledger.m_cap; });
  m_ledger.m_used += bytes;
  m_ledger.tell_spare();
}

MemoryLedger::Reservation::~Reservation() {
  {
    const std::lock_guard lock(m_ledger.m_mutex);
    m_ledger.m_used -= m_bytes;
    m_ledger.tell_spare();
  }
  m_ledger.m_freed.notify_all();
}

void MemoryLedger::set_cap(std::size_t bytes) {
  {
    const std::lock_guard lock(m_mutex);
    m_cap = bytes;
    tell_spare();
  }
  m_freed.notify_all();
}

void MemoryLedger::lend_spare(std::function<void(std::size_t)> use) {
  const std::lock_guard lock(m_mutex);
  m_use_spare = std::move(use);
  tell_spare();
}

void MemoryLedger::tell_spare() {
  if (m_use_spare) m_use_spare(m_used < m_cap ? m_cap - m_used : 0);
}

}  // namespace stacvrt::cube
