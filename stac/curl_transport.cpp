// SPDX-License-Identifier: MIT
#include "stac/curl_transport.h"

#include <unistd.h>

#include <mutex>
#include <utility>

#include "stac/curl_session.h"
#include "stac/sigpipe_shield.h"

namespace stacvrt::stac {

// What a call leaves for the next one.
struct CurlTransport::Pool {
  static constexpr std::size_t kMostIdle = 4;

  explicit Pool(pid_t process) : owner(process) { idle.reserve(kMostIdle); }

  MultiHandle lease() {
    const std::lock_guard lock(mutex);
    if (idle.empty()) return make_multi();
    MultiHandle multi = std::move(idle.back());
    idle.pop_back();
    return multi;
  }
  void give_back(MultiHandle multi) {
    const std::lock_guard lock(mutex);
    if (idle.size() < kMostIdle) idle.push_back(std::move(multi));
  }

  const pid_t owner;
  std::mutex mutex;
  std::vector<MultiHandle> idle;
};

namespace {

// Once in the process, and not before it is needed.
void initialise() {
  static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (code != CURLE_OK) throw Error(ErrorCode::kIo, std::string("libcurl cannot be used: ") + curl_easy_strerror(code));
}

// Goes back to the pool in any case; what was under way has left it by then.
class Lease {
 public:
  explicit Lease(CurlTransport::Pool& pool) : m_pool(pool), m_multi(pool.lease()) {}
  ~Lease() {
    const SigpipeShield shield;
    m_pool.give_back(std::move(m_multi));
  }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;

  [[nodiscard]] CURLM* multi() const { return m_multi.get(); }

 private:
  CurlTransport::Pool& m_pool;
  MultiHandle m_multi;
};

}  // namespace

CurlTransport::CurlTransport(HttpSettingsOf settings, TransportLimits limits)
    : m_settings(std::move(settings)), m_limits(limits), m_pool(new Pool(getpid())) {}

CurlTransport::~CurlTransport() {
  const SigpipeShield shield;
  Pool* const pool = m_pool.load();
  if (pool->owner == getpid()) delete pool;
}

// In a child of fork the parent's connections must not be closed, which would speak on them, and its lock may be held
// for ever: the old pool is left where it is.
CurlTransport::Pool& CurlTransport::pool() {
  Pool* current = m_pool.load(std::memory_order_acquire);
  if (current->owner == getpid()) return *current;
  auto fresh = std::make_unique<Pool>(getpid());
  if (m_pool.compare_exchange_strong(current, fresh.get())) return *fresh.release();
  return *current;  // another thread of the child was faster
}

void CurlTransport::fetch(std::vector<HttpRequest> requests, const Answered& answered) {
  if (requests.empty()) return;
  initialise();
  const Lease lease(pool());
  CurlSession session(lease.multi(), m_settings, m_limits);
  session.run(std::move(requests), answered);
}

}  // namespace stacvrt::stac
