// SPDX-License-Identifier: MIT
#include "driver/block_reader.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>

#include "driver/data_types.h"
#include "driver/deflated_block.h"
#include "stac/href.h"

namespace stacvrt::driver {

namespace {

using cube::PixelWindow;

// Larger blocks (files that are one strip) are GDAL's cache's business.
constexpr std::int64_t kMostBlockPixels = std::int64_t{1} << 22;

// A block that could not be decoded, for those who waited for it, too: GDAL keeps errors per thread.
struct DecodingFailed {
  CPLErrorNum number;
  std::string message;
};

class Reader {
 public:
  Reader(const BandHandle& from, const PixelWindow& window, const PixelTarget& target, BlockCache& blocks)
      : m_file(from.file),
        m_band(from.band),
        m_window(window),
        m_target(target),
        m_blocks(blocks),
        m_deflated(may_be_deflated(from.file, from.band)) {
    int width = 0, height = 0;
    m_band.GetBlockSize(&width, &height);
    m_width = width;
    m_height = height;
    m_size = static_cast<std::size_t>(GDALGetDataTypeSizeBytes(m_band.GetRasterDataType()));
  }

  // Whether no block is wanted in part: nobody else will want these either, as tiles are laid out.
  [[nodiscard]] bool wants_whole_blocks() const {
    const auto at_border = [](std::int64_t first, std::int64_t count, std::int64_t side, std::int64_t all) {
      return first % side == 0 && ((first + count) % side == 0 || first + count == all);
    };
    return at_border(m_window.x, m_window.width_px, m_width, m_band.GetXSize()) &&
           at_border(m_window.y, m_window.height_px, m_height, m_band.GetYSize());
  }
  [[nodiscard]] bool has_small_blocks() const { return m_width * m_height <= kMostBlockPixels; }

  // Throws DecodingFailed.
  void read_by_blocks() {
    const bool whole = wants_whole_blocks();
    for (std::int64_t y = m_window.y / m_height; y * m_height < m_window.y + m_window.height_px; ++y)
      for (std::int64_t x = m_window.x / m_width; x * m_width < m_window.x + m_window.width_px; ++x) {
        const PixelWindow block = block_at(x, y);
        if (whole)
          read_whole(x, y, block);
        else
          read_shared(x, y, block.intersect(m_window));
      }
  }

  // The same of single columns and rows.
  void read_picks_by_blocks(const Picks& picks) {
    for (const IndexRange& rows : ranges_by_block(picks.rows, m_height))
      for (const IndexRange& columns : ranges_by_block(picks.columns, m_width)) pick(picks, columns, rows);
  }

  CPLErr read_by_gdal() {
    const auto lane = static_cast<GSpacing>(kernels::lane_size(m_target.type));
    const int width = static_cast<int>(m_window.width_px), height = static_cast<int>(m_window.height_px);
    return m_band.RasterIO(GF_Read, static_cast<int>(m_window.x), static_cast<int>(m_window.y), width, height,
                           m_target.to, width, height, gdal_type(m_target.type), lane, lane * m_target.row_stride,
                           nullptr);
  }

 private:
  // The pixels of a block that exist.
  [[nodiscard]] PixelWindow block_at(std::int64_t x, std::int64_t y) const {
    return PixelWindow{x * m_width, y * m_height, m_width, m_height}.intersect(
        {0, 0, m_band.GetXSize(), m_band.GetYSize()});
  }

  [[nodiscard]] std::byte* place(const PixelWindow& part) const {
    const std::int64_t at = (part.y - m_window.y) * m_target.row_stride + (part.x - m_window.x);
    return m_target.to + static_cast<std::size_t>(at) * kernels::lane_size(m_target.type);
  }
  [[nodiscard]] bool is_of_target_type() const { return m_band.GetRasterDataType() == gdal_type(m_target.type); }
  [[nodiscard]] std::size_t block_bytes() const { return static_cast<std::size_t>(m_width * m_height) * m_size; }

  void decode(std::int64_t x, std::int64_t y, std::byte* to) {
    m_blocks.count_decoded();
    const int column = static_cast<int>(x), row = static_cast<int>(y);
    if (m_deflated && read_deflated(m_file, m_band, column, row, static_cast<std::size_t>(m_width),
                                    static_cast<std::size_t>(m_height), reinterpret_cast<std::uint16_t*>(to)))
      return;
    if (m_band.ReadBlock(column, row, to) != CE_None) throw DecodingFailed{CPLGetLastErrorNo(), CPLGetLastErrorMsg()};
  }

  void read_whole(std::int64_t x, std::int64_t y, const PixelWindow& block) {
    const bool same_shape = block.width_px == m_width && block.height_px == m_height && m_target.row_stride == m_width;
    if (is_of_target_type() && same_shape) return decode(x, y, place(block));
    m_scratch.resize(block_bytes());
    decode(x, y, m_scratch.data());
    copy(m_scratch.data(), block);
  }

  // From the cache, or decoded into it.
  std::shared_ptr<const DecodedBlock> shared_block(std::int64_t x, std::int64_t y) {
    const int column = static_cast<int>(x), row = static_cast<int>(y);
    const int width = m_band.GetXSize(), height = m_band.GetYSize();
    return m_blocks.get({m_file.path, m_file.stamp, m_band.GetBand(), width, height, column, row}, [&] {
      auto fresh = std::make_shared<DecodedBlock>();
      fresh->values.resize(block_bytes());
      decode(x, y, fresh->values.data());
      return fresh;
    });
  }

  void read_shared(std::int64_t x, std::int64_t y, const PixelWindow& part) {
    const auto block = shared_block(x, y);
    const std::int64_t at = (part.y - y * m_height) * m_width + (part.x - x * m_width);
    copy(block->values.data() + static_cast<std::size_t>(at) * m_size, part);
  }

  // Those of `picks` with these indices, which lie in one block.
  void pick(const Picks& picks, const IndexRange& columns, const IndexRange& rows) {
    const std::int64_t x = picks.columns[columns.begin] / m_width, y = picks.rows[rows.begin] / m_height;
    const auto block = shared_block(x, y);
    const auto lane = kernels::lane_size(m_target.type);
    m_scratch.resize((columns.end - columns.begin) * m_size);
    for (std::size_t row = rows.begin; row < rows.end; ++row) {
      const std::byte* from =
          block->values.data() + static_cast<std::size_t>((picks.rows[row] - y * m_height) * m_width) * m_size;
      std::byte* line = m_scratch.data();
      for (std::size_t column = columns.begin; column < columns.end; ++column, line += m_size)
        std::memcpy(line, from + static_cast<std::size_t>(picks.columns[column] - x * m_width) * m_size, m_size);
      const std::size_t at = row * static_cast<std::size_t>(m_target.row_stride) + columns.begin;
      GDALCopyWords64(m_scratch.data(), m_band.GetRasterDataType(), static_cast<int>(m_size), m_target.to + at * lane,
                      gdal_type(m_target.type), static_cast<int>(lane),
                      static_cast<GPtrDiff_t>(columns.end - columns.begin));
    }
  }

  // `part` out of a block, from its first pixel on.
  void copy(const std::byte* from, const PixelWindow& part) const {
    const auto lane = kernels::lane_size(m_target.type);
    std::byte* to = place(part);
    for (std::int64_t row = 0; row < part.height_px; ++row) {
      if (is_of_target_type())
        std::memcpy(to, from, static_cast<std::size_t>(part.width_px) * lane);
      else
        GDALCopyWords64(from, m_band.GetRasterDataType(), static_cast<int>(m_size), to, gdal_type(m_target.type),
                        static_cast<int>(lane), static_cast<GPtrDiff_t>(part.width_px));
      to += static_cast<std::size_t>(m_target.row_stride) * lane;
      from += static_cast<std::size_t>(m_width) * m_size;
    }
  }

  const HandlePool::Handle& m_file;
  GDALRasterBand& m_band;
  const PixelWindow m_window;
  const PixelTarget& m_target;
  BlockCache& m_blocks;
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

// Whether to go past GDAL's cache: not on a network, where GDAL merges requests.
bool past_cache(const BandHandle& from, const Reader& reader) {
  return !stac::is_remote(from.file.path) && has_blocks_of_its_own(*from.file.dataset) && reader.has_small_blocks();
}

// GDAL's error for those that threads waiting for the same block got.
template <class Read>
CPLErr reporting(const Read& read) {
  try {
    read();
  } catch (const DecodingFailed& failure) {
    CPLErrorSetState(CE_Failure, failure.number, failure.message.c_str());
    return CE_Failure;
  }
  return CE_None;
}

CPLErr read_picks_by_gdal(GDALRasterBand& band, const Picks& picks, const PixelTarget& target) {
  const std::int64_t left = picks.columns.front();
  const int width = static_cast<int>(picks.columns.back() - left) + 1;
  const std::size_t lane = kernels::lane_size(target.type), row_bytes = picks.columns.size() * lane;
  cube::Bytes line(static_cast<std::size_t>(width) * lane);
  for (std::size_t row = 0; row < picks.rows.size(); ++row) {
    std::byte* to = target.to + row * static_cast<std::size_t>(target.row_stride) * lane;
    if (row > 0 && picks.rows[row] == picks.rows[row - 1]) {
      std::memcpy(to, to - static_cast<std::size_t>(target.row_stride) * lane, row_bytes);
      continue;
    }
    if (band.RasterIO(GF_Read, static_cast<int>(left), static_cast<int>(picks.rows[row]), width, 1, line.data(), width,
                      1, gdal_type(target.type), 0, 0, nullptr) != CE_None)
      return CE_Failure;
    for (const std::int64_t column : picks.columns) {
      std::memcpy(to, line.data() + static_cast<std::size_t>(column - left) * lane, lane);
      to += lane;
    }
  }
  return CE_None;
}

}  // namespace

CPLErr read_blocks(const BandHandle& from, const PixelWindow& window, const PixelTarget& target, BlockCache& blocks) {
  Reader reader(from, window, target, blocks);
  if (!past_cache(from, reader)) return reader.read_by_gdal();
  return reporting([&] { reader.read_by_blocks(); });
}

CPLErr read_picks(const BandHandle& from, const Picks& picks, const PixelTarget& target, BlockCache& blocks) {
  Reader reader(from, {}, target, blocks);
  if (!past_cache(from, reader)) return read_picks_by_gdal(from.band, picks, target);
  return reporting([&] { reader.read_picks_by_blocks(picks); });
}

}  // namespace stacvrt::driver
