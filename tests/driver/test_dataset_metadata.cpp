// SPDX-License-Identifier: MIT
// What a dataset tells of itself: grid, bands, subdatasets, provenance, files, items behind a pixel.
#include <cmath>
#include <set>

#include "driver/location_info.h"
#include "driver/provenance.h"
#include "tests/catch.h"
#include "tests/driver/error_log.h"
#include "tests/driver/scene.h"
#include "tests/thrown.h"

using namespace stacvrt;
using namespace stacvrt::driver;
using namespace stacvrt::driver::testing;
using stacvrt::testing::thrown_by;

namespace {

constexpr const char* kMixed = R"(["geomedian", "mad", "count"])";

std::string item_of(GDALMajorObject& object, const char* name, const char* domain = "") {
  const char* value = object.GetMetadataItem(name, domain);
  return value ? value : "(none)";
}

std::set<std::string> files_of(GDALDataset& dataset) {
  const CPLStringList list(dataset.GetFileList(), TRUE);
  std::set<std::string> files;
  for (int i = 0; i < list.Count(); ++i) CHECK(files.insert(list[i]).second);
  return files;
}

}  // namespace

TEST_CASE("A dataset has the grid, type, nodata and blocks of its plan", "[driver]") {
  const Scene scene;
  const std::string recipe = scene.recipe(kMixed);
  const auto dataset = open(recipe);
  CHECK(dataset->GetRasterXSize() == Scene::kWidth);
  CHECK(dataset->GetRasterYSize() == Scene::kHeight);
  double six[6] = {};
  REQUIRE(geotransform_of(*dataset, six));
  const double expected[6] = {500000, 10, 0, 5000000, 0, -10};
  for (int i = 0; i < 6; ++i) CHECK(six[i] == expected[i]);
  CHECK(std::string(dataset->GetSpatialRef()->GetAuthorityCode(nullptr)) == "32633");
  CHECK(std::string(dataset->GetDescription()) == recipe);
  CHECK(item_of(*dataset, "INTERLEAVE", "IMAGE_STRUCTURE") == "PIXEL");
  for (const int number : all_bands(*dataset)) {
    GDALRasterBand* band = dataset->GetRasterBand(number);
    CHECK(band->GetRasterDataType() == GDT_Float32);
    int has = FALSE;
    CHECK(std::isnan(band->GetNoDataValue(&has)));
    CHECK(has == TRUE);
  }
}

TEST_CASE("A geographic grid has its axes longitude first", "[driver]") {
  const Scene scene(1);
  const auto dataset = open(scene.recipe(
      R"(["count"])", R"(, "grid": {"crs": "EPSG:4326", "resolution": 0.001, "bounds": [15, 45.12, 15.05, 45.15]})"));
  double six[6] = {};
  REQUIRE(geotransform_of(*dataset, six));
  CHECK(six[0] == Approx(15));
  CHECK(six[3] == Approx(45.15));
  REQUIRE(dataset->GetSpatialRef() != nullptr);
  CHECK(dataset->GetSpatialRef()->GetDataAxisToSRSAxisMapping() == std::vector<int>{2, 1});
}

TEST_CASE("Bands have names, colours, scale and what they were made of", "[driver]") {
  const Scene scene;
  const auto dataset = open("STACVRT:\"" + scene.recipe(kMixed) + "\":geomedian");
  REQUIRE(dataset->GetRasterCount() == 2);
  GDALRasterBand& red = *dataset->GetRasterBand(1);
  CHECK(std::string(red.GetDescription()) == "red");
  CHECK(std::string(dataset->GetRasterBand(2)->GetDescription()) == "nir");
  CHECK(red.GetColorInterpretation() == GCI_RedBand);
  CHECK(dataset->GetRasterBand(2)->GetColorInterpretation() == GCI_Undefined);
  CHECK(red.GetRasterDataType() == GDT_UInt16);
  int has = FALSE;
  CHECK(red.GetNoDataValue(&has) == 0.0);
  CHECK(has == TRUE);
  CHECK(red.GetScale(&has) == 0.0001);
  CHECK(has == TRUE);
  CHECK(item_of(red, "REDUCER") == "geomedian");
  CHECK(item_of(red, "OBSERVATIONS") == "5");
}

TEST_CASE("A count has neither scale nor nodata of its own", "[driver]") {
  const Scene scene;
  const auto dataset = open("STACVRT:\"" + scene.recipe(kMixed) + "\":count");
  GDALRasterBand& count = *dataset->GetRasterBand(1);
  int has = TRUE;
  CHECK(count.GetNoDataValue(&has) == 0.0);
  CHECK(has == FALSE);
  has = TRUE;
  CHECK(count.GetScale(&has) == 1.0);
  CHECK(has == FALSE);
  has = TRUE;
  CHECK(count.GetOffset(&has) == 0.0);
  CHECK(has == FALSE);
  CHECK(count.GetColorInterpretation() == GCI_GrayIndex);
}

TEST_CASE("Every subdataset opens by its listed name and shows the whole's pixels", "[driver]") {
  const Scene scene(3);
  const auto dataset = open(scene.recipe(R"(["median", "count"])", R"(, "time": {"windows": "P1M"})"));
  const CPLStringList list(CSLDuplicate(dataset->GetMetadata("SUBDATASETS")), TRUE);
  REQUIRE(list.Count() == 2 * (2 + 3 + 6));
  const auto whole = [&](int band) { return read(*dataset, {300, 300, 300, 300, {band}, GDT_UInt16}); };
  std::set<std::string> seen;
  for (int i = 1; i <= list.Count() / 2; ++i) {
    const std::string name = list.FetchNameValue(("SUBDATASET_" + std::to_string(i) + "_NAME").c_str());
    INFO(name);
    REQUIRE(seen.insert(name).second);
    const auto part = open(name);
    CHECK(part->GetMetadata("SUBDATASETS") == nullptr);
    CHECK_THAT(std::string(list.FetchNameValue(("SUBDATASET_" + std::to_string(i) + "_DESC").c_str())),
               ContainsSubstring(std::to_string(part->GetRasterCount()) + " bands"));
    for (const int number : all_bands(*part)) {
      const std::string title = part->GetRasterBand(number)->GetDescription();
      int same = 0;
      for (const int other : all_bands(*dataset))
        if (title == dataset->GetRasterBand(other)->GetDescription()) same = other;
      INFO(title);
      REQUIRE(same != 0);
      CHECK(read(*part, {300, 300, 300, 300, {number}, GDT_UInt16}) == whole(same));
    }
  }
}

TEST_CASE("A subdataset that is not there is an error that lists those there are", "[driver]") {
  const Scene scene(2);
  const std::string recipe = scene.recipe(kMixed);
  const Error error = thrown_by([&] { (void)open("STACVRT:\"" + recipe + "\":geomedain"); });
  CHECK(error.code() == ErrorCode::kNotFound);
  CHECK_THAT(error.what(), ContainsSubstring("geomedain") && ContainsSubstring("geomedian"));
}

TEST_CASE("Metadata tell items, times, memory and threads", "[driver]") {
  const Scene scene;
  const auto dataset = open(scene.recipe(kMixed), {{"THREADS", "2"}, {"MEMORY", "64MB"}});
  CHECK(item_of(*dataset, "ITEMS") == "5");
  CHECK(item_of(*dataset, "OBSERVATIONS") == "5");
  CHECK(item_of(*dataset, "TIME_RANGE") == "2020-01-10T10:00:00Z/2020-05-10T10:00:00Z");
  CHECK(item_of(*dataset, "THREADS", "STACVRT") == "2");
  CHECK(item_of(*dataset, "MEMORY_BUDGET", "STACVRT") == std::to_string(64 << 20));
  const long long per_tile = std::stoll(item_of(*dataset, "MEMORY_PER_TILE", "STACVRT"));
  const long long minimum = std::stoll(item_of(*dataset, "MEMORY_MINIMUM", "STACVRT"));
  CHECK((0 < minimum && minimum <= per_tile && per_tile <= 64 << 20));
  CHECK(item_of(*dataset, "OBSERVATIONS_PER_TILE", "STACVRT") == "5");
  CHECK(item_of(*open(scene.recipe(kMixed), {{"MEMORY", "1GB"}}), "DECODINGS_PER_BLOCK", "STACVRT") == "1");
  const auto tight = open(scene.recipe(kMixed), {{"THREADS", "1"}, {"MEMORY", std::to_string(minimum + (1 << 20))}});
  const long long rows = std::stoll(item_of(*tight, "STRIP_ROWS", "STACVRT"));
  CHECK((1 <= rows && rows < 512));
  CHECK(std::stoll(item_of(*tight, "DECODINGS_PER_BLOCK", "STACVRT")) == (512 + rows - 1) / rows);
  for (int item = 0; item < 5; ++item)
    CHECK_THAT(item_of(*dataset, ("item" + std::to_string(item)).c_str(), "STACVRT_ITEMS"),
               ContainsSubstring("2020-0"));
  CHECK(item_of(*dataset, "TILES_TOTAL", "STACVRT_STATISTICS") == "4");
  const CPLStringList domains(dataset->GetMetadataDomainList(), TRUE);
  for (const char* domain : {"STACVRT", "STACVRT_ITEMS", "STACVRT_STATISTICS", "SUBDATASETS", "IMAGE_STRUCTURE"}) {
    INFO(domain);
    CHECK(domains.FindString(domain) >= 0);
  }
}

TEST_CASE("Bands of a window of time carry its span and its number of observations", "[driver]") {
  const Scene scene(3);
  const auto dataset = open(scene.recipe(R"(["count"])", R"(, "time": {"windows": "P1M"})"));
  REQUIRE(dataset->GetRasterCount() == 3);
  GDALRasterBand& february = *dataset->GetRasterBand(2);
  CHECK(std::string(february.GetDescription()) == "2020-02 count");
  CHECK(item_of(february, "WINDOW_START") == "2020-02-01T00:00:00Z");
  CHECK_THAT(item_of(february, "WINDOW_END"), ContainsSubstring("2020-0"));
  CHECK(item_of(february, "OBSERVATIONS") == "1");
}

TEST_CASE("The file list is every local input once", "[driver]") {
  const Scene scene(2);
  const std::string recipe = scene.recipe(kMixed);
  std::set<std::string> expected{recipe, scene.items()};
  for (const char* name :
       {"item0_red.tif", "item0_nir.tif", "item0_scl.tif", "item1_red.tif", "item1_nir.tif", "item1_scl.tif"})
    expected.insert(scene.files().path(name));
  CHECK(files_of(*open(recipe)) == expected);
  CHECK(files_of(*open("STACVRT:\"" + recipe + "\":mad")) == expected);
}

TEST_CASE("Items open without a recipe, by prefix and options", "[driver]") {
  const Scene scene(3);
  const cube::OptionList options{{"BANDS", "red,nir"},
                                 {"MASK", R"({"asset": "scl", "exclude": [9], "cleanup": [["dilation", 2]]})"},
                                 {"OUTPUTS", "median,count"}};
  const auto by_options = open("STACVRT:" + scene.items(), options);
  CHECK(read_all(*by_options) == read_all(*open(scene.recipe(R"(["median", "count"])"))));
}

TEST_CASE("A document that is no recipe is an error where its name or type promised one", "[driver]") {
  const Scratch files;
  CHECK(thrown_by([&] { (void)open(files.write("a.stacvrt", std::string("{}"))); }).where().pointer == "/type");
  CHECK(thrown_by([&] { (void)open(files.write("a.stacvrt", std::string("{"))); }).code() == ErrorCode::kSyntax);
  CHECK(thrown_by([&] { (void)open(files.path("missing.stacvrt")); }).code() == ErrorCode::kNotFound);
  CHECK(thrown_by([&] { (void)open("STACVRT:"); }).code() == ErrorCode::kNotFound);
  CHECK(thrown_by([&] {
          (void)open("STACVRT:" + files.write("a.json", std::string(R"({"type": "Topology"})")));
        }).code() == ErrorCode::kInvalid);
}

TEST_CASE("Only names of a pixel are locations", "[driver]") {
  const auto location = parse_location("Pixel_12_345");
  REQUIRE(location.has_value());
  CHECK(location->column == 12);
  CHECK(location->row == 345);
  for (const char* name : {"", "Pixel", "Pixel_1", "Pixel_1_", "Pixel_1_2_3", "Pixel_-1_2", "Pixel_1_-2", "Pixel_a_b",
                           "GeoPixel_1_2", "Pixel_1_2 "}) {
    INFO(name);
    CHECK_FALSE(parse_location(name).has_value());
  }
}

TEST_CASE("A pixel tells the items behind it in order of time, with the files of its band", "[driver]") {
  const Scene scene(3);
  const auto dataset = open(scene.recipe(R"(["median", {"reduce": "mean", "of": ["nir"]}])"));
  const std::string red = item_of(*dataset->GetRasterBand(1), "Pixel_0_0", "LocationInfo");
  CHECK_THAT(red, ContainsSubstring("<LocationInfo><Item id=\"item0\" datetime=\"2020-01-10T10:00:00Z\">"));
  const auto first = red.find("item0"), second = red.find("item1"), third = red.find("item2");
  CHECK((first < second && second < third && third != std::string::npos));
  CHECK_THAT(red, ContainsSubstring("<File band=\"red\">" + scene.files().path("item1_red.tif") + "</File>"));
  const std::string nir = item_of(*dataset->GetRasterBand(3), "Pixel_0_0", "LocationInfo");
  CHECK_THAT(nir, ContainsSubstring("item1_nir.tif") && !ContainsSubstring("item1_red.tif"));
  CHECK(item_of(*dataset->GetRasterBand(1), "Pixel_700_0", "LocationInfo") == "(none)");
  CHECK(item_of(*dataset->GetRasterBand(1), "Pixel_0_600", "LocationInfo") == "(none)");
}

TEST_CASE("A pixel of another CRS finds its items through the pinned operation", "[driver]") {
  const Scene scene(1);
  const auto dataset = open(
      scene.recipe(R"(["count"])",
                   R"(, "grid": {"crs": "EPSG:4326", "resolution": 0.001, "bounds": [14.98, 45.05, 15.12, 45.18]})"));
  // The items' origin is 15 degrees east, about 45.1527 north.
  GDALRasterBand& band = *dataset->GetRasterBand(1);
  CHECK_THAT(item_of(band, "Pixel_25_40", "LocationInfo"), ContainsSubstring("item0"));
  CHECK(item_of(band, "Pixel_15_40", "LocationInfo") == "<LocationInfo></LocationInfo>");
  CHECK(item_of(band, "Pixel_25_20", "LocationInfo") == "<LocationInfo></LocationInfo>");
}
