// SPDX-License-Identifier: MIT
// A pixel reader on rasters that a test has written, and what it reads or throws.
#pragma once

#include <string>
#include <vector>

#include "driver/pixel_reader.h"
#include "driver/projector.h"
#include "tests/catch.h"
#include "tests/driver/error_log.h"
#include "tests/driver/scratch.h"
#include "tests/thrown.h"

namespace stacvrt::driver::testing {

using stacvrt::testing::thrown_by;

using cube::PixelWindow;
using cube::SourceBand;
using kernels::LaneType;

/// A reader with handles of its own.
struct Reader {
  HandlePool handles;
  GdalProjector projector;
  BlockCache blocks;
  PixelReader pixels{handles, blocks, projector};
};

/// The source as metadata that agree with `spec` would have it.
inline SourceBand source_of(const std::string& path, const RasterSpec& spec) {
  SourceBand source;
  source.path = path;
  const auto& six = spec.geotransform;
  source.grid = {
      {"EPSG:" + std::to_string(spec.epsg)}, {six[1], six[2], six[0], six[4], six[5], six[3]}, spec.width, spec.height};
  source.asset_key = "red";
  source.where = {"items.json", "S2A_1", "/assets/red"};
  return source;
}

/// The values of a window, [row][column]; T is the type of `type`.
template <class T>
std::vector<T> values(PixelReader& reader, const SourceBand& source, const PixelWindow& window, LaneType type) {
  std::vector<T> buffer(window.pixels() + 1, T{99});
  reader.read(source, window, type, buffer.data());
  CHECK(buffer.back() == T{99});  // not one value too many
  buffer.pop_back();
  return buffer;
}

/// The values of the whole source.
inline std::vector<std::uint16_t> whole(PixelReader& reader, const SourceBand& source) {
  return values<std::uint16_t>(reader, source, {0, 0, source.grid.width_px, source.grid.height_px}, LaneType::kUInt16);
}

/// What reading the first 4 x 4 pixels throws; the test fails when it throws nothing.
inline Error error_of(PixelReader& reader, const SourceBand& source, LaneType type = LaneType::kUInt16) {
  std::vector<float> buffer(4096);
  const ErrorLog log;
  return thrown_by([&] { reader.read(source, {0, 0, 4, 4}, type, buffer.data()); });
}

}  // namespace stacvrt::driver::testing
