// SPDX-License-Identifier: MIT
#include "driver/dataset.h"

#include <cstring>
#include <numeric>
#include <utility>

#include "cube/overview.h"
#include "driver/data_types.h"
#include "driver/guard.h"
#include "driver/location_info.h"
#include "driver/process.h"
#include "driver/provenance.h"
#include "driver/task_scope.h"

namespace stacvrt::driver {

namespace {

constexpr const char* kStatisticsDomain = "STACVRT_STATISTICS";
// Blocks of sibling bands are offered to GDAL's cache only while they would take a smaller part of it than this.
constexpr GIntBig kCacheShare = 4;

ReadRequest make_request(int x, int y, int width, int height, void* buffer, GDALDataType type, GSpacing pixel_space,
                         GSpacing line_space, GSpacing band_space, const GDALRasterIOExtraArg* extra) {
  ReadRequest request;
  request.window = {x, y, width, height};
  request.buffer = buffer;
  request.buffer_type = type;
  request.pixel_space = pixel_space;
  request.line_space = line_space;
  request.band_space = band_space;
  request.progress = extra ? extra->pfnProgress : nullptr;
  request.progress_data = extra ? extra->pProgressData : nullptr;
  return request;
}

constexpr std::int64_t kBlockSize = cube::kTileSize;

// The pixels of a block out of the tile that holds it; both end at the grid's edges.
void copy_to_block(const cube::Tile& tile, int slot, const Block& block) {
  const cube::PixelWindow part =
      cube::PixelWindow{block.x * kBlockSize, block.y * kBlockSize, kBlockSize, kBlockSize}.intersect(tile.area);
  const auto row_bytes = static_cast<std::size_t>(tile.area.width_px) * tile.pixel_bytes;
  const std::byte* from = tile.band(static_cast<std::size_t>(slot)) +
                          static_cast<std::size_t>(part.y - tile.area.y) * row_bytes +
                          static_cast<std::size_t>(part.x - tile.area.x) * tile.pixel_bytes;
  auto* to = static_cast<std::byte*>(block.image);
  for (std::int64_t row = 0; row < part.height_px; ++row)
    std::memcpy(to + static_cast<std::size_t>(row * kBlockSize) * tile.pixel_bytes,
                from + static_cast<std::size_t>(row) * row_bytes,
                static_cast<std::size_t>(part.width_px) * tile.pixel_bytes);
}

GDALColorInterp colour_of(const std::string& common_name) {
  if (common_name == "red") return GCI_RedBand;
  if (common_name == "green") return GCI_GreenBand;
  if (common_name == "blue") return GCI_BlueBand;
  return GCI_Undefined;
}

}  // namespace

StacvrtDataset::StacvrtDataset(Opened opened, const std::string& description)
    : m_opened(std::move(opened)), m_read_ahead(m_opened.engine, m_opened.settings.threads) {
  const stac::PixelGrid& grid = engine().plan().grid;
  nRasterXSize = static_cast<int>(grid.width_px);
  nRasterYSize = static_cast<int>(grid.height_px);
  eAccess = GA_ReadOnly;
  m_srs = Process::get().projector.spatial_reference(grid.crs);
  SetDescription(description.c_str());
  for (int band = 1; band <= static_cast<int>(engine().view().bands.size()); ++band)
    SetBand(band, new StacvrtBand(this, band));  // owned by GDALDataset
  add_provenance(*this, m_opened);
}

const StacvrtDataset::Overviews& StacvrtDataset::overviews() {
  if (m_overviews) return *m_overviews;
  Overviews made;
  const int levels = m_opened.factor == 1 ? cube::overview_count(engine().plan().grid) : 0;
  for (int level = 0; level < levels; ++level) {
    try {
      made.push_back(
          std::make_unique<StacvrtDataset>(open_overview(m_opened, std::int64_t{2} << level), GetDescription()));
    } catch (const Error& error) {
      if (error.code() != ErrorCode::kMemory) throw;
      CPLDebug("STACVRT", "overview %d is left out: %s", level, error.what());
    }
  }
  return m_overviews.emplace(std::move(made));
}

StacvrtDataset* StacvrtDataset::overview(int level) {
  return level >= 0 && level < overview_count() ? overviews()[static_cast<std::size_t>(level)].get() : nullptr;
}

CPLErr StacvrtDataset::GetGeoTransform(STACVRT_GEOTRANSFORM_PARAMETER) STACVRT_GEOTRANSFORM_CONST {
  const stac::Affine& t = engine().plan().grid.transform;
  const double six[6] = {t.c, t.a, t.b, t.f, t.d, t.e};
  for (int i = 0; i < 6; ++i) geotransform[i] = six[i];
  return CE_None;
}

char** StacvrtDataset::GetFileList() {
  return guarded(static_cast<char**>(nullptr), [&] {
    CPLStringList files;
    for (const std::string& file : local_inputs(m_opened)) files.AddString(file.c_str());
    return files.StealList();
  });
}

char** StacvrtDataset::GetMetadataDomainList() {
  guarded(0, [&] { return note_skipped(*this, m_opened); });
  CPLStringList domains(GDALDataset::GetMetadataDomainList(), TRUE);
  domains.AddString(kStatisticsDomain);
  return domains.StealList();
}

void StacvrtDataset::refresh_statistics() {
  const cube::Plan& plan = engine().plan();
  const auto windows = static_cast<std::int64_t>(engine().view().windows.size());
  m_statistics.SetNameValue("TILES_COMPUTED", std::to_string(engine().statistics().tiles_computed.load()).c_str());
  m_statistics.SetNameValue("BLOCKS_DECODED", std::to_string(Process::get().blocks.decoded()).c_str());
  m_statistics.SetNameValue("FULL_BLOCKS_FOR_OVERVIEWS",
                            std::to_string(Process::get().blocks.decoded_for_overviews()).c_str());
  m_statistics.SetNameValue("MEMORY_PEAK", std::to_string(cube::BufferMemory::peak_bytes()).c_str());
  m_statistics.SetNameValue("TILES_TOTAL", std::to_string(plan.tiles_across() * plan.tiles_down() * windows).c_str());
}

STACVRT_METADATA_LIST StacvrtDataset::GetMetadata(const char* domain) {
  guarded(0, [&] { return note_skipped(*this, m_opened); });
  if (!domain || !EQUAL(domain, kStatisticsDomain)) return GDALDataset::GetMetadata(domain);
  return guarded(static_cast<STACVRT_METADATA_LIST>(nullptr), [&]() -> STACVRT_METADATA_LIST {
    refresh_statistics();
    return m_statistics.List();
  });
}

const char* StacvrtDataset::GetMetadataItem(const char* name, const char* domain) {
  guarded(0, [&] { return note_skipped(*this, m_opened); });
  if (!domain || !EQUAL(domain, kStatisticsDomain)) return GDALDataset::GetMetadataItem(name, domain);
  return guarded(static_cast<const char*>(nullptr), [&] {
    refresh_statistics();
    return m_statistics.FetchNameValue(name);
  });
}

// Once per item and plan, in the caller's thread.
void StacvrtDataset::tell_of_skipped() {
  if (!engine().skipped()) return;
  for (const cube::SkippedItems::Entry& item : engine().skipped()->take_untold())
    CPLError(CE_Warning, CPLE_AppDefined, "STACVRT: item '%s' is left out (ON_ERROR=SKIP): %s", item.id.c_str(),
             item.reason.c_str());
}

// Blocks in GDAL's cache were computed with items that are left out by now.
void StacvrtDataset::drop_stale_blocks() {
  const std::size_t skipped = engine().skipped() ? engine().skipped()->count() : 0;
  if (std::exchange(m_skipped_before, skipped) == skipped) return;
  for (int band = 1; band <= nBands; ++band) (void)GetRasterBand(band)->FlushCache(false);
}

void StacvrtDataset::read(const ReadRequest& request) {
  const RequestScope scope(m_opened.access);
  read_request(engine(), threads(), request);
  tell_of_skipped();
  m_read_ahead.after(request.window, time_windows_of(engine().view(), request.bands));
}

void StacvrtDataset::read_block(int band, const Block& block) {
  const RequestScope scope(m_opened.access);
  const cube::ViewBand& view_band = engine().view().bands[static_cast<std::size_t>(band - 1)];
  const cube::EngineServices services = Process::get().services();
  const cube::PixelWindow area =
      engine().tiles_in({block.x * kBlockSize, block.y * kBlockSize, 1, 1}, services.pixels).front();
  const auto tile = engine().tile(view_band.window, area, services, make_request_context(threads()));
  tell_of_skipped();
  copy_to_block(*tile, view_band.slot, block);
  offer_siblings(*tile, band, block);
  m_read_ahead.after({block.x * kBlockSize, block.y * kBlockSize, kBlockSize, kBlockSize}, {view_band.window});
}

void StacvrtDataset::offer_siblings(const cube::Tile& tile, int band, const Block& wanted) {
  const auto& bands = engine().view().bands;
  const int window = bands[static_cast<std::size_t>(band - 1)].window;
  const auto block_bytes = static_cast<GIntBig>(kBlockSize * kBlockSize) * static_cast<GIntBig>(tile.pixel_bytes);
  if (block_bytes * engine().view().bands_per_window * kCacheShare > GDALGetCacheMax64()) return;
  for (int other = 1; other <= nBands; ++other) {
    const cube::ViewBand& sibling = bands[static_cast<std::size_t>(other - 1)];
    if (other == band || sibling.window != window) continue;
    GDALRasterBand* raster_band = GetRasterBand(other);
    GDALRasterBlock* block = raster_band->TryGetLockedBlockRef(wanted.x, wanted.y);
    if (!block) {
      block = raster_band->GetLockedBlockRef(wanted.x, wanted.y, TRUE);
      if (!block) return;
      copy_to_block(tile, sibling.slot, {wanted.x, wanted.y, block->GetDataRef()});
    }
    block->DropLock();
  }
}

CPLErr StacvrtDataset::IBuildOverviews(const char* /*resampling*/, int /*count*/, const int* /*factors*/,
                                       int /*band_count*/, const int* /*bands*/, GDALProgressFunc /*progress*/,
                                       void* /*progress_data*/, CSLConstList /*options*/) {
  return guarded(CE_Failure, []() -> CPLErr {
    throw Error(ErrorCode::kUnsupported,
                "a recipe has overviews already, computed on demand from those of its sources; to store others, write "
                "the composite to a file (gdal_translate) and build them there");
  });
}

CPLErr StacvrtDataset::IRasterIO(GDALRWFlag flag, int x, int y, int width, int height, void* buffer, int buffer_width,
                                 int buffer_height, GDALDataType buffer_type, int band_count,
                                 STACVRT_BANDMAP_TYPE band_map, GSpacing pixel_space, GSpacing line_space,
                                 GSpacing band_space, GDALRasterIOExtraArg* extra) {
  drop_stale_blocks();
  if (flag != GF_Read || !wants_grid_pixels({x, y, width, height}, buffer_width, buffer_height, extra))
    return GDALDataset::IRasterIO(flag, x, y, width, height, buffer, buffer_width, buffer_height, buffer_type,
                                  band_count, band_map, pixel_space, line_space, band_space, extra);
  return guarded(CE_Failure, [&] {
    ReadRequest request =
        make_request(x, y, width, height, buffer, buffer_type, pixel_space, line_space, band_space, extra);
    request.bands.assign(band_map, band_map + band_count);
    read(request);
    return CE_None;
  });
}

StacvrtBand::StacvrtBand(StacvrtDataset* dataset, int band) : m_dataset(*dataset) {
  poDS = dataset;
  nBand = band;
  const cube::View& view = dataset->engine().view();
  eDataType = gdal_type(view.type);
  nBlockXSize = nBlockYSize = static_cast<int>(kBlockSize);
  nRasterXSize = dataset->GetRasterXSize();
  nRasterYSize = dataset->GetRasterYSize();
  const cube::ViewBand& view_band = view.bands[static_cast<std::size_t>(band - 1)];
  SetDescription(view_band.description.c_str());
  m_colour = colour_of(output_band().common_name);
  if (m_colour == GCI_Undefined && view.bands.size() == 1) m_colour = GCI_GrayIndex;
  add_band_metadata(*this, dataset->engine(), view_band);
}

const cube::OutputBand& StacvrtBand::output_band() const {
  const cube::ViewBand& band = m_dataset.engine().view().bands[static_cast<std::size_t>(nBand - 1)];
  return m_dataset.engine().plan().outputs[static_cast<std::size_t>(band.output)].bands[static_cast<std::size_t>(
      band.output_band)];
}

int StacvrtBand::GetOverviewCount() {
  return guarded(0, [&] { return m_dataset.overview_count(); });
}

GDALRasterBand* StacvrtBand::GetOverview(int level) {
  return guarded(static_cast<GDALRasterBand*>(nullptr), [&]() -> GDALRasterBand* {
    StacvrtDataset* const overview = m_dataset.overview(level);
    return overview ? overview->GetRasterBand(nBand) : nullptr;
  });
}

double StacvrtBand::GetNoDataValue(int* success) {
  const auto& nodata = m_dataset.engine().view().nodata;
  if (success) *success = nodata.has_value();
  return nodata.value_or(0.0);
}

double StacvrtBand::GetScale(int* success) {
  const auto& scale = output_band().scale;
  if (success) *success = scale.has_value();
  return scale.value_or(1.0);
}

double StacvrtBand::GetOffset(int* success) {
  const auto& offset = output_band().offset;
  if (success) *success = offset.has_value();
  return offset.value_or(0.0);
}

const char* StacvrtBand::GetUnitType() {
  return output_band().unit.c_str();
}

const char* StacvrtBand::GetMetadataItem(const char* name, const char* domain) {
  const auto location = name && domain && EQUAL(domain, "LocationInfo") ? parse_location(name) : std::nullopt;
  if (!location) return GDALRasterBand::GetMetadataItem(name, domain);
  return guarded(static_cast<const char*>(nullptr), [&]() -> const char* {
    const cube::Engine& engine = m_dataset.engine();
    m_location_info = location_info(engine, engine.view().bands[static_cast<std::size_t>(nBand - 1)], *location);
    return m_location_info.empty() ? nullptr : m_location_info.c_str();
  });
}

CPLErr StacvrtBand::IReadBlock(int block_x, int block_y, void* image) {
  return guarded(CE_Failure, [&] {
    m_dataset.read_block(nBand, {block_x, block_y, image});
    return CE_None;
  });
}

CPLErr StacvrtBand::IRasterIO(GDALRWFlag flag, int x, int y, int width, int height, void* buffer, int buffer_width,
                              int buffer_height, GDALDataType buffer_type, GSpacing pixel_space, GSpacing line_space,
                              GDALRasterIOExtraArg* extra) {
  m_dataset.drop_stale_blocks();
  if (flag != GF_Read || !wants_grid_pixels({x, y, width, height}, buffer_width, buffer_height, extra))
    return GDALRasterBand::IRasterIO(flag, x, y, width, height, buffer, buffer_width, buffer_height, buffer_type,
                                     pixel_space, line_space, extra);
  return guarded(CE_Failure, [&] {
    ReadRequest request = make_request(x, y, width, height, buffer, buffer_type, pixel_space, line_space, 0, extra);
    request.bands = {nBand};
    m_dataset.read(request);
    return CE_None;
  });
}

}  // namespace stacvrt::driver
