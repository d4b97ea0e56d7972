// SPDX-License-Identifier: MIT
// Every way of reading gives the bytes of the whole: windows, bands, blocks, layouts, types.
#include <algorithm>
#include <cstring>
#include <random>

#include "tests/catch.h"
#include "tests/driver/scene.h"

using namespace stacvrt::driver;
using namespace stacvrt::driver::testing;

namespace {

constexpr const char* kMixed = R"(["geomedian", "mad", "count"])";  // Float32, NaN

struct Whole {
  std::vector<std::byte> bytes;
  std::size_t width, height, pixel;

  explicit Whole(GDALDataset& dataset)
      : bytes(read_all(dataset)),
        width(static_cast<std::size_t>(dataset.GetRasterXSize())),
        height(static_cast<std::size_t>(dataset.GetRasterYSize())),
        pixel(static_cast<std::size_t>(GDALGetDataTypeSizeBytes(dataset.GetRasterBand(1)->GetRasterDataType()))) {}
  [[nodiscard]] const std::byte* at(int band, int x, int y) const {
    return bytes.data() + ((static_cast<std::size_t>(band - 1) * height + static_cast<std::size_t>(y)) * width +
                           static_cast<std::size_t>(x)) *
                              pixel;
  }
  template <class T>
  [[nodiscard]] T value(int band, int x, int y) const {
    T result;
    std::memcpy(&result, at(band, x, y), sizeof result);
    return result;
  }
};

// Windows of all shapes, those on tile borders and the last row and column among them.
std::vector<Request> random_windows(int count) {
  std::mt19937 random(11);
  std::vector<Request> windows{{0, 0, 1, 1, {}, {}},
                               {Scene::kWidth - 1, Scene::kHeight - 1, 1, 1, {}, {}},
                               {511, 511, 2, 2, {}, {}},
                               {0, 512, Scene::kWidth, 1, {}, {}},
                               {512, 0, 1, Scene::kHeight, {}, {}}};
  while (static_cast<int>(windows.size()) < count) {
    const int x = static_cast<int>(random() % Scene::kWidth), y = static_cast<int>(random() % Scene::kHeight);
    windows.push_back({x,
                       y,
                       1 + static_cast<int>(random() % static_cast<unsigned>(Scene::kWidth - x)),
                       1 + static_cast<int>(random() % static_cast<unsigned>(Scene::kHeight - y)),
                       {},
                       {}});
  }
  return windows;
}

}  // namespace

TEST_CASE("Any window of any bands at dataset level equals that part of the whole", "[driver]") {
  const Scene scene;
  const std::string recipe = scene.recipe(kMixed);
  const Whole whole(*open(recipe));
  forget_everything();
  const auto dataset = open(recipe);
  std::mt19937 random(5);
  for (Request request : random_windows(25)) {
    request.type = GDT_Float32;
    request.bands = all_bands(*dataset);
    std::shuffle(request.bands.begin(), request.bands.end(), random);
    request.bands.resize(1 + random() % request.bands.size());
    if (request.bands.size() > 1) request.bands.push_back(request.bands[0]);  // a band twice
    const auto got = read(*dataset, request);
    const auto row_bytes = static_cast<std::size_t>(request.width) * 4;
    for (std::size_t band = 0; band < request.bands.size(); ++band)
      for (int y = 0; y < request.height; ++y) {
        INFO(request.x << "," << request.y << " " << request.width << " x " << request.height << " band "
                       << request.bands[band] << " row " << y);
        const std::size_t row = band * static_cast<std::size_t>(request.height) + static_cast<std::size_t>(y);
        REQUIRE(std::memcmp(got.data() + row * row_bytes, whole.at(request.bands[band], request.x, request.y + y),
                            row_bytes) == 0);
      }
  }
}

TEST_CASE("Any window at band level equals that part of the whole, read before anything else", "[driver]") {
  const Scene scene;
  const std::string recipe = scene.recipe(kMixed);
  const Whole whole(*open(recipe));
  std::mt19937 random(6);
  for (const Request& window : random_windows(12)) {
    forget_everything();
    const auto dataset = open(recipe);
    const int band = 1 + static_cast<int>(random() % static_cast<unsigned>(dataset->GetRasterCount()));
    std::vector<float> got(static_cast<std::size_t>(window.width) * static_cast<std::size_t>(window.height));
    REQUIRE(dataset->GetRasterBand(band)->RasterIO(GF_Read, window.x, window.y, window.width, window.height, got.data(),
                                                   window.width, window.height, GDT_Float32, 0, 0, nullptr) == CE_None);
    for (int y = 0; y < window.height; ++y)
      REQUIRE(std::memcmp(got.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(window.width),
                          whole.at(band, window.x, window.y + y), static_cast<std::size_t>(window.width) * 4) == 0);
  }
}

TEST_CASE("Odd pixel, line and band spacings put every value where they say and touch nothing else", "[driver]") {
  const Scene scene;
  const auto dataset = open(scene.recipe(R"(["median", "count"])"));
  const Whole whole(*dataset);
  const int x = 500, y = 505, width = 23, height = 17;
  int bands[] = {3, 1};
  struct Layout {
    GSpacing pixel, line, band;
  };
  for (const Layout& layout : {Layout{7, 400, 9001}, Layout{4, 100, 2}, Layout{2, 64, 3000}, Layout{5, 1000, 200}}) {
    INFO(layout.pixel << " " << layout.line << " " << layout.band);
    std::vector<std::byte> buffer(32768, std::byte{0xA5});
    REQUIRE(dataset->RasterIO(GF_Read, x, y, width, height, buffer.data(), width, height, GDT_UInt16, 2, bands,
                              layout.pixel, layout.line, layout.band, nullptr) == CE_None);
    std::vector<std::byte> expected(buffer.size(), std::byte{0xA5});
    for (int b = 0; b < 2; ++b)
      for (int row = 0; row < height; ++row)
        for (int col = 0; col < width; ++col)
          std::memcpy(expected.data() + b * layout.band + row * layout.line + col * layout.pixel,
                      whole.at(bands[b], x + col, y + row), 2);
    CHECK(buffer == expected);
    for (int b = 0; b < 2; ++b) {
      std::fill(buffer.begin(), buffer.end(), std::byte{0xA5});
      REQUIRE(dataset->GetRasterBand(bands[b])->RasterIO(GF_Read, x, y, width, height, buffer.data(), width, height,
                                                         GDT_UInt16, layout.pixel, layout.line, nullptr) == CE_None);
      for (int row = 0; row < height; ++row)
        for (int col = 0; col < width; ++col)
          REQUIRE(std::memcmp(buffer.data() + row * layout.line + col * layout.pixel,
                              whole.at(bands[b], x + col, y + row), 2) == 0);
    }
  }
}

TEST_CASE("Lines may be filled upwards and pixels from right to left", "[driver]") {
  const Scene scene;
  const auto dataset = open(scene.recipe(R"(["count"])"));
  const Whole whole(*dataset);
  constexpr int kSide = 40;
  std::vector<std::uint16_t> buffer(kSide * kSide);
  REQUIRE(dataset->GetRasterBand(1)->RasterIO(GF_Read, 490, 490, kSide, kSide, &buffer.back(), kSide, kSide, GDT_UInt16,
                                              -2, -2 * kSide, nullptr) == CE_None);
  for (int row = 0; row < kSide; ++row)
    for (int col = 0; col < kSide; ++col)
      REQUIRE(buffer[static_cast<std::size_t>(kSide * kSide - 1 - row * kSide - col)] ==
              whole.value<std::uint16_t>(1, 490 + col, 490 + row));
}

TEST_CASE("Another buffer type converts as GDAL does: rounded, clamped", "[driver]") {
  const Scene scene;
  const auto dataset = open(scene.recipe(R"(["median", "count"])"));
  const Whole whole(*dataset);
  REQUIRE(dataset->GetRasterBand(1)->GetRasterDataType() == GDT_UInt16);
  std::vector<double> wide(100 * 100);
  std::vector<std::uint8_t> narrow(100 * 100);
  std::vector<float> complex(2 * 100 * 100);
  GDALRasterBand* band = dataset->GetRasterBand(1);
  REQUIRE(band->RasterIO(GF_Read, 450, 450, 100, 100, wide.data(), 100, 100, GDT_Float64, 0, 0, nullptr) == CE_None);
  REQUIRE(band->RasterIO(GF_Read, 450, 450, 100, 100, narrow.data(), 100, 100, GDT_Byte, 0, 0, nullptr) == CE_None);
  REQUIRE(band->RasterIO(GF_Read, 450, 450, 100, 100, complex.data(), 100, 100, GDT_CFloat32, 0, 0, nullptr) ==
          CE_None);
  for (int row = 0; row < 100; ++row)
    for (int col = 0; col < 100; ++col) {
      const auto at = static_cast<std::size_t>(row * 100 + col);
      const auto value = whole.value<std::uint16_t>(1, 450 + col, 450 + row);
      REQUIRE(wide[at] == value);
      REQUIRE(narrow[at] == std::min<int>(value, 255));
      REQUIRE((complex[2 * at] == static_cast<float>(value) && complex[2 * at + 1] == 0.0F));
    }
}

TEST_CASE("Blocks equal RasterIO, and partial ones hold the grid's pixels", "[driver]") {
  const Scene scene;
  const std::string recipe = scene.recipe(kMixed);
  const Whole whole(*open(recipe));
  forget_everything();
  const auto dataset = open(recipe);
  for (int number = dataset->GetRasterCount(); number >= 1; --number) {
    GDALRasterBand* band = dataset->GetRasterBand(number);
    int block_width = 0, block_height = 0;
    band->GetBlockSize(&block_width, &block_height);
    REQUIRE((block_width == 512 && block_height == 512));
    std::vector<float> block(512 * 512);
    for (int block_y = 1; block_y >= 0; --block_y)
      for (int block_x = 1; block_x >= 0; --block_x) {
        REQUIRE(band->ReadBlock(block_x, block_y, block.data()) == CE_None);
        const int width = std::min(512, Scene::kWidth - block_x * 512),
                  height = std::min(512, Scene::kHeight - block_y * 512);
        for (int row = 0; row < height; ++row)
          REQUIRE(std::memcmp(&block[static_cast<std::size_t>(row * 512)],
                              whole.at(number, block_x * 512, block_y * 512 + row),
                              static_cast<std::size_t>(width) * 4) == 0);
      }
  }
}

TEST_CASE("A median is the one that the written values and masks say", "[driver]") {
  const Scene scene(3);
  const auto dataset = open(scene.recipe(R"(["median", "count"])", R"(, "mask": null)"));
  const Whole whole(*dataset);
  for (int y = 0; y < Scene::kHeight; y += 7)
    for (int x = 0; x < Scene::kWidth; x += 5) {
      std::vector<double> samples;
      for (int item = 0; item < 3; ++item)
        if (Scene::value(item, 0, x, y) != 0) samples.push_back(Scene::value(item, 0, x, y));
      std::sort(samples.begin(), samples.end());
      const std::size_t n = samples.size();
      REQUIRE(whole.value<std::uint16_t>(3, x, y) == n);
      const double median = n == 0 ? 0 : (samples[(n - 1) / 2] + samples[n / 2]) / 2;
      REQUIRE(std::abs(whole.value<std::uint16_t>(1, x, y) - median) <= 0.5);
    }
}

TEST_CASE("A zoomed-out read takes its values from the overview that is fine enough", "[driver]") {
  const Scene scene;
  const auto dataset = open(scene.recipe(R"(["count"])"));
  GDALRasterBand& band = *dataset->GetRasterBand(1);
  REQUIRE(band.GetOverviewCount() == 2);
  REQUIRE(band.GetOverview(2) == nullptr);
  REQUIRE(band.GetOverview(-1) == nullptr);
  REQUIRE(band.GetOverview(1)->GetDataset()->GetRasterCount() == 1);
  REQUIRE(band.GetOverview(1)->GetOverviewCount() == 0);
  REQUIRE(band.GetOverview(1)->GetXSize() == 175);
  std::vector<std::uint16_t> small(70 * 60);
  REQUIRE(dataset->GetRasterBand(1)->RasterIO(GF_Read, 0, 0, Scene::kWidth, Scene::kHeight, small.data(), 70, 60,
                                              GDT_UInt16, 0, 0, nullptr) == CE_None);
  const Whole whole(*band.GetOverview(1)->GetDataset());
  for (int row = 0; row < 60; ++row)
    for (int col = 0; col < 70; ++col)
      REQUIRE(small[static_cast<std::size_t>(row * 70 + col)] ==
              whole.value<std::uint16_t>(1, static_cast<int>((col + 0.5) * 2.5), static_cast<int>((row + 0.5) * 2.5)));
}
