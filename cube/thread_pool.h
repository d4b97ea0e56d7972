// SPDX-License-Identifier: MIT
// The process's worker threads. A loop is run by its caller and by whichever workers are free, so loops nest without
// deadlock and a busy pool only makes them slower. Who waits for the last bodies of a loop helps with the loops inside
// them. Knows nothing of rasters.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "cube/pixel_source.h"

namespace stacvrt::cube {

/// Thread-safe. Workers are started when a request first asks for them.
class ThreadPool {
 public:
  /// Most workers that will ever be started, whatever requests ask for.
  static constexpr int kMaxWorkers = 256;

  ThreadPool() = default;
  ~ThreadPool() { stop(); }
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  /// Calls body(0) ... body(count - 1), each once, from at most context.threads threads, the calling one included;
  /// inside each call context.enter_task() is in force. Indices are taken in ascending order. When bodies throw, the
  /// remaining indices are given up and the exception of the lowest index that threw is rethrown here.
  void parallel_for(std::size_t count, const RequestContext& context, const std::function<void(std::size_t)>& body);

  /// Runs `task`, which must not throw, in a worker some time later, one more than the `threads` that its loops may
  /// use.
  void post(std::function<void()> task, int threads);

  /// From now on no task of post() is begun, and none is running when this returns: before a fork, since a child may
  /// not find a library in the middle of something.
  void hold_tasks();
  void let_tasks_go();

  /// Ends the workers when what they run is done; what waits is dropped. Loops then run in their callers alone.
  void stop();

 private:
  struct Loop;
  void start_workers(int wanted);
  [[nodiscard]] bool may_begin_task() const { return !m_tasks.empty() && !m_hold_tasks; }
  void run_task(std::unique_lock<std::mutex>& lock);
  void work();
  static void take_part(Loop& loop);
  void join(const std::deque<std::shared_ptr<Loop>>::iterator& at, std::unique_lock<std::mutex>& lock);
  void await(const std::shared_ptr<Loop>& loop);

  std::mutex m_mutex;
  std::condition_variable m_wake;
  std::deque<std::shared_ptr<Loop>> m_loops;
  std::deque<std::function<void()>> m_tasks;
  int m_running_tasks = 0;
  bool m_hold_tasks = false;
  std::condition_variable m_task_ended;
  std::vector<std::thread> m_workers;
  bool m_stop = false;
};

}  // namespace stacvrt::cube
