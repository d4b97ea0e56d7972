// SPDX-License-Identifier: MIT
// Threads that parse what a transfer brings while the next documents are under way. Knows nothing of what they do.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace stacvrt::stac {

/// A few threads and a queue of bounded length; they start when first needed. One thread at a time adds and waits.
class ParseWorkers {
 public:
  static constexpr std::size_t kMostThreads = 4;
  /// Tasks that may wait: the text of so many documents is in memory at most, beside those being parsed.
  static constexpr std::size_t kMostWaiting = 8;

  ParseWorkers() = default;
  ~ParseWorkers();  ///< drops what waits
  ParseWorkers(const ParseWorkers&) = delete;
  ParseWorkers& operator=(const ParseWorkers&) = delete;

  /// Has `task` run in one of the threads; waits while too many wait already. Throws as finish() does when a
  /// task has thrown before.
  void add(std::function<void()> task);
  /// Waits for all tasks. When any has thrown, throws what the first of them (in the order of adding) threw.
  void finish();

 private:
  struct Task {
    std::size_t number = 0;
    std::function<void()> run;
  };

  void start_one();
  void work();
  void run(const Task& task);

  std::mutex m_mutex;
  std::condition_variable m_changed;
  std::deque<Task> m_waiting;
  std::vector<std::thread> m_threads;
  std::size_t m_added = 0, m_running = 0;
  std::size_t m_failed = 0;  ///< number of the task that `m_error` is of
  std::exception_ptr m_error;
  bool m_stop = false;
};

}  // namespace stacvrt::stac
