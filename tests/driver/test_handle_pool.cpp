// SPDX-License-Identifier: MIT
// Leases, replaced files, the drivers that are allowed, and the bound on idle handles.
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <thread>

#include "driver/handle_pool.h"
#include "driver/overview_choice.h"
#include "tests/catch.h"
#include "tests/driver/error_log.h"
#include "tests/driver/scratch.h"

using namespace stacvrt::driver;
using stacvrt::driver::testing::add_overviews;
using stacvrt::driver::testing::ErrorLog;
using stacvrt::driver::testing::RasterSpec;
using stacvrt::driver::testing::Scratch;

namespace {

std::string small_raster(const Scratch& scratch, const std::string& name) {
  return scratch.write(name, RasterSpec{});
}

double first_pixel(GDALDataset& dataset) {
  double value = 0;
  REQUIRE(dataset.GetRasterBand(1)->RasterIO(GF_Read, 0, 0, 1, 1, &value, 1, 1, GDT_Float64, 0, 0, nullptr) == CE_None);
  return value;
}

// A folder on disk, for times finer than a second.
class DiskFolder {
 public:
  DiskFolder() : m_path(std::filesystem::temp_directory_path() / ("stacvrt_pool_" + std::to_string(getpid()))) {
    std::filesystem::create_directory(m_path);
  }
  ~DiskFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(m_path, ignored);
  }
  DiskFolder(const DiskFolder&) = delete;
  DiskFolder& operator=(const DiskFolder&) = delete;
  std::filesystem::path write(const std::string& name, const std::string& bytes) const {
    std::ofstream(m_path / name, std::ios::binary) << bytes;
    return m_path / name;
  }

 private:
  std::filesystem::path m_path;
};

}  // namespace

TEST_CASE("A handle that was given back is the next lease's", "[driver]") {
  const Scratch scratch;
  HandlePool pool;
  const std::string path = small_raster(scratch, "a.tif");
  const GDALDataset* first = nullptr;
  {
    auto lease = pool.acquire(path);
    first = lease->dataset.get();
    REQUIRE(first != nullptr);
    lease->checked.width_px = 77;
  }
  auto again = pool.acquire(path);
  CHECK(again->dataset.get() == first);
  CHECK(again->checked.width_px == 77);
}

TEST_CASE("Two leases at a time never share a handle", "[driver]") {
  const Scratch scratch;
  HandlePool pool;
  const std::string path = small_raster(scratch, "a.tif");
  auto first = pool.acquire(path);
  auto second = pool.acquire(path);
  CHECK(first->dataset.get() != second->dataset.get());

  std::mutex mutex;
  std::set<const GDALDataset*> leased;
  std::atomic<int> shared{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int round = 0; round < 200; ++round) {
        auto lease = pool.acquire(path);
        const GDALDataset* dataset = lease->dataset.get();
        {
          const std::lock_guard lock(mutex);
          if (!leased.insert(dataset).second) ++shared;
        }
        std::this_thread::yield();
        const std::lock_guard lock(mutex);
        leased.erase(dataset);
      }
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(shared == 0);
}

TEST_CASE("A discarded handle is closed and not lent again", "[driver]") {
  const Scratch scratch;
  HandlePool pool;
  const std::string path = small_raster(scratch, "a.tif");
  {
    auto lease = pool.acquire(path);
    lease->checked.width_px = 77;
    lease.discard();
  }
  CHECK(pool.acquire(path)->checked.width_px == 0);
}

TEST_CASE("A lease that was moved gives its handle back once", "[driver]") {
  const Scratch scratch;
  HandlePool pool;
  const std::string path = small_raster(scratch, "a.tif");
  const GDALDataset* dataset = nullptr;
  {
    auto lease = pool.acquire(path);
    dataset = lease->dataset.get();
    const HandlePool::Lease moved(std::move(lease));
  }
  auto first = pool.acquire(path), second = pool.acquire(path);
  CHECK(first->dataset.get() == dataset);
  CHECK(second->dataset.get() != dataset);
}

TEST_CASE("A file of another size is opened anew", "[driver]") {
  const Scratch scratch;
  HandlePool pool;
  const std::string path = small_raster(scratch, "a.tif");
  CHECK(first_pixel(*pool.acquire(path)->dataset) == 1);
  RasterSpec larger;
  larger.width = 40, larger.height = 30;
  larger.value = [](int, int, int) { return 9; };
  scratch.write("a.tif", larger);
  auto lease = pool.acquire(path);
  CHECK(lease->dataset->GetRasterXSize() == 40);
  CHECK(first_pixel(*lease->dataset) == 9);
}

TEST_CASE("A file of the same size and another time is opened anew", "[driver]") {
  const Scratch scratch;
  const DiskFolder folder;
  RasterSpec nine;
  nine.value = [](int, int, int) { return 9; };
  small_raster(scratch, "one.tif");
  scratch.write("nine.tif", nine);
  REQUIRE(scratch.bytes("one.tif").size() == scratch.bytes("nine.tif").size());
  const std::filesystem::path path = folder.write("a.tif", scratch.bytes("one.tif"));
  HandlePool pool;
  const FileStamp before = file_stamp(path.string());
  CHECK(first_pixel(*pool.acquire(path.string())->dataset) == 1);
  const auto time = std::filesystem::last_write_time(path);
  folder.write("a.tif", scratch.bytes("nine.tif"));
  // A millisecond later: fractions of a second count.
  std::filesystem::last_write_time(path, time + std::chrono::milliseconds(1));
  CHECK(file_stamp(path.string()).bytes == before.bytes);
  CHECK(file_stamp(path.string()) != before);
  CHECK(first_pixel(*pool.acquire(path.string())->dataset) == 9);
}

TEST_CASE("A file whose overviews beside it were replaced is opened anew", "[driver]") {
  const Scratch scratch;
  HandlePool pool;
  const std::string path = small_raster(scratch, "a.tif");
  const auto overview_pixel = [&pool, &path] {
    auto lease = pool.acquire(path);
    double value = 0;
    GDALRasterBand* const level = lease->dataset->GetRasterBand(1)->GetOverview(0);
    if (!level) return -1.0;
    REQUIRE(level->RasterIO(GF_Read, 0, 0, 1, 1, &value, 1, 1, GDT_Float64, 0, 0, nullptr) == CE_None);
    return value;
  };
  CHECK(overview_pixel() == -1);
  add_overviews(path, "NEAREST", {2}, true);
  CHECK(overview_pixel() == 1);
  VSIUnlink((path + ".ovr").c_str());
  add_overviews(path, "AVERAGE", {2, 4}, true);
  CHECK(overview_pixel() > 50);
}

TEST_CASE("A handle that reads overviews in a file of their own counts as two", "[driver]") {
  const Scratch scratch;
  const DiskFolder folder;
  small_raster(scratch, "a.tif");
  const auto open_files = [] {
    return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), std::filesystem::directory_iterator());
  };
  constexpr std::size_t kMostIdle = 10;
  HandlePool pool(kMostIdle);
  OverviewChoice choice;
  pool.acquire(small_raster(scratch, "a.tif")).discard();  // opens what is opened once
  const auto before = open_files();
  for (int i = 0; i < 30; ++i) {
    const std::string path = folder.write(std::to_string(i) + ".tif", scratch.bytes("a.tif")).string();
    add_overviews(path, "NEAREST", {2}, true);
    auto lease = pool.acquire(path);
    stacvrt::cube::SourceBand source;
    source.grid.width_px = source.grid.height_px = 4;
    source.full = source.grid;
    GDALRasterBand& band = *lease->dataset->GetRasterBand(1);
    CHECK(choice.band_for(source, *lease, band)->GetXSize() == 4);
  }
  CHECK(open_files() - before <= static_cast<std::ptrdiff_t>(kMostIdle));
}

TEST_CASE("Stamps of remote names cost no request", "[driver]") {
  CHECK(file_stamp("/vsicurl/http://127.0.0.1:9/a.tif") == FileStamp{});
  CHECK(file_stamp("/vsimem/there is no such file") == FileStamp{});
}

TEST_CASE("What points elsewhere is not opened as a source", "[driver]") {
  const Scratch scratch;
  HandlePool pool;
  const std::string tif = small_raster(scratch, "a.tif");
  const std::string vrt =
      scratch.write("named_as.tif",
                    "<VRTDataset rasterXSize=\"8\" rasterYSize=\"8\"><VRTRasterBand dataType=\"UInt16\" band=\"1\">"
                    "<SimpleSource><SourceFilename>" +
                        tif + "</SourceFilename></SimpleSource></VRTRasterBand></VRTDataset>");
  // GDAL itself follows it: the refusal is ours.
  REQUIRE(GDALDatasetUniquePtr(GDALDataset::Open(vrt.c_str(), GDAL_OF_RASTER)) != nullptr);
  const ErrorLog log;
  CHECK(pool.acquire(vrt)->dataset == nullptr);
  CHECK(pool.acquire(
                scratch.write("grid.asc", std::string("ncols 1\nnrows 1\nxllcorner 0\nyllcorner 0\ncellsize 1\n7\n")))
            ->dataset == nullptr);
  CHECK(pool.acquire(scratch.write("r.json", std::string(R"({"type": "STACVRT"})")))->dataset == nullptr);
  CHECK(pool.acquire(scratch.path("missing.tif"))->dataset == nullptr);
  CHECK(pool.acquire(tif)->dataset != nullptr);
}

TEST_CASE("No more than the limit of idle handles stays open, the latest used", "[driver]") {
  const Scratch scratch;
  constexpr std::size_t kMostIdle = 20;
  HandlePool pool(kMostIdle);
  const std::string path = small_raster(scratch, "a.tif");
  constexpr std::size_t kLeases = kMostIdle + 10;
  {
    std::vector<HandlePool::Lease> leases;
    for (std::size_t i = 0; i < kLeases; ++i) {
      leases.push_back(pool.acquire(path));
      leases.back()->checked.width_px = static_cast<std::int64_t>(i) + 1;
    }
  }
  std::size_t reused = 0;
  std::vector<HandlePool::Lease> leases;
  for (std::size_t i = 0; i < kLeases; ++i) {
    leases.push_back(pool.acquire(path));
    if (leases.back()->checked.width_px != 0) ++reused;
  }
  CHECK(reused == kMostIdle);
}
