// SPDX-License-Identifier: MIT
// Items of real catalogues, each checked against what its file says.
#include <cmath>
#include <map>
#include <set>

#include "tests/stac/shared_documents.h"

using namespace stacvrt;
using namespace stacvrt::stac;
using namespace stacvrt::stac::testing;

namespace {

std::string time_of(const Item& item) {
  return format_instant(item.when());
}

PixelGrid grid_of(const Item& item, const std::string& key) {
  const auto grid = projection_of(item, key).grid();
  INFO(item.id << " " << key);
  REQUIRE(grid.has_value());
  return *grid;
}

const Band& band_of(const Item& item, const std::string& key) {
  REQUIRE(asset_of(item, key).bands.size() == 1);
  return asset_of(item, key).bands.front();
}

void check_scaling(const Band& band, DataType type, double scale, double offset, double nodata) {
  CHECK(band.data_type == type);
  CHECK(band.scale == scale);
  CHECK(band.offset == offset);
  CHECK(band.nodata == nodata);
}

}  // namespace

TEST_CASE("Every document beside the project parses or is refused for a known reason", "[stac]") {
  if (!shared_data_present()) return;
  const std::map<std::string, std::pair<std::string, std::string>> refused{
      {"gdal_stacit_overlapping_sources_with_nodata.json", {"line 18, column", ""}},
      {"earthsearch-v1_sentinel-2-c1-l2a_fields-only_search.json", {"neither 'assets' nor", "/features/0"}},
      {"stac-extension_tiled.json", {"has no {TileMatrix}", "/asset_templates/bands/href"}}};
  std::set<std::string> seen;
  std::size_t parsed = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(kSharedData)) {
    const std::string extension = entry.path().extension().string();
    if (extension != ".json" && extension != ".geojson") continue;
    const std::string name = entry.path().filename().string();
    INFO(entry.path().string());
    if (const auto reason = refused.find(name); reason != refused.end()) {
      seen.insert(name);
      try {
        const auto document = parse_items(text_of(entry.path()), name);
        FAIL("accepted");
      } catch (const Error& error) {
        CHECK_THAT(error.what(), ContainsSubstring(reason->second.first) && ContainsSubstring(name));
        CHECK(error.where().pointer == reason->second.second);
      }
    } else {
      CHECK_FALSE(parse_items(text_of(entry.path()), name).items.empty());
      ++parsed;
    }
  }
  CHECK(seen.size() == refused.size());
  CHECK(parsed >= 30);
}

TEST_CASE("Earth Search v1 Sentinel-2 items", "[stac]") {
  if (!shared_data_present()) return;
  const Item item = document_of("stac/earthsearch-v1_sentinel-2-l2a_item_12RWT.json").items.at(0);
  CHECK(item.id == "S2A_12RWT_20240106_0_L2A");
  CHECK(item.collection == "sentinel-2-l2a");
  CHECK(time_of(item) == "2024-01-06T18:06:01.022Z");
  CHECK(item.assets.size() == 35);
  CHECK(item.bbox.value()[0] == -110.82999893506293);
  CHECK(item.assets.href(asset_of(item, "scl")) == "./SCL.tif");
  CHECK(grid_of(item, "red") == PixelGrid{{"EPSG:32612"}, {10, 0, 499980, 0, -10, 3300000}, 10980, 10980});
  CHECK(grid_of(item, "scl") == PixelGrid{{"EPSG:32612"}, {20, 0, 499980, 0, -20, 3300000}, 5490, 5490});
  check_scaling(band_of(item, "red"), DataType::kUInt16, 1e-4, -0.1, 0);
  check_scaling(band_of(item, "aot"), DataType::kUInt16, 1e-3, 0, 0);
  CHECK(band_of(item, "red").common_name == "red");
  CHECK(band_of(item, "red").description == "Red (band 4)");
  CHECK_FALSE(band_of(item, "scl").scale.has_value());
  CHECK(asset_of(item, "visual").bands.size() == 3);
  CHECK(asset_of(item, "red").has_role("reflectance"));
}

TEST_CASE("A page of two collections and its next link", "[stac]") {
  if (!shared_data_present()) return;
  const auto document = document_of("stac/earthsearch-v1_sentinel-2-l2a_search-post-next.json");
  REQUIRE(document.items.size() == 2);
  CHECK(document.next.at(0).href == "https://earth-search.aws.element84.com/v1/search");
  check_scaling(band_of(document.items[0], "blue"), DataType::kUInt16, 1e-4, -0.1, 0);
  const Item& landsat = document.items[1];
  CHECK(landsat.id == "LC08_L2SP_033032_20231008_02_T1");
  CHECK(landsat.pointer == "/features/1");
  CHECK(time_of(landsat) == "2023-10-08T17:37:26.656958Z");
  check_scaling(band_of(landsat, "nir08"), DataType::kUInt16, 2.75e-5, -0.2, 0);
  check_scaling(band_of(landsat, "lwir11"), DataType::kUInt16, 0.00341802, 149, 0);
  CHECK(band_of(landsat, "lwir11").unit == "kelvin");
  const Bitfield& dilated = band_of(landsat, "qa_pixel").bitfields.at(1);
  CHECK(dilated.name == "dilated_cloud");
  CHECK(dilated.offset == 1);
  CHECK(dilated.classes.at(1).name == "dilated");
}

TEST_CASE("Digital Earth Africa Sentinel-2 item with a band list inside a list", "[stac]") {
  if (!shared_data_present()) return;
  const Item item = document_of("stac/deafrica_s2_l2a_c1_item_37MGP.json").items.at(0);
  CHECK(item.id == "S2B_T37MGP_20240710T073012_L2A");
  CHECK(time_of(item) == "2024-07-10T07:41:33.657Z");
  CHECK(grid_of(item, "red") == PixelGrid{{"EPSG:32737"}, {10, 0, 699960, 0, -10, 9400000}, 10980, 10980});
  CHECK(band_of(item, "red").name == "B04");
  check_scaling(band_of(item, "red"), DataType::kUInt16, 1e-4, -0.1, 0);
  CHECK(band_of(item, "nir08").name == "B8A");
  const Asset& preview = asset_of(item, "preview");
  REQUIRE(preview.bands.size() == 3);
  CHECK(preview.bands[0].data_type == DataType::kUInt8);
  CHECK_FALSE(preview.bands[2].nodata.has_value());
  CHECK(grid_of(item, "preview").width_px == 343);
}

TEST_CASE("Earth Search v0 item: transforms of nine numbers, no band metadata", "[stac]") {
  if (!shared_data_present()) return;
  const Item item = document_of("stac/earthsearch-v0_sentinel-s2-l2a-cogs_item_28QCH.json").items.at(0);
  CHECK(item.collection == "sentinel-s2-l2a-cogs");
  CHECK(grid_of(item, "B8A") == PixelGrid{{"EPSG:32628"}, {20, 0, 300000, 0, -20, 2300040}, 5490, 5490});
  CHECK(band_of(item, "SCL").name.empty());
  CHECK_FALSE(projection_of(item, "thumbnail").grid().has_value());
}

TEST_CASE("Planetary Computer Sentinel-2 items", "[stac]") {
  if (!shared_data_present()) return;
  const Item item = document_of("stac/planetary-computer_sentinel-2-l2a_item_06VVN.json").items.at(0);
  CHECK(time_of(item) == "2019-06-29T21:25:29.024Z");
  CHECK(grid_of(item, "SCL") == PixelGrid{{"EPSG:32606"}, {20, 0, 399960, 0, -20, 6800040}, 5490, 5490});
  CHECK(projection_of(item, "SCL").bbox == std::array<double, 4>{399960, 6690240, 509760, 6800040});
  CHECK(band_of(item, "B8A").common_name == "rededge");
  CHECK_FALSE(band_of(item, "B8A").scale.has_value());
  const auto strip = document_of("stac/planetary-computer_sentinel-2-l2a_itemcollection_9.geojson");
  REQUIRE(strip.items.size() == 9);
  for (const Item& one : strip.items) CHECK(grid_of(one, "B02").crs.text == "EPSG:32735");
  CHECK(strip.items[0].id == "S2B_MSIL2A_20200606T080609_R078_T35MNM_20200826T094900");
}

TEST_CASE("Planetary Computer NAIP pages: the item's grid for an asset of four bands", "[stac]") {
  if (!shared_data_present()) return;
  const auto page = document_of("stac/planetary-computer_naip_search-post-page1.json");
  REQUIRE(page.items.size() == 10);
  CHECK(page.next.at(0).href == "https://planetarycomputer.microsoft.com/api/stac/v1/search");
  CHECK(page.items[3].id == "vt_m_4407364_sw_18_030_20230621_20231113");
  CHECK(grid_of(page.items[0], "image") ==
        PixelGrid{{"EPSG:26918"}, {0.3, 0, 650027.7, 0, -0.3, 4873997.4}, 19247, 25526});
  REQUIRE(asset_of(page.items[0], "image").bands.size() == 4);
  CHECK(asset_of(page.items[0], "image").bands[3].common_name == "nir");
  CHECK(asset_of(page.items[0], "image").bands[3].name == "NIR");
  const auto second = document_of("stac/planetary-computer_naip_search-post-page2.json");
  CHECK(second.items.at(0).id == "vt_m_4307307_ne_18_060_20211029");
  CHECK(second.next.size() == 1);
}

TEST_CASE("Landsat Collection 2 items of three catalogues", "[stac]") {
  if (!shared_data_present()) return;
  const auto page = document_of("stac/planetary-computer_landsat-c2-l2_items-get-next.json");
  REQUIRE(page.items.size() == 10);
  CHECK_THAT(page.next.at(0).href, ContainsSubstring("token=next:landsat-c2-l2:LC09_L2SR_084056_20250722_02_T1"));
  CHECK(time_of(page.items[9]) == "2025-07-22T23:01:54.271268Z");
  CHECK(grid_of(page.items[0], "red") == PixelGrid{{"EPSG:32657"}, {30, 0, 466185, 0, -30, -3395085}, 7781, 7831});
  CHECK(band_of(page.items[9], "qa_pixel").bitfields.at(2).name == "cirrus");
  CHECK(band_of(page.items[9], "qa_pixel").nodata == 1.0);

  const Item stactools = document_of("stac/stactools_landsat-c2-l2_item_LC09.json").items.at(0);
  const Band qa = band_of(stactools, "qa_pixel");
  REQUIRE(qa.bitfields.size() == 12);
  CHECK(qa.bitfields[3].name == "cloud");
  CHECK(qa.bitfields[3].offset == 3);
  CHECK(qa.bitfields[11].offset == 14);
  CHECK(qa.bitfields[11].length == 2);
  CHECK(stactools.assets.href(asset_of(stactools, "red")) ==
        "../../../tests/data-files/oli-tirs/LC09_L2SP_010065_20220129_20220131_02_T1_SR_B4.TIF");

  const Item usgs = document_of("stac/usgs_landsat-c2l2-sr_item_LC08.json").items.at(0);
  CHECK(grid_of(usgs, "nir08") == PixelGrid{{"EPSG:32615"}, {30, 0, 173085, 0, -30, 4904715}, 7931, 8041});
  CHECK(band_of(usgs, "nir08").name == "B5");
}

TEST_CASE("Classification example: bitfields inside raster:bands", "[stac]") {
  if (!shared_data_present()) return;
  const Item item = document_of("stac/classification_item-bitfields-landsat.json").items.at(0);
  CHECK(item.collection.empty());
  const Band qa = band_of(item, "qa_pixel");
  CHECK(qa.nodata == 1.0);
  CHECK(qa.unit == "bit index");
  CHECK(qa.bitfields.at(1).name == "dilated");
  CHECK(qa.bitfields.at(4).name == "shadow");
  CHECK(qa.bitfields.at(4).offset == 4);
  CHECK_FALSE(band_of(item, "qa_radsat").nodata.has_value());
}

TEST_CASE("Digital Earth Australia items", "[stac]") {
  if (!shared_data_present()) return;
  const Item ard = document_of("stac/ga_ls8c_ard_3_item.json").items.at(0);
  CHECK(format_instant(ard.start_datetime.value()) == "2020-05-25T23:35:32.815426Z");
  CHECK(grid_of(ard, "oa_fmask") == PixelGrid{{"EPSG:32656"}, {30, 0, 526785, 0, -30, -3077085}, 7781, 7841});
  CHECK(grid_of(ard, "nbart_panchromatic") ==
        PixelGrid{{"EPSG:32656"}, {15, 0, 526792.5, 0, -15, -3077092.5}, 15561, 15681});
  CHECK(band_of(ard, "nbart_blue").name == "nbart_blue");
  const Item geomedian = document_of("stac/dea_geomedian_ls5t_item.json").items.at(0);
  CHECK(grid_of(geomedian, "count") == PixelGrid{{"EPSG:3577"}, {30, 0, 192000, 0, -30, -4032000}, 3200, 3200});
  CHECK(format_instant(geomedian.end_datetime.value()) == "1999-12-31T23:59:59.999999Z");
}

TEST_CASE("eoAPI page: bands and grid on the assets, CRS on the item", "[stac]") {
  if (!shared_data_present()) return;
  const auto page = document_of("stac/eoapi_search-post-next.json");
  REQUIRE(page.items.size() == 10);
  CHECK(page.next.at(0).href == "https://stac.eoapi.dev/search");
  CHECK(grid_of(page.items[9], "visual") ==
        PixelGrid{{"EPSG:32611"}, {0.30517578125, 0, 344843.75, 0, -0.30517578125, 3770156.25}, 17408, 17408});
  CHECK(asset_of(page.items[9], "visual").bands.at(1).name == "BAND_G");
  // An asset without grid of its own takes the item's CRS and box, which alone make no grid.
  CHECK_FALSE(projection_of(page.items[9], "data-mask").grid().has_value());
}

TEST_CASE("GDAL's ItemCollections: CRS of the item, shape from box and transform", "[stac]") {
  if (!shared_data_present()) return;
  const PixelGrid expected{{"EPSG:26711"}, {60, 0, 440720, 0, -60, 3751320}, 20, 20};
  const auto first = document_of("stac/gdal_stacit_test.json");
  CHECK(grid_of(first.items.at(0), "B01") == expected);
  CHECK(first.next.at(0).href == "data/stacit/test_page2.json");
  CHECK(grid_of(document_of("stac/gdal_stacit_test_stac_1.1.json").items.at(0), "B01") == expected);
  for (const char* name : {"stac/gdal_stacit_test_page2.json", "stac/data/stacit/test_page2.json"}) {
    const Item second = document_of(name).items.at(0);
    CHECK(second.id == "int16");
    CHECK(grid_of(second, "B01") == PixelGrid{{"EPSG:26711"}, {60, 0, 441920, 0, -60, 3751320}, 20, 20});
  }
}

TEST_CASE("STAC 1.1 example: band fields on the asset", "[stac]") {
  if (!shared_data_present()) return;
  const Item item = document_of("stac/raster-v2_item-sentinel2_stac11.json").items.at(0);
  CHECK(time_of(item) == "2021-02-21T10:00:17Z");
  CHECK(grid_of(item, "B05") == PixelGrid{{"EPSG:32633"}, {20, 0, 399960, 0, -20, 4200000}, 5490, 5490});
  const Band blue = band_of(item, "B02");
  CHECK(blue.common_name == "blue");
  CHECK(blue.data_type == DataType::kUInt16);
  CHECK(blue.nodata == 0.0);
  CHECK(asset_of(item, "visual").bands.at(2).name == "B02");
}

TEST_CASE("Other projection and href extensions", "[stac]") {
  if (!shared_data_present()) return;
  const Item projection = document_of("stac/rio-tiler_stac_proj_2_0_assets.json").items.at(0);
  CHECK(projection.collection == "JQT");
  CHECK(grid_of(projection, "lowres") == PixelGrid{{"EPSG:32617"}, {1800, 0, 471585, 0, -1800, 3787515}, 128, 130});
  CHECK_FALSE(projection_of(projection, "thumbnail").crs.has_value());
  const Item alternate = document_of("stac/rio-tiler_stac_alternate.json").items.at(0);
  CHECK(alternate.assets.size() == 5);
  CHECK(time_of(alternate) == "2016-05-03T13:21:30.04Z");
}

TEST_CASE("An item at the antimeridian keeps its box as written", "[stac]") {
  if (!shared_data_present()) return;
  const Item item = document_of("stac/stactools_sentinel2_antimeridian_01WCQ.json").items.at(0);
  CHECK(item.bbox.value()[0] == -179.28114899501006);
  CHECK(item.bbox.value()[2] == 179.75963034724103);
  CHECK(grid_of(item, "aot") == PixelGrid{{"EPSG:32601"}, {20, 0, 300000, 0, -20, 7500000}, 5490, 5490});
  check_scaling(band_of(item, "aot"), DataType::kUInt16, 1e-3, 0, 0);
}

TEST_CASE("The series say the same in STAC 1.0 and 1.1", "[stac]") {
  if (!shared_data_present()) return;
  for (const std::string folder : {"series/s2-l2a-33T", "series/landsat8-l1-ny-013032"}) {
    const auto old_items = document_of(folder + "/items.json").items;
    const auto new_items = document_of(folder + "/items-stac11.json").items;
    REQUIRE(old_items.size() == new_items.size());
    for (std::size_t i = 0; i < old_items.size(); ++i) {
      CHECK(old_items[i].id == new_items[i].id);
      CHECK(old_items[i].when() == new_items[i].when());
      REQUIRE(old_items[i].assets.size() == new_items[i].assets.size());
      for (std::size_t j = 0; j < old_items[i].assets.size(); ++j) {
        const Asset& before = old_items[i].assets[j];
        const Asset& after = new_items[i].assets[j];
        INFO(old_items[i].id << " " << before.key);
        CHECK(old_items[i].assets.href(before) == new_items[i].assets.href(after));
        CHECK(old_items[i].assets.projection(before).grid() == new_items[i].assets.projection(after).grid());
        CHECK(old_items[i].assets.projection(before).grid().has_value());
        const Band& b = before.bands.at(0);
        const Band& a = after.bands.at(0);
        CHECK(b.name == a.name);
        CHECK(b.common_name == a.common_name);
        CHECK(b.scale == a.scale);
        CHECK(b.offset == a.offset);
        CHECK(b.nodata == a.nodata);
        CHECK(b.data_type == a.data_type);
        CHECK(b.classes.size() == a.classes.size());
        CHECK(b.bitfields.size() == a.bitfields.size());
      }
    }
  }
}

TEST_CASE("The Sentinel-2 and Landsat series as their files describe them", "[stac]") {
  if (!shared_data_present()) return;
  const auto sentinel = document_of("series/s2-l2a-33T/items.json").items;
  REQUIRE(sentinel.size() == 10);
  CHECK(time_of(sentinel[9]) == "2023-08-20T09:58:11.072Z");
  CHECK(grid_of(sentinel[9], "red") == PixelGrid{{"EPSG:32633"}, {120, 0, 545580, 0, -120, 5100000}, 460, 376});
  check_scaling(band_of(sentinel[9], "red"), DataType::kUInt16, 1e-4, 0, 0);
  CHECK(band_of(sentinel[9], "scl").classes.at(8).name == "cloud_medium_probability");
  CHECK(band_of(sentinel[9], "cloud").nodata == 255.0);
  const auto landsat = document_of("series/landsat8-l1-ny-013032/items.json").items;
  REQUIRE(landsat.size() == 8);
  check_scaling(band_of(landsat[7], "pan"), DataType::kUInt16, 2e-5, -0.1, 0);
  CHECK(grid_of(landsat[7], "pan").width_px == 153);
  CHECK(grid_of(landsat[7], "bqa").transform.a == 3024.0789473684213);
  const Bitfield& saturation = band_of(landsat[7], "bqa").bitfields.at(2);
  CHECK(saturation.name == "radiometric_saturation");
  CHECK(saturation.offset == 2);
  CHECK(saturation.length == 2);
}
