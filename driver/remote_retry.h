// SPDX-License-Identifier: MIT
// Patience with the network, above GDAL's: what of a failed attempt may pass, how long to wait, and how to make GDAL
// forget it. GDAL 3.6 repeats requests answered with 5xx and 429, but neither broken connections nor bodies that end
// early, and what it got is remembered as the file's content. Knows no rasters.
#pragma once

#include <string>
#include <string_view>

#include "driver/gdal_compat.h"

namespace stacvrt::driver {

/// What a failed attempt says of the next one.
enum class Failure {
  kTransient,  ///< may be gone in a moment: 5xx, timeouts, connections reset, bodies cut off, whatever is not known
  kThrottled,  ///< asked to slow down (429)
  kPermanent,  ///< will be the same: 400, 401, 403, 404, 410, ... and what S3 and its like say in words
  kLapsed,     ///< denied (401, 403): final, unless what was presented has run out
};

/// Reads GDAL's messages: "HTTP response code: 404", "response_code=503", "HTTP error code : 403".
[[nodiscard]] Failure classify(std::string_view messages, int vsi_error);

/// The HTTP status that messages name; 0 where they name none.
[[nodiscard]] int http_status(std::string_view messages);

/// Collects the messages of GDAL's failures and warnings in this thread while it lives, instead of showing them.
class AttemptLog {
 public:
  AttemptLog();
  ~AttemptLog();
  AttemptLog(const AttemptLog&) = delete;
  AttemptLog& operator=(const AttemptLog&) = delete;
  [[nodiscard]] Failure failure() const;
  /// Whether reading was cut short, although what was asked for may have succeeded: metadata may be missing.
  [[nodiscard]] bool saw_broken_read() const;
  [[nodiscard]] const std::string& messages() const { return m_messages; }

 private:
  static void CPL_STDCALL note(CPLErr level, CPLErrorNum number, const char* text);
  std::string m_messages;
};

/// How often and how long: GDAL_HTTP_MAX_RETRY and GDAL_HTTP_RETRY_DELAY where set, else 4 times from a quarter of a
/// second on. Each wait is twice as long as the one before, times something between 0.5 and 1.5; after 429 four times
/// as long, since GDAL does not hand Retry-After on. No wait exceeds 30 s.
struct Patience {
  int retries = 4;
  double first_wait_s = 0.25;
  /// That of the calling thread's configuration.
  [[nodiscard]] static Patience configured();
  /// Seconds before retry `attempt` (from 0); `chance` in [0, 1).
  [[nodiscard]] double wait_s(int attempt, Failure failure, double chance) const;
};

/// The retries of one operation of the current request.
class Retries {
 public:
  /// Waits for the next attempt; false when there is none. Throws Error{kCancelled} when the request was stopped.
  [[nodiscard]] bool again(Failure failure);
  [[nodiscard]] int made() const { return m_made; }

 private:
  int m_made = 0;
};

/// Makes GDAL forget what it got of a file on the network.
void forget_file(const std::string& path);

}  // namespace stacvrt::driver
