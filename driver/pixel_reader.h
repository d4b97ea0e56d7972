// SPDX-License-Identifier: MIT
// The PixelSource of GDAL: reads bands of rasters and of tile pyramids, and holds what it reads against the metadata.
#pragma once

#include <array>
#include <string>

#include "cube/pixel_source.h"
#include "driver/block_cache.h"
#include "driver/block_reader.h"
#include "driver/crs_check.h"
#include "driver/handle_pool.h"
#include "driver/overview_choice.h"
#include "driver/source_mask.h"
#include "driver/tile_parts.h"

namespace stacvrt::driver {

class PixelReader : public cube::PixelSource {
 public:
  PixelReader(HandlePool& handles, BlockCache& blocks, cube::Projector& projector)
      : m_handles(handles), m_blocks(blocks), m_crs(projector) {}

  cube::RasterInfo describe(const cube::SourceBand& source) override;
  std::array<std::int64_t, 2> block_size(const cube::SourceBand& source) noexcept override;
  std::optional<double> read(const cube::SourceBand& source, const cube::PixelWindow& window, kernels::LaneType type,
                             void* buffer) override;
  std::optional<double> read_where(const cube::SourceBand& source, const cube::PixelWindow& window,
                                   const std::uint8_t* wanted, kernels::LaneType type, void* buffer) override;
  void mark_missing(const cube::SourceBand& source, const cube::PixelWindow& window, std::uint8_t* known) override;

 private:
  std::optional<double> read_raster(const cube::SourceBand& source, const cube::PixelWindow& window,
                                    const std::uint8_t* wanted, kernels::LaneType type, void* buffer);
  std::optional<double> read_tiles(const cube::SourceBand& source, const cube::PixelWindow& window,
                                   kernels::LaneType type, void* buffer);
  void read_pixels(const HandlePool::Lease& lease, GDALRasterBand& band, const Picks& picks, const PixelTarget& target);
  /// The band or the overview of it that serves the source's grid. Throws ReadFailed.
  GDALRasterBand& level_for(const cube::SourceBand& source, HandlePool::Lease& lease, GDALRasterBand& band);
  /// Clears what the mask of the raster, or of one tile of it, says is none; nothing where there is a nodata value.
  void mark_masked(const cube::SourceBand& source, const cube::PixelWindow& window, const TilePart* tile,
                   std::uint8_t* known);
  void check(const cube::SourceBand& source, HandlePool::Handle& file);
  void check_crs(const cube::SourceBand& source, const HandlePool::Handle& file);

  HandlePool& m_handles;
  BlockCache& m_blocks;
  CrsCheck m_crs;
  OverviewChoice m_overviews;
  MaskedSources m_masked;
};

}  // namespace stacvrt::driver
