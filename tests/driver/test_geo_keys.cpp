// SPDX-License-Identifier: MIT
// The keys by which files of one CRS are told, in each form of TIFF, against files that GDAL wrote.
#include <string>
#include <vector>

#include "driver/geo_keys.h"
#include "tests/catch.h"
#include "tests/driver/scratch.h"

using namespace stacvrt;
using namespace stacvrt::driver;
using namespace stacvrt::driver::testing;

namespace {

std::string keys_of(const Scratch& scratch, int epsg, std::vector<std::string> creation, double west = 500000) {
  RasterSpec spec;
  spec.epsg = epsg;
  spec.geotransform[0] = west;
  spec.creation = std::move(creation);
  const GeoKeys keys = geo_keys(scratch.write("a.tif", spec));
  CHECK(keys.epsg == epsg);
  return keys.bytes;
}

}  // namespace

TEST_CASE("Files of one CRS have the same keys wherever they lie, those of another have others", "[driver]") {
  const Scratch scratch;
  for (const std::vector<std::string>& form : std::vector<std::vector<std::string>>{
           {}, {"BIGTIFF=YES"}, {"ENDIANNESS=BIG"}, {"BIGTIFF=YES", "ENDIANNESS=BIG"}, {"COMPRESS=DEFLATE"}}) {
    INFO(form.size() << (form.empty() ? "" : form.front()));
    const std::string keys = keys_of(scratch, 32633, form);
    CHECK(keys.find("UTM zone 33N") != std::string::npos);
    CHECK(keys == keys_of(scratch, 32633, form, 300000));
    CHECK(keys != keys_of(scratch, 32634, form));
    CHECK(keys != keys_of(scratch, 4326, form));
  }
}

TEST_CASE("Files that GDAL gives a CRS otherwise, or none, have no keys", "[driver]") {
  const Scratch scratch;
  RasterSpec spec;
  const std::string path = scratch.write("a.tif", spec);
  REQUIRE_FALSE(geo_keys(path).bytes.empty());
  (void)scratch.write("a.tif.aux.xml", "<PAMDataset><SRS>EPSG:32631</SRS></PAMDataset>");
  CHECK(geo_keys(path).bytes.empty());
  CHECK(geo_keys(scratch.path("missing.tif")).bytes.empty());
  CHECK(geo_keys(scratch.write("a.txt", "II*")).bytes.empty());
}

TEST_CASE("A TIFF file cut anywhere, or with any byte broken, is read without harm", "[driver]") {
  const Scratch scratch;
  const std::string path = scratch.write("a.tif", RasterSpec{});
  const std::string good = scratch.bytes("a.tif"), keys = geo_keys(path).bytes;
  std::size_t others = 0;
  for (std::size_t at = 0; at < good.size(); ++at) {
    const std::string cut = geo_keys(scratch.write("cut.tif", good.substr(0, at))).bytes;
    CHECK((cut.empty() || cut == keys));
    std::string broken = good;
    broken[at] = static_cast<char>(broken[at] ^ 0xff);
    others += geo_keys(scratch.write("broken.tif", broken)).bytes != keys ? 1U : 0U;
  }
  CHECK(others > keys.size() / 2);  // each byte of the keys counts
}
