// SPDX-License-Identifier: MIT
// Open source rasters, kept for the next reader: a bounded LRU whose handles are leased to one task at a time. Only
// drivers of real raster files are allowed, so that a path to something else yields nothing. A file on the network has
// one handle at a time, so that what one reader fetched the next one finds in it.
#pragma once

#include <compare>
#include <condition_variable>
#include <cstdint>
#include <list>
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include "driver/gdal_compat.h"
#include "driver/remote_access.h"
#include "stac/grid.h"

namespace stacvrt::driver {

/// Whether a raster's overviews lie in a file of their own, which GDAL then keeps open as well. Asking opens it.
[[nodiscard]] bool has_overview_file(GDALDataset& dataset);

/// Size and modification time of a local file, to notice that it was replaced; zeros for remote ones.
struct FileStamp {
  std::int64_t bytes = 0;
  std::int64_t modified_ns = 0;
  std::int64_t overview_bytes = 0, overview_modified_ns = 0;  ///< of the overviews in a file beside it, where asked for
  friend auto operator<=>(const FileStamp&, const FileStamp&) = default;
};
[[nodiscard]] FileStamp file_stamp(const std::string& path);
/// With that of `path`.ovr.
[[nodiscard]] FileStamp raster_stamp(const std::string& path);

/// Thread-safe.
class HandlePool {
 public:
  /// Keeps at most `most_idle` files open that nobody uses.
  explicit HandlePool(std::size_t most_idle = usual_most_idle()) : m_most_idle(most_idle) {}

  /// Half of the files that the system lets this process open, 1024 at most: a tile may touch hundreds of files, and
  /// opening one costs as much as decoding a part of it.
  [[nodiscard]] static std::size_t usual_most_idle();

  struct Handle {
    std::string path;
    FileStamp stamp;
    std::size_t bytes = 0;  ///< about what GDAL holds for it: a block, decoded and not, and the file's directory
    std::string identity;   ///< network_identity() of the thread that opened a remote path
    std::string opened_as;  ///< GDAL's name for it, which may hold a signature
    GDALDatasetUniquePtr dataset;
    stac::PixelGrid checked;  ///< the metadata that its size and position were last compared with
    std::size_t files = 1;    ///< that GDAL holds open for it: two where overviews lie in a file of their own
    bool spent = false;       ///< all that was wanted of it was read: kept only while there is room
  };

  /// Exclusive use of one handle; gives it back when destroyed.
  class Lease {
   public:
    Lease(HandlePool& pool, Handle handle) : m_pool(&pool), m_handle(std::move(handle)) {}
    ~Lease();
    Lease(Lease&& other) noexcept : m_pool(other.m_pool), m_handle(std::move(other.m_handle)) {
      other.m_pool = nullptr;
    }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    Lease& operator=(Lease&&) = delete;
    [[nodiscard]] Handle& operator*() { return m_handle; }
    [[nodiscard]] Handle* operator->() { return &m_handle; }
    [[nodiscard]] const Handle& operator*() const { return m_handle; }
    [[nodiscard]] const Handle* operator->() const { return &m_handle; }
    /// After a failed read: the handle is closed instead of kept.
    void discard() { m_handle.dataset.reset(); }

   private:
    HandlePool* m_pool;
    Handle m_handle;
  };

  /// An open handle on `path`, reused or new; its dataset is null when the raster cannot be opened (GDAL's last error
  /// then says why). Waits for a file on the network that another task reads; a task has one lease at a time.
  [[nodiscard]] Lease acquire(const std::string& path) { return acquire(path, approach_to(path)); }
  [[nodiscard]] Lease acquire(const std::string& path, const Approach& approach);
  /// Most bytes that idle handles may hold, by their own reckoning.
  void set_most_bytes(std::size_t bytes);

 private:
  using Place = std::list<Handle>::iterator;
  using PathAndIdentity = std::pair<std::string, std::string>;
  void give_back(Handle handle);
  void release(const PathAndIdentity& lease);
  void take_out(Place place, std::list<Handle>& to);
  void evict(std::list<Handle>& evicted);

  const std::size_t m_most_idle;
  std::mutex m_mutex;
  std::size_t m_most_bytes = SIZE_MAX;
  std::size_t m_bytes = 0;   // of idle handles
  std::size_t m_files = 0;   // of idle handles
  std::list<Handle> m_idle;  // most recently used first
  std::unordered_multimap<std::string, Place> m_by_path;
  std::set<PathAndIdentity> m_leased;  // of files on the network
  std::condition_variable m_released;
};

}  // namespace stacvrt::driver
