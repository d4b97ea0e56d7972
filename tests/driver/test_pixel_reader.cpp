// SPDX-License-Identifier: MIT
// Pixels as rasters hold them, and contradictions between them and the metadata.
#include <algorithm>
#include <cstring>

#include "driver/pixel_reader.h"
#include "tests/catch.h"
#include "tests/driver/error_log.h"
#include "tests/driver/scratch.h"
#include "tests/driver/source_case.h"
#include "tests/thrown.h"

using namespace stacvrt;
using namespace stacvrt::driver;
using namespace stacvrt::driver::testing;
using stacvrt::testing::thrown_by;

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
      Reader reader;  // an old handle may not notice: the same size in the same second looks like the same file
      INFO(GDALGetDataTypeName(type) << " as lane " << static_cast<int>(lane));
      RasterSpec spec;
      spec.type = type;
      spec.value = [](int, int x, int y) { return y * 8 + x + 1; };
      SourceBand source = source_of(scratch.write("a.tif", spec), spec);
      std::vector<float> buffer(16);
      if (std::find(lanes.begin(), lanes.end(), lane) != lanes.end()) {
        reader.pixels.read(source, {1, 1, 1, 1}, lane, buffer.data());
        std::uint16_t integer = 0;
        std::memcpy(&integer, buffer.data(), sizeof integer);
        CHECK((lane == LaneType::kFloat32 ? buffer[0] == 10.0F : integer == 10));
      } else {
        const Error error = error_of(reader.pixels, source, lane);
        CHECK(error.code() == ErrorCode::kInvalid);
        CHECK_THAT(error.what(), ContainsSubstring(GDALGetDataTypeName(type)));
      }
    }
}

TEST_CASE("A raster whose values do not fit the declared type is an error with both types", "[driver]") {
  const Scratch scratch;
  Reader reader;
  RasterSpec spec;
  spec.type = GDT_Int16;
  SourceBand source = source_of(scratch.write("a.tif", spec), spec);
  for (const auto declared : {stac::DataType::kInt16, stac::DataType::kInt32, stac::DataType::kFloat32}) {
    source.type = declared;
    std::vector<float> buffer(1);
    reader.pixels.read(source, {1, 1, 1, 1}, LaneType::kFloat32, buffer.data());
    CHECK(buffer[0] == 102);
  }
  for (const auto declared : {stac::DataType::kUInt8, stac::DataType::kUInt16, stac::DataType::kUInt32}) {
    source.type = declared;
    const Error error = error_of(reader.pixels, source, LaneType::kFloat32);
    CHECK(error.code() == ErrorCode::kInvalid);
    CHECK_THAT(error.what(), ContainsSubstring("Int16") && ContainsSubstring(stac::data_type_name(declared)));
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

TEST_CASE("A raster in another CRS than the metadata say is an error, in one that agrees here it is none", "[driver]") {
  const Scratch scratch;
  const RasterSpec spec;
  SourceBand source = source_of(scratch.write("a.tif", spec), spec);
  for (const char* other : {"EPSG:32634", "EPSG:32733", "EPSG:4326"}) {
    Reader reader;
    source.grid.crs = {other};
    const Error error = error_of(reader.pixels, source);
    CHECK(error.code() == ErrorCode::kInvalid);
    CHECK_THAT(error.what(),
               ContainsSubstring("EPSG:32633") && ContainsSubstring(other) && ContainsSubstring("proj:code"));
  }
  for (const char* same : {"EPSG:25833", "+proj=utm +zone=33 +datum=WGS84"}) {
    Reader reader;
    source.grid.crs = {same};
    CHECK(values<std::uint16_t>(reader.pixels, source, {0, 0, 1, 1}, LaneType::kUInt16) ==
          std::vector<std::uint16_t>{1});
  }
}

TEST_CASE("Every file is asked for its CRS, and again when it was replaced", "[driver]") {
  const Scratch scratch;
  Reader reader;
  RasterSpec right;
  right.epsg = 32633;
  RasterSpec wrong = right;
  wrong.epsg = 32631;
  const SourceBand first = source_of(scratch.write("red.tif", right), right);
  CHECK_FALSE(whole(reader.pixels, first).empty());
  // Another asset of the same item that declares the same.
  const SourceBand sibling = source_of(scratch.write("nir.tif", wrong), right);
  CHECK_THAT(error_of(reader.pixels, sibling).what(), ContainsSubstring("EPSG:32631"));
  wrong.width += 1;  // so that its size tells it from what lay there within the same second
  SourceBand replaced = source_of(scratch.write("red.tif", wrong), right);
  replaced.grid.width_px += 1;
  CHECK_THAT(error_of(reader.pixels, replaced).what(), ContainsSubstring("EPSG:32631"));
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

TEST_CASE("Messages about remote assets hide queries and passwords", "[driver]") {
  register_drivers();
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
