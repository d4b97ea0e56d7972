// SPDX-License-Identifier: MIT
// What a GDAL caller carries in its thread, taken along into worker threads: its thread-local configuration, what its
// dataset may do on the network, and an error handler that keeps messages from being printed by whichever thread
// happens to run a task.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "cube/pixel_source.h"
#include "driver/remote_access.h"
#include "driver/remote_retry.h"

namespace stacvrt::driver {

/// What work for one request goes by, in whichever thread it is done.
struct RequestState {
  Patience patience;                           ///< with the network
  std::shared_ptr<const RemoteAccess> access;  ///< null: no credentials leave, nothing is signed
  std::function<bool()> cancelled;             ///< from any thread; may be empty
};

/// That of the request which the calling thread works for; outside any, that of its configuration.
[[nodiscard]] std::shared_ptr<const RequestState> current_request();

/// Whether the request was stopped; asks the host when called in the host's thread.
[[nodiscard]] bool is_cancelled();

/// Changes the calling thread's request while it lives.
class RequestScope {
 public:
  /// The current one with this access.
  explicit RequestScope(std::shared_ptr<const RemoteAccess> access);
  /// The current one, to be stopped when `cancelled` says so.
  explicit RequestScope(std::function<bool()> cancelled);
  ~RequestScope();
  RequestScope(const RequestScope&) = delete;
  RequestScope& operator=(const RequestScope&) = delete;

 private:
  std::shared_ptr<const RequestState> m_previous;
};

/// Captures the calling thread's configuration and request for work that may use `threads` threads.
[[nodiscard]] cube::RequestContext make_request_context(int threads);

/// The text of GDAL's last error in this thread without trailing newlines, or `otherwise` when there is none.
[[nodiscard]] std::string last_gdal_error(const std::string& otherwise);

/// Hands a debug message on, without queries of URLs: signatures are there.
void show_debug(const char* text);

/// `text` with the queries, users and passwords of all URLs in it left out.
[[nodiscard]] std::string without_url_secrets(const std::string& text);

}  // namespace stacvrt::driver
