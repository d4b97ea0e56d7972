// SPDX-License-Identifier: MIT
// Pixels as rasters and tile pyramids hold them, and contradictions between them and the metadata.
#include <cmath>
#include <cstring>

#include "driver/pixel_reader.h"
#include "tests/catch.h"
#include "tests/driver/error_log.h"
#include "tests/driver/scratch.h"
#include "tests/driver/thrown.h"

using namespace stacvrt;
using namespace stacvrt::driver;
using cube::PixelWindow;
using cube::SourceBand;
using kernels::LaneType;
using stacvrt::driver::testing::ErrorLog;
using stacvrt::driver::testing::RasterSpec;
using stacvrt::driver::testing::Scratch;
using stacvrt::driver::testing::thrown_by;

namespace {

struct Reader {
  HandlePool handles;
  PixelReader pixels{handles};
};

// The source as metadata that agree with `spec` would have it.
SourceBand source_of(const std::string& path, const RasterSpec& spec) {
  SourceBand source;
  source.path = path;
  const auto& six = spec.geotransform;
  source.grid = {
      {"EPSG:" + std::to_string(spec.epsg)}, {six[1], six[2], six[0], six[4], six[5], six[3]}, spec.width, spec.height};
  source.asset_key = "red";
  source.where = {"items.json", "S2A_1", "/assets/red"};
  return source;
}

template <class T>
std::vector<T> values(PixelReader& reader, const SourceBand& source, const PixelWindow& window, LaneType type) {
  std::vector<T> buffer(window.pixels() + 1, T{99});
  reader.read(source, window, type, buffer.data());
  CHECK(buffer.back() == T{99});  // not one value too many
  buffer.pop_back();
  return buffer;
}

std::vector<std::uint16_t> whole(PixelReader& reader, const SourceBand& source) {
  return values<std::uint16_t>(reader, source, {0, 0, source.grid.width_px, source.grid.height_px}, LaneType::kUInt16);
}

Error error_of(PixelReader& reader, const SourceBand& source, LaneType type = LaneType::kUInt16) {
  std::vector<float> buffer(4096);
  const ErrorLog log;
  return thrown_by([&] { reader.read(source, {0, 0, 4, 4}, type, buffer.data()); });
}

// A pyramid of 3 x 2 tiles of 4 x 4 pixels whose first row is 5 and first column 7.
SourceBand pyramid(const Scratch& scratch) {
  auto tiles = std::make_shared<stac::TilePyramid>();
  stac::TileMatrix level;
  level.id = "1";
  level.transform = {10, 0, 500000, 0, -10, 5000000};
  level.tile_width_px = level.tile_height_px = 4;
  level.matrix_width = 20, level.matrix_height = 20;
  level.min_row = 5, level.max_row = 6, level.min_col = 7, level.max_col = 9;
  tiles->levels = {level};
  tiles->href_template = scratch.path("{TileMatrix}/{TileRow}/{TileCol}.tif");
  SourceBand source;
  source.path = tiles->href_template;
  source.tiles = tiles;
  source.grid = {{"EPSG:32633"}, level.transform, 12, 8};
  source.asset_key = "red";
  source.where = {"items.json", "S2A_1", "/asset_templates/red"};
  return source;
}

// Pixel (x, y) of the pyramid's grid is y * 100 + x + 1.
RasterSpec tile_spec(int row, int col) {
  RasterSpec spec;
  spec.width = spec.height = 4;
  spec.value = [row, col](int, int x, int y) { return (row * 4 + y) * 100 + col * 4 + x + 1; };
  return spec;
}

void write_tile(const Scratch& scratch, int row, int col) {
  scratch.write("1/" + std::to_string(row + 5) + "/" + std::to_string(col + 7) + ".tif", tile_spec(row, col));
}

}  // namespace

TEST_CASE("Windows come row by row, of the band and in the type that are asked for", "[driver]") {
  const Scratch scratch;
  Reader reader;
  RasterSpec spec;
  spec.bands = 2;
  SourceBand source = source_of(scratch.write("a.tif", spec), spec);
  CHECK(values<std::uint16_t>(reader.pixels, source, {2, 3, 3, 2}, LaneType::kUInt16) ==
        std::vector<std::uint16_t>{303, 304, 305, 403, 404, 405});
  source.band = 2;
  CHECK(values<std::uint16_t>(reader.pixels, source, {7, 7, 1, 1}, LaneType::kUInt16) ==
        std::vector<std::uint16_t>{1708});
  CHECK(values<float>(reader.pixels, source, {0, 0, 2, 1}, LaneType::kFloat32) == std::vector<float>{1001, 1002});
}

TEST_CASE("A lane type holds exactly the pixel types that lose nothing in it", "[driver]") {
  const Scratch scratch;
  Reader reader;
  const std::pair<GDALDataType, std::vector<LaneType>> table[] = {
      {GDT_Byte, {LaneType::kUInt16, LaneType::kInt16, LaneType::kFloat32}},
      {GDT_UInt16, {LaneType::kUInt16, LaneType::kFloat32}},
      {GDT_Int16, {LaneType::kInt16, LaneType::kFloat32}},
      {GDT_Float32, {LaneType::kFloat32}},
      {GDT_UInt32, {}},
      {GDT_Int32, {}},
      {GDT_Float64, {}},
      {GDT_CInt16, {}}};
  for (const auto& [type, lanes] : table)
    for (const LaneType lane : {LaneType::kUInt16, LaneType::kInt16, LaneType::kFloat32}) {
      INFO(GDALGetDataTypeName(type) << " as lane " << static_cast<int>(lane));
      RasterSpec spec;
      spec.type = type;
      spec.value = [](int, int x, int y) { return y * 8 + x + 1; };
      SourceBand source = source_of(scratch.write("a.tif", spec), spec);
      source.type = stac::DataType::kUInt8;
      std::vector<float> buffer(16);
      if (std::find(lanes.begin(), lanes.end(), lane) != lanes.end()) {
        reader.pixels.read(source, {1, 1, 1, 1}, lane, buffer.data());
        std::uint16_t integer = 0;
        std::memcpy(&integer, buffer.data(), sizeof integer);
        CHECK((lane == LaneType::kFloat32 ? buffer[0] == 10.0F : integer == 10));
      } else {
        const Error error = error_of(reader.pixels, source, lane);
        CHECK(error.code() == ErrorCode::kInvalid);
        CHECK_THAT(error.what(), ContainsSubstring(GDALGetDataTypeName(type)) && ContainsSubstring("uint8"));
      }
      reader.handles.clear();  // the same size in the same second looks like the same file
    }
}

TEST_CASE("The metadata's nodata goes before the raster's", "[driver]") {
  const Scratch scratch;
  Reader reader;
  RasterSpec spec;
  std::vector<std::uint16_t> buffer(1);
  SourceBand source = source_of(scratch.write("none.tif", spec), spec);
  CHECK_FALSE(reader.pixels.read(source, {0, 0, 1, 1}, LaneType::kUInt16, buffer.data()).has_value());
  spec.nodata = 7;
  source = source_of(scratch.write("seven.tif", spec), spec);
  CHECK(reader.pixels.read(source, {0, 0, 1, 1}, LaneType::kUInt16, buffer.data()) == 7.0);
  source.nodata = 0;
  CHECK(reader.pixels.read(source, {0, 0, 1, 1}, LaneType::kUInt16, buffer.data()) == 0.0);
}

TEST_CASE("A raster of another size than proj:shape is an error with both sizes", "[driver]") {
  const Scratch scratch;
  Reader reader;
  const RasterSpec spec;
  SourceBand source = source_of(scratch.write("a.tif", spec), spec);
  source.grid.width_px = 9;
  const Error error = error_of(reader.pixels, source);
  CHECK(error.code() == ErrorCode::kInvalid);
  CHECK_THAT(error.what(), ContainsSubstring("8 x 8 pixels") && ContainsSubstring("9 x 8 pixels"));
  CHECK_THAT(error.what(), ContainsSubstring("asset 'red'") && ContainsSubstring("item S2A_1, at /assets/red"));
}

TEST_CASE("A raster that lies elsewhere than proj:transform is an error; a hundredth of a pixel is rounding",
          "[driver]") {
  const Scratch scratch;
  Reader reader;
  const RasterSpec spec;
  const SourceBand truth = source_of(scratch.write("a.tif", spec), spec);
  SourceBand source = truth;
  source.grid.transform.c += 0.09;  // of 10 m pixels
  CHECK(whole(reader.pixels, source).size() == 64);
  for (const double shift : {0.11, -0.5, 10.0}) {
    INFO(shift);
    source = truth;
    source.grid.transform.c += shift;
    CHECK(error_of(reader.pixels, source).code() == ErrorCode::kInvalid);
    source = truth;
    source.grid.transform.f += shift;
    CHECK_THAT(error_of(reader.pixels, source).what(), ContainsSubstring("proj:transform"));
  }
  // The corner at the origin agrees, the far one does not.
  source = truth;
  source.grid.transform.a = 10.1;
  CHECK(error_of(reader.pixels, source).code() == ErrorCode::kInvalid);
  source = truth;
  source.grid.transform.e = 10;
  CHECK(error_of(reader.pixels, source).code() == ErrorCode::kInvalid);
}

TEST_CASE("What was compared once is compared again when the metadata differ", "[driver]") {
  const Scratch scratch;
  Reader reader;
  const RasterSpec spec;
  SourceBand source = source_of(scratch.write("a.tif", spec), spec);
  CHECK(whole(reader.pixels, source).size() == 64);
  source.grid.transform.c += 1000;
  CHECK(error_of(reader.pixels, source).code() == ErrorCode::kInvalid);
}

TEST_CASE("A band that the raster lacks is an error with the number there is", "[driver]") {
  const Scratch scratch;
  Reader reader;
  RasterSpec spec;
  spec.bands = 2;
  SourceBand source = source_of(scratch.write("a.tif", spec), spec);
  for (const int band : {0, -1, 3}) {
    source.band = band;
    const Error error = error_of(reader.pixels, source);
    CHECK(error.code() == ErrorCode::kInvalid);
    CHECK_THAT(error.what(), ContainsSubstring("band " + std::to_string(band) + " is wanted, but the raster has 2"));
  }
}

TEST_CASE("Missing files and files that are no rasters are told apart", "[driver]") {
  const Scratch scratch;
  Reader reader;
  const RasterSpec spec;
  const Error missing = error_of(reader.pixels, source_of(scratch.path("no.tif"), spec));
  CHECK(missing.code() == ErrorCode::kIo);
  CHECK_THAT(missing.what(), ContainsSubstring("no such file") && ContainsSubstring(scratch.path("no.tif")));
  const Error text = error_of(reader.pixels, source_of(scratch.write("text.tif", std::string("no raster")), spec));
  CHECK(text.code() == ErrorCode::kIo);
  CHECK_THAT(text.what(), ContainsSubstring("cannot be opened as a raster"));
}

TEST_CASE("A truncated raster fails where its pixels are gone, and its handle is not kept", "[driver]") {
  const Scratch scratch;
  Reader reader;
  RasterSpec spec;
  spec.width = spec.height = 256;
  spec.creation = {"BLOCKYSIZE=16"};
  spec.value = [](int, int x, int y) { return (x * 31 + y * 17) % 1000; };
  scratch.write("whole.tif", spec);
  const std::string bytes = scratch.bytes("whole.tif");
  const SourceBand source = source_of(scratch.write("cut.tif", bytes.substr(0, bytes.size() * 3 / 4)), spec);
  std::vector<std::uint16_t> buffer(256 * 256);
  reader.pixels.read(source, {0, 0, 256, 16}, LaneType::kUInt16, buffer.data());
  CHECK(buffer[1] == 31);
  {
    const ErrorLog log;
    const Error error = thrown_by([&] {
      reader.pixels.read(source, {0, 200, 256, 56}, LaneType::kUInt16, buffer.data());
    });
    CHECK(error.code() == ErrorCode::kIo);
    CHECK_THAT(error.what(), ContainsSubstring("reading pixels failed: ") && ContainsSubstring(source.path));
  }
  // Repaired: read without further ado.
  scratch.write("cut.tif", bytes);
  reader.pixels.read(source, {0, 240, 256, 16}, LaneType::kUInt16, buffer.data());
  CHECK(buffer[1] == (31 + 240 * 17) % 1000);
}

TEST_CASE("A raster tells its grid, type, nodata and bands", "[driver]") {
  const Scratch scratch;
  Reader reader;
  RasterSpec spec;
  spec.bands = 3, spec.width = 5, spec.type = GDT_Int16, spec.nodata = -999;
  SourceBand source = source_of(scratch.write("a.tif", spec), spec);
  const cube::RasterInfo info = reader.pixels.describe(source);
  CHECK(info.grid == source.grid);
  CHECK(info.type == stac::DataType::kInt16);
  CHECK(info.nodata == -999.0);
  CHECK(info.band_count == 3);
  source.band = 4;
  CHECK(thrown_by([&] { (void)reader.pixels.describe(source); }).code() == ErrorCode::kInvalid);
  source.band = 1;
  spec.type = GDT_CFloat32;
  source.path = scratch.write("complex.tif", spec);
  const Error error = thrown_by([&] { (void)reader.pixels.describe(source); });
  CHECK(error.code() == ErrorCode::kUnsupported);
  CHECK_THAT(error.what(), ContainsSubstring("CFloat32"));
}

TEST_CASE("A raster that says nothing of its place, beside metadata that say nothing, is an error", "[driver]") {
  const Scratch scratch;
  Reader reader;
  VSILFILE* file = VSIFOpenL(scratch.path("bare.png").c_str(), "wb");
  REQUIRE(file != nullptr);
  VSIFCloseL(file);
  GDALDatasetUniquePtr memory(GetGDALDriverManager()->GetDriverByName("MEM")->Create("", 4, 4, 1, GDT_Byte, nullptr));
  GDALDatasetUniquePtr(GetGDALDriverManager()->GetDriverByName("PNG")->CreateCopy(
      scratch.path("bare.png").c_str(), memory.get(), FALSE, nullptr, nullptr, nullptr));
  SourceBand source;
  source.path = scratch.path("bare.png");
  source.asset_key = "red";
  const Error error = thrown_by([&] { (void)reader.pixels.describe(source); });
  CHECK(error.code() == ErrorCode::kInvalid);
  CHECK_THAT(error.what(), ContainsSubstring("proj:transform"));
}

TEST_CASE("Tiles of a pyramid make one raster, and missing ones are nodata", "[driver]") {
  const Scratch scratch;
  Reader reader;
  SourceBand source = pyramid(scratch);
  for (int row = 0; row < 2; ++row)
    for (int col = 0; col < 3; ++col)
      if (row != 1 || col != 1) write_tile(scratch, row, col);
  for (const double nodata : {0.0, 65535.0}) {
    source.nodata = nodata;
    const auto expected = [nodata](std::int64_t x, std::int64_t y) {
      return static_cast<std::uint16_t>(y >= 4 && x >= 4 && x < 8 ? nodata : static_cast<double>(y * 100 + x + 1));
    };
    for (const PixelWindow& window : {PixelWindow{0, 0, 12, 8}, PixelWindow{3, 3, 2, 2}, PixelWindow{7, 2, 4, 5},
                                      PixelWindow{5, 5, 1, 1}, PixelWindow{0, 4, 12, 1}, PixelWindow{8, 0, 4, 4}}) {
      const auto got = values<std::uint16_t>(reader.pixels, source, window, LaneType::kUInt16);
      for (std::int64_t y = 0; y < window.height_px; ++y)
        for (std::int64_t x = 0; x < window.width_px; ++x)
          REQUIRE(got[static_cast<std::size_t>(y * window.width_px + x)] == expected(window.x + x, window.y + y));
    }
  }
}

TEST_CASE("Nothing at all of a pyramid is nodata, 0 where none is declared", "[driver]") {
  const Scratch scratch;
  Reader reader;
  SourceBand source = pyramid(scratch);
  std::vector<float> buffer(96, 5);
  CHECK(reader.pixels.read(source, {0, 0, 12, 8}, LaneType::kFloat32, buffer.data()) == 0.0);
  CHECK(buffer == std::vector<float>(96, 0));
  source.nodata = std::numeric_limits<double>::quiet_NaN();
  const auto nodata = reader.pixels.read(source, {0, 0, 12, 8}, LaneType::kFloat32, buffer.data());
  CHECK(std::isnan(nodata.value()));
  CHECK(std::all_of(buffer.begin(), buffer.end(), [](float value) { return std::isnan(value); }));
}

TEST_CASE("A tile of another size or type, or a broken one, is an error and not nodata", "[driver]") {
  const Scratch scratch;
  Reader reader;
  const SourceBand source = pyramid(scratch);
  RasterSpec spec = tile_spec(0, 0);
  spec.width = 5;
  scratch.write("1/5/7.tif", spec);
  CHECK_THAT(error_of(reader.pixels, source).what(), ContainsSubstring("1/5/7.tif") && ContainsSubstring("5 x 4"));
  spec = tile_spec(0, 0);
  spec.type = GDT_Float32;
  scratch.write("1/5/7.tif", spec);
  CHECK_THAT(error_of(reader.pixels, source).what(), ContainsSubstring("Float32"));
  scratch.write("1/5/7.tif", std::string("broken"));
  CHECK(error_of(reader.pixels, source).code() == ErrorCode::kIo);
}

TEST_CASE("Messages about remote assets hide queries and passwords", "[driver]") {
  testing::register_drivers();
  Reader reader;
  const CPLConfigOptionSetter retries("GDAL_HTTP_MAX_RETRY", "0", false);
  for (const char* path :
       {"/vsicurl/http://127.0.0.1:9/a.tif?sig=geheim", "/vsicurl/http://user:geheim@127.0.0.1:9/a.tif"}) {
    const Error error = error_of(reader.pixels, source_of(path, RasterSpec{}));
    INFO(error.what());
    CHECK(error.code() == ErrorCode::kIo);
    CHECK_THAT(error.what(), ContainsSubstring("127.0.0.1:9/a.tif") && !ContainsSubstring("geheim"));
  }
}
