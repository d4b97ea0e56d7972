// SPDX-License-Identifier: MIT
// The real series, which lies beside the project: what holds for written rasters holds for it, and both spellings of
// its items are one series.
#include <cstring>
#include <filesystem>
#include <random>

#include "tests/catch.h"
#include "tests/driver/scene.h"

using namespace stacvrt::driver;
using namespace stacvrt::driver::testing;

namespace {

const std::filesystem::path kSeries = std::filesystem::path(STACVRT_SHARED_DIR) / "data" / "series";

bool series_present() {
  if (std::filesystem::is_directory(kSeries)) return true;
  WARN("skipped: no series in " << kSeries.string());
  return false;
}

// Two tiles half a pixel apart, in an equal-area CRS around the corner where they meet, across GDAL block borders.
std::string sentinel_recipe(const Scratch& files, const char* items, const char* outputs) {
  return files.write("s2.stacvrt", R"({"type": "STACVRT", "version": 1, "items": ")" +
                                       (kSeries / "s2-l2a-33T" / items).string() +
                                       R"(", "bands": ["red", "nir"],
      "mask": {"asset": "scl", "nodata": ["no_data"], "exclude": ["cloud_shadows", "cloud_high_probability"],
               "cleanup": [["opening", 2], ["dilation", 5]]},
      "grid": {"crs": "EPSG:6933", "resolution": 60, "bounds": [1490040, 5255040, 1526040, 5285040],
               "resampling": "bilinear"},
      "outputs": )" + outputs + "}");
}

std::vector<std::byte> fresh_read(const std::string& recipe, const char* threads) {
  forget_everything();
  return read_all(*open(recipe, {{"THREADS", threads}}));
}

}  // namespace

TEST_CASE("Windows of the real Sentinel-2 series equal the whole, whatever the threads", "[driver]") {
  if (!series_present()) return;
  const Scratch files;
  const std::string recipe = sentinel_recipe(files, "items.json", R"(["geomedian", "mad", "count"])");
  const auto whole = fresh_read(recipe, "1");
  CHECK(fresh_read(recipe, "3") == whole);
  forget_everything();
  const auto dataset = open(recipe);
  const int columns = dataset->GetRasterXSize(), rows = dataset->GetRasterYSize();
  REQUIRE((columns == 600 && rows == 500));
  std::mt19937 random(3);
  for (int i = 0; i < 20; ++i) {
    Request window{static_cast<int>(random() % 599), static_cast<int>(random() % 499), 1, 1, {}, GDT_Float32};
    window.width += static_cast<int>(random() % static_cast<unsigned>(columns - window.x));
    window.height += static_cast<int>(random() % static_cast<unsigned>(rows - window.y));
    const auto got = read(*dataset, window);
    const auto row_bytes = static_cast<std::size_t>(window.width) * 4;
    for (int band = 0; band < dataset->GetRasterCount(); ++band)
      for (int y = 0; y < window.height; ++y) {
        const auto at = (static_cast<std::size_t>(band * rows + window.y + y) * static_cast<std::size_t>(columns) +
                         static_cast<std::size_t>(window.x)) *
                        4;
        REQUIRE(std::memcmp(got.data() + static_cast<std::size_t>(band * window.height + y) * row_bytes,
                            whole.data() + at, row_bytes) == 0);
      }
  }
}

TEST_CASE("Pixels of the real series have data, and not everywhere", "[driver]") {
  if (!series_present()) return;
  const Scratch files;
  const auto bytes = fresh_read(sentinel_recipe(files, "items.json", R"(["count"])"), "2");
  std::vector<std::uint16_t> counts(bytes.size() / 2);
  std::memcpy(counts.data(), bytes.data(), bytes.size());
  const auto [least, most] = std::minmax_element(counts.begin(), counts.end());
  CHECK(*least < *most);
  CHECK((*most >= 2 && *most <= 5));  // five days
}

TEST_CASE("STAC 1.0 and 1.1 spellings of the real series give the same bytes", "[driver]") {
  if (!series_present()) return;
  const Scratch files;
  const auto old_spelling = fresh_read(sentinel_recipe(files, "items.json", R"(["median", "count"])"), "2");
  CHECK(fresh_read(sentinel_recipe(files, "items-stac11.json", R"(["median", "count"])"), "2") == old_spelling);
}

TEST_CASE("Landsat scenes that share no grid give the same bytes in one thread and in five", "[driver]") {
  if (!series_present()) return;
  const Scratch files;
  const std::string items = (kSeries / "landsat8-l1-ny-013032" / "items.json").string();
  const std::string recipe = files.write("landsat.stacvrt", R"({"type": "STACVRT", "version": 1, "items": ")" + items +
                                                                R"(", "bands": ["red", "nir08"],
      "mask": {"asset": "bqa", "bits": {"cloud": 1}}, "outputs": ["geomedian", "mad", "count"],
      "grid": {"crs": "EPSG:5070", "resolution": 3000, "bounds": [1800000, 2070000, 2010000, 2280000]}})");
  CHECK(fresh_read(recipe, "1") == fresh_read(recipe, "5"));
  CHECK(open(recipe)->GetMetadataItem("ITEMS", "") == std::string("8"));
}
