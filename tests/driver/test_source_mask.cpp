// SPDX-License-Identifier: MIT
// Masks that files bring along: internal, beside the file, alpha; with overviews and without; none beside a nodata
// value.
#include <algorithm>

#include "tests/catch.h"
#include "tests/driver/source_case.h"

using namespace stacvrt;
using namespace stacvrt::driver;
using namespace stacvrt::driver::testing;

namespace {

constexpr int kWidth = 40, kHeight = 24;

bool is_masked(int x, int y) {
  return (x / 4 + y / 6) % 4 == 0;  // alike in all pixels that an overview takes one of
}

RasterSpec plain() {
  RasterSpec spec;
  spec.width = kWidth, spec.height = kHeight;
  spec.creation = {"TILED=YES", "BLOCKXSIZE=16", "BLOCKYSIZE=16", "COMPRESS=DEFLATE"};
  return spec;
}

/// Writes the raster, and a mask for it where GDAL_TIFF_INTERNAL_MASK says.
std::string write_masked(const Scratch& scratch, const RasterSpec& spec, const char* internal,
                         const std::vector<int>& overviews = {}) {
  static int number = 0;  // a mask beside a file outlives it
  const std::string path = scratch.write("masked" + std::to_string(++number) + ".tif", spec);
  const CPLConfigOptionSetter where("GDAL_TIFF_INTERNAL_MASK", internal, false);
  const GDALDatasetUniquePtr dataset(GDALDataset::Open(path.c_str(), GDAL_OF_UPDATE));
  REQUIRE(dataset->CreateMaskBand(GMF_PER_DATASET) == CE_None);
  std::vector<std::uint8_t> mask;
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x) mask.push_back(is_masked(x, y) ? 0 : 255);
  REQUIRE(dataset->GetRasterBand(1)->GetMaskBand()->RasterIO(GF_Write, 0, 0, kWidth, kHeight, mask.data(), kWidth,
                                                             kHeight, GDT_Byte, 0, 0, nullptr) == CE_None);
  if (!overviews.empty())
    REQUIRE(dataset->BuildOverviews("NEAREST", static_cast<int>(overviews.size()), overviews.data(), 0, nullptr,
                                    nullptr, nullptr) == CE_None);
  return path;
}

/// What is known of a window after it was read; 7 where nothing was said.
std::vector<std::uint8_t> known_after_read(Reader& reader, const SourceBand& source, const PixelWindow& window) {
  (void)values<std::uint16_t>(reader.pixels, source, window, LaneType::kUInt16);
  std::vector<std::uint8_t> known(window.pixels() + 1, 7);
  reader.pixels.mark_missing(source, window, known.data());
  CHECK(known.back() == 7);
  known.pop_back();
  return known;
}

/// What the mask makes of that.
std::vector<std::uint8_t> expected(const PixelWindow& window) {
  std::vector<std::uint8_t> known;
  for (std::int64_t y = window.y; y < window.y + window.height_px; ++y)
    for (std::int64_t x = window.x; x < window.x + window.width_px; ++x)
      known.push_back(is_masked(static_cast<int>(x), static_cast<int>(y)) ? 0 : 7);
  return known;
}

void check_windows(const SourceBand& source) {
  Reader reader;
  for (const PixelWindow& window : {PixelWindow{0, 0, kWidth, kHeight}, PixelWindow{13, 7, 5, 11},
                                    PixelWindow{39, 23, 1, 1}, PixelWindow{0, 20, 40, 4}})
    CHECK(known_after_read(reader, source, window) == expected(window));
}

}  // namespace

TEST_CASE("Pixels that an internal mask or one beside the file leaves out are unknown", "[driver]") {
  const Scratch scratch;
  for (const char* internal : {"YES", "NO"}) {
    INFO("internal: " << internal);
    check_windows(source_of(write_masked(scratch, plain(), internal), plain()));
  }
}

TEST_CASE("Pixels that an alpha band leaves out are unknown, in every band but itself", "[driver]") {
  const Scratch scratch;
  RasterSpec spec = plain();
  spec.bands = 4;
  spec.type = GDT_Byte;
  spec.creation.emplace_back("ALPHA=YES");
  spec.value = [](int band, int x, int y) { return band < 3 ? x + y + band : is_masked(x, y) ? 0 : 1 + x; };
  SourceBand source = source_of(scratch.write("alpha.tif", spec), spec);
  for (source.band = 1; source.band <= 3; ++source.band) check_windows(source);
  source.band = 4;
  Reader reader;
  CHECK(known_after_read(reader, source, {0, 0, 4, 4}) == std::vector<std::uint8_t>(16, 7));
}

TEST_CASE("A nodata value, declared or the raster's, counts alone", "[driver]") {
  const Scratch scratch;
  RasterSpec spec = plain();
  const std::vector<std::uint8_t> nothing_said(kWidth * kHeight, 7);
  SourceBand source = source_of(write_masked(scratch, spec, "YES"), spec);
  source.nodata = 5;
  Reader first;
  CHECK(known_after_read(first, source, {0, 0, kWidth, kHeight}) == nothing_said);
  spec.nodata = 5;
  source = source_of(write_masked(scratch, spec, "YES"), spec);
  Reader second;
  CHECK(known_after_read(second, source, {0, 0, kWidth, kHeight}) == nothing_said);
}

TEST_CASE("Pixels of an overview are masked by its mask, or by that of the raster", "[driver]") {
  const Scratch scratch;
  for (const char* internal : {"YES", "NO"})
    for (const std::vector<int>& overviews : {std::vector<int>{2}, std::vector<int>{}}) {
      INFO("internal: " << internal << ", overviews: " << overviews.size());
      const std::string path = write_masked(scratch, plain(), internal, overviews);
      SourceBand source = source_of(path, plain());
      source.full = source.grid;
      source.grid.width_px /= 2, source.grid.height_px /= 2;
      source.grid.transform.a *= 2, source.grid.transform.e *= 2;
      Reader reader;
      const PixelWindow window{3, 2, 15, 9};
      const auto got = values<std::uint16_t>(reader.pixels, source, window, LaneType::kUInt16);
      const auto known = known_after_read(reader, source, window);
      // Pixels tell where they come from: value = y * 100 + x + 1.
      std::vector<std::uint8_t> wanted;
      for (const std::uint16_t value : got) wanted.push_back(is_masked((value - 1) % 100, (value - 1) / 100) ? 0 : 7);
      CHECK(known == wanted);
      CHECK(std::count(known.begin(), known.end(), 0) > 10);
    }
}

TEST_CASE("A source that was never seen to have a mask is not opened again", "[driver]") {
  const Scratch scratch;
  Reader reader;
  const SourceBand source = source_of(scratch.write("a.tif", plain()), plain());
  CHECK(known_after_read(reader, source, {0, 0, 2, 2}) == std::vector<std::uint8_t>(4, 7));
  VSIUnlink(source.path.c_str());
  std::vector<std::uint8_t> known(4, 7);
  CHECK_NOTHROW(reader.pixels.mark_missing(source, {0, 0, 2, 2}, known.data()));
}
