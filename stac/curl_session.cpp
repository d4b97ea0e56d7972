// SPDX-License-Identifier: MIT
#include "stac/curl_session.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <new>
#include <utility>

#include "stac/http_excerpt.h"
#include "stac/http_headers.h"
#include "stac/http_origin.h"
#include "stac/http_redirect.h"
#include "stac/http_retry.h"
#include "stac/sigpipe_shield.h"
#include "stac/spelling.h"
#include "stac/url.h"

namespace stacvrt::stac {

namespace {

// How long a user who wants to stop waits at most, and a retry beyond its time.
constexpr double kLongestWaitS = 0.1;

double now_s() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double unix_time_s() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string quoted(const HttpRequest& request) {
  return "'" + redacted(request.url) + "'";
}

std::string status_text(long status) {
  switch (status) {
    case 400:
      return "400 (bad request)";
    case 401:
      return "401 (not authorised)";
    case 403:
      return "403 (forbidden)";
    case 404:
      return "404 (not found)";
    case 407:
      return "407 (the proxy wants credentials)";
    case 410:
      return "410 (gone)";
    case 429:
      return "429 (too many requests)";
    default:
      return std::to_string(status);
  }
}

std::string with_message(const std::string& text, const std::string& message) {
  return message.empty() ? text : text + ": " + message;
}

std::string said_by_server(CurlExchange& exchange) {
  return server_message(find_header(exchange.headers(), "Content-Type").value_or(""), exchange.body(),
                        exchange.secrets());
}

std::string megabytes(std::size_t bytes) {
  return number_text(static_cast<double>(bytes) / (1 << 20)) + " MB";
}

bool has_any(const HttpCredentials& credentials) {
  return !credentials.headers.empty() || !credentials.user_password.empty() || !credentials.bearer.empty() ||
         !credentials.cookie.empty();
}

std::string overflow_text(Overflow overflow, const AnswerLimits& limits) {
  switch (overflow) {
    case Overflow::kRatio:
      return " unpacks to more than " + std::to_string(kMaxRatio) + " times its size";
    case Overflow::kHeaders:
      return " answers with more than " + std::to_string(limits.header_bytes >> 10) + " KB of headers";
    default:
      return " is larger than " + megabytes(limits.body_bytes);
  }
}

}  // namespace

MultiHandle make_multi() {
  MultiHandle multi(curl_multi_init());
  if (!multi) throw std::bad_alloc();
  curl_multi_setopt(multi.get(), CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_MULTIPLEX));
  curl_multi_setopt(multi.get(), CURLMOPT_MAXCONNECTS, 16L);
  return multi;
}

CurlSession::CurlSession(CURLM* multi, const HttpSettingsOf& settings, const TransportLimits& limits)
    : m_multi(multi), m_settings(settings), m_limits(limits), m_random(std::random_device()()) {}

CurlSession::~CurlSession() {
  const SigpipeShield shield;
  for (auto& [easy, job] : m_active) curl_multi_remove_handle(m_multi, easy);
  m_active.clear();
}

void CurlSession::run(std::vector<HttpRequest> requests, const Transport::Answered& answered) {
  for (HttpRequest& request : requests) enqueue(std::move(request));
  while (!m_pending.empty() || !m_waiting.empty() || !m_active.empty()) {
    throw_if_cancelled();
    start_due();
    perform();
    finish_all(answered);
    wait();
  }
}

void CurlSession::perform() {
  const SigpipeShield shield;
  int running = 0;
  if (const CURLMcode code = curl_multi_perform(m_multi, &running); code != CURLM_OK)
    throw Error(ErrorCode::kIo, std::string("libcurl failed: ") + curl_multi_strerror(code));
}

void CurlSession::enqueue(HttpRequest request) {
  auto job = std::make_unique<Job>();
  job->now = request;
  job->asked = std::move(request);
  m_pending.push_back(std::move(job));
}

void CurlSession::start_due() {
  const double now = now_s();
  for (std::size_t i = 0; i < m_waiting.size();) {
    if (m_waiting[i]->due_s > now) {
      ++i;
      continue;
    }
    m_pending.push_front(std::move(m_waiting[i]));
    m_waiting.erase(m_waiting.begin() + static_cast<std::ptrdiff_t>(i));
  }
  while (!m_pending.empty() && m_active.size() < static_cast<std::size_t>(m_limits.transfers_at_once)) {
    JobPointer job = std::move(m_pending.front());
    m_pending.pop_front();
    start(std::move(job));
  }
}

void CurlSession::start(JobPointer job) {
  if (!job->exchange) {
    job->exchange = std::make_unique<CurlExchange>();
    job->began_s = now_s();
  }
  job->settings = m_settings(job->now.url);
  job->credentials_withheld = !is_at_home(job->now) && has_any(job->settings.credentials);
  job->exchange->prepare(job->now, job->settings, m_limits.answer);
  CURL* const easy = job->exchange->handle();
  if (const CURLMcode code = curl_multi_add_handle(m_multi, easy); code != CURLM_OK)
    throw Error(ErrorCode::kIo, quoted(job->now) + " cannot be asked for: " + curl_multi_strerror(code),
                job->asked.where);
  m_active.emplace(easy, std::move(job));
}

void CurlSession::wait() {
  double seconds = kLongestWaitS;
  if (!m_pending.empty() && m_active.size() < static_cast<std::size_t>(m_limits.transfers_at_once)) return;
  for (const JobPointer& job : m_waiting) seconds = std::min(seconds, job->due_s - now_s());
  if (m_active.empty() && m_waiting.empty()) return;
  curl_multi_poll(m_multi, nullptr, 0, static_cast<int>(std::clamp(seconds * 1000, 1.0, 1000.0)), nullptr);
}

void CurlSession::finish_all(const Transport::Answered& answered) {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(m_multi, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;
    auto found = m_active.find(message->easy_handle);
    JobPointer job = std::move(found->second);
    {
      const SigpipeShield shield;
      curl_multi_remove_handle(m_multi, found->first);
    }
    m_active.erase(found);
    finish(std::move(job), code, answered);
  }
}

void CurlSession::finish(JobPointer job, CURLcode code, const Transport::Answered& answered) {
  CurlExchange& exchange = *job->exchange;
  const Overflow overflow = exchange.overflow();
  if (overflow == Overflow::kMemory) throw std::bad_alloc();
  if (overflow != Overflow::kNone && overflow != Overflow::kErrorBody)
    throw Error(ErrorCode::kTooLarge, quoted(job->now) + overflow_text(overflow, m_limits.answer), job->asked.where);
  const long status = exchange.status();
  if (code != CURLE_OK && overflow == Overflow::kNone) {
    if (is_transient_failure(code)) return retry_or_fail(std::move(job), exchange.failure(code));
    throw Error(ErrorCode::kIo, quoted(job->now) + " cannot be read: " + exchange.failure(code), job->asked.where);
  }
  if (is_redirect(status)) return redirect(std::move(job), status);
  if (is_transient_status(status))
    return retry_or_fail(std::move(job),
                         with_message("the server answers " + status_text(status), said_by_server(exchange)));
  if (status < 200 || status > 299) fail_for_good(*job, status);
  HttpResponse response{job->redirects == 0 ? job->asked.url : job->now.url, std::move(exchange.headers()),
                        std::move(exchange.body())};
  for (HttpRequest& request : answered(job->asked, std::move(response))) enqueue(std::move(request));
}

void CurlSession::redirect(JobPointer job, long status) {
  if (++job->redirects > kMaxRedirects)
    throw Error(ErrorCode::kRefused,
                quoted(job->asked) + " redirects more than " + std::to_string(kMaxRedirects) + " times",
                job->asked.where);
  job->now = redirected(job->now, status, find_header(job->exchange->headers(), "Location").value_or(""));
  m_pending.push_front(std::move(job));
}

void CurlSession::retry_or_fail(JobPointer job, const std::string& reason) {
  const double now = now_s();
  FailedAttempt failed{job->retries, now - job->began_s, {}, std::uniform_real_distribution<double>(0, 1)(m_random)};
  if (const auto retry_after = find_header(job->exchange->headers(), "Retry-After"))
    failed.retry_after_s = parse_retry_after(*retry_after, unix_time_s());
  const auto wait = next_attempt_in_s(job->settings, failed);
  if (!wait) {
    const int attempts = job->retries + 1;
    std::string text = quoted(job->now) + " cannot be read: " + reason;
    if (attempts > 1) text += " (after " + std::to_string(attempts) + " attempts)";
    if (failed.retry_after_s)
      text += "; it asks to come back in " + number_text(std::ceil(*failed.retry_after_s)) + " s";
    throw Error(ErrorCode::kIo, text, job->asked.where);
  }
  ++job->retries;
  job->due_s = now + *wait;
  m_waiting.push_back(std::move(job));
}

void CurlSession::fail_for_good(Job& job, long status) {
  const bool missing = status == 404 || status == 410;
  std::string text = with_message("the server of " + quoted(job.now) + " answers " + status_text(status),
                                  said_by_server(*job.exchange));
  if ((status == 401 || status == 403) && job.credentials_withheld)
    text += "; credentials and headers were not sent to it, because they were given for another server";
  throw Error(missing ? ErrorCode::kNotFound : ErrorCode::kIo, text, job.asked.where);
}

void CurlSession::throw_if_cancelled() const {
  const auto is_cancelled = [](const JobPointer& job) { return job->settings.cancelled && job->settings.cancelled(); };
  const bool cancelled =
      std::any_of(m_waiting.begin(), m_waiting.end(), is_cancelled) ||
      std::any_of(m_active.begin(), m_active.end(), [&](const auto& active) { return is_cancelled(active.second); });
  if (cancelled) throw Error(ErrorCode::kCancelled, "fetching documents was stopped");
}

}  // namespace stacvrt::stac
