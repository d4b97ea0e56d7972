// SPDX-License-Identifier: MIT
#include "driver/raster_access.h"

#include <optional>

#include "driver/remote_access.h"
#include "driver/task_scope.h"
#include "driver/vsi_file.h"
#include "stac/href.h"
#include "stac/url.h"
#include "stac/vsi_path.h"

namespace stacvrt::driver {

namespace {

using cube::SourceBand;

std::string last_line(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  const std::size_t newline = text.rfind('\n');
  return newline == std::string::npos ? text : text.substr(newline + 1);
}

// What GDAL said of a failed attempt: the network's words before those of whoever missed the bytes.
std::string reason_of(const AttemptLog& log) {
  const std::string network = VSIGetLastErrorMsg();
  return network.empty() ? last_line(log.messages()) : last_line(network);
}

std::string hint_of(const std::string& path, const Approach& approach, Failure failure) {
  if (failure != Failure::kLapsed || !approach.withheld) return {};
  const std::string url = stac::url_of_vsi(path).value_or(path);
  return "; credentials (GDAL_HTTP_HEADERS, GDAL_HTTP_USERPWD and their like) are sent only where the named document "
         "lies: add '" +
         origin_of(url) + "' to the configuration option STACVRT_CREDENTIALS_FOR";
}

// Whoever was asked for a token or for the end of a redirect knows neither item nor asset. `missing` is the code of
// what is not there.
Approach approach_of(const SourceBand& source, const std::string& path, ErrorCode missing) {
  try {
    return approach_to(path);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::kCancelled) throw;
    fail_at(error.code() == ErrorCode::kNotFound ? missing : error.code(), source, path, error.message());
  }
}

// One raster on the network, until `work` is done with it or there is no point in going on.
class RemoteRaster {
 public:
  RemoteRaster(HandlePool& handles, const SourceBand& source, const std::string& path)
      : m_handles(handles), m_source(source), m_path(path) {}

  void run(const RasterWork& work) {
    while (!attempt(work)) continue;
  }

 private:
  // A failed attempt.
  struct Outcome {
    bool opened = false;  // and failed later
    bool missing = false;
    Failure failure = Failure::kTransient;
    std::string what, doing;
  };

  // Whether the work was done; throws when it will not be.
  bool attempt(const RasterWork& work) {
    if (is_cancelled()) throw Error(ErrorCode::kCancelled, "the user stopped the read");
    const Approach approach = approach_of(m_source, m_path, ErrorCode::kIo);
    const std::optional<Outcome> failed = try_once(approach, work);
    if (!failed) return true;
    if (failed->failure == Failure::kLapsed && !m_renewed && renew(approach)) {
      m_renewed = true;
      return false;
    }
    if (!(failed->opened ? m_working : m_opening).again(failed->failure)) give_up(*failed, approach);
    return false;
  }

  std::optional<Outcome> try_once(const Approach& approach, const RasterWork& work) {
    const ApproachScope scope(approach);
    AttemptLog log;
    HandlePool::Lease lease = m_handles.acquire(m_path, approach);
    Outcome outcome;
    outcome.opened = lease->dataset && !log.saw_broken_read();
    if (outcome.opened) {
      m_opening = {};
      try {
        work(lease, [&] { m_working = {}; });
        return std::nullopt;
      } catch (const ReadFailed& failed) {
        outcome.what = failed.what;
        outcome.doing = failed.doing;
      }
    } else {
      outcome.what = reason_of(log);
    }
    outcome.failure = log.failure();
    outcome.missing = http_status(reason_of(log)) == 404 || VSIGetLastErrorNo() == VSIE_AWSObjectNotFound;
    lease.discard();
    forget_file(approach.path);  // before anybody else may open it
    return outcome;
  }

  [[nodiscard]] bool renew(const Approach& used) const {
    const auto access = current_request()->access;
    return access && access->renew(m_path, used);
  }

  [[noreturn]] void give_up(const Outcome& outcome, const Approach& approach) {
    const int made = (outcome.opened ? m_working : m_opening).made() + 1;
    const std::string often = made > 1 ? " (" + std::to_string(made) + " attempts)" : "";
    const std::string reason = outcome.what.empty() ? "no reason given" : outcome.what;
    fail_at(ErrorCode::kIo, m_source, m_path,
            (outcome.opened    ? outcome.doing + " failed: " + reason
             : outcome.missing ? "no such file (" + reason + ")"
                               : "cannot be opened as a raster: " + reason) +
                often + hint_of(m_path, approach, outcome.failure));
  }

  HandlePool& m_handles;
  const SourceBand& m_source;
  const std::string& m_path;
  Retries m_opening, m_working;
  bool m_renewed = false;
};

HandlePool::Lease open_local(HandlePool& handles, const SourceBand& source, const std::string& path) {
  CPLErrorReset();
  HandlePool::Lease lease = handles.acquire(path);
  if (!lease->dataset) {
    const std::string reason = last_gdal_error("");
    fail_at(ErrorCode::kIo, source, path,
            file_exists(path) ? "cannot be opened as a raster" + (reason.empty() ? "" : ": " + reason)
                              : "no such file" + (reason.empty() ? "" : " (" + reason + ")"));
  }
  return lease;
}

}  // namespace

void fail_at(ErrorCode code, const SourceBand& source, const std::string& path, const std::string& what) {
  throw Error(code, "asset '" + source.asset_key + "', " + stac::redacted(path) + ": " + without_url_secrets(what),
              source.where);
}

void with_raster(HandlePool& handles, const SourceBand& source, const std::string& path, const RasterWork& work) {
  if (stac::is_remote(path)) return RemoteRaster(handles, source, path).run(work);
  HandlePool::Lease lease = open_local(handles, source, path);
  try {
    work(lease, [] {});
  } catch (const ReadFailed& failed) {
    lease.discard();
    fail_at(ErrorCode::kIo, source, path, failed.doing + (" failed: " + failed.what));
  }
}

namespace {

bool is_missing_there(const SourceBand& source, const std::string& path, int flags) {
  VSIStatBufL status;
  for (Retries retries;;) {
    const Approach approach = approach_of(source, path, ErrorCode::kNotFound);
    const ApproachScope scope(approach);
    AttemptLog log;
    if (VSIStatExL(approach.path.c_str(), &status, flags) == 0) return false;
    const std::string reason = reason_of(log);
    if (http_status(reason) == 404 || VSIGetLastErrorNo() == VSIE_AWSObjectNotFound) return true;
    const Failure failure = log.failure();
    forget_file(approach.path);
    if (!retries.again(failure))
      fail_at(ErrorCode::kIo, source, path,
              "cannot be reached: " + (reason.empty() ? "no reason given" : reason) + hint_of(path, approach, failure));
  }
}

}  // namespace

bool is_missing(const SourceBand& source, const std::string& path) {
  VSIStatBufL status;
  constexpr int kFlags = VSI_STAT_EXISTS_FLAG | VSI_STAT_SET_ERROR_FLAG;
  if (!stac::is_remote(path)) return VSIStatExL(path.c_str(), &status, kFlags) != 0;
  try {
    return is_missing_there(source, path, kFlags);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kNotFound) throw;
    return true;
  }
}

}  // namespace stacvrt::driver
