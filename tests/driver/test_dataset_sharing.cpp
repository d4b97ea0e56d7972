// SPDX-License-Identifier: MIT
// What must not change a pixel: threads, memory, handles, forks; what must: edited recipes and replaced assets. And how
// often tiles are computed.
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <thread>

#include "driver/guard.h"
#include "driver/process.h"
#include "tests/catch.h"
#include "tests/driver/error_log.h"
#include "tests/driver/scene.h"
#include "tests/thrown.h"

using namespace stacvrt;
using namespace stacvrt::driver;
using namespace stacvrt::driver::testing;
using stacvrt::testing::thrown_by;

namespace {

constexpr const char* kMixed = R"(["geomedian", "mad", "count"])";

std::vector<std::byte> fresh_read(const std::string& recipe, const cube::OptionList& options) {
  forget_everything();
  return read_all(*open(recipe, options));
}

// GDAL's block cache of a size of the test's choice.
class GdalCacheSize {
 public:
  explicit GdalCacheSize(GIntBig bytes) : m_before(GDALGetCacheMax64()) { GDALSetCacheMax64(bytes); }
  ~GdalCacheSize() { GDALSetCacheMax64(m_before); }
  GdalCacheSize(const GdalCacheSize&) = delete;
  GdalCacheSize& operator=(const GdalCacheSize&) = delete;

 private:
  GIntBig m_before;
};

void read_first_block(GDALDataset& dataset, int band) {
  std::vector<float> block(512 * 512);
  REQUIRE(dataset.GetRasterBand(band)->ReadBlock(0, 0, block.data()) == CE_None);
}

// Whether GDAL's cache holds the first block of a band.
bool is_cached(GDALDataset& dataset, int band) {
  GDALRasterBlock* block = dataset.GetRasterBand(band)->TryGetLockedBlockRef(0, 0);
  if (block) block->DropLock();
  return block != nullptr;
}

}  // namespace

TEST_CASE("Any number of threads gives the bytes of one", "[driver]") {
  const Scene scene;
  const std::string recipe = scene.recipe(kMixed);
  const auto one = fresh_read(recipe, {{"THREADS", "1"}});
  for (const char* threads : {"2", "7"}) CHECK(fresh_read(recipe, {{"THREADS", threads}}) == one);
}

TEST_CASE("Any memory budget gives the same bytes, and less than the least is an error that says it", "[driver]") {
  const Scene scene;
  const std::string recipe = scene.recipe(kMixed);
  const auto plenty = fresh_read(recipe, {{"THREADS", "2"}});
  const auto dataset = open(recipe, {{"THREADS", "2"}});
  const std::size_t least = dataset->engine().least_budget();
  for (const std::size_t budget : {least, least + least / 20, least * 2}) {
    INFO(budget);
    CHECK(fresh_read(recipe, {{"THREADS", "2"}, {"MEMORY", std::to_string(budget)}}) == plenty);
  }
  const Error error = thrown_by([&] { (void)open(recipe, {{"THREADS", "2"}, {"MEMORY", std::to_string(least - 1)}}); });
  CHECK(error.code() == ErrorCode::kMemory);
  CHECK_THAT(error.what(), ContainsSubstring("MEMORY") && ContainsSubstring(recipe));
}

TEST_CASE("One block read computes its tile once and puts the siblings into GDAL's cache", "[driver]") {
  const Scene scene;
  forget_everything();
  const auto dataset = open(scene.recipe(kMixed));
  REQUIRE(dataset->GetRasterCount() == 6);
  REQUIRE(tiles_computed(*dataset) == 0);
  GDALRasterBlock* block = dataset->GetRasterBand(3)->GetLockedBlockRef(0, 0);
  REQUIRE(block != nullptr);
  block->DropLock();
  CHECK(tiles_computed(*dataset) == 1);
  for (int band = 1; band <= 6; ++band) {
    INFO(band);
    CHECK(is_cached(*dataset, band));
  }
  // Their pixels are in GDAL's cache: they are right even when this process forgets its tiles.
  forget_everything();
  std::vector<float> cached(512 * 512);
  for (int band = 1; band <= 6; ++band) {
    GDALRasterBlock* sibling = dataset->GetRasterBand(band)->TryGetLockedBlockRef(0, 0);
    REQUIRE(sibling != nullptr);
    std::memcpy(cached.data(), sibling->GetDataRef(), cached.size() * 4);
    sibling->DropLock();
    const auto expected = read(*dataset, {0, 0, 512, 512, {band}, GDT_Float32});
    CHECK(std::memcmp(cached.data(), expected.data(), expected.size()) == 0);
  }
}

TEST_CASE("Siblings stay out of a block cache that they would fill", "[driver]") {
  const Scene scene;
  forget_everything();
  const auto dataset = open(scene.recipe(kMixed));
  const GdalCacheSize small(20 << 20);  // six Float32 blocks take 6 MB: more than a quarter
  read_first_block(*dataset, 1);
  for (int band = 2; band <= 6; ++band) CHECK_FALSE(is_cached(*dataset, band));
  for (int band = 2; band <= 6; ++band) read_first_block(*dataset, band);
  CHECK(tiles_computed(*dataset) == 1);
}

TEST_CASE("Blocks of windows of time are siblings only within their window", "[driver]") {
  const Scene scene(3);
  forget_everything();
  const auto dataset = open(scene.recipe(R"(["median", "count"])", R"(, "time": {"windows": "P1M"})"));
  REQUIRE(dataset->GetRasterCount() == 9);
  read_first_block(*dataset, 5);
  CHECK(tiles_computed(*dataset) == 1);
  for (int band = 1; band <= 9; ++band) {
    INFO(band);
    if (band != 5) CHECK(is_cached(*dataset, band) == (band >= 4 && band <= 6));
  }
}

TEST_CASE("Handles of one recipe share computed tiles", "[driver]") {
  const Scene scene;
  forget_everything();
  const std::string recipe = scene.recipe(R"(["median"])");
  const auto first = open(recipe), second = open("STACVRT:\"" + recipe + "\"");
  const auto bytes = read_all(*first);
  CHECK(tiles_computed(*first) == 4);
  CHECK(read_all(*second) == bytes);
  CHECK(tiles_computed(*second) == 4);
}

TEST_CASE("A handle from before a fork never gets the tiles of one opened after it", "[driver]") {
  const Scene scene;
  forget_everything();
  const auto before = open(scene.recipe(R"(["median"])"));
  const auto bytes = read_all(*before);
  forget_everything();  // what a child of fork starts with
  const auto after = open(scene.files().write("other.stacvrt", scene.recipe_text(R"(["max"])")));
  const auto other = read_all(*after);
  CHECK(other != bytes);
  CHECK(read_all(*before) == bytes);
}

TEST_CASE("Two handles in two threads read the same bytes at once", "[driver]") {
  const Scene scene;
  const std::string recipe = scene.recipe(kMixed);
  const auto expected = fresh_read(recipe, {{"THREADS", "1"}});
  forget_everything();
  std::atomic<int> different{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 2; ++t)
    threads.emplace_back([&, t] {
      const auto dataset = open(recipe, {{"THREADS", "2"}});
      std::vector<float> row(static_cast<std::size_t>(Scene::kWidth) * 60);
      for (int i = 0; i < 10; ++i) {
        const int y = (t == 0 ? i : 9 - i) * 60;
        for (int band = 1; band <= 6; ++band) {
          const auto offset =
              (static_cast<std::size_t>(band - 1) * Scene::kHeight + static_cast<std::size_t>(y)) * Scene::kWidth * 4;
          if (dataset->GetRasterBand(band)->RasterIO(GF_Read, 0, y, Scene::kWidth, 60, row.data(), Scene::kWidth, 60,
                                                     GDT_Float32, 0, 0, nullptr) != CE_None ||
              std::memcmp(row.data(), expected.data() + offset, row.size() * 4) != 0)
            ++different;
        }
      }
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(different == 0);
  CHECK(tiles_computed(*open(recipe)) == 4);
}

#if !defined(__SANITIZE_THREAD__)  // its runtime does not follow a process with threads into a fork
TEST_CASE("A forked child reads the same bytes with threads of its own", "[driver]") {
  const Scene scene;
  const std::string recipe = scene.recipe(kMixed);
  forget_everything();
  const auto dataset = open(recipe, {{"THREADS", "2"}});
  // The parent has threads, open rasters and a computed tile by now.
  (void)read(*dataset, {0, 0, 10, 10, {1}, GDT_Float32});
  int result[2];
  REQUIRE(pipe(result) == 0);
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    alarm(120);  // a lock that nobody will release must not hang the tests
    std::vector<float> values(static_cast<std::size_t>(Scene::kWidth) * Scene::kHeight * 6);
    const CPLErr error = dataset->RasterIO(GF_Read, 0, 0, Scene::kWidth, Scene::kHeight, values.data(), Scene::kWidth,
                                           Scene::kHeight, GDT_Float32, 6, nullptr, 0, 0, 0, nullptr);
    const auto* bytes = reinterpret_cast<const char*>(values.data());
    std::size_t sent = 0;
    while (error == CE_None && sent < values.size() * 4) {
      const ssize_t part = write(result[1], bytes + sent, values.size() * 4 - sent);
      if (part <= 0) break;
      sent += static_cast<std::size_t>(part);
    }
    _exit(0);
  }
  close(result[1]);
  std::vector<std::byte> got;
  std::vector<std::byte> part(65536);
  for (ssize_t size = 0; (size = ::read(result[0], part.data(), part.size())) > 0;)
    got.insert(got.end(), part.begin(), part.begin() + size);
  close(result[0]);
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(got == read_all(*dataset));
}
#endif

TEST_CASE("A progress function is called from the calling thread, rises to 1, and may stop the read", "[driver]") {
  const Scene scene;
  forget_everything();
  const auto dataset = open(scene.recipe(kMixed), {{"THREADS", "2"}});
  struct Progress {
    std::vector<double> seen;
    std::thread::id thread = std::this_thread::get_id();
    bool elsewhere = false;
    std::size_t stop_after = 99;
    static int CPL_STDCALL call(double done, const char*, void* data) {
      auto& self = *static_cast<Progress*>(data);
      self.seen.push_back(done);
      self.elsewhere = self.elsewhere || std::this_thread::get_id() != self.thread;
      return self.seen.size() < self.stop_after ? TRUE : FALSE;
    }
  };
  const auto read_with = [&](Progress& progress, GDALDataset& from) {
    GDALRasterIOExtraArg extra;
    INIT_RASTERIO_EXTRA_ARG(extra);
    extra.pfnProgress = &Progress::call;
    extra.pProgressData = &progress;
    std::vector<float> values(static_cast<std::size_t>(Scene::kWidth) * Scene::kHeight * 6);
    return from.RasterIO(GF_Read, 0, 0, Scene::kWidth, Scene::kHeight, values.data(), Scene::kWidth, Scene::kHeight,
                         GDT_Float32, 6, nullptr, 0, 0, 0, &extra);
  };
  Progress stopped;
  stopped.stop_after = 1;
  {
    const ErrorLog log;
    CHECK(read_with(stopped, *dataset) == CE_Failure);
    REQUIRE(log.entries().size() == 1);
    CHECK(log.entries()[0].number == CPLE_UserInterrupt);
  }
  CHECK(stopped.seen == std::vector<double>{0});
  CHECK(tiles_computed(*dataset) < 4);
  // The dataset is as good as before.
  Progress whole;
  CHECK(read_with(whole, *dataset) == CE_None);
  CHECK(std::is_sorted(whole.seen.begin(), whole.seen.end()));
  CHECK(whole.seen.back() == 1.0);
  CHECK_FALSE(whole.elsewhere);
  CHECK(tiles_computed(*dataset) == 4);
}

TEST_CASE("An edited recipe is seen at the next open", "[driver]") {
  const Scene scene(3);
  const std::string recipe = scene.recipe(R"(["count"])");
  const auto before = open(recipe);
  const auto bytes = read_all(*before);
  (void)scene.recipe(R"(["total"])");
  const auto after = open(recipe);
  CHECK(std::string(after->GetRasterBand(1)->GetDescription()) == "total");
  CHECK(read_all(*after) != bytes);
  CHECK(read_all(*before) == bytes);
}

TEST_CASE("Edited items are seen at the next open", "[driver]") {
  const Scene scene(3);
  const std::string recipe = scene.recipe(R"(["count"])");
  const auto bytes = read_all(*open(recipe));
  std::string items = scene.files().bytes("items.json");
  const std::size_t at = items.find("item1_red.tif");
  REQUIRE(at != std::string::npos);
  items.replace(at, 13, "item2_red.tif");
  scene.files().write("items.json", items);
  CHECK(read_all(*open(recipe)) != bytes);
}

TEST_CASE("A replaced asset is seen at the next open, in its pixels and not in another plan", "[driver]") {
  const Scene scene(3);
  const std::string recipe = scene.recipe(R"(["max"])");
  const auto bytes = read_all(*open(recipe));
  scene.replace_red(1, 20000, {"TILED=YES"});
  const auto after = open(recipe);
  const auto changed = read_all(*after);
  CHECK(changed != bytes);
  forget_everything();
  CHECK(read_all(*open(recipe)) == changed);
}

TEST_CASE("A replaced asset of another shape is seen when only the raster tells its shape", "[driver]") {
  const Scratch files;
  RasterSpec spec;
  spec.nodata = 0;
  files.write("a.tif", spec);
  const std::string items =
      files.write("items.json",
                  std::string(R"({"type": "Feature", "stac_version": "1.0.0", "id": "a", "geometry": null, "links": [],
        "properties": {"datetime": "2020-01-01T00:00:00Z"},
        "assets": {"red": {"href": "a.tif", "roles": ["data"]}}})"));
  const cube::OptionList options{{"BANDS", "red"}, {"OUTPUTS", "median"}};
  const auto before = open("STACVRT:" + items, options);
  CHECK(before->GetRasterXSize() == 8);
  (void)read_all(*before);
  spec.width = 20;
  files.write("a.tif", spec);
  const auto after = open("STACVRT:" + items, options);
  CHECK(after->GetRasterXSize() == 20);
  CHECK(read_all(*after).size() == 20 * 8 * 2);
}

TEST_CASE("A source that is gone or broken fails the read once, and the read after its repair works", "[driver]") {
  const Scene scene(3);
  forget_everything();
  const auto dataset = open(scene.recipe(R"(["median"])"), {{"THREADS", "2"}});
  const std::string red = scene.files().bytes("item1_red.tif");
  scene.files().write("item1_red.tif", red.substr(0, red.size() / 3));
  std::vector<std::uint16_t> row(Scene::kWidth);
  for (const bool gone : {false, true}) {
    if (gone) VSIUnlink(scene.files().path("item1_red.tif").c_str());
    const ErrorLog log;
    CHECK(dataset->GetRasterBand(1)->RasterIO(GF_Read, 0, 590, Scene::kWidth, 1, row.data(), Scene::kWidth, 1,
                                              GDT_UInt16, 0, 0, nullptr) == CE_Failure);
    REQUIRE(log.entries().size() == 1);
    CHECK(log.entries()[0].number == CPLE_FileIO);
    CHECK_THAT(log.text(), ContainsSubstring("item1_red.tif") && ContainsSubstring("item item1"));
  }
  scene.files().write("item1_red.tif", red);
  CHECK(dataset->GetRasterBand(1)->RasterIO(GF_Read, 0, 590, Scene::kWidth, 1, row.data(), Scene::kWidth, 1, GDT_UInt16,
                                            0, 0, nullptr) == CE_None);
}
