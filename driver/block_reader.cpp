// SPDX-License-Identifier: MIT
#include "driver/block_reader.h"

#include <algorithm>
#include <cstring>

#include "cube/buffer_memory.h"
#include "driver/data_types.h"
#include "driver/deflated_block.h"
#include "stac/href.h"

namespace stacvrt::driver {

namespace {

using cube::PixelWindow;

// Larger blocks (files that are one strip) are GDAL's cache's business.
constexpr std::int64_t kMostBlockPixels = std::int64_t{1} << 22;

class Reader {
 public:
  Reader(const HandlePool::Handle& handle, GDALRasterBand& band, const PixelWindow& window, const PixelTarget& target)
      : m_handle(handle), m_band(band), m_window(window), m_target(target), m_deflated(may_be_deflated(handle, band)) {
    int width = 0, height = 0;
    band.GetBlockSize(&width, &height);
    m_width = width;
    m_height = height;
    m_size = static_cast<std::size_t>(GDALGetDataTypeSizeBytes(band.GetRasterDataType()));
  }

  [[nodiscard]] bool any_whole_block() const {
    if (m_width * m_height > kMostBlockPixels) return false;
    const PixelWindow block = block_at(first_whole(m_window.x, m_width), first_whole(m_window.y, m_height));
    return !block.empty() && block.intersect(m_window) == block;
  }

  CPLErr read_by_blocks() {
    for (std::int64_t y = m_window.y / m_height; y * m_height < m_window.y + m_window.height_px; ++y)
      for (std::int64_t x = m_window.x / m_width; x * m_width < m_window.x + m_window.width_px; ++x) {
        const PixelWindow block = block_at(x, y);
        const PixelWindow part = block.intersect(m_window);
        const CPLErr result = part == block ? read_whole(x, y, block) : read_cached(part);
        if (result != CE_None) return result;
      }
    return CE_None;
  }

  CPLErr read_cached(const PixelWindow& part) {
    const auto lane = static_cast<GSpacing>(kernels::lane_size(m_target.type));
    return m_band.RasterIO(GF_Read, static_cast<int>(part.x), static_cast<int>(part.y), static_cast<int>(part.width_px),
                           static_cast<int>(part.height_px), place(part), static_cast<int>(part.width_px),
                           static_cast<int>(part.height_px), gdal_type(m_target.type), lane, lane * m_target.row_stride,
                           nullptr);
  }

 private:
  static std::int64_t first_whole(std::int64_t from, std::int64_t side) { return (from + side - 1) / side; }

  // The pixels of a block that exist.
  [[nodiscard]] PixelWindow block_at(std::int64_t x, std::int64_t y) const {
    return PixelWindow{x * m_width, y * m_height, m_width, m_height}.intersect(
        {0, 0, m_band.GetXSize(), m_band.GetYSize()});
  }

  [[nodiscard]] std::byte* place(const PixelWindow& part) const {
    const std::int64_t at = (part.y - m_window.y) * m_target.row_stride + (part.x - m_window.x);
    return m_target.to + static_cast<std::size_t>(at) * kernels::lane_size(m_target.type);
  }

  CPLErr decode(std::int64_t x, std::int64_t y, std::byte* to) {
    const int column = static_cast<int>(x), row = static_cast<int>(y);
    if (m_deflated && read_deflated(m_handle, m_band, column, row, static_cast<std::size_t>(m_width),
                                    static_cast<std::size_t>(m_height), reinterpret_cast<std::uint16_t*>(to)))
      return CE_None;
    return m_band.ReadBlock(column, row, to);
  }

  CPLErr read_whole(std::int64_t x, std::int64_t y, const PixelWindow& block) {
    const bool same_type = m_band.GetRasterDataType() == gdal_type(m_target.type);
    const bool same_shape = block.width_px == m_width && block.height_px == m_height && m_target.row_stride == m_width;
    if (same_type && same_shape) return decode(x, y, place(block));
    m_scratch.resize(static_cast<std::size_t>(m_width * m_height) * m_size);
    const CPLErr result = decode(x, y, m_scratch.data());
    if (result != CE_None) return result;
    const auto lane = kernels::lane_size(m_target.type);
    std::byte* to = place(block);
    const std::byte* from = m_scratch.data();
    for (std::int64_t row = 0; row < block.height_px; ++row) {
      if (same_type)
        std::memcpy(to, from, static_cast<std::size_t>(block.width_px) * lane);
      else
        GDALCopyWords64(from, m_band.GetRasterDataType(), static_cast<int>(m_size), to, gdal_type(m_target.type),
                        static_cast<int>(lane), static_cast<GPtrDiff_t>(block.width_px));
      to += static_cast<std::size_t>(m_target.row_stride) * lane;
      from += static_cast<std::size_t>(m_width) * m_size;
    }
    return CE_None;
  }

  const HandlePool::Handle& m_handle;
  GDALRasterBand& m_band;
  const PixelWindow& m_window;
  const PixelTarget& m_target;
  std::int64_t m_width = 0, m_height = 0;
  std::size_t m_size = 0;
  bool m_deflated = false;
  cube::Bytes m_scratch;
};

// Whether the bands of a dataset are stored apart, so that reading one decodes no other.
bool has_blocks_of_its_own(GDALDataset& dataset) {
  if (dataset.GetRasterCount() == 1) return true;
  const char* const interleave = dataset.GetMetadataItem("INTERLEAVE", "IMAGE_STRUCTURE");
  return interleave && EQUAL(interleave, "BAND");
}

}  // namespace

CPLErr read_blocks(const HandlePool::Handle& handle, GDALRasterBand& band, const PixelWindow& window,
                   const PixelTarget& target) {
  Reader reader(handle, band, window, target);
  const bool past_cache = !stac::is_remote(handle.path) && has_blocks_of_its_own(*handle.dataset);
  return past_cache && reader.any_whole_block() ? reader.read_by_blocks() : reader.read_cached(window);
}

}  // namespace stacvrt::driver
