// SPDX-License-Identifier: MIT
#include "driver/snapshot.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>

#include "driver/document.h"
#include "driver/gdal_compat.h"
#include "driver/task_scope.h"
#include "driver/vsi_file.h"
#include "stac/letter_case.h"
#include "stac/page_scan.h"
#include "stac/url.h"

namespace stacvrt::driver {

namespace {

constexpr const char* kMember = "stacvrt:search";

// Whether a parameter's name speaks of something that nobody else should know.
bool is_secret(std::string_view parameter) {
  const std::string name = stac::lowered(parameter);
  return std::ranges::any_of(std::array{"token", "key", "sig", "secret", "password", "auth", "credential"},
                             [&](const char* word) { return name.find(word) != std::string::npos; });
}

// "?a=1&sig=xyz" to "?a=1&sig=...".
std::string without_secrets(std::string_view query) {
  std::string result;
  while (!query.empty()) {
    const std::string_view part = query.substr(0, query.find('&', 1));
    query.remove_prefix(part.size());
    const std::size_t equals = part.find('=');
    const bool hides = equals != std::string_view::npos && is_secret(std::string(part.substr(1, equals - 1)));
    result += hides ? std::string(part.substr(0, equals)) + "=..." : std::string(part);
  }
  return result;
}

std::string shown_url(const std::string& name) {
  auto url = stac::parse_url(name);
  if (!url) return name;
  const std::size_t at = url->authority.rfind('@');
  if (at != std::string::npos) url->authority.erase(0, at + 1);
  url->query = without_secrets(url->query);
  return url->text();
}

stac::Json source_json(const cube::ItemSource& source) {
  if (!source.search) return shown_url(source.document);
  stac::Json search = stac::Json::object();
  search["url"] = shown_url(source.search->url);
  for (const auto& [key, value] : source.search->terms.items()) search[key] = value;
  if (source.search->max_items) search["max_items"] = *source.search->max_items;
  stac::Json json = stac::Json::object();
  json["search"] = std::move(search);
  return json;
}

std::string instant_text(stac::Instant instant) {
  const bool is_open = instant == stac::kBeginOfTime || instant == stac::kEndOfTime;
  return is_open ? ".." : stac::format_instant(instant);
}

}  // namespace

stac::Json snapshot_request(const std::vector<cube::ItemSource>& items, const stac::Wanted& wanted) {
  stac::Json request = stac::Json::object();
  request["items"] = stac::Json::array();
  for (const cube::ItemSource& source : items) request["items"].push_back(source_json(source));
  if (wanted.bbox) request["bbox"] = *wanted.bbox;
  if (wanted.range) request["datetime"] = instant_text(wanted.range->begin) + "/" + instant_text(wanted.range->end);
  return request;
}

std::string snapshot_text(stac::FoundItems found, const stac::Json& request, stac::Instant now) {
  stac::Json collection = stac::Json::object();
  collection["type"] = "FeatureCollection";
  collection["stac_version"] = "1.0.0";
  // Before the items, so that it is found without reading them.
  stac::Json& search = collection[kMember] = stac::Json::object();
  search["request"] = request;
  search["time"] = stac::format_instant(now - now % stac::kMicrosPerSecond);
  search["found"] = found.features.size();
  search["left_out"] = found.left_out;
  collection["links"] = stac::Json::array();
  collection["features"] = std::move(found.features);
  return collection.dump(1, ' ', false, stac::Json::error_handler_t::replace) + "\n";
}

void check_snapshot(std::string_view text, const std::string& path, const std::vector<cube::ItemSource>& items,
                    const stac::Wanted& wanted) {
  const std::string_view member = stac::top_level_member(text, kMember);
  if (member.empty())
    throw Error(ErrorCode::kInvalid,
                std::string("this file is no snapshot (it has no member '") + kMember +
                    "') and is not overwritten; name another file with SNAPSHOT, or open this one by its name",
                {path, {}, {}});
  const stac::Json json = stac::parse_json(member, path);
  const stac::Json made_for = json.is_object() && json.contains("request") ? json["request"] : stac::Json();
  // What was pruned by nothing holds everything.
  const bool pruned = made_for.contains("bbox") || made_for.contains("datetime");
  if (made_for == snapshot_request(items, pruned ? wanted : stac::Wanted())) return;
  throw Error(ErrorCode::kInvalid,
              "the snapshot answers another request than this one; remove it to ask anew, or name another file with "
              "SNAPSHOT",
              {path, {}, std::string("/") + kMember + "/request"});
}

void check_snapshot_path(const std::string& path, const stac::HrefPolicy& policy) {
  const Where where{"open option SNAPSHOT", {}, {}};
  if (policy.local_paths != stac::LocalPaths::kAny)
    throw Error(ErrorCode::kRefused, "no file is written or read where STACVRT_LOCAL_PATHS locks local paths", where);
  if (stac::is_remote(path) || stac::parse_url(path))
    throw Error(ErrorCode::kInvalid, "expected the path of a local file, found '" + stac::redacted(path) + "'", where);
}

void write_snapshot(const std::string& path, const std::string& text) {
  static std::atomic<int> number{0};
  const std::string unfinished = path + ".part" + std::to_string(CPLGetPID()) + "-" + std::to_string(++number);
  const auto fail = [&] {
    const int cause = errno;
    const std::string reason = last_gdal_error(cause != 0 ? std::strerror(cause) : "no reason given");
    VSIUnlink(unfinished.c_str());
    throw Error(ErrorCode::kIo, "the snapshot '" + path + "' cannot be written: " + reason,
                {"open option SNAPSHOT", {}, {}});
  };
  const CPLErrorHandlerPusher quiet(CPLQuietErrorHandler);
  CPLErrorReset();
  errno = 0;
  VSILFILE* const file = VSIFOpenL(unfinished.c_str(), "wb");
  if (!file) fail();
  const bool written = VSIFWriteL(text.data(), 1, text.size(), file) == text.size();
  if (VSIFCloseL(file) != 0 || !written) fail();
  if (VSIRename(unfinished.c_str(), path.c_str()) != 0) fail();
}

}  // namespace stacvrt::driver
