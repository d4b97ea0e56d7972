// SPDX-License-Identifier: MIT
#include "driver/remote_retry.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <random>
#include <thread>

#include "driver/task_scope.h"
#include "stac/error.h"

namespace stacvrt::driver {

namespace {

constexpr double kLongestWaitS = 30;
constexpr std::size_t kMostMessages = 4096;

bool mentions(std::string_view text, std::string_view word) {
  return text.find(word) != std::string_view::npos;
}

// Of http, s3, gs and az alike: final however often it is asked again.
bool is_final(int vsi_error) {
  return vsi_error == VSIE_AWSBucketNotFound || vsi_error == VSIE_AWSObjectNotFound;
}
bool is_denial(int vsi_error) {
  return vsi_error == VSIE_AWSAccessDenied || vsi_error == VSIE_AWSInvalidCredentials ||
         vsi_error == VSIE_AWSSignatureDoesNotMatch;
}

double random_share() {
  thread_local std::minstd_rand generator{std::random_device{}()};
  return std::uniform_real_distribution<double>(0, 1)(generator);
}

}  // namespace

int http_status(std::string_view messages) {
  constexpr std::array<std::string_view, 4> kBefore{
      "HTTP response code: ", "HTTP error code : ", "response_code=", "HTTP response code on "};
  for (const std::string_view before : kBefore) {
    std::size_t at = messages.rfind(before);
    if (at == std::string_view::npos) continue;
    at = messages.find_first_of("0123456789", before.ends_with("on ") ? messages.find(": ", at) : at);
    if (at == std::string_view::npos) continue;
    const int status = std::atoi(std::string(messages.substr(at, 3)).c_str());
    if (status >= 100 && status < 600) return status;
  }
  return 0;
}

Failure classify(std::string_view messages, int vsi_error) {
  if (is_denial(vsi_error)) return Failure::kLapsed;
  if (is_final(vsi_error)) return Failure::kPermanent;
  const int status = http_status(messages);
  if (status == 429) return Failure::kThrottled;
  if (status == 401 || status == 403) return Failure::kLapsed;
  const bool may_pass = status < 400 || status >= 500 || status == 408 || status == 425;
  return may_pass && status != 501 && status != 505 ? Failure::kTransient : Failure::kPermanent;
}

AttemptLog::AttemptLog() {
  CPLErrorReset();
  VSIErrorReset();
  CPLPushErrorHandlerEx(note, this);
}

AttemptLog::~AttemptLog() {
  CPLPopErrorHandler();
}

void AttemptLog::note(CPLErr level, CPLErrorNum, const char* text) {
  auto& log = *static_cast<AttemptLog*>(CPLGetErrorHandlerUserData());
  if (level == CE_Debug) return show_debug(text);
  if (log.m_messages.size() < kMostMessages) log.m_messages += std::string(text) + "\n";
}

Failure AttemptLog::failure() const {
  const char* const said = VSIGetLastErrorMsg();
  return classify(m_messages + (said ? said : ""), VSIGetLastErrorNo());
}

bool AttemptLog::saw_broken_read() const {
  constexpr std::array<std::string_view, 7> kSigns{"IO error",   "I/O error",  "Read error",    "read error",
                                                   "CURL error", "HTTP error", "response_code="};
  return std::any_of(kSigns.begin(), kSigns.end(), [&](std::string_view sign) { return mentions(m_messages, sign); });
}

Patience Patience::configured() {
  Patience patience;
  constexpr int kMostRetries = 20;
  if (const char* retries = CPLGetConfigOption("GDAL_HTTP_MAX_RETRY", nullptr))
    patience.retries = std::clamp(std::atoi(retries), 0, kMostRetries);
  if (const char* delay = CPLGetConfigOption("GDAL_HTTP_RETRY_DELAY", nullptr))
    patience.first_wait_s = std::clamp(CPLAtof(delay), 0.0, kLongestWaitS);
  return patience;
}

double Patience::wait_s(int attempt, Failure failure, double chance) const {
  constexpr double kThrottledTimes = 4;
  const double times = failure == Failure::kThrottled ? kThrottledTimes : 1;
  return std::min(kLongestWaitS, first_wait_s * times * std::ldexp(0.5 + chance, std::min(attempt, 20)));
}

bool Retries::again(Failure failure) {
  const Patience patience = current_request()->patience;
  if (failure == Failure::kPermanent || failure == Failure::kLapsed || m_made >= patience.retries) return false;
  using Clock = std::chrono::steady_clock;
  const auto wait = std::chrono::duration<double>(patience.wait_s(m_made++, failure, random_share()));
  const auto end = Clock::now() + std::chrono::duration_cast<Clock::duration>(wait);
  while (true) {
    if (is_cancelled()) throw Error(ErrorCode::kCancelled, "the user stopped the read");
    const auto left = end - Clock::now();
    if (left <= Clock::duration::zero()) return true;
    std::this_thread::sleep_for(std::min<Clock::duration>(left, std::chrono::milliseconds(50)));
  }
}

void forget_file(const std::string& path) {
  const CPLErrorHandlerPusher quiet(CPLQuietErrorHandler);
  VSICurlPartialClearCache(path.c_str());
}

}  // namespace stacvrt::driver
