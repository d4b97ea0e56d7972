// SPDX-License-Identifier: MIT
// Transport by libcurl: many transfers at once in the thread that asks, on connections that stay open for the next
// call. Redirects (stac/http_redirect.h), retries (stac/http_retry.h) and who sees credentials are decided here, never
// by libcurl.
#pragma once

#include <atomic>
#include <memory>

#include "stac/curl_exchange.h"
#include "stac/http_settings.h"
#include "stac/transport.h"

namespace stacvrt::stac {

struct TransportLimits {
  AnswerLimits answer = {};
  int transfers_at_once = 12;  ///< of one fetch()
};

class CurlTransport final : public Transport {
 public:
  explicit CurlTransport(HttpSettingsOf settings, TransportLimits limits = {});
  ~CurlTransport() override;
  CurlTransport(const CurlTransport&) = delete;
  CurlTransport& operator=(const CurlTransport&) = delete;

  /// May be called from many threads at once, and from within `answered`; each call has connections of its own while it
  /// runs. A child of fork has new ones: those of its parent are left alone. Answers that fail transiently are asked
  /// for again as the settings allow.
  void fetch(std::vector<HttpRequest> requests, const Answered& answered) override;

  struct Pool;  ///< idle connections of one process

 private:
  Pool& pool();

  HttpSettingsOf m_settings;
  TransportLimits m_limits;
  std::atomic<Pool*> m_pool;
};

}  // namespace stacvrt::stac
