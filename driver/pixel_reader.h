// SPDX-License-Identifier: MIT
// The PixelSource of GDAL: reads bands of rasters and of tile pyramids, and holds what it reads against the metadata.
#pragma once

#include <array>
#include <map>
#include <mutex>
#include <string>

#include "cube/pixel_source.h"
#include "cube/projector.h"
#include "driver/block_cache.h"
#include "driver/block_reader.h"
#include "driver/handle_pool.h"

namespace stacvrt::driver {

class PixelReader : public cube::PixelSource {
 public:
  PixelReader(HandlePool& handles, BlockCache& blocks, cube::Projector& projector)
      : m_handles(handles), m_blocks(blocks), m_projector(projector) {}

  cube::RasterInfo describe(const cube::SourceBand& source) override;
  std::array<std::int64_t, 2> block_size(const cube::SourceBand& source) noexcept override;
  std::optional<double> read(const cube::SourceBand& source, const cube::PixelWindow& window, kernels::LaneType type,
                             void* buffer) override;
  void mark_missing(const cube::SourceBand& source, const cube::PixelWindow& window, std::uint8_t* known) override;

 private:
  HandlePool::Lease open(const cube::SourceBand& source, const std::string& path);
  std::optional<double> read_raster(const cube::SourceBand& source, const cube::PixelWindow& window,
                                    kernels::LaneType type, void* buffer);
  std::optional<double> read_tiles(const cube::SourceBand& source, const cube::PixelWindow& window,
                                   kernels::LaneType type, void* buffer);

  void read_window(const cube::SourceBand& source, HandlePool::Lease& lease, const cube::PixelWindow& window,
                   const PixelTarget& target);
  bool crs_is_known(const cube::SourceBand& source, const HandlePool::Handle& file);
  void remember_crs(const cube::SourceBand& source, const HandlePool::Handle& file);
  void check_crs(const cube::SourceBand& source, const std::string& path, const stac::Crs& crs);

  HandlePool& m_handles;
  BlockCache& m_blocks;
  cube::Projector& m_projector;
  std::mutex m_mutex;
  std::map<std::array<std::string, 2>, FileStamp> m_crs_checked;  // by path and CRS: the file that has it
};

}  // namespace stacvrt::driver
