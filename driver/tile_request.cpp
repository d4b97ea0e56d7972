// SPDX-License-Identifier: MIT
#include "driver/tile_request.h"

#include <map>

#include "driver/data_types.h"
#include "driver/process.h"
#include "driver/task_scope.h"

namespace stacvrt::driver {

namespace {

using cube::kTileSize;
using cube::PixelWindow;

// One requested band: where it lies in a tile and in the buffer.
struct Wanted {
  int slot = 0;
  std::size_t position = 0;
};

std::map<int, std::vector<Wanted>> by_window(const cube::View& view, const std::vector<int>& bands) {
  std::map<int, std::vector<Wanted>> wanted;
  for (std::size_t i = 0; i < bands.size(); ++i) {
    const cube::ViewBand& band = view.bands[static_cast<std::size_t>(bands[i] - 1)];
    wanted[band.window].push_back({band.slot, i});
  }
  return wanted;
}

void copy_part(const cube::Tile& tile, const PixelWindow& area, const PixelWindow& part, const Wanted& wanted,
               GDALDataType tile_type, const ReadRequest& request) {
  const std::byte* plane = tile.band(static_cast<std::size_t>(wanted.slot));
  auto* buffer = static_cast<std::byte*>(request.buffer);
  for (std::int64_t row = part.y; row < part.y + part.height_px; ++row) {
    const auto from = static_cast<std::size_t>((row - area.y) * area.width_px + (part.x - area.x)) * tile.pixel_bytes;
    std::byte* to = buffer + (row - request.window.y) * request.line_space +
                    (part.x - request.window.x) * request.pixel_space +
                    static_cast<GSpacing>(wanted.position) * request.band_space;
    GDALCopyWords64(plane + from, tile_type, static_cast<int>(tile.pixel_bytes), to, request.buffer_type,
                    static_cast<int>(request.pixel_space), static_cast<GPtrDiff_t>(part.width_px));
  }
}

}  // namespace

void read_request(const cube::Engine& engine, int threads, const ReadRequest& request) {
  const auto wanted = by_window(engine.view(), request.bands);
  const cube::RequestContext context = make_request_context(threads);
  const cube::EngineServices services = Process::get().services();
  const GDALDataType tile_type = gdal_type(engine.view().type);
  const PixelWindow& window = request.window;
  const std::int64_t first_x = window.x / kTileSize, last_x = (window.x + window.width_px - 1) / kTileSize;
  const std::int64_t first_y = window.y / kTileSize, last_y = (window.y + window.height_px - 1) / kTileSize;
  const double units =
      static_cast<double>((last_x - first_x + 1) * (last_y - first_y + 1)) * static_cast<double>(wanted.size());
  double done = 0;
  for (std::int64_t y = first_y; y <= last_y; ++y)
    for (std::int64_t x = first_x; x <= last_x; ++x) {
      const PixelWindow area = engine.plan().tile_window(x, y);
      const PixelWindow part = area.intersect(window);
      for (const auto& [time_window, bands] : wanted) {
        const auto tile = engine.tile(time_window, x, y, services, context);
        for (const Wanted& band : bands) copy_part(*tile, area, part, band, tile_type, request);
        done += 1;
        if (request.progress && !request.progress(done / units, "", request.progress_data))
          throw Error(ErrorCode::kCancelled, "the user stopped the read");
      }
    }
}

}  // namespace stacvrt::driver
