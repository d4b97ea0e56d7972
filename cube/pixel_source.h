// SPDX-License-Identifier: MIT
// How the cube layer gets at pixels without knowing GDAL: what a source band is, and the interface that driver/
// implements.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kernels/lanes.h"
#include "stac/item.h"

namespace stacvrt::cube {

/// A rectangle of pixels.
struct PixelWindow {
  std::int64_t x = 0, y = 0;  ///< left, top
  std::int64_t width_px = 0, height_px = 0;
  [[nodiscard]] bool empty() const noexcept { return width_px <= 0 || height_px <= 0; }
  [[nodiscard]] std::size_t pixels() const noexcept {
    return empty() ? 0 : static_cast<std::size_t>(width_px) * static_cast<std::size_t>(height_px);
  }
  [[nodiscard]] PixelWindow intersect(const PixelWindow& other) const noexcept;
  friend auto operator<=>(const PixelWindow&, const PixelWindow&) = default;
};

/// One band of one asset of one item, ready to be read.
struct SourceBand {
  std::string path;  ///< as the PixelSource opens it (trust policy already applied); for tiles the path template
  std::shared_ptr<const stac::TilePyramid>
      tiles;                           ///< set for tiled assets, finest level first; href_template holds `path`
  int band = 1;                        ///< from 1
  stac::PixelGrid grid;                ///< its pixels as the metadata (or the raster, where they are silent) say
  std::optional<double> nodata;        ///< declared by the metadata; else the raster's own counts
  std::optional<stac::DataType> type;  ///< declared by the metadata
  /// Set where pixels of `grid` are those of an overview: the raster's own pixels.
  std::optional<stac::PixelGrid> full;
  bool classes = false;  ///< values are classes or bits: overviews that mix them must not be read
  std::string asset_key;
  Where where;  ///< item and asset, for errors

  /// The raster's own pixels.
  [[nodiscard]] const stac::PixelGrid& raster_grid() const { return full ? *full : grid; }
};

/// What a raster says of itself.
struct RasterInfo {
  stac::PixelGrid grid;
  stac::DataType type = stac::DataType::kUInt16;
  std::optional<double> nodata;
  int band_count = 1;
};

/// Reads rasters. Thread-safe.
class PixelSource {
 public:
  virtual ~PixelSource() = default;

  /// Opens the raster and tells what it is. Throws Error{kIo} naming item and asset.
  virtual RasterInfo describe(const SourceBand& source) = 0;

  /// Columns and rows of the blocks that the source is decoded by; zeros when that is not known. Never throws.
  virtual std::array<std::int64_t, 2> block_size(const SourceBand& source) noexcept {
    static_cast<void>(source);
    return {};
  }

  /// Reads `window` (inside the source's grid) into buffer = [row][column] of `type`. Of a grid coarser than the
  /// raster, pixels come from the coarsest overview (or level of tiles) that is at least as fine, by nearest neighbour
  /// where its pixels are others; one pixel less on a side counts as that fine, since sizes are rounded up or down. Of
  /// classes no overview counts that mixes neighbours. Missing tiles of a tiled asset are nodata. Returns the nodata
  /// value in force: the declared one, else the raster's. Throws Error: kIo when it cannot be read, kInvalid when size,
  /// position or pixel type contradict the metadata.
  virtual std::optional<double> read(const SourceBand& source, const PixelWindow& window, kernels::LaneType type,
                                     void* buffer) = 0;

  /// The same where `wanted` ([row][column] of `window`) is not 0; other pixels are anything. Blocks that nobody wants
  /// need not be fetched.
  virtual std::optional<double> read_where(const SourceBand& source, const PixelWindow& window,
                                           const std::uint8_t* wanted, kernels::LaneType type, void* buffer) {
    static_cast<void>(wanted);
    return read(source, window, type, buffer);
  }

  /// Sets known[row][column] of `window` to 0 where a tiled asset has no tile, and, of a source without nodata value,
  /// where the file's own mask or alpha band is 0; leaves everything else as it is. Call after read of the same window.
  virtual void mark_missing(const SourceBand& source, const PixelWindow& window, std::uint8_t* known) {
    static_cast<void>(source), static_cast<void>(window), static_cast<void>(known);
  }
};

/// What a request brings along into worker threads.
struct RequestContext {
  /// Called at the start of every task in whichever thread runs it; the returned object lives until the task's end.
  std::function<std::shared_ptr<void>()> enter_task;
  /// Threads that may work on this request, at least 1.
  int threads = 1;
  /// Whether the host wants no more of it; may be empty.
  std::function<bool()> cancelled = {};
};

}  // namespace stacvrt::cube
