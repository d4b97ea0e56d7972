// SPDX-License-Identifier: MIT
#include "driver/handle_pool.h"

#include <sys/resource.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <vector>

#include "driver/deflated_block.h"
#include "driver/settings.h"
#include "stac/href.h"

namespace stacvrt::driver {

namespace {

// Formats of pixels, none that points elsewhere: a VRT, a tile index or a service could open what the trust policy
// refuses.
constexpr const char* const kAllowedDrivers[] = {"GTiff", "JP2OpenJPEG", "JP2KAK", "JP2ECW", "JP2MrSID", "JPEG",
                                                 "PNG",   "JPEGXL",      "WEBP",   "HFA",    "ENVI",     nullptr};

// Decoders keep a block's compressed bytes; those that decode it for several bands keep the block, too. Where we
// inflate blocks ourselves there is no more than the file's directory.
std::size_t bytes_of(const HandlePool::Handle& handle) {
  constexpr std::size_t kDirectory = std::size_t{96} << 10;
  GDALDataset& dataset = *handle.dataset;
  if (dataset.GetRasterCount() == 0 || may_be_deflated(handle, *dataset.GetRasterBand(1))) return kDirectory;
  int width = 0, height = 0;
  GDALRasterBand* band = dataset.GetRasterBand(1);
  band->GetBlockSize(&width, &height);
  const auto pixels = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  const auto bands = static_cast<std::size_t>(dataset.GetRasterCount());
  return kDirectory + pixels * bands * static_cast<std::size_t>(GDALGetDataTypeSizeBytes(band->GetRasterDataType()));
}

HandlePool::Handle open(const std::string& path, const FileStamp& stamp, const std::string& identity,
                        const Approach& approach) {
  // A directory listing costs requests on a network; beside a local file it finds overviews and masks.
  const bool remote = stac::is_remote(path);
  const bool set_by_user = CPLGetConfigOption("GDAL_DISABLE_READDIR_ON_OPEN", nullptr) != nullptr;
  std::optional<CPLConfigOptionSetter> readdir;
  if (remote && !set_by_user) readdir.emplace("GDAL_DISABLE_READDIR_ON_OPEN", "EMPTY_DIR", false);
  HandlePool::Handle handle{path, stamp, 0, identity, approach.path, nullptr, {}};
  // Internal: GDAL must not close these by itself when it shuts down, before this driver is unloaded.
  handle.dataset.reset(GDALDataset::Open(approach.path.c_str(),
                                         GDAL_OF_RASTER | GDAL_OF_READONLY | GDAL_OF_VERBOSE_ERROR | GDAL_OF_INTERNAL,
                                         kAllowedDrivers, nullptr, nullptr));
  if (handle.dataset) handle.bytes = bytes_of(handle);
  return handle;
}

// Whom a handle may be shared with: those who read with the same settings, and show the same to the same.
std::string identity_of(const std::string& path, const Approach& approach) {
  if (!stac::is_remote(path)) return {};
  std::string shown = network_identity();
  for (const auto& [option, value] : approach.configuration)
    shown += "\n" + option + "=" + std::to_string(std::hash<std::string>{}(value));
  return shown;
}

}  // namespace

std::size_t HandlePool::usual_most_idle() {
  constexpr std::size_t kLeast = 64, kMost = 1024;
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return kLeast;
  return std::clamp(static_cast<std::size_t>(files.rlim_cur / 2), kLeast, kMost);
}

bool has_overview_file(GDALDataset& dataset) {
  if (dataset.GetRasterCount() == 0) return false;
  GDALRasterBand& band = *dataset.GetRasterBand(1);
  GDALRasterBand* const largest = band.GetOverviewCount() > 0 ? band.GetOverview(0) : nullptr;
  if (!largest || !largest->GetDataset()) return false;
  const std::string name = largest->GetDataset()->GetDescription();  // of further levels it is empty
  return !name.empty() && name != dataset.GetDescription();
}

FileStamp file_stamp(const std::string& path) {
  if (stac::is_remote(path)) return {};
  VSIStatBufL status;
  if (VSIStatL(path.c_str(), &status) != 0) return {};
  FileStamp stamp{static_cast<std::int64_t>(status.st_size),
                  static_cast<std::int64_t>(status.st_mtime) * 1'000'000'000};
#if defined(__linux__)
  stamp.modified_ns += path.rfind("/vsi", 0) == 0 ? 0 : static_cast<std::int64_t>(status.st_mtim.tv_nsec);
#endif
  return stamp;
}

FileStamp raster_stamp(const std::string& path) {
  FileStamp stamp = file_stamp(path);
  const FileStamp beside = file_stamp(path + ".ovr");
  stamp.overview_bytes = beside.bytes;
  stamp.overview_modified_ns = beside.modified_ns;
  return stamp;
}

HandlePool::Lease::~Lease() {
  if (!m_pool) return;
  const PathAndIdentity lease{m_handle.path, m_handle.identity};
  if (m_handle.dataset) m_pool->give_back(std::move(m_handle));
  m_pool->release(lease);
}

HandlePool::Lease HandlePool::acquire(const std::string& path, const Approach& approach) {
  const FileStamp stamp = raster_stamp(path);
  const std::string identity = identity_of(path, approach);
  std::list<Handle> found, stale;  // closed outside the lock
  {
    std::unique_lock lock(m_mutex);
    const bool remote = stac::is_remote(path);
    if (remote) m_released.wait(lock, [&] { return !m_leased.contains({path, identity}); });
    std::vector<Place> places;
    const auto range = m_by_path.equal_range(path);
    for (auto entry = range.first; entry != range.second; ++entry) places.push_back(entry->second);
    for (const Place place : places) {
      if (place->identity != identity) continue;
      const bool fits = place->stamp == stamp && place->opened_as == approach.path;
      if (fits && !found.empty()) continue;
      take_out(place, fits ? found : stale);
    }
    if (remote) m_leased.insert({path, identity});
  }
  Lease lease(*this, Handle{path, stamp, 0, identity, approach.path, nullptr, {}});
  *lease = found.empty() ? open(path, stamp, identity, approach) : std::move(found.front());
  return lease;
}

void HandlePool::release(const PathAndIdentity& lease) {
  if (!stac::is_remote(lease.first)) return;
  const std::lock_guard lock(m_mutex);
  m_leased.erase(lease);
  m_released.notify_all();
}

void HandlePool::take_out(Place place, std::list<Handle>& to) {
  m_bytes -= place->bytes;
  m_files -= place->files;
  const auto range = m_by_path.equal_range(place->path);
  for (auto entry = range.first; entry != range.second; ++entry)
    if (entry->second == place) {
      m_by_path.erase(entry);
      break;
    }
  to.splice(to.end(), m_idle, place);
}

void HandlePool::give_back(Handle handle) {
  std::list<Handle> evicted;
  const std::lock_guard lock(m_mutex);
  // One by one, thousands of files that are read once must not drive out those that are read again and again.
  if (handle.spent && m_files >= m_most_idle) return evicted.push_back(std::move(handle));
  m_bytes += handle.bytes;
  m_files += handle.files;
  m_idle.push_front(std::move(handle));
  m_by_path.emplace(m_idle.front().path, m_idle.begin());
  evict(evicted);
}

void HandlePool::set_most_bytes(std::size_t bytes) {
  std::list<Handle> evicted;
  const std::lock_guard lock(m_mutex);
  m_most_bytes = bytes;
  evict(evicted);
}

void HandlePool::evict(std::list<Handle>& evicted) {
  while (!m_idle.empty() && (m_files > m_most_idle || m_bytes > m_most_bytes))
    take_out(std::prev(m_idle.end()), evicted);
}

}  // namespace stacvrt::driver
