// SPDX-License-Identifier: MIT
// Rasters opened for a job, with patience where they lie on the network: what fails there for a moment is opened anew
// and done again. Says what failed with item and asset, without secrets.
#pragma once

#include <functional>
#include <string>

#include "cube/pixel_source.h"
#include "driver/handle_pool.h"
#include "driver/remote_retry.h"
#include "stac/error.h"

namespace stacvrt::driver {

/// Thrown by a job when GDAL could not read.
struct ReadFailed {
  std::string what;
  const char* doing = "reading pixels";
};

/// Works with an open raster. May be called again after it threw ReadFailed; progress() says that what was done since
/// the last call of it stands.
using RasterWork = std::function<void(HandlePool::Lease& lease, const std::function<void()>& progress)>;

/// Opens the raster at `path` (that of `source`, or a tile of it) and does `work` with it. On the network, opening and
/// `work` are repeated as Retries says, each time after GDAL has forgotten the file; progress() begins
/// the count anew. Throws Error{kIo} naming item and asset, kCancelled, and what `work` throws otherwise.
void with_raster(HandlePool& handles, const cube::SourceBand& source, const std::string& path, const RasterWork& work);

/// Whether a tile of `source` is not there, which is no-data; one that cannot be asked for is an error, lest an outage
/// look like a gap.
[[nodiscard]] bool is_missing(const cube::SourceBand& source, const std::string& path);

/// Throws Error about a raster.
[[noreturn]] void fail_at(ErrorCode code, const cube::SourceBand& source, const std::string& path,
                          const std::string& what);

}  // namespace stacvrt::driver
