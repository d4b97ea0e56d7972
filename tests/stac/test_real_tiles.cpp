// SPDX-License-Identifier: MIT
// Tiled-assets items: levels, limits and tiles against what GDAL's own reader and the tiles on disk say.
#include <cmath>

#include "tests/stac/shared_documents.h"

using namespace stacvrt;
using namespace stacvrt::stac;
using namespace stacvrt::stac::testing;

namespace {

const TilePyramid& tiles_of(const Item& item, std::string_view key) {
  const Asset& asset = asset_of(item, key);
  REQUIRE(asset.tiles.has_value());
  return *asset.tiles;
}

}  // namespace

TEST_CASE("GDAL's world pyramid has the corners that GDAL reports", "[stac]") {
  if (!shared_data_present()) return;
  const Item item = document_of("tiled-assets/gdal/test.json").items.at(0);
  CHECK(item.collection == "collection");
  CHECK(item.bbox == std::array<double, 4>{-180, 90, 180, 90});
  const Asset& asset = asset_of(item, "bands");
  REQUIRE(asset.bands.size() == 3);
  CHECK(asset.bands[0].name == "B4");
  CHECK(asset.bands[2].common_name == "blue");
  // gdalinfo: Size is 2048, 1024; Pixel Size = 0.17578125; Upper Left (-180, 90); Overviews: 1024x512, 512x256.
  CHECK(item.assets.projection(asset).grid() ==
        PixelGrid{{"OGC:CRS84"}, {0.17578125, 0, -180, 0, -0.17578125, 90}, 2048, 1024});
  const TilePyramid& tiles = tiles_of(item, "bands");
  REQUIRE(tiles.levels.size() == 3);
  CHECK(tiles.levels[1].transform.a == 0.3515625);
  CHECK(tiles.levels[1].tile_width_px == 1024);
  CHECK(tiles.levels[1].tile_height_px == 512);
  CHECK(tiles.levels[2].transform.a == 0.703125);
  CHECK(tiles.levels[2].tile_width_px == 512);
}

TEST_CASE("Limits of GDAL's eastern hemisphere leave one tile", "[stac]") {
  if (!shared_data_present()) return;
  const Item item = document_of("tiled-assets/gdal/test_east_hemisphere.json").items.at(0);
  // gdalinfo: Size is 1024, 1024; Upper Left (0, 90).
  CHECK(projection_of(item, "bands").grid() ==
        PixelGrid{{"OGC:CRS84"}, {0.17578125, 0, 0, 0, -0.17578125, 90}, 1024, 1024});
  CHECK(tiles_of(item, "bands").levels[0].min_col == 1);
  CHECK(tiles_of(item, "bands").levels[0].max_col == 1);
}

TEST_CASE("Hrefs of tiles lead to the tiles on disk", "[stac]") {
  if (!shared_data_present()) return;
  for (const std::string name : {"tiled-assets/gdal/test.json", "tiled-assets/gdal/test_multiple_asset_templates.json",
                                 "tiled-assets/gdal/test_multiple_tms.json"}) {
    const TilePyramid tiles = tiles_of(document_of(name).items.at(0), "bands");
    CHECK(tiles.matrix_set == "WorldCRS84Quad");
    REQUIRE(tiles.levels.size() == 3);
    for (const TileMatrix& level : tiles.levels) {
      for (std::int64_t col = level.min_col; col <= level.max_col; ++col) {
        const std::string href = tiles.href(level, 0, col);
        INFO(name << " " << href);
        CHECK(std::filesystem::exists(kSharedData / "tiled-assets/gdal" / href));
      }
    }
  }
  const Item item = document_of("tiled-assets/s2-l2a-33TWL-20230818/item.json").items.at(0);
  const TilePyramid& scl = tiles_of(item, "scl");
  CHECK(scl.href(scl.levels[0], 2, 3) == "./scl/1/2/3.tif");
  CHECK(std::filesystem::exists(kSharedData / "tiled-assets/s2-l2a-33TWL-20230818" / scl.href(scl.levels[0], 2, 3)));
}

TEST_CASE("Templates of a GDAL item all have the first set", "[stac]") {
  if (!shared_data_present()) return;
  const Item item = document_of("tiled-assets/gdal/test_multiple_asset_templates.json").items.at(0);
  REQUIRE(item.assets.size() == 2);
  CHECK(tiles_of(item, "other_bands").href(tiles_of(item, "other_bands").levels[0], 0, 1) ==
        "./WorldCRS84Quad/2/0/0.tif");
  CHECK(tiles_of(document_of("tiled-assets/gdal/test_multiple_tms.json").items.at(0), "bands").levels.size() == 3);
}

TEST_CASE("Bands of tiles are read in STAC 1.0 and 1.1 spelling", "[stac]") {
  if (!shared_data_present()) return;
  for (const std::string name :
       {"test_stac_1_1", "test_with_raster_extension", "test_with_raster_extension_no_eo_bands"}) {
    INFO(name);
    const Item item = document_of("tiled-assets/gdal/" + name + ".json").items.at(0);
    const auto& bands = asset_of(item, "bands").bands;
    REQUIRE(bands.size() == 6);
    CHECK(bands[0].name == (name == "test_with_raster_extension_no_eo_bands" ? "" : "B1"));
    CHECK(bands[0].common_name == (name == "test_stac_1_1" ? "nir" : ""));
    CHECK(bands[0].data_type == DataType::kUInt8);
    CHECK(bands[0].unit == "dn");
    CHECK(bands[0].nodata == 1.0);
    CHECK(bands[0].scale == 10.0);
    CHECK(bands[0].offset == 1.2);
    CHECK(bands[1].nodata == 1.5);
    CHECK(std::isinf(bands[2].nodata.value()));
    CHECK(bands[3].nodata.value() < 0);
    CHECK(std::isnan(bands[4].nodata.value()));
    CHECK_FALSE(bands[5].nodata.has_value());
    CHECK(bands[5].data_type == DataType::kFloat32);
  }
}

TEST_CASE("EOX's world pyramid nests exactly and grows its tiles level by level", "[stac]") {
  if (!shared_data_present()) return;
  const Item item = document_of("tiled-assets/eox_cloudless-viewing-basic.json").items.at(0);
  const TilePyramid& tiles = tiles_of(item, "bands");
  REQUIRE(tiles.levels.size() == 14);
  CHECK(tiles.levels[0].id == "13");
  CHECK(tiles.levels[0].max_col == 1023);
  CHECK(tiles.levels[0].max_row == 511);
  CHECK(tiles.levels[13].tile_width_px == 512);
  CHECK(tiles.levels[10].tile_width_px == 4096);
  CHECK(tiles.levels[10].tile_height_px == 2048);
  for (std::size_t i = 0; i < tiles.levels.size(); ++i) {
    CHECK(tiles.levels[i].transform == Affine{360.0 / (4194304 >> i), 0, -180, 0, -360.0 / (4194304 >> i), 90});
  }
  CHECK(tiles.href(tiles.levels[0], 5, 7) == "s3://eoxcloudless-2024/2024-viewing-basic-epsg-4326/13/5/7.tif");
}

TEST_CASE("A pyramid cut from a Sentinel-2 item lies on the item's pixels", "[stac]") {
  if (!shared_data_present()) return;
  const Item item = document_of("tiled-assets/s2-l2a-33TWL-20230818/item.json").items.at(0);
  const TilePyramid& tiles = tiles_of(item, "bands");
  // gdalinfo of bands/1/0/0.tif and bands/0/0/0.tif: origin (545580, 5100000), pixels of 120 m and 240 m.
  CHECK(tiles.levels.at(0).transform == Affine{120, 0, 545580, 0, -120, 5100000});
  CHECK(tiles.levels.at(1).transform == Affine{240, 0, 545580, 0, -240, 5100000});
  CHECK(tiles.crs.text == "EPSG:32633");
  CHECK(tiles.levels.at(0).max_col == 3);
  CHECK(tiles.levels.at(0).max_row == 2);
  CHECK(asset_of(item, "bands").bands.at(3).common_name == "nir");
  CHECK(asset_of(item, "bands").bands.at(3).scale == 1e-4);
  CHECK(asset_of(item, "scl").bands.at(0).classes.at(3).name == "cloud_shadows");
}

TEST_CASE("The extension's own example cannot tell its levels apart and says so", "[stac]") {
  if (!shared_data_present()) return;
  CHECK_THROWS_WITH(document_of("tiled-assets/stac-extension_tiled.json"),
                    ContainsSubstring("has no {TileMatrix}, but the tile matrix set has 5 levels") &&
                        ContainsSubstring("item s2cloudless_2018, at /asset_templates/bands/href"));
}
