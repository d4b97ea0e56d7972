// SPDX-License-Identifier: MIT
// Which level of a file is read, whether a mask's levels keep classes, and what is compared when a level comes first.
#include <algorithm>

#include "cube/overview.h"
#include "driver/pixel_reader.h"
#include "tests/catch.h"
#include "tests/driver/error_log.h"
#include "tests/driver/scratch.h"
#include "tests/driver/source_case.h"
#include "tests/driver/thrown.h"

using namespace stacvrt;
using namespace stacvrt::driver;
using namespace stacvrt::driver::testing;

namespace {

SourceBand coarser(SourceBand source, std::int64_t factor, bool classes = true) {
  source.full = source.grid;
  source.grid = cube::coarsened(source.grid, factor);
  source.classes = classes;
  return source;
}

}  // namespace

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
