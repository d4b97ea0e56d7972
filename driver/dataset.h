// SPDX-License-Identifier: MIT
// The GDAL faces: one dataset per opened name, one band per band of its view. All pixels come from whole tiles of the
// engine; nothing is computed until a block is read.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "driver/gdal_compat.h"
#include "driver/opener.h"
#include "driver/read_ahead.h"
#include "driver/tile_request.h"

namespace stacvrt::driver {

/// A block of GDAL's that is to be filled.
struct Block {
  int x = 0, y = 0;
  void* image = nullptr;
};

class StacvrtDataset final : public GDALDataset {
 public:
  /// Throws Error for a CRS that OGR cannot represent.
  StacvrtDataset(Opened opened, const std::string& description);

  CPLErr GetGeoTransform(STACVRT_GEOTRANSFORM_PARAMETER) STACVRT_GEOTRANSFORM_CONST override;
  const OGRSpatialReference* GetSpatialRef() const override { return &m_srs; }
  char** GetFileList() override;
  char** GetMetadataDomainList() override;
  STACVRT_METADATA_LIST GetMetadata(const char* domain) override;
  const char* GetMetadataItem(const char* name, const char* domain) override;

  [[nodiscard]] const cube::Engine& engine() const { return *m_opened.engine; }
  [[nodiscard]] int threads() const { return m_opened.settings.threads; }
  /// How many overviews there are; an overview has none. Those whose tiles do not fit the memory budget are left out:
  /// GDAL's thread-safe handles take none for missing.
  [[nodiscard]] int overview_count() { return static_cast<int>(overviews().size()); }
  /// Overview `level` (from 0), null where there is none.
  StacvrtDataset* overview(int level);
  /// When items were left out since the last call, forgets what GDAL keeps of blocks computed with them.
  void drop_stale_blocks();
  /// Fills the buffer of a request at nominal resolution.
  void read(const ReadRequest& request);
  /// Fills the block of `band` and, when the block cache has room, those of its siblings of the same window.
  void read_block(int band, const Block& block);

 protected:
  /// Refuses: there are overviews, computed on demand.
  CPLErr IBuildOverviews(const char* resampling, int count, const int* factors, int band_count, const int* bands,
                         GDALProgressFunc progress, void* progress_data, CSLConstList options) override;
  CPLErr IRasterIO(GDALRWFlag flag, int x, int y, int width, int height, void* buffer, int buffer_width,
                   int buffer_height, GDALDataType buffer_type, int band_count, STACVRT_BANDMAP_TYPE band_map,
                   GSpacing pixel_space, GSpacing line_space, GSpacing band_space,
                   GDALRasterIOExtraArg* extra) override;

 private:
  using Overviews = std::vector<std::unique_ptr<StacvrtDataset>>;

  /// Made when first asked for.
  const Overviews& overviews();
  void offer_siblings(const cube::Tile& tile, int band, const Block& wanted);
  void tell_of_skipped();
  void refresh_statistics();

  Opened m_opened;
  OGRSpatialReference m_srs;
  CPLStringList m_statistics;
  ReadAhead m_read_ahead;
  std::optional<Overviews> m_overviews;
  std::size_t m_skipped_before = 0;  // items left out when blocks were last dropped
};

class StacvrtBand final : public GDALRasterBand {
 public:
  StacvrtBand(StacvrtDataset* dataset, int band);

  GDALColorInterp GetColorInterpretation() override { return m_colour; }
  int GetOverviewCount() override;
  GDALRasterBand* GetOverview(int level) override;
  double GetNoDataValue(int* success) override;
  double GetScale(int* success) override;
  double GetOffset(int* success) override;
  const char* GetUnitType() override;
  const char* GetMetadataItem(const char* name, const char* domain) override;

 protected:
  CPLErr IReadBlock(int block_x, int block_y, void* image) override;
  CPLErr IRasterIO(GDALRWFlag flag, int x, int y, int width, int height, void* buffer, int buffer_width,
                   int buffer_height, GDALDataType buffer_type, GSpacing pixel_space, GSpacing line_space,
                   GDALRasterIOExtraArg* extra) override;

 private:
  [[nodiscard]] const cube::OutputBand& output_band() const;

  StacvrtDataset& m_dataset;
  GDALColorInterp m_colour = GCI_Undefined;
  std::string m_location_info;  // what GetMetadataItem last returned
};

}  // namespace stacvrt::driver
