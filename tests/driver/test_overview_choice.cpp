// SPDX-License-Identifier: MIT
// Which level of a file is read, whether a mask's levels keep classes, and what is compared when a level comes first.
#include <algorithm>

#include "cube/overview.h"
#include "driver/pixel_reader.h"
#include "tests/catch.h"
#include "tests/driver/error_log.h"
#include "tests/driver/scratch.h"
#include "tests/driver/source_case.h"
#include "tests/thrown.h"

using namespace stacvrt;
using namespace stacvrt::driver;
using namespace stacvrt::driver::testing;

namespace {

// Cloud (200) in a square of `side` pixels of every 32 x 32, at (8, 8) of it; else clear (10).
RasterSpec mask_spec(int pixels, int side) {
  RasterSpec spec;
  spec.width = spec.height = pixels;
  spec.type = GDT_Byte;
  spec.creation = {"TILED=YES", "BLOCKXSIZE=64", "BLOCKYSIZE=64", "COMPRESS=DEFLATE"};
  spec.value = [side](int, int x, int y) {
    return x % 32 >= 8 && x % 32 < 8 + side && y % 32 >= 8 && y % 32 < 8 + side ? 200 : 10;
  };
  return spec;
}

SourceBand coarser(SourceBand source, std::int64_t factor, bool classes = true) {
  source.full = source.grid;
  source.grid = cube::coarsened(source.grid, factor);
  source.classes = classes;
  return source;
}

// Writes over the block in the middle of an overview; returns what was there.
std::string write_over(const std::string& path, int overview, const std::string& bytes) {
  vsi_l_offset offset = 0;
  {
    const GDALDatasetUniquePtr dataset(GDALDataset::Open(path.c_str(), GDAL_OF_RASTER));
    GDALRasterBand* const level = dataset->GetRasterBand(1)->GetOverview(overview);
    int width = 0, height = 0;
    level->GetBlockSize(&width, &height);
    const std::string block = "BLOCK_OFFSET_" + std::to_string(level->GetXSize() / 2 / width) + "_" +
                              std::to_string(level->GetYSize() / 2 / height);
    offset = CPLScanUIntBig(level->GetMetadataItem(block.c_str(), "TIFF"), 20) + 4;
  }
  VSILFILE* const file = VSIFOpenL(path.c_str(), "rb+");
  REQUIRE(file != nullptr);
  std::string before(bytes.size(), ' ');
  VSIFSeekL(file, offset, SEEK_SET);
  VSIFReadL(before.data(), 1, before.size(), file);
  VSIFSeekL(file, offset, SEEK_SET);
  VSIFWriteL(bytes.data(), 1, bytes.size(), file);
  VSIFCloseL(file);
  return before;
}

// Whether reading the whole level takes no block of the raster itself.
bool reads_overviews(Reader& reader, const SourceBand& source) {
  const std::uint64_t before = reader.blocks.decoded_for_overviews();
  (void)whole(reader.pixels, source);
  return reader.blocks.decoded_for_overviews() == before;
}

}  // namespace

TEST_CASE("A mask's overviews are read where they keep classes, seen in the pixels", "[driver]") {
  const Scratch scratch;
  for (const char* method : {"NEAREST", "AVERAGE"}) {
    INFO(method);
    Reader reader;
    const RasterSpec spec = mask_spec(1024, 9);
    const SourceBand source = source_of(scratch.write(std::string(method) + ".tif", spec), spec);
    add_overviews(source.path, method, {2, 4, 8});
    CHECK(reads_overviews(reader, coarser(source, 4)) == (method == std::string("NEAREST")));
  }
}

TEST_CASE("Classes that meet only between the places looked at first are found", "[driver]") {
  const Scratch scratch;
  Reader reader;
  const RasterSpec spec = mask_spec(1152, 3);  // smaller than a pixel of the smallest level
  const SourceBand source = source_of(scratch.write("a.tif", spec), spec);
  add_overviews(source.path, "AVERAGE", {2, 4});
  CHECK_FALSE(reads_overviews(reader, coarser(source, 4)));
}

TEST_CASE("A mask whose smallest levels are of one class is judged by the larger ones", "[driver]") {
  const Scratch scratch;
  Reader reader;
  const RasterSpec spec = mask_spec(512, 3);
  const SourceBand source = source_of(scratch.write("a.tif", spec), spec);
  add_overviews(source.path, "AVERAGE", {2, 4, 8});
  {
    const GDALDatasetUniquePtr dataset(GDALDataset::Open(source.path.c_str(), GDAL_OF_RASTER | GDAL_OF_UPDATE));
    for (const int level : {1, 2}) dataset->GetRasterBand(1)->GetOverview(level)->Fill(10);
  }
  CHECK_FALSE(reads_overviews(reader, coarser(source, 2)));
}

TEST_CASE("A mask of one class throughout is read from its overviews", "[driver]") {
  const Scratch scratch;
  Reader reader;
  const RasterSpec spec = mask_spec(512, 0);
  const SourceBand source = source_of(scratch.write("a.tif", spec), spec);
  add_overviews(source.path, "AVERAGE", {2, 4});
  CHECK(reads_overviews(reader, coarser(source, 2)));
}

TEST_CASE("A mask's overviews that cannot be read are an error and no verdict", "[driver]") {
  const Scratch scratch;
  Reader reader;
  RasterSpec spec = mask_spec(512, 9);
  SourceBand source = source_of(scratch.write("a.tif", spec), spec);
  add_overviews(source.path, "NEAREST", {2, 4});
  const std::string truth = write_over(source.path, 1, std::string(20, '\xA5'));
  const Error error = error_of(reader.pixels, coarser(source, 4));
  CHECK(error.code() == ErrorCode::kIo);
  CHECK_THAT(error.what(), ContainsSubstring("a.tif") && ContainsSubstring("asset 'red'"));
  CHECK_THAT(error.what(), !ContainsSubstring("no reason given"));
  write_over(source.path, 1, truth);
  CHECK(reads_overviews(reader, coarser(source, 4)));
}

TEST_CASE("Every band of a file has a verdict of its own", "[driver]") {
  const Scratch scratch;
  RasterSpec spec = mask_spec(512, 9);
  spec.bands = 2;
  spec.creation.emplace_back("INTERLEAVE=BAND");
  const std::string path = scratch.write("a.tif", spec);
  add_overviews(path, "AVERAGE", {2, 4});
  {
    const GDALDatasetUniquePtr dataset(GDALDataset::Open(path.c_str(), GDAL_OF_RASTER | GDAL_OF_UPDATE));
    for (const int level : {0, 1}) {  // the first band's by nearest neighbour
      GDALRasterBand& to = *dataset->GetRasterBand(1)->GetOverview(level);
      std::vector<std::uint8_t> values(static_cast<std::size_t>(to.GetXSize()) *
                                       static_cast<std::size_t>(to.GetYSize()));
      for (std::size_t i = 0; i < values.size(); ++i) {
        const int side = to.GetXSize(), factor = 512 / side;
        values[i] = static_cast<std::uint8_t>(
            spec.value(0, static_cast<int>(i) % side * factor, static_cast<int>(i) / side * factor));
      }
      REQUIRE(to.RasterIO(GF_Write, 0, 0, to.GetXSize(), to.GetYSize(), values.data(), to.GetXSize(), to.GetYSize(),
                          GDT_Byte, 0, 0, nullptr) == CE_None);
    }
    dataset->SetMetadataItem("OVERVIEW_RESAMPLING", nullptr, "IMAGE_STRUCTURE");
  }
  for (const bool first_first : {true, false}) {
    Reader reader;
    SourceBand source = coarser(source_of(path, spec), 4);
    for (const int band : first_first ? std::vector{1, 2} : std::vector{2, 1}) {
      INFO("band " << band);
      source.band = band;
      CHECK(reads_overviews(reader, source) == (band == 1));
    }
  }
}

TEST_CASE("The CRS is compared on the raster's own pixels, whatever level is read first", "[driver]") {
  const Scratch scratch;
  RasterSpec spec;
  spec.width = spec.height = 512;
  spec.epsg = 23033;  // the same zone on another datum: 120 m off
  SourceBand source = source_of(scratch.write("a.tif", spec), spec);
  source.grid.crs = {"EPSG:32633"};
  for (const std::int64_t factor : {64, 2}) {
    Reader reader;
    CHECK_THAT(error_of(reader.pixels, coarser(source, factor, false)).what(), ContainsSubstring("EPSG:23033"));
  }
}

TEST_CASE("Overviews of a column do not take each other's blocks", "[driver]") {
  const Scratch scratch;
  Reader reader;
  reader.blocks.set_capacity(std::size_t{1} << 22);
  RasterSpec spec;
  spec.width = 1, spec.height = 4000;
  spec.value = [](int, int, int y) { return y + 1; };
  const SourceBand source = source_of(scratch.write("a.tif", spec), spec);
  add_overviews(source.path, "NEAREST", {2, 4, 8});
  for (const std::int64_t factor : {1, 2, 4, 8}) {
    const SourceBand level = factor == 1 ? source : coarser(source, factor, false);
    const PixelWindow most{0, 1, 1, level.grid.height_px - 2};
    const auto got = values<std::uint16_t>(reader.pixels, level, most, LaneType::kUInt16);
    for (std::size_t i = 0; i < got.size(); ++i) {
      const std::int64_t first = (static_cast<std::int64_t>(i) + 1) * factor + 1;
      if (got[i] < first || got[i] >= first + factor) FAIL("row " << i << " of factor " << factor << " is " << got[i]);
    }
  }
}

TEST_CASE("An overview of one pixel less than its factor leaves when rounded up is that factor's", "[driver]") {
  const Scratch scratch;
  Reader reader;
  RasterSpec spec;
  spec.width = 1101, spec.height = 1099;
  spec.value = [](int, int x, int y) { return 2 * x + y + 1; };
  const std::string full = scratch.write("full.tif", spec), path = scratch.path("cog.tif");
  {
    const GDALDatasetUniquePtr from(GDALDataset::Open(full.c_str(), GDAL_OF_RASTER));
    CPLStringList options;
    for (const char* const option : {"BLOCKSIZE=128", "OVERVIEW_RESAMPLING=AVERAGE"}) options.AddString(option);
    GDALDriver* const cog = GetGDALDriverManager()->GetDriverByName("COG");
    const GDALDatasetUniquePtr to(cog->CreateCopy(path.c_str(), from.get(), FALSE, options.List(), nullptr, nullptr));
    REQUIRE(to != nullptr);
    REQUIRE(to->GetRasterBand(1)->GetOverview(1)->GetXSize() == 275);
    REQUIRE(to->GetRasterBand(1)->GetOverview(1)->GetYSize() == 274);
  }
  const SourceBand source = coarser(source_of(path, spec), 4, false);  // 276 x 275
  CHECK(reads_overviews(reader, source));
  const GDALDatasetUniquePtr dataset(GDALDataset::Open(path.c_str(), GDAL_OF_RASTER));
  std::vector<std::uint16_t> wanted(275 * 274);
  REQUIRE(dataset->GetRasterBand(1)->GetOverview(1)->RasterIO(GF_Read, 0, 0, 275, 274, wanted.data(), 275, 274,
                                                              GDT_UInt16, 0, 0, nullptr) == CE_None);
  const auto got = whole(reader.pixels, source);
  for (std::size_t row = 0; row < 275; ++row)
    for (std::size_t column = 0; column < 276; ++column) {
      const std::size_t x = (2 * column + 1) * 275 / (2 * 276), y = (2 * row + 1) * 274 / (2 * 275);
      REQUIRE(got[row * 276 + column] == wanted[y * 275 + x]);
    }
}
