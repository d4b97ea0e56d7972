// SPDX-License-Identifier: MIT
// The event loop of one Transport::fetch(): what waits, what is under way, what is asked for again. Runs in the thread
// that called, on connections that it was lent.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <random>
#include <vector>

#include "stac/curl_exchange.h"
#include "stac/curl_transport.h"

namespace stacvrt::stac {

struct FreeMulti {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
using MultiHandle = std::unique_ptr<CURLM, FreeMulti>;

/// A set of connections that multiplexes where the server offers HTTP/2.
[[nodiscard]] MultiHandle make_multi();

class CurlSession {
 public:
  CurlSession(CURLM* multi, const HttpSettingsOf& settings, const TransportLimits& limits);
  ~CurlSession();
  CurlSession(const CurlSession&) = delete;
  CurlSession& operator=(const CurlSession&) = delete;

  void run(std::vector<HttpRequest> requests, const Transport::Answered& answered);

 private:
  // A request on its way to an answer, redirects and retries included.
  struct Job {
    HttpRequest asked, now;  // as the caller put it; where redirects have led to
    HttpSettings settings;
    std::unique_ptr<CurlExchange> exchange;
    int redirects = 0, retries = 0;
    double began_s = 0, due_s = 0;  // of the session's clock; due: not before
    bool credentials_withheld = false;
  };
  using JobPointer = std::unique_ptr<Job>;

  void enqueue(HttpRequest request);
  void start_due();
  void start(JobPointer job);
  void perform();
  void wait();
  void finish_all(const Transport::Answered& answered);
  void finish(JobPointer job, CURLcode code, const Transport::Answered& answered);
  void redirect(JobPointer job, long status);
  void retry_or_fail(JobPointer job, const std::string& reason);
  [[noreturn]] void fail_for_good(Job& job, long status);
  void throw_if_cancelled() const;

  CURLM* m_multi;
  const HttpSettingsOf& m_settings;
  const TransportLimits& m_limits;
  std::deque<JobPointer> m_pending;
  std::vector<JobPointer> m_waiting;  // for their time to come
  std::map<CURL*, JobPointer> m_active;
  std::minstd_rand m_random;
};

}  // namespace stacvrt::stac
