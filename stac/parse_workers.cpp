// SPDX-License-Identifier: MIT
#include "stac/parse_workers.h"

#include <algorithm>

namespace stacvrt::stac {

ParseWorkers::~ParseWorkers() {
  {
    const std::lock_guard lock(m_mutex);
    m_stop = true;
    m_waiting.clear();
  }
  m_changed.notify_all();
  for (std::thread& thread : m_threads) thread.join();
}

void ParseWorkers::start_one() {
  const std::size_t most = std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, kMostThreads);
  if (m_threads.size() < most) m_threads.emplace_back([this] { work(); });
}

void ParseWorkers::add(std::function<void()> task) {
  std::unique_lock lock(m_mutex);
  if (!m_waiting.empty() || m_running == m_threads.size()) start_one();
  m_changed.wait(lock, [this] { return m_waiting.size() < kMostWaiting || m_error; });
  if (m_error) {
    lock.unlock();
    finish();
  }
  m_waiting.push_back({m_added++, std::move(task)});
  lock.unlock();
  m_changed.notify_all();
}

void ParseWorkers::finish() {
  std::unique_lock lock(m_mutex);
  m_changed.wait(lock, [this] { return m_waiting.empty() && m_running == 0; });
  if (m_error) std::rethrow_exception(m_error);
}

void ParseWorkers::run(const Task& task) {
  std::exception_ptr error;
  try {
    task.run();
  } catch (...) {
    error = std::current_exception();
  }
  const std::lock_guard lock(m_mutex);
  if (error && (!m_error || task.number < m_failed)) {
    m_error = error;
    m_failed = task.number;
  }
}

void ParseWorkers::work() {
  std::unique_lock lock(m_mutex);
  while (true) {
    m_changed.wait(lock, [this] { return m_stop || !m_waiting.empty(); });
    if (m_stop) return;
    {
      const Task task = std::move(m_waiting.front());
      m_waiting.pop_front();
      ++m_running;
      lock.unlock();
      run(task);
    }  // what the task held goes outside the lock
    lock.lock();
    --m_running;
    m_changed.notify_all();
  }
}

}  // namespace stacvrt::stac
