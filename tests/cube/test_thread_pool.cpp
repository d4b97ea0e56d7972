// SPDX-License-Identifier: MIT
// Parallel loops: every index once, nesting without deadlock, the lowest failure, and the promised number of threads.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>

#include "cube/thread_pool.h"
#include "tests/catch.h"

namespace {

using namespace stacvrt::cube;
using namespace std::chrono_literals;

RequestContext context_of(int threads) {
  return {{}, threads};
}

// How many are inside at once, at most.
class Crowd {
 public:
  void enter() {
    const int now = ++m_inside;
    int most = m_most;
    while (now > most && !m_most.compare_exchange_weak(most, now)) {
    }
  }
  void leave() { --m_inside; }
  [[nodiscard]] int most() const { return m_most; }
  // Enters and waits until `wanted` have been inside at once, but not for ever.
  void await(int wanted) {
    enter();
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (m_most < wanted && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  }

 private:
  std::atomic<int> m_inside{0}, m_most{0};
};

std::string failure_of(ThreadPool& pool, std::size_t count, int threads, const std::function<void(std::size_t)>& body) {
  try {
    pool.parallel_for(count, context_of(threads), body);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "none";
}

}  // namespace

TEST_CASE("Every index runs once, whatever the number of threads", "[cube]") {
  ThreadPool pool;
  for (const int threads : {-1, 0, 1, 2, 7, 50}) {
    for (const std::size_t count : {std::size_t{0}, std::size_t{1}, std::size_t{3}, std::size_t{1000}}) {
      std::vector<std::atomic<int>> runs(count);
      pool.parallel_for(count, context_of(threads), [&](std::size_t i) { ++runs[i]; });
      CHECK(std::all_of(runs.begin(), runs.end(), [](const std::atomic<int>& n) { return n == 1; }));
    }
  }
}

TEST_CASE("One thread means the calling one, in order", "[cube]") {
  ThreadPool pool;
  std::vector<std::size_t> order;
  const auto caller = std::this_thread::get_id();
  bool elsewhere = false;
  pool.parallel_for(5, context_of(1), [&](std::size_t i) {
    order.push_back(i);
    elsewhere = elsewhere || std::this_thread::get_id() != caller;
  });
  CHECK(order == std::vector<std::size_t>{0, 1, 2, 3, 4});
  CHECK_FALSE(elsewhere);
}

TEST_CASE("A loop uses the threads it asks for, and never more", "[cube]") {
  ThreadPool pool;
  // Four bodies that wait for each other finish only if four threads run them.
  Crowd four;
  pool.parallel_for(4, context_of(4), [&](std::size_t) { four.await(4); });
  CHECK(four.most() == 4);
  Crowd two;
  pool.parallel_for(200, context_of(2), [&](std::size_t) {
    two.enter();
    std::this_thread::sleep_for(100us);
    two.leave();
  });
  CHECK(two.most() <= 2);
}

TEST_CASE("Loops nest without deadlock, also when every worker is taken", "[cube]") {
  ThreadPool pool;
  for (const int threads : {1, 2, 3, 8}) {
    std::atomic<int> runs{0};
    const RequestContext context = context_of(threads);
    pool.parallel_for(6, context, [&](std::size_t) {
      pool.parallel_for(5, context, [&](std::size_t) { pool.parallel_for(4, context, [&](std::size_t) { ++runs; }); });
    });
    CHECK(runs == 6 * 5 * 4);
  }
}

TEST_CASE("A caller that has nothing left to do helps with the loops inside its own", "[cube]") {
  ThreadPool pool;
  const RequestContext context = context_of(2);
  const auto caller = std::this_thread::get_id();
  Crowd outer, inner;
  pool.parallel_for(2, context, [&](std::size_t) {
    outer.await(2);
    if (std::this_thread::get_id() == caller) return;
    std::this_thread::sleep_for(20ms);  // the caller waits by now
    pool.parallel_for(2, context, [&](std::size_t) { inner.await(2); });
  });
  CHECK(inner.most() == 2);
}

TEST_CASE("Many callers share one pool", "[cube]") {
  ThreadPool pool;
  std::atomic<int> runs{0};
  std::vector<std::thread> callers;
  for (int caller = 0; caller < 12; ++caller)
    callers.emplace_back([&] {
      for (int loop = 0; loop < 20; ++loop) pool.parallel_for(10, context_of(16), [&](std::size_t) { ++runs; });
    });
  for (std::thread& caller : callers) caller.join();
  CHECK(runs == 12 * 20 * 10);
}

TEST_CASE("The failure of the lowest index is thrown, whichever comes first", "[cube]") {
  ThreadPool pool;
  for (const int threads : {1, 2, 4, 16}) {
    for (int round = 0; round < 20; ++round) {
      const std::string failure = failure_of(pool, 40, threads, [round](std::size_t i) {
        // Higher ones fail before it, then after it.
        if ((i == 3) == (round % 2 == 0)) std::this_thread::sleep_for(1ms);
        if (i >= 3) throw std::runtime_error(std::to_string(i));
      });
      CHECK(failure == "3");
    }
  }
}

TEST_CASE("After a failure the remaining indices are given up and the pool works on", "[cube]") {
  ThreadPool pool;
  std::atomic<std::size_t> runs{0};
  CHECK(failure_of(pool, 100000, 2, [&](std::size_t i) {
          ++runs;
          if (i == 5) throw std::runtime_error("five");
        }) == "five");
  CHECK(runs < 100000);
  CHECK(failure_of(pool, 10, 2, [](std::size_t) {}) == "none");
}

TEST_CASE("A failure of a nested loop passes through the outer one", "[cube]") {
  ThreadPool pool;
  const std::string failure = failure_of(pool, 8, 4, [&](std::size_t outer) {
    pool.parallel_for(8, context_of(4), [outer](std::size_t inner) {
      if (outer >= 2 && inner >= 1) throw std::runtime_error(std::to_string(outer) + "." + std::to_string(inner));
    });
  });
  CHECK(failure == "2.1");
}

TEST_CASE("Every body runs inside the request's scope, in its own thread", "[cube]") {
  ThreadPool pool;
  thread_local int depth = 0;
  std::atomic<int> entered{0};
  std::atomic<bool> outside{false};
  const RequestContext context{[&]() -> std::shared_ptr<void> {
                                 ++entered;
                                 ++depth;
                                 return {&depth, [](void* at) { --*static_cast<int*>(at); }};
                               },
                               4};
  pool.parallel_for(50, context, [&](std::size_t) { outside = outside || depth != 1; });
  CHECK(entered == 50);
  CHECK_FALSE(outside);
  CHECK(depth == 0);
}

TEST_CASE("An exception of the scope itself is the loop's failure", "[cube]") {
  ThreadPool pool;
  const RequestContext context{[]() -> std::shared_ptr<void> { throw std::runtime_error("no scope"); }, 2};
  std::atomic<int> runs{0};
  CHECK_THROWS_WITH(pool.parallel_for(4, context, [&](std::size_t) { ++runs; }), "no scope");
  CHECK(runs == 0);
}

TEST_CASE("A pool that was stopped still runs loops, in their callers", "[cube]") {
  ThreadPool pool;
  const RequestContext context{nullptr, 4};
  std::atomic<int> calls{0};
  pool.parallel_for(10, context, [&](std::size_t) { ++calls; });
  pool.stop();
  const auto caller = std::this_thread::get_id();
  std::atomic<int> elsewhere{0};
  pool.parallel_for(10, context, [&](std::size_t) {
    ++calls;
    if (std::this_thread::get_id() != caller) ++elsewhere;
  });
  CHECK(calls == 20);
  CHECK(elsewhere == 0);
  pool.stop();
}

TEST_CASE("A posted task runs in a worker, and none after the pool was stopped", "[cube]") {
  ThreadPool pool;
  std::promise<std::thread::id> ran;
  pool.post([&] { ran.set_value(std::this_thread::get_id()); }, 1);
  CHECK(ran.get_future().get() != std::this_thread::get_id());
  pool.stop();
  bool late = false;
  pool.post([&] { late = true; }, 1);
  pool.parallel_for(3, context_of(2), [](std::size_t) {});
  CHECK_FALSE(late);
}

TEST_CASE("While tasks are held none runs and none begins", "[cube]") {
  ThreadPool pool;
  std::atomic<int> running{0}, ended{0};
  const auto task = [&] {
    ++running;
    std::this_thread::sleep_for(20ms);
    --running;
    ++ended;
  };
  pool.post(task, 1);
  pool.post(task, 1);
  pool.hold_tasks();
  CHECK(running == 0);
  const int before = ended;
  std::this_thread::sleep_for(40ms);
  CHECK(ended == before);
  pool.let_tasks_go();
  const auto deadline = std::chrono::steady_clock::now() + 20s;
  while (ended < 2 && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  CHECK(ended == 2);
}
