// SPDX-License-Identifier: MIT
#include "driver/tile_request.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <map>
#include <thread>

#include "driver/data_types.h"
#include "driver/process.h"
#include "driver/task_scope.h"

namespace stacvrt::driver {

namespace {

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

void copy_part(const cube::Tile& tile, const PixelWindow& part, const Wanted& wanted, GDALDataType tile_type,
               const ReadRequest& request) {
  const PixelWindow& area = tile.area;
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

// One tile of one window of time.
struct Unit {
  PixelWindow area;
  int time_window = 0;
};

std::vector<Unit> units_of(const std::vector<PixelWindow>& areas, const std::map<int, std::vector<Wanted>>& wanted) {
  std::vector<Unit> units;
  for (const PixelWindow& area : areas)
    for (const auto& entry : wanted) units.push_back({area, entry.first});
  return units;
}

// Tells the host how far a request is, from the thread that called and from no other.
class Progress {
 public:
  explicit Progress(const ReadRequest& request) : m_request(request), m_caller(std::this_thread::get_id()) {}
  // How much there is to do, once that is known.
  void expect(std::size_t units) { m_units = units; }

  // From any thread: whether the host has stopped this; its own thread asks it.
  bool is_stopped() {
    if (std::this_thread::get_id() == m_caller && !m_cancelled) ask();
    return m_cancelled;
  }
  // The same tiles again; the host sees no step back.
  void begin_anew() { m_done = 0; }
  void begin_one() {
    if (m_cancelled) throw cancelled();
    if (std::this_thread::get_id() == m_caller) tell(m_done);
  }
  void end_one() {
    const std::size_t done = ++m_done;
    if (std::this_thread::get_id() == m_caller) tell(done);
  }
  // After the last unit, which another thread may have finished.
  void finish() {
    if (m_told < m_units) tell(m_units);
  }

 private:
  static Error cancelled() { return {ErrorCode::kCancelled, "the user stopped the read"}; }
  void ask() {
    const double share = static_cast<double>(m_told) / static_cast<double>(std::max<std::size_t>(m_units, 1));
    if (m_request.progress && !m_request.progress(share, "", m_request.progress_data)) m_cancelled = true;
  }
  void tell(std::size_t done) {
    m_told = std::max(m_told, done);
    ask();
    if (m_cancelled) throw cancelled();
  }

  const ReadRequest& m_request;
  std::size_t m_units = 0;
  const std::thread::id m_caller;
  std::atomic<std::size_t> m_done{0};
  std::atomic<bool> m_cancelled{false};
  std::size_t m_told = 0;  // of the calling thread
};

}  // namespace

bool wants_grid_pixels(const PixelWindow& window, int buffer_width, int buffer_height,
                       const GDALRasterIOExtraArg* extra) {
  if (window.width_px != buffer_width || window.height_px != buffer_height) return false;
  if (!extra || !extra->bFloatingPointWindowValidity) return true;
  constexpr double kRoundingPx = 1e-9;  // of windows that come from coordinates
  const auto is = [](double position, std::int64_t whole) {
    return std::abs(position - static_cast<double>(whole)) <= kRoundingPx;
  };
  return is(extra->dfXOff, window.x) && is(extra->dfYOff, window.y) && is(extra->dfXSize, window.width_px) &&
         is(extra->dfYSize, window.height_px);
}

std::vector<int> time_windows_of(const cube::View& view, const std::vector<int>& bands) {
  std::vector<int> windows;
  for (const auto& entry : by_window(view, bands)) windows.push_back(entry.first);
  return windows;
}

void read_request(const cube::Engine& engine, int threads, const ReadRequest& request) {
  const auto wanted = by_window(engine.view(), request.bands);
  const cube::EngineServices services = Process::get().services();
  const GDALDataType tile_type = gdal_type(engine.view().type);
  Progress progress(request);
  const RequestScope scope([&progress] { return progress.is_stopped(); });
  const std::vector<Unit> units = units_of(engine.tiles_in(request.window, services.pixels), wanted);
  progress.expect(units.size());
  const cube::RequestContext context = make_request_context(threads);
  cube::RequestContext tiles = context;
  tiles.threads = engine.tiles_at_once();
  const auto skipped = [&] { return engine.skipped() ? engine.skipped()->count() : 0; };
  // Tiles made before an item was left out are made again, so that the host gets all of them without it.
  for (std::size_t before = SIZE_MAX; before != skipped(); progress.begin_anew()) {
    before = skipped();
    services.pool.parallel_for(units.size(), tiles, [&](std::size_t i) {
      const Unit& unit = units[i];
      progress.begin_one();
      const auto tile = engine.tile(unit.time_window, unit.area, services, context);
      const PixelWindow part = unit.area.intersect(request.window);
      for (const Wanted& band : wanted.at(unit.time_window)) copy_part(*tile, part, band, tile_type, request);
      progress.end_one();
    });
  }
  progress.finish();
}

}  // namespace stacvrt::driver
