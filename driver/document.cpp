// SPDX-License-Identifier: MIT
#include "driver/document.h"

#include <algorithm>
#include <filesystem>

#include "driver/task_scope.h"
#include "driver/vsi_file.h"
#include "stac/href.h"
#include "stac/url.h"
#include "stac/vsi_path.h"

namespace stacvrt::driver {

bool document_exists(const std::string& name) {
  return !stac::is_remote(name) && file_exists(name);
}

std::string document_location(const std::string& name) {
  if (name.empty() || stac::is_remote(name) || stac::is_vsi(name) || STARTS_WITH_CI(name.c_str(), "file:")) return name;
  std::error_code error;
  const std::filesystem::path location = std::filesystem::canonical(name, error);
  return error ? name : location.generic_string();
}

std::string read_document(const std::string& name, const Where& where) {
  if (stac::is_remote(name))
    throw Error(ErrorCode::kUnsupported,
                "reading STAC documents over the network is not built yet; save '" +
                    stac::redacted(stac::url_of_vsi(name).value_or(name)) + "' as a file and name that",
                where);
  VSIStatBufL status;
  if (VSIStatExL(name.c_str(), &status, VSI_STAT_EXISTS_FLAG | VSI_STAT_NATURE_FLAG) != 0)
    throw Error(ErrorCode::kNotFound, "there is no file '" + name + "'", where);
  if (VSI_ISDIR(status.st_mode))
    throw Error(ErrorCode::kInvalid, "'" + name + "' is a folder; name a recipe or a STAC document in it", where);
  const VsiFile file = open_to_read(name);
  if (!file) throw Error(ErrorCode::kIo, "'" + name + "' cannot be read: " + last_gdal_error("no reason given"), where);
  std::string text;
  const CPLErrorHandlerPusher quiet(CPLQuietErrorHandler);
  CPLErrorReset();
  // A file that is not compressed comes in one piece and is seen to end.
  const std::size_t chunk = std::clamp<std::size_t>(static_cast<std::size_t>(status.st_size) + 1, 1 << 12, 1 << 24);
  while (true) {
    const std::size_t size = text.size();
    text.resize(size + chunk);
    const std::size_t got = VSIFReadL(text.data() + size, 1, chunk, file.get());
    text.resize(size + got);
    if (text.size() > kMaxDocumentBytes) throw Error(ErrorCode::kTooLarge, "'" + name + "' is larger than 1 GB", where);
    if (got == chunk) continue;
    // A compressed file that was cut off ends early: half a list of items must not pass for a list.
    if (CPLGetLastErrorType() == CE_Failure)
      throw Error(ErrorCode::kIo, "'" + name + "' cannot be read to its end: " + last_gdal_error("no reason given"),
                  where);
    if (text.empty()) throw Error(ErrorCode::kInvalid, "'" + name + "' is empty", where);
    return text;
  }
}

}  // namespace stacvrt::driver
