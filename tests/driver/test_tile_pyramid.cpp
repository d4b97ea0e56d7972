// SPDX-License-Identifier: MIT
// Tiles of a tiled asset read as one raster, and tiles that are missing, broken or out of reach.
#include <cstdint>
#include <memory>

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

TEST_CASE("Tiles of a pyramid make one raster, and missing ones are marked", "[driver]") {
  const Scratch scratch;
  Reader reader;
  const SourceBand source = pyramid(scratch);
  for (int row = 0; row < 2; ++row)
    for (int col = 0; col < 3; ++col)
      if (row != 1 || col != 1) write_tile(scratch, row, col);
  const auto is_missing = [](std::int64_t x, std::int64_t y) { return y >= 4 && x >= 4 && x < 8; };
  for (const PixelWindow& window : {PixelWindow{0, 0, 12, 8}, PixelWindow{3, 3, 2, 2}, PixelWindow{7, 2, 4, 5},
                                    PixelWindow{5, 5, 1, 1}, PixelWindow{0, 4, 12, 1}, PixelWindow{8, 0, 4, 4}}) {
    INFO(window.x << "," << window.y << " " << window.width_px << " x " << window.height_px);
    const auto got = values<std::uint16_t>(reader.pixels, source, window, LaneType::kUInt16);
    std::vector<std::uint8_t> known(window.pixels() + 1, 7);
    reader.pixels.mark_missing(source, window, known.data());
    CHECK(known.back() == 7);
    for (std::int64_t y = 0; y < window.height_px; ++y)
      for (std::int64_t x = 0; x < window.width_px; ++x) {
        const auto at = static_cast<std::size_t>(y * window.width_px + x);
        const bool missing = is_missing(window.x + x, window.y + y);
        REQUIRE(known[at] == (missing ? 0 : 7));
        if (!missing) REQUIRE(got[at] == (window.y + y) * 100 + window.x + x + 1);
      }
  }
}

TEST_CASE("A pyramid's nodata is the declared one, else its tiles', and missing tiles need none", "[driver]") {
  const Scratch scratch;
  Reader reader;
  SourceBand source = pyramid(scratch);
  std::vector<std::uint16_t> buffer(96);
  std::vector<std::uint8_t> known(96, 1);
  CHECK_FALSE(reader.pixels.read(source, {0, 0, 12, 8}, LaneType::kUInt16, buffer.data()).has_value());
  reader.pixels.mark_missing(source, {0, 0, 12, 8}, known.data());
  CHECK(known == std::vector<std::uint8_t>(96, 0));
  RasterSpec spec = tile_spec(1, 2);
  spec.nodata = 7;
  scratch.write("1/6/9.tif", spec);
  CHECK(reader.pixels.read(source, {0, 0, 12, 8}, LaneType::kUInt16, buffer.data()) == 7.0);
  source.nodata = 3;
  CHECK(reader.pixels.read(source, {0, 0, 12, 8}, LaneType::kUInt16, buffer.data()) == 3.0);
}

TEST_CASE("A coarser grid is read from the coarsest level that is fine enough, classes from the finest", "[driver]") {
  const Scratch scratch;
  Reader reader;
  SourceBand source = pyramid(scratch);
  auto tiles = std::make_shared<stac::TilePyramid>(*source.tiles);
  stac::TileMatrix coarse = tiles->levels.front();
  coarse.id = "0";  // twice as coarse: rows 2 and 3, columns 3 and 4 hold what rows 5 and 6, columns 7 to 9 do
  coarse.transform.a = 20, coarse.transform.e = -20;
  coarse.min_row = 2, coarse.max_row = 3, coarse.min_col = 3, coarse.max_col = 4;
  tiles->levels.push_back(coarse);
  source.tiles = tiles;
  source.full = source.grid;
  source.full->transform.c += 10 * 4 * 7, source.full->transform.f -= 10 * 4 * 5;
  source.grid = {source.grid.crs, {20, 0, source.full->transform.c, 0, -20, source.full->transform.f}, 6, 4};
  for (int row = 0; row < 2; ++row)
    for (int col = 0; col < 3; ++col) write_tile(scratch, row, col);
  RasterSpec spec;
  spec.width = spec.height = 4;
  for (int row = 2; row <= 3; ++row)
    for (int col = 3; col <= 4; ++col) {
      spec.value = [row, col](int, int x, int y) { return 10000 + (row * 4 + y) * 100 + col * 4 + x; };
      scratch.write("0/" + std::to_string(row) + "/" + std::to_string(col) + ".tif", spec);
    }
  const auto got = whole(reader.pixels, source);
  for (int y = 0; y < 4; ++y)
    for (int x = 0; x < 6; ++x) REQUIRE(got[static_cast<std::size_t>(y * 6 + x)] == 10000 + (10 + y) * 100 + 14 + x);
  CHECK(reader.blocks.decoded_for_overviews() == 0);
  const auto of_finest = [&source](const std::vector<std::uint16_t>& values) {
    for (std::size_t i = 0; i < values.size(); ++i)
      if (values[i] != (2 * (i / 6) + 1) * 100 + 2 * (i % 6) + 2) return false;
    return values.size() == static_cast<std::size_t>(source.grid.width_px * source.grid.height_px);
  };
  SourceBand smaller = source;  // a level whose tiles end before the image does
  auto limited = std::make_shared<stac::TilePyramid>(*tiles);
  limited->levels.back().max_col = 3;
  smaller.tiles = limited;
  CHECK(of_finest(whole(reader.pixels, smaller)));
  limited->levels.back().max_col = 4, limited->levels.back().min_row = 3;
  CHECK(of_finest(whole(reader.pixels, smaller)));
  source.classes = true;
  const std::uint64_t full_blocks = reader.blocks.decoded_for_overviews();
  CHECK(full_blocks > 0);
  const auto classes = whole(reader.pixels, source);
  CHECK(reader.blocks.decoded_for_overviews() > full_blocks);
  for (int y = 0; y < 4; ++y)
    for (int x = 0; x < 6; ++x)
      REQUIRE(classes[static_cast<std::size_t>(y * 6 + x)] == (2 * y + 1) * 100 + 2 * x + 1 + 1);
}

TEST_CASE("An ordinary raster has no missing tiles", "[driver]") {
  const Scratch scratch;
  Reader reader;
  const RasterSpec spec;
  std::vector<std::uint8_t> known(64, 1);
  reader.pixels.mark_missing(source_of(scratch.write("a.tif", spec), spec), {0, 0, 8, 8}, known.data());
  CHECK(known == std::vector<std::uint8_t>(64, 1));
}

TEST_CASE("A tile that cannot be asked for is an error and not a gap", "[driver]") {
  const Scratch scratch;
  Reader reader;
  SourceBand source = pyramid(scratch);
  auto tiles = std::make_shared<stac::TilePyramid>(*source.tiles);
  tiles->href_template = "/vsicurl/http://127.0.0.1:9/{TileMatrix}/{TileRow}/{TileCol}.tif";
  source.tiles = tiles;
  source.path = tiles->href_template;
  const CPLConfigOptionSetter retries("GDAL_HTTP_MAX_RETRY", "0", false);
  CHECK(error_of(reader.pixels, source).code() == ErrorCode::kIo);
  std::vector<std::uint8_t> known(16, 1);
  CHECK_THROWS_AS(reader.pixels.mark_missing(source, {0, 0, 4, 4}, known.data()), Error);
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
