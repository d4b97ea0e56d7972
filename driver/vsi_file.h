// SPDX-License-Identifier: MIT
// Files by way of GDAL's virtual file system.
#pragma once

#include <memory>
#include <string>

#include "driver/gdal_compat.h"

namespace stacvrt::driver {

/// An open file, closed when it goes.
struct CloseFile {
  void operator()(VSILFILE* file) const { VSIFCloseL(file); }
};
using VsiFile = std::unique_ptr<VSILFILE, CloseFile>;

/// Opened for reading; null when it cannot be.
[[nodiscard]] inline VsiFile open_to_read(const std::string& path) {
  return VsiFile(VSIFOpenL(path.c_str(), "rb"));
}

[[nodiscard]] inline bool file_exists(const std::string& path) {
  VSIStatBufL status;
  return VSIStatExL(path.c_str(), &status, VSI_STAT_EXISTS_FLAG) == 0;
}

}  // namespace stacvrt::driver
