// SPDX-License-Identifier: MIT
// The memory cap: who waits, who does not, and that nobody waits for ever.
#include <atomic>
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include "cube/memory_ledger.h"
#include "tests/catch.h"

namespace {

using namespace stacvrt::cube;
using namespace std::chrono_literals;
using Reservation = MemoryLedger::Reservation;

// A reservation that another thread makes.
class Other {
 public:
  Other(MemoryLedger& ledger, std::size_t bytes)
      : m_thread([this, &ledger, bytes] {
          const Reservation reservation(ledger, bytes);
          m_granted = true;
        }) {}
  ~Other() { m_thread.join(); }
  // Whether it is granted within a time that suffices for a thread that need not wait.
  [[nodiscard]] bool granted() const {
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (!m_granted && std::chrono::steady_clock::now() < deadline) std::this_thread::sleep_for(1ms);
    return m_granted;
  }
  [[nodiscard]] bool still_waits() const {
    std::this_thread::sleep_for(30ms);
    return !m_granted;
  }

 private:
  std::atomic<bool> m_granted{false};
  std::thread m_thread;
};

}  // namespace

TEST_CASE("Reservations within the cap are granted at once", "[cube]") {
  MemoryLedger ledger(100);
  const Reservation here(ledger, 60);
  CHECK(Other(ledger, 40).granted());
}

TEST_CASE("A reservation over the cap waits until enough is given back", "[cube]") {
  MemoryLedger ledger(100);
  auto here = std::make_unique<Reservation>(ledger, 60);
  const Other other(ledger, 41);
  CHECK(other.still_waits());
  here.reset();
  CHECK(other.granted());
}

TEST_CASE("A reservation larger than the cap is granted when nothing else is reserved", "[cube]") {
  MemoryLedger ledger(100);
  CHECK(Other(ledger, 1000).granted());
  auto here = std::make_unique<Reservation>(ledger, 1);
  const Other other(ledger, 1000);
  CHECK(other.still_waits());
  here.reset();
  CHECK(other.granted());
}

TEST_CASE("A raised cap wakes those who wait", "[cube]") {
  MemoryLedger ledger(100);
  const Reservation here(ledger, 60);
  const Other other(ledger, 60);
  CHECK(other.still_waits());
  ledger.set_cap(120);
  CHECK(other.granted());
}

TEST_CASE("Many threads never hold more than the cap together", "[cube]") {
  MemoryLedger ledger(100);
  std::atomic<int> held{0}, most{0};
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 8; ++thread)
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 100; ++i) {
        const int bytes = 20 + 7 * thread;
        const Reservation reservation(ledger, static_cast<std::size_t>(bytes));
        const int now = held += bytes;
        int before = most;
        while (now > before && !most.compare_exchange_weak(before, now)) {
        }
        held -= bytes;
      }
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(most <= 100);
  CHECK(most >= 20);
}

TEST_CASE("What is not reserved is lent, and taken back before it is granted", "[cube]") {
  MemoryLedger ledger(100);
  std::vector<std::size_t> lent;
  ledger.lend_spare([&](std::size_t bytes) { lent.push_back(bytes); });
  {
    const Reservation here(ledger, 60);
    CHECK(lent == std::vector<std::size_t>{100, 40});
    ledger.set_cap(50);  // already over it
  }
  CHECK(lent == std::vector<std::size_t>{100, 40, 0, 50});
}
