// SPDX-License-Identifier: MIT
#include "driver/document.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <system_error>

#include "driver/dataset_name.h"
#include "driver/geoparquet.h"
#include "driver/gzip.h"
#include "driver/http_settings.h"
#include "driver/item_files.h"
#include "driver/process.h"
#include "driver/settings.h"
#include "driver/task_scope.h"
#include "driver/vsi_file.h"
#include "stac/href.h"
#include "stac/url.h"
#include "stac/vsi_path.h"

namespace stacvrt::driver {

namespace {

std::string quoted(const std::string& name) {
  return "'" + shown_name(name) + "'";
}

// What the system said of a local file, beyond that it is not there.
std::string reason_of(int number) {
  return number == 0 || number == ENOENT ? std::string() : std::generic_category().message(number);
}

// The size that the file system tells.
std::size_t size_of(const std::string& name, const Where& where) {
  VSIStatBufL status;
  VSIErrorReset();
  errno = 0;
  const int flags = VSI_STAT_EXISTS_FLAG | VSI_STAT_NATURE_FLAG | VSI_STAT_SIZE_FLAG | VSI_STAT_SET_ERROR_FLAG;
  if (VSIStatExL(name.c_str(), &status, flags) != 0) {
    const std::string reason = stac::is_remote(name) ? VSIGetLastErrorMsg() : reason_of(errno);
    throw Error(ErrorCode::kNotFound, "there is no file " + quoted(name) + (reason.empty() ? "" : ": " + reason),
                where);
  }
  if (VSI_ISDIR(status.st_mode))
    throw Error(ErrorCode::kInvalid, quoted(name) + " is a folder; name a recipe or a STAC document in it", where);
  return static_cast<std::size_t>(status.st_size);
}

std::string read_file(const std::string& name, const Where& where) {
  const std::size_t expected = size_of(name, where);
  errno = 0;
  const VsiFile file = open_to_read(name);
  if (!file) {
    const std::string reason = stac::begins_with_network_vsi(name) ? std::string() : reason_of(errno);
    throw Error(ErrorCode::kIo,
                quoted(name) + " cannot be read: " + (reason.empty() ? last_gdal_error("no reason given") : reason),
                where);
  }
  std::string text;
  const CPLErrorHandlerPusher quiet(CPLQuietErrorHandler);
  CPLErrorReset();
  // A file that is not compressed comes in one piece and is seen to end.
  const std::size_t chunk = std::clamp<std::size_t>(expected + 1, 1 << 12, 1 << 24);
  while (true) {
    const std::size_t size = text.size();
    text.resize(size + chunk);
    const std::size_t got = VSIFReadL(text.data() + size, 1, chunk, file.get());
    text.resize(size + got);
    if (text.size() > kMaxDocumentBytes)
      throw Error(ErrorCode::kTooLarge, quoted(name) + " is larger than 1 GB", where);
    if (got == chunk) continue;
    // A compressed file that was cut off ends early: half a list of items must not pass for a list.
    if (CPLGetLastErrorType() == CE_Failure)
      throw Error(ErrorCode::kIo, quoted(name) + " cannot be read to its end: " + last_gdal_error("no reason given"),
                  where);
    if (text.size() < expected && stac::begins_with_network_vsi(name))
      throw Error(ErrorCode::kIo, quoted(name) + " cannot be read to its end", where);
    return text;
  }
}

std::string read_local(const std::string& name, const Where& where) {
  return is_geoparquet_name(name) && file_exists(name) ? read_geoparquet(name, where) : read_file(name, where);
}

// Of cloud storage: GDAL signs the requests. What it has kept of the file may be older than the file.
Document read_cloud(const std::string& name, const Where& where) {
  const std::string path = stac::vsi_of_url(name).value_or(name);
  const auto scope = make_request_context(1).enter_task();
  VSICurlPartialClearCache(path.c_str());
  return {read_file(path, where), name};
}

Document read_web(const std::string& url, const std::string& home, const Where& where) {
  stac::HttpRequest request;
  request.url = url;
  request.home = home;
  request.headers = {{"Accept", "application/geo+json, application/json, */*;q=0.5"}};
  request.where = where;
  Document document;
  Process::get().transport.fetch({request}, [&](const stac::HttpRequest&, stac::HttpResponse response) {
    document.text = std::move(response.body);
    document.location = std::move(response.url);
    return std::vector<stac::HttpRequest>();
  });
  return document;
}

std::string url_of(const std::string& name) {
  return stac::url_of_vsi(name).value_or(name);
}

// GDAL's /vsicurl takes options in the name, files of headers among them.
void refuse_options(const std::string& name, const Where& where) {
  if (name.find("/vsicurl") != std::string::npos && name.find('?') != std::string::npos)
    throw Error(ErrorCode::kRefused,
                quoted(name) + " is refused: /vsicurl paths with '?' options are not allowed; " + "name the URL itself",
                where);
}

Document read_remote(const std::string& name, const std::string& home, const Where& where) {
  const std::string url = url_of(name);
  const auto parts = stac::parse_url(url);
  const bool is_web = parts && (parts->scheme == "http" || parts->scheme == "https");
  if (!is_web) refuse_options(name, where);
  const std::string key = url + "\n" + url_of(home) + "\n" + credentials_identity(url) + network_identity();
  const double now_s = std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
  return Process::get().remote_documents.get(key, remote_age_s(), now_s, [&] {
    return is_web ? read_web(url, url_of(home), where) : read_cloud(name, where);
  });
}

}  // namespace

bool document_exists(const std::string& name) {
  return stac::is_remote(name) ? ends_with_suffix(name) : file_exists(name) || any_behind(name);
}

std::string document_location(const std::string& name) {
  if (name.empty() || stac::is_remote(name) || stac::is_vsi(name) || STARTS_WITH_CI(name.c_str(), "file:")) return name;
  std::error_code error;
  const std::filesystem::path location = std::filesystem::canonical(name, error);
  return error ? name : location.generic_string();
}

std::string shown_name(const std::string& name) {
  return stac::is_remote(name) ? stac::redacted(url_of(name)) : name;
}

Document read_document(const std::string& name, const std::string& home, const Where& where) {
  Document document = stac::is_remote(name) ? read_remote(name, home, where)
                                            : Document{read_local(name, where), document_location(name)};
  document.text = without_gzip(std::move(document.text), shown_name(name), where);
  if (document.text.empty()) throw Error(ErrorCode::kInvalid, quoted(name) + " is empty", where);
  return document;
}

}  // namespace stacvrt::driver
