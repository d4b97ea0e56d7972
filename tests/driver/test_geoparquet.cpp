// SPDX-License-Identifier: MIT
// Tables of items by way of a table in memory whose columns are named as GDAL's Parquet driver names them: that driver
// itself is seldom there.
#include "driver/document.h"
#include "driver/geoparquet.h"
#include "stac/catalogue.h"
#include "tests/catch.h"
#include "tests/driver/scratch.h"
#include "tests/thrown.h"

using namespace stacvrt;
using namespace stacvrt::driver;
using stacvrt::driver::testing::register_drivers;
using stacvrt::driver::testing::Scratch;
using stacvrt::testing::thrown_by;

namespace {

void add_column(OGRLayer& layer, const char* name, OGRFieldType type, OGRFieldSubType subtype = OFSTNone) {
  OGRFieldDefn column(name, type);
  column.SetSubType(subtype);
  REQUIRE(layer.CreateField(&column) == OGRERR_NONE);
}

/// Two items; the second one has no `nir`.
GDALDatasetUniquePtr table_in_memory() {
  register_drivers();
  GDALDriver* const driver = GetGDALDriverManager()->GetDriverByName(STACVRT_MEMORY_VECTOR_DRIVER);
  REQUIRE(driver);
  GDALDatasetUniquePtr table(driver->Create("", 0, 0, 0, GDT_Unknown, nullptr));
  OGRLayer& layer = *table->CreateLayer("items", nullptr, wkbPolygon, nullptr);
  for (const char* name : {"id", "collection", "assets.red.href", "assets.red.type", "assets.nir.href"})
    add_column(layer, name, OFTString);
  for (const char* name : {"bbox.xmin", "bbox.ymin", "bbox.xmax", "bbox.ymax", "eo:cloud_cover"})
    add_column(layer, name, OFTReal);
  add_column(layer, "datetime", OFTDateTime);
  add_column(layer, "assets.red.roles", OFTStringList);
  add_column(layer, "assets.red.raster:bands", OFTString, OFSTJSON);
  add_column(layer, "proj:epsg", OFTInteger64);
  add_column(layer, "proj:shape", OFTInteger64List);
  add_column(layer, "proj:transform", OFTRealList);
  add_column(layer, "odd:flag", OFTInteger, OFSTBoolean);
  for (int i = 0; i < 2; ++i) {
    OGRFeature row(layer.GetLayerDefn());
    row.SetField("id", i == 0 ? "a" : "b");
    row.SetField("collection", "c");
    row.SetField("assets.red.href", "red.tif");
    row.SetField("assets.red.type", "image/tiff");
    if (i == 0) row.SetField("assets.nir.href", "nir.tif");
    const std::array<const char*, 4> box{"bbox.xmin", "bbox.ymin", "bbox.xmax", "bbox.ymax"};
    for (int k = 0; k < 4; ++k) row.SetField(box[static_cast<std::size_t>(k)], 10.5 + k);
    row.SetField("eo:cloud_cover", 12.5);
    row.SetField(row.GetFieldIndex("datetime"), 2020, 2, 29, 23, 30, i == 0 ? 1.25F : 59.9999F, i == 0 ? 100 : 104);
    const std::array<const char*, 3> roles{"data", "reflectance", nullptr};
    row.SetField(row.GetFieldIndex("assets.red.roles"), const_cast<char**>(roles.data()));
    row.SetField("assets.red.raster:bands", R"([{"scale": 0.0001, "offset": -0.1, "data_type": "uint16"}])");
    row.SetField("proj:epsg", GIntBig{32633});
    const std::array<GIntBig, 2> shape{7, 9};
    row.SetField(row.GetFieldIndex("proj:shape"), 2, shape.data());
    const std::array<double, 6> transform{10, 0, 500000, 0, -10, 5000000};
    row.SetField(row.GetFieldIndex("proj:transform"), 6, transform.data());
    row.SetField("odd:flag", 1);
    OGRGeometry* outline = nullptr;
    REQUIRE(OGRGeometryFactory::createFromWkt("POLYGON((10 11, 12 11, 12 13, 10 11))", nullptr, &outline) ==
            OGRERR_NONE);
    row.SetGeometryDirectly(outline);
    REQUIRE(layer.CreateFeature(&row) == OGRERR_NONE);
  }
  return table;
}

}  // namespace

TEST_CASE("Rows of a table are items", "[driver]") {
  const GDALDatasetUniquePtr table = table_in_memory();
  const auto items = stac::parse_items(items_of_layer(*table->GetLayer(0), "t.parquet", {}), "t.parquet").items;
  REQUIRE(items.size() == 2);
  const stac::Item& a = items[0];
  CHECK(a.id == "a");
  CHECK(a.collection == "c");
  CHECK(a.when() == stac::parse_instant("2020-02-29T23:30:01.250Z"));
  CHECK(items[1].when() == stac::parse_instant("2020-02-29T22:30:59.999Z"));
  CHECK(a.bbox == std::array<double, 4>{10.5, 11.5, 12.5, 13.5});
  CHECK(a.footprint.size() == 1);
  CHECK(*a.properties.find("eo:cloud_cover") == 12.5);
  CHECK(*a.properties.find("odd:flag") == true);
  REQUIRE(a.assets.size() == 2);
  REQUIRE(items[1].assets.size() == 1);
  const stac::Asset& red = a.assets[0];
  CHECK(a.assets.href(red) == "red.tif");
  CHECK(red.has_role("reflectance"));
  CHECK(red.bands.at(0).scale == 0.0001);
  CHECK(a.assets.projection(red).grid() == stac::PixelGrid{{"EPSG:32633"}, {10, 0, 500000, 0, -10, 5000000}, 9, 7});
}

TEST_CASE("A table that cannot be read on is an error, not a shorter table", "[driver]") {
  class Broken : public OGRLayer {
   public:
    explicit Broken(OGRLayer& whole) : m_whole(whole) {}
    OGRFeatureDefn* GetLayerDefn() STACVRT_LAYER_DEFN_CONST override { return m_whole.GetLayerDefn(); }
    void ResetReading() override { m_whole.ResetReading(); }
    OGRFeature* GetNextFeature() override {
      if (m_rows++ == 0) return m_whole.GetNextFeature();
      CPLError(CE_Failure, CPLE_AppDefined, "row group 2 is damaged");
      return nullptr;
    }
    int TestCapability(const char*) STACVRT_LAYER_DEFN_CONST override { return FALSE; }

   private:
    OGRLayer& m_whole;
    int m_rows = 0;
  };
  const GDALDatasetUniquePtr table = table_in_memory();
  Broken broken(*table->GetLayer(0));
  const CPLErrorHandlerPusher quiet(CPLQuietErrorHandler);
  const Error error = thrown_by([&] { (void)items_of_layer(broken, "t.parquet", {}); });
  CHECK(error.code() == ErrorCode::kIo);
  CHECK_THAT(error.what(), ContainsSubstring("t.parquet' cannot be read to its end: row group 2 is damaged"));
}

TEST_CASE("Without GDAL's driver, or with a file that is none, the error says so", "[driver]") {
  register_drivers();
  CHECK(is_geoparquet_name("a/b.parquet"));
  CHECK(is_geoparquet_name("/vsis3/a/B.GeoParquet"));
  CHECK_FALSE(is_geoparquet_name("a.parquet.json"));
  const Scratch scratch;
  const std::string name = scratch.write("items.parquet", std::string("PAR1 and no table"));
  const Error error = thrown_by([&] { (void)read_document(name, name, {"r.stacvrt", {}, "/items"}); });
  const bool has_driver = GetGDALDriverManager()->GetDriverByName("Parquet") != nullptr;
  CHECK(error.code() == (has_driver ? ErrorCode::kIo : ErrorCode::kUnsupported));
  CHECK_THAT(error.what(), ContainsSubstring("items.parquet") && ContainsSubstring("GeoParquet") &&
                               ContainsSubstring("r.stacvrt, at /items"));
}
