// SPDX-License-Identifier: MIT
#include "cube/thread_pool.h"

#include <algorithm>
#include <exception>
#include <system_error>
#include <utility>

namespace stacvrt::cube {

struct ThreadPool::Loop {
  std::size_t count = 0;
  const RequestContext* context = nullptr;
  const std::function<void(std::size_t)>* body = nullptr;
  Loop* parent = nullptr;  // the one whose body made this one; outlives it

  // Guarded by the pool's mutex:
  int seats = 0;                  // threads that may still join
  bool awaited = false;           // the caller has run out of indices
  std::condition_variable event;  // for that caller: the loop may be finished, or a loop inside wants threads

  std::mutex mutex;
  std::size_t next = 0;     // first index not taken
  std::size_t running = 0;  // indices taken and not finished
  bool failed = false;
  std::size_t failed_index = 0;
  std::exception_ptr failure;  // until the caller takes it

  [[nodiscard]] bool exhausted() const { return next >= count || failed; }
  [[nodiscard]] bool is_finished() {
    const std::lock_guard lock(mutex);
    return running == 0;
  }
  [[nodiscard]] bool is_within(const Loop& other) const {
    const Loop* loop = parent;
    while (loop && loop != &other) loop = loop->parent;
    return loop != nullptr;
  }

  // The one whose body the thread runs.
  static thread_local Loop* current;
};

thread_local ThreadPool::Loop* ThreadPool::Loop::current = nullptr;

void ThreadPool::stop() {
  std::vector<std::thread> workers;
  std::deque<std::function<void()>> dropped;
  {
    const std::lock_guard lock(m_mutex);
    m_stop = true;
    workers.swap(m_workers);
    dropped.swap(m_tasks);
  }
  m_wake.notify_all();
  for (std::thread& worker : workers) worker.join();
}

void ThreadPool::start_workers(int wanted) {
  wanted = m_stop ? 0 : std::min(wanted, kMaxWorkers);
  try {
    while (static_cast<int>(m_workers.size()) < wanted) m_workers.emplace_back([this] { work(); });
  } catch (const std::system_error&) {
    // A system that gives no more threads makes the work slower, not wrong: the caller takes part in any case.
  }
}

void ThreadPool::take_part(Loop& loop) {
  Loop* const outer = std::exchange(Loop::current, &loop);
  std::unique_lock lock(loop.mutex);
  while (!loop.exhausted()) {
    const std::size_t index = loop.next++;
    ++loop.running;
    lock.unlock();
    std::exception_ptr failure;
    try {
      const std::shared_ptr<void> scope = loop.context->enter_task ? loop.context->enter_task() : nullptr;
      (*loop.body)(index);
    } catch (...) {
      failure = std::current_exception();
    }
    lock.lock();
    --loop.running;
    // Indices are taken in ascending order, so every index below a failing one runs to its end: the lowest is the same
    // whatever the number of threads.
    if (failure && (!loop.failed || index < loop.failed_index)) {
      loop.failure = std::move(failure);
      loop.failed = true;
      loop.failed_index = index;
    }
  }
  Loop::current = outer;
}

// Takes part in a loop that wants threads. The pool is locked, but not meanwhile.
void ThreadPool::join(const std::deque<std::shared_ptr<Loop>>::iterator& at, std::unique_lock<std::mutex>& lock) {
  const std::shared_ptr<Loop> loop = *at;
  if (--loop->seats <= 0) m_loops.erase(at);
  lock.unlock();
  take_part(*loop);
  lock.lock();
  if (loop->awaited) loop->event.notify_all();
}

void ThreadPool::run_task(std::unique_lock<std::mutex>& lock) {
  {
    const std::function<void()> task = std::move(m_tasks.front());
    m_tasks.pop_front();
    ++m_running_tasks;
    lock.unlock();
    task();
  }  // what the task holds goes outside the lock
  lock.lock();
  --m_running_tasks;
  m_task_ended.notify_all();
}

void ThreadPool::hold_tasks() {
  std::unique_lock lock(m_mutex);
  m_hold_tasks = true;
  m_task_ended.wait(lock, [this] { return m_running_tasks == 0; });
}

void ThreadPool::let_tasks_go() {
  const std::lock_guard lock(m_mutex);
  m_hold_tasks = false;
  m_wake.notify_all();
}

void ThreadPool::work() {
  std::unique_lock lock(m_mutex);
  while (true) {
    m_wake.wait(lock, [this] { return m_stop || !m_loops.empty() || may_begin_task(); });
    if (m_stop) return;
    if (m_loops.empty())
      run_task(lock);
    else
      join(m_loops.begin(), lock);
  }
}

void ThreadPool::post(std::function<void()> task, int threads) {
  const std::lock_guard lock(m_mutex);
  start_workers(threads);
  if (m_workers.empty()) return;
  m_tasks.push_back(std::move(task));
  m_wake.notify_one();
}

// Bodies that other threads still run may hold loops of their own; a caller that only slept would leave a core idle. It
// helps with nothing else: a body of a stranger may wait for the very thing that this thread is about to finish.
void ThreadPool::await(const std::shared_ptr<Loop>& loop) {
  std::unique_lock lock(m_mutex);
  std::erase(m_loops, loop);  // no thread may join any more: context and body die with the call
  loop->awaited = true;
  while (!loop->is_finished()) {
    const auto inner =
        std::find_if(m_loops.begin(), m_loops.end(), [&](const auto& other) { return other->is_within(*loop); });
    if (inner == m_loops.end())
      loop->event.wait(lock);
    else
      join(inner, lock);
  }
}

void ThreadPool::parallel_for(std::size_t count, const RequestContext& context,
                              const std::function<void(std::size_t)>& body) {
  const auto loop = std::make_shared<Loop>();
  loop->count = count;
  loop->context = &context;
  loop->body = &body;
  loop->parent = Loop::current;
  const int workers =
      static_cast<int>(std::min<std::size_t>(static_cast<std::size_t>(std::max(context.threads, 1)), count)) - 1;
  if (workers > 0) {
    const std::lock_guard lock(m_mutex);
    start_workers(workers);
    loop->seats = workers;
    m_loops.push_back(loop);
    m_wake.notify_all();
    for (Loop* outer = loop->parent; outer; outer = outer->parent)
      if (outer->awaited) outer->event.notify_all();
  }
  take_part(*loop);
  if (workers > 0) await(loop);
  // Taken out, so that the exception lives and dies in this thread: a worker may be the last to let go of the loop.
  const std::exception_ptr failure = std::exchange(loop->failure, nullptr);
  if (failure) std::rethrow_exception(failure);
}

}  // namespace stacvrt::cube
