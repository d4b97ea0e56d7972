// SPDX-License-Identifier: MIT
// Blocks decoded one by one give the pixels that GDAL's RasterIO gives, whatever the layout, type and window.
#include <filesystem>

#include "driver/block_reader.h"
#include "driver/deflated_block.h"
#include "tests/driver/source_case.h"

using namespace stacvrt;
using namespace stacvrt::driver;
using namespace stacvrt::driver::testing;

namespace {

struct Layout {
  const char* name;
  std::vector<std::string> creation;
};

const Layout kLayouts[] = {
    {"tiles, predictor", {"TILED=YES", "BLOCKXSIZE=16", "BLOCKYSIZE=32", "COMPRESS=DEFLATE", "PREDICTOR=2"}},
    {"tiles, no predictor", {"TILED=YES", "BLOCKXSIZE=32", "BLOCKYSIZE=16", "COMPRESS=DEFLATE"}},
    {"tiles, LZW", {"TILED=YES", "BLOCKXSIZE=16", "BLOCKYSIZE=16", "COMPRESS=LZW", "PREDICTOR=2"}},
    {"strips, predictor", {"BLOCKYSIZE=7", "COMPRESS=DEFLATE", "PREDICTOR=2"}},
    {"big-endian",
     {"TILED=YES", "BLOCKXSIZE=16", "BLOCKYSIZE=16", "COMPRESS=DEFLATE", "PREDICTOR=2", "ENDIANNESS=BIG"}},
    {"BigTIFF", {"TILED=YES", "BLOCKXSIZE=16", "BLOCKYSIZE=16", "COMPRESS=DEFLATE", "PREDICTOR=2", "BIGTIFF=YES"}},
    {"twelve bits", {"TILED=YES", "BLOCKXSIZE=16", "BLOCKYSIZE=16", "COMPRESS=DEFLATE", "NBITS=12"}},
    {"bands apart", {"TILED=YES", "BLOCKXSIZE=16", "BLOCKYSIZE=16", "INTERLEAVE=BAND"}},
    {"bands together", {"TILED=YES", "BLOCKXSIZE=16", "BLOCKYSIZE=16", "INTERLEAVE=PIXEL"}}};

/// A folder on disk: only real files are inflated past GDAL.
class Folder {
 public:
  Folder() {
    m_name = (std::filesystem::temp_directory_path() / "stacvrt-blocks-XXXXXX").string();
    REQUIRE(mkdtemp(m_name.data()) != nullptr);
  }
  ~Folder() { VSIRmdirRecursive(m_name.c_str()); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] std::string path(const std::string& name) const { return m_name + "/" + name; }

 private:
  std::string m_name;
};

// Copies a raster of a scratch folder to disk.
std::string on_disk(const Folder& folder, const std::string& from) {
  const std::string to = folder.path("a.tif");
  REQUIRE(CPLCopyFile(to.c_str(), from.c_str()) == 0);
  return to;
}

template <class T>
std::vector<T> by_gdal(GDALRasterBand& band, const PixelWindow& window, GDALDataType type) {
  std::vector<T> buffer(window.pixels());
  REQUIRE(band.RasterIO(GF_Read, static_cast<int>(window.x), static_cast<int>(window.y),
                        static_cast<int>(window.width_px), static_cast<int>(window.height_px), buffer.data(),
                        static_cast<int>(window.width_px), static_cast<int>(window.height_px), type, 0, 0,
                        nullptr) == CE_None);
  return buffer;
}

constexpr std::size_t kPlenty = std::size_t{1} << 20;

template <class T>
void check(const Layout& layout, GDALDataType type, LaneType lane, GDALDataType lane_type, int bands) {
  INFO(layout.name << ", " << GDALGetDataTypeName(type));
  const Scratch scratch;
  const Folder folder;
  RasterSpec spec;
  spec.width = 70;
  spec.height = 51;
  spec.type = type;
  spec.bands = bands;
  spec.creation = layout.creation;
  spec.value = [](int band, int x, int y) { return (band * 31 + x * 7 + y * 13) % 250; };
  HandlePool pool(10);
  auto lease = pool.acquire(on_disk(folder, scratch.write("a.tif", spec)));
  REQUIRE(lease->dataset);
  GDALRasterBand& band = *lease->dataset->GetRasterBand(bands);
  BlockCache none, large;
  large.set_capacity(kPlenty);
  bool keep = false;
  for (const PixelWindow& window :
       {PixelWindow{0, 0, 70, 51}, PixelWindow{0, 0, 16, 32}, PixelWindow{5, 3, 40, 41}, PixelWindow{5, 3, 40, 41},
        PixelWindow{48, 32, 22, 19}, PixelWindow{69, 50, 1, 1}, PixelWindow{69, 50, 1, 1}}) {
    keep = !keep;
    const std::size_t stride = static_cast<std::size_t>(window.width_px) + 3;
    std::vector<T> got(stride * static_cast<std::size_t>(window.height_px), T{77});
    const PixelTarget target{reinterpret_cast<std::byte*>(got.data()), static_cast<std::int64_t>(stride), lane};
    REQUIRE(read_blocks({*lease, band}, window, target, keep ? large : none) == CE_None);
    const std::vector<T> wanted = by_gdal<T>(band, window, lane_type);
    for (std::size_t i = 0; i < got.size(); ++i) {
      const std::size_t x = i % stride, y = i / stride;
      const bool outside = x >= static_cast<std::size_t>(window.width_px);
      if (got[i] != (outside ? T{77} : wanted[y * static_cast<std::size_t>(window.width_px) + x]))
        FAIL("pixel " << x << ", " << y << " of the window at " << window.x << ", " << window.y);
    }
  }
}

}  // namespace

TEST_CASE("Every layout, type and window gives GDAL's pixels, and not one more", "[driver]") {
  for (const Layout& layout : kLayouts) {
    const bool twelve = std::string(layout.name) == "twelve bits";
    const int bands = std::string(layout.name).rfind("bands", 0) == 0 ? 3 : 1;
    check<std::uint16_t>(layout, GDT_UInt16, LaneType::kUInt16, GDT_UInt16, bands);
    if (twelve) continue;
    check<std::int16_t>(layout, GDT_Int16, LaneType::kInt16, GDT_Int16, bands);
    check<std::uint16_t>(layout, GDT_Byte, LaneType::kUInt16, GDT_UInt16, bands);
    check<float>(layout, GDT_UInt16, LaneType::kFloat32, GDT_Float32, bands);
  }
}

TEST_CASE("A block that is wanted in part is decoded once while the cache holds it, a replaced file's again",
          "[driver]") {
  const Scratch scratch;
  const Folder folder;
  RasterSpec spec;
  spec.width = spec.height = 64;
  spec.creation = kLayouts[0].creation;  // blocks of 16 x 32
  spec.value = [](int, int x, int y) { return x + y; };
  const std::string path = on_disk(folder, scratch.write("a.tif", spec));
  HandlePool pool(10);
  BlockCache blocks;
  blocks.set_capacity(kPlenty);
  std::vector<std::uint16_t> pixels(64 * 64);
  const PixelTarget target{reinterpret_cast<std::byte*>(pixels.data()), 64, LaneType::kUInt16};
  const auto read = [&](const PixelWindow& window) {
    auto lease = pool.acquire(path);
    REQUIRE(read_blocks({*lease, *lease->dataset->GetRasterBand(1)}, window, target, blocks) == CE_None);
  };
  read({0, 0, 20, 20});
  CHECK(blocks.decoded() == 2);
  read({10, 10, 20, 20});
  CHECK(blocks.decoded() == 2);
  read({0, 0, 64, 64});  // whole blocks go where they belong, and nobody keeps them
  CHECK(blocks.decoded() == 10);
  read({30, 0, 4, 4});
  CHECK(blocks.decoded() == 11);
  spec.value = [](int, int x, int y) { return 5000 + x * y; };
  on_disk(folder, scratch.write("b.tif", spec));
  read({3, 3, 20, 20});
  CHECK(pixels[0] == 5009);
}

TEST_CASE("Only blocks that are exactly as expected are inflated past GDAL", "[driver]") {
  const Scratch scratch;
  const Folder folder;
  RasterSpec spec;
  spec.width = spec.height = 32;
  spec.creation = kLayouts[0].creation;
  spec.value = [](int, int x, int y) { return x * 1000 + y; };
  const std::string path = on_disk(folder, scratch.write("a.tif", spec));
  std::vector<std::uint16_t> block(16 * 32);
  HandlePool pool(10);
  {
    auto lease = pool.acquire(path);
    GDALRasterBand& band = *lease->dataset->GetRasterBand(1);
#if defined(STACVRT_HAVE_LIBDEFLATE)
    CHECK(may_be_deflated(*lease, band));
    REQUIRE(read_deflated(*lease, band, 1, 0, 16, 32, block.data()));
    CHECK(block[0] == 16000);
    CHECK(block[16 * 31 + 15] == 31031);
#endif
    CHECK_FALSE(read_deflated(*lease, band, 2, 0, 16, 32, block.data()));  // there is none
    lease->stamp.bytes += 1;                                               // the file was replaced since
    CHECK_FALSE(read_deflated(*lease, band, 1, 0, 16, 32, block.data()));
    lease.discard();
  }
  for (const std::size_t layout : {1U, 2U, 6U}) {
    spec.creation = kLayouts[layout].creation;
    auto lease = pool.acquire(on_disk(folder, scratch.write("b.tif", spec)));
    CHECK_FALSE(may_be_deflated(*lease, *lease->dataset->GetRasterBand(1)));
    lease.discard();
  }
}

TEST_CASE("Overviews in a file of their own are not looked for in the raster's", "[driver]") {
  const Scratch scratch;
  const Folder folder;
  RasterSpec spec;
  spec.width = spec.height = 600;
  spec.creation = kLayouts[0].creation;
  const std::string path = on_disk(folder, scratch.write("a.tif", spec));
  const CPLConfigOptionSetter compression("COMPRESS_OVERVIEW", "DEFLATE", false);
  const CPLConfigOptionSetter predictor("PREDICTOR_OVERVIEW", "2", false);
  add_overviews(path, "NEAREST", {2, 4}, true);
  HandlePool pool(10);
  auto lease = pool.acquire(path);
  GDALRasterBand& band = *lease->dataset->GetRasterBand(1);
  REQUIRE(band.GetOverviewCount() == 2);
  for (const int level : {0, 1}) CHECK_FALSE(may_be_deflated(*lease, *band.GetOverview(level)));
  lease.discard();
}

TEST_CASE("A broken block is GDAL's to complain of", "[driver]") {
  const Scratch scratch;
  const Folder folder;
  Reader reader;
  RasterSpec spec;
  spec.width = spec.height = 32;
  spec.creation = kLayouts[0].creation;
  spec.value = [](int, int x, int y) { return (x * 977 + y * 331) % 4096; };
  SourceBand source = source_of(on_disk(folder, scratch.write("a.tif", spec)), spec);
  {
    auto lease = reader.handles.acquire(source.path);
    const vsi_l_offset offset =
        CPLScanUIntBig(lease->dataset->GetRasterBand(1)->GetMetadataItem("BLOCK_OFFSET_0_0", "TIFF"), 20);
    lease.discard();
    VSILFILE* file = VSIFOpenL(source.path.c_str(), "rb+");
    REQUIRE(file != nullptr);
    VSIFSeekL(file, offset + 20, SEEK_SET);
    const std::string noise(40, '\xA5');
    VSIFWriteL(noise.data(), 1, noise.size(), file);
    VSIFCloseL(file);
  }
  for (const std::size_t capacity : {std::size_t{0}, kPlenty}) {
    reader.blocks.set_capacity(capacity);
    const ErrorLog log;
    const Error error = error_of(reader.pixels, source);
    CHECK(error.code() == ErrorCode::kIo);
    CHECK_THAT(error.what(), ContainsSubstring("a.tif"));
    CHECK_THAT(error.what(), !ContainsSubstring("no reason given"));
  }
}
