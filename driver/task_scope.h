// SPDX-License-Identifier: MIT
// What a GDAL caller carries in its thread, taken along into worker threads: its thread-local configuration, and an
// error handler that keeps messages from being printed by whichever thread happens to run a task.
#pragma once

#include <memory>

#include "cube/pixel_source.h"

namespace stacvrt::driver {

/// Captures the calling thread's configuration for a request that may use `threads` threads.
[[nodiscard]] cube::RequestContext make_request_context(int threads);

/// The text of GDAL's last error in this thread without trailing newlines, or `otherwise` when there is none.
[[nodiscard]] std::string last_gdal_error(const std::string& otherwise);

}  // namespace stacvrt::driver
