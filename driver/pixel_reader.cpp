// SPDX-License-Identifier: MIT
#include "driver/pixel_reader.h"

#include <algorithm>
#include <cmath>

#include "driver/data_types.h"
#include "driver/task_scope.h"
#include "driver/vsi_file.h"
#include "stac/href.h"
#include "stac/spelling.h"
#include "stac/url.h"

namespace stacvrt::driver {

namespace {

using cube::PixelWindow;
using cube::SourceBand;
using kernels::LaneType;

// Metadata round: a raster that lies closer than this to where they say is where they say.
constexpr double kPositionTolerancePx = 0.01;

// `what` with the path in it, as GDAL's messages quote it, made fit to be shown.
std::string without_secrets(std::string what, const std::string& path) {
  const std::size_t scheme = path.find("://");
  if (scheme == std::string::npos) return what;
  const std::size_t slash = path.rfind('/', scheme - 1);
  const std::string url = slash == std::string::npos ? path : path.substr(slash + 1);
  for (std::size_t at = what.find(url); at != std::string::npos; at = what.find(url, at + 1))
    what.replace(at, url.size(), stac::redacted(url));
  return what;
}

[[noreturn]] void fail(ErrorCode code, const SourceBand& source, const std::string& path, const std::string& what) {
  throw Error(code, "asset '" + source.asset_key + "', " + stac::redacted(path) + ": " + without_secrets(what, path),
              source.where);
}

std::string size_text(std::int64_t width, std::int64_t height) {
  return std::to_string(width) + " x " + std::to_string(height) + " pixels";
}

void check_size(const SourceBand& source, const std::string& path, GDALDataset& dataset, std::int64_t width,
                std::int64_t height) {
  if (dataset.GetRasterXSize() == width && dataset.GetRasterYSize() == height) return;
  fail(ErrorCode::kInvalid, source, path,
       "the raster has " + size_text(dataset.GetRasterXSize(), dataset.GetRasterYSize()) +
           ", but the metadata (proj:shape) say " + size_text(width, height));
}

// Distance in pixels between where the raster and where the metadata put the image's corners.
double misplacement(const double (&six)[6], const stac::PixelGrid& grid) {
  const auto& t = grid.transform;
  double worst = 0;
  for (const double col : {0.0, static_cast<double>(grid.width_px)})
    for (const double row : {0.0, static_cast<double>(grid.height_px)}) {
      const double dx = six[0] + six[1] * col + six[2] * row - (t.a * col + t.b * row + t.c);
      const double dy = six[3] + six[4] * col + six[5] * row - (t.d * col + t.e * row + t.f);
      worst = std::max(worst, std::hypot(dx / std::hypot(t.a, t.d), dy / std::hypot(t.b, t.e)));
    }
  return worst;
}

void check_position(const SourceBand& source, const std::string& path, GDALDataset& dataset) {
  double six[6] = {};
  if (!geotransform_of(dataset, six)) return;
  const double distance = misplacement(six, source.raster_grid());
  if (distance > kPositionTolerancePx)
    fail(ErrorCode::kInvalid, source, path,
         "the raster lies " + stac::number_text(distance) + " pixels from where the metadata (proj:transform) put it");
}

// Whether `wide` holds every value of `narrow` exactly.
bool holds(stac::DataType wide, stac::DataType narrow) {
  if (wide == narrow) return true;
  if (!stac::is_integer(narrow)) return wide == stac::DataType::kFloat64;
  if (wide == stac::DataType::kFloat32) return stac::data_type_size(narrow) <= 2;
  return stac::lowest_value(wide) <= stac::lowest_value(narrow) &&
         stac::highest_value(wide) >= stac::highest_value(narrow);
}

// Every value of the raster must fit the declared type and the one it is read as.
void check_type(const SourceBand& source, const std::string& path, GDALRasterBand& band, LaneType lane) {
  const auto type = data_type(band.GetRasterDataType());
  const auto held_by = [type](stac::DataType wide) { return type && holds(wide, *type); };
  const stac::DataType read_as = lane == LaneType::kUInt16  ? stac::DataType::kUInt16
                                 : lane == LaneType::kInt16 ? stac::DataType::kInt16
                                                            : stac::DataType::kFloat32;
  const char* const sign = band.GetMetadataItem("PIXELTYPE", "IMAGE_STRUCTURE");
  if (sign && EQUAL(sign, "SIGNEDBYTE"))
    fail(ErrorCode::kUnsupported, source, path, "signed bytes need GDAL 3.7 or later");
  if (!held_by(read_as) || (source.type && !held_by(*source.type)))
    fail(ErrorCode::kInvalid, source, path,
         std::string("the raster's pixels are ") + GDALGetDataTypeName(band.GetRasterDataType()) +
             ", but the metadata (data_type) say " + (source.type ? stac::data_type_name(*source.type) : "nothing"));
}

GDALRasterBand& band_of(const SourceBand& source, const std::string& path, GDALDataset& dataset) {
  if (source.band < 1 || source.band > dataset.GetRasterCount())
    fail(ErrorCode::kInvalid, source, path,
         "band " + std::to_string(source.band) + " is wanted, but the raster has " +
             std::to_string(dataset.GetRasterCount()));
  return *dataset.GetRasterBand(source.band);
}

std::optional<double> nodata_of(const SourceBand& source, GDALRasterBand& band) {
  if (source.nodata) return source.nodata;
  int has = FALSE;
  const double value = band.GetNoDataValue(&has);
  return has ? std::optional(value) : std::nullopt;
}

// A tile that is not there is no-data; one that cannot be asked for is an error, lest an outage look like a gap.
bool is_missing(const SourceBand& source, const std::string& path) {
  VSIErrorReset();
  VSIStatBufL status;
  if (VSIStatExL(path.c_str(), &status, VSI_STAT_EXISTS_FLAG | VSI_STAT_SET_ERROR_FLAG) == 0) return false;
  const std::string reason = VSIGetLastErrorMsg();
  if (!stac::is_remote(path) || reason.find("404") != std::string::npos) return true;
  fail(ErrorCode::kIo, source, path, "cannot be reached: " + (reason.empty() ? "no reason given" : reason));
}

}  // namespace

HandlePool::Lease PixelReader::open(const SourceBand& source, const std::string& path) {
  CPLErrorReset();
  HandlePool::Lease lease = m_handles.acquire(path);
  if (!lease->dataset) {
    const std::string reason = last_gdal_error("");
    fail(ErrorCode::kIo, source, path,
         file_exists(path) ? "cannot be opened as a raster" + (reason.empty() ? "" : ": " + reason)
                           : "no such file" + (reason.empty() ? "" : " (" + reason + ")"));
  }
  return lease;
}

// Two names of one CRS, or of two that agree here, put the image's middle in the same place.
void PixelReader::check_crs(const SourceBand& source, const HandlePool::Handle& file) {
  const stac::Crs crs = m_crs.contradiction(source, file);
  if (crs.empty()) return;
  constexpr std::size_t kMostShown = 60;
  fail(ErrorCode::kInvalid, source, file.path,
       "the raster lies in " + crs.text.substr(0, kMostShown) +
           ", but the metadata (proj:code, proj:epsg, proj:wkt2, proj:projjson) say " +
           source.grid.crs.text.substr(0, kMostShown));
}

void PixelReader::read_pixels(const SourceBand& source, HandlePool::Lease& lease, GDALRasterBand& band,
                              const Picks& picks, const PixelTarget& target) {
  const std::optional<PixelWindow> window = picks.as_window();
  CPLErrorReset();
  if ((window ? read_blocks({*lease, band}, *window, target, m_blocks)
              : read_picks({*lease, band}, picks, target, m_blocks)) != CE_None)
    fail_to_read(source, lease);
}

void PixelReader::fail_to_read(const SourceBand& source, HandlePool::Lease& lease) {
  const std::string path = lease->path;
  lease.discard();
  fail(ErrorCode::kIo, source, path, "reading pixels failed: " + last_gdal_error("no reason given"));
}

cube::RasterInfo PixelReader::describe(const SourceBand& source) {
  const auto scope = make_request_context(1).enter_task();
  if (source.tiles)
    throw Error(ErrorCode::kUnsupported,
                "asset '" + source.asset_key +
                    "' is tiled and its metadata do not tell the pixel type (raster:bands, "
                    "data_type)",
                source.where);
  HandlePool::Lease lease = open(source, source.path);
  GDALDataset& dataset = *lease->dataset;
  GDALRasterBand& band = band_of(source, source.path, dataset);
  cube::RasterInfo info;
  const auto type = data_type(band.GetRasterDataType());
  if (!type)
    fail(ErrorCode::kUnsupported, source, source.path,
         std::string("pixels of type ") + GDALGetDataTypeName(band.GetRasterDataType()) + " are not supported");
  info.type = *type;
  double six[6] = {};
  if (!geotransform_of(dataset, six) && source.grid.width_px == 0)
    fail(ErrorCode::kInvalid, source, source.path,
         "neither the metadata (proj:transform and proj:shape, or proj:bbox) nor the raster tell where its pixels lie");
  info.grid = {crs_of(dataset),
               {six[1], six[2], six[0], six[4], six[5], six[3]},
               dataset.GetRasterXSize(),
               dataset.GetRasterYSize()};
  info.nodata = nodata_of(source, band);
  info.band_count = dataset.GetRasterCount();
  return info;
}

std::array<std::int64_t, 2> PixelReader::block_size(const SourceBand& source) noexcept {
  try {
    if (source.tiles) return {};
    const auto scope = make_request_context(1).enter_task();
    HandlePool::Lease lease = open(source, source.path);
    int width = 0, height = 0;
    GDALRasterBand& band = band_of(source, source.path, *lease->dataset);
    if (GDALRasterBand* const level = m_overviews.band_for(source, *lease, band)) level->GetBlockSize(&width, &height);
    return {width, height};
  } catch (...) {
    return {};  // reading it will say what is wrong
  }
}

std::optional<double> PixelReader::read(const SourceBand& source, const PixelWindow& window, LaneType type,
                                        void* buffer) {
  return source.tiles ? read_tiles(source, window, type, buffer) : read_raster(source, window, type, buffer);
}

std::optional<double> PixelReader::read_raster(const SourceBand& source, const PixelWindow& window, LaneType type,
                                               void* buffer) {
  HandlePool::Lease lease = open(source, source.path);
  GDALRasterBand& band = band_of(source, source.path, *lease->dataset);
  check_type(source, source.path, band, type);
  const stac::PixelGrid& raster = source.raster_grid();
  if (lease->checked != raster) {
    check_size(source, source.path, *lease->dataset, raster.width_px, raster.height_px);
    check_position(source, source.path, *lease->dataset);
    check_crs(source, *lease);
    lease->checked = raster;
  }
  const std::optional<double> nodata = nodata_of(source, band);
  GDALRasterBand* const level = m_overviews.band_for(source, *lease, band);
  if (!level) fail_to_read(source, lease);
  if (!nodata && has_mask(band)) m_masked.add(source.path);
  lease->spent = source.full && window.width_px == source.grid.width_px && window.height_px == source.grid.height_px;
  const Picks picks = picks_of(source.grid, window, *level);
  if (source.full && level == &band) m_blocks.count_for_overviews(blocks_of(band, picks));
  read_pixels(source, lease, *level, picks, {static_cast<std::byte*>(buffer), window.width_px, type});
  return nodata;
}

std::optional<double> PixelReader::read_tiles(const SourceBand& source, const PixelWindow& window, LaneType type,
                                              void* buffer) {
  std::optional<double> nodata = source.nodata;
  for (const TilePart& tile : tile_parts(source, window)) {
    if (is_missing(source, tile.path)) continue;
    HandlePool::Lease lease = open(source, tile.path);
    GDALRasterBand& band = band_of(source, tile.path, *lease->dataset);
    check_type(source, tile.path, band, type);
    check_size(source, tile.path, *lease->dataset, tile.matrix->tile_width_px, tile.matrix->tile_height_px);
    const std::int64_t at = tile.part.y * window.width_px + tile.part.x;
    if (!nodata) nodata = nodata_of(source, band);
    if (source.full && tile.matrix == &source.tiles->levels.front())
      m_blocks.count_for_overviews(blocks_of(band, tile.picks));
    if (!nodata && has_mask(band)) m_masked.add(source.path);
    read_pixels(source, lease, band, tile.picks,
                {static_cast<std::byte*>(buffer) + static_cast<std::size_t>(at) * kernels::lane_size(type),
                 window.width_px, type});
  }
  return nodata;
}

void PixelReader::mark_missing(const SourceBand& source, const PixelWindow& window, std::uint8_t* known) {
  const bool masked = m_masked.may_hold(source.path);
  if (!source.tiles) {
    if (masked) mark_masked(source, window, nullptr, known);
    return;
  }
  for (const TilePart& tile : tile_parts(source, window)) {
    if (!is_missing(source, tile.path)) {
      if (masked) mark_masked(source, window, &tile, known);
      continue;
    }
    for (std::int64_t row = tile.part.y; row < tile.part.y + tile.part.height_px; ++row)
      std::fill_n(known + row * window.width_px + tile.part.x, tile.part.width_px, std::uint8_t{0});
  }
}

void PixelReader::mark_masked(const SourceBand& source, const PixelWindow& window, const TilePart* tile,
                              std::uint8_t* known) {
  const std::string& path = tile ? tile->path : source.path;
  HandlePool::Lease lease = open(source, path);
  GDALRasterBand& band = band_of(source, path, *lease->dataset);
  if (nodata_of(source, band) || !has_mask(band)) return;
  GDALRasterBand* const level = tile ? &band : m_overviews.band_for(source, *lease, band);
  if (!level) fail_to_read(source, lease);
  GDALRasterBand& mask = mask_for(band, *level);
  std::uint8_t* const first = tile ? known + tile->part.y * window.width_px + tile->part.x : known;
  CPLErrorReset();
  if (clear_masked(mask, tile ? tile->picks : picks_of(source.grid, window, mask), window.width_px, first) == CE_None)
    return;
  lease.discard();
  fail(ErrorCode::kIo, source, path, "reading its mask failed: " + last_gdal_error("no reason given"));
}

}  // namespace stacvrt::driver
