// SPDX-License-Identifier: MIT
#include "driver/pixel_reader.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "driver/block_parts.h"
#include "driver/data_types.h"
#include "driver/raster_access.h"
#include "driver/task_scope.h"
#include "driver/tile_parts.h"
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

std::string size_text(std::int64_t width, std::int64_t height) {
  return std::to_string(width) + " x " + std::to_string(height) + " pixels";
}

void check_size(const SourceBand& source, const std::string& path, GDALDataset& dataset, std::int64_t width,
                std::int64_t height) {
  if (dataset.GetRasterXSize() == width && dataset.GetRasterYSize() == height) return;
  fail_at(ErrorCode::kInvalid, source, path,
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
    fail_at(
        ErrorCode::kInvalid, source, path,
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
    fail_at(ErrorCode::kUnsupported, source, path, "signed bytes need GDAL 3.7 or later");
  if (!held_by(read_as) || (source.type && !held_by(*source.type)))
    fail_at(ErrorCode::kInvalid, source, path,
            std::string("the raster's pixels are ") + GDALGetDataTypeName(band.GetRasterDataType()) +
                ", but the metadata (data_type) say " + (source.type ? stac::data_type_name(*source.type) : "nothing"));
}

GDALRasterBand& band_of(const SourceBand& source, const std::string& path, GDALDataset& dataset) {
  if (source.band < 1 || source.band > dataset.GetRasterCount())
    fail_at(ErrorCode::kInvalid, source, path,
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

cube::RasterInfo info_of(const SourceBand& source, GDALDataset& dataset) {
  GDALRasterBand& band = band_of(source, source.path, dataset);
  cube::RasterInfo info;
  const auto type = data_type(band.GetRasterDataType());
  if (!type)
    fail_at(ErrorCode::kUnsupported, source, source.path,
            std::string("pixels of type ") + GDALGetDataTypeName(band.GetRasterDataType()) + " are not supported");
  info.type = *type;
  double six[6] = {};
  if (!geotransform_of(dataset, six) && source.grid.width_px == 0)
    fail_at(
        ErrorCode::kInvalid, source, source.path,
        "neither the metadata (proj:transform and proj:shape, or proj:bbox) nor the raster tell where its pixels lie");
  info.grid = {crs_of(dataset),
               {six[1], six[2], six[0], six[4], six[5], six[3]},
               dataset.GetRasterXSize(),
               dataset.GetRasterYSize()};
  info.nodata = nodata_of(source, band);
  info.band_count = dataset.GetRasterCount();
  return info;
}

std::array<std::int64_t, 2> block_size_of(GDALRasterBand& band) {
  int width = 0, height = 0;
  band.GetBlockSize(&width, &height);
  return {width, height};
}

}  // namespace

// Two names of one CRS, or of two that agree here, put the image's middle in the same place.
void PixelReader::check_crs(const SourceBand& source, const HandlePool::Handle& file) {
  const stac::Crs crs = m_crs.contradiction(source, file);
  if (crs.empty()) return;
  constexpr std::size_t kMostShown = 60;
  fail_at(ErrorCode::kInvalid, source, file.path,
          "the raster lies in " + crs.text.substr(0, kMostShown) +
              ", but the metadata (proj:code, proj:epsg, proj:wkt2, proj:projjson) say " +
              source.grid.crs.text.substr(0, kMostShown));
}

void PixelReader::read_pixels(const HandlePool::Lease& lease, GDALRasterBand& band, const Picks& picks,
                              const PixelTarget& target) {
  const std::optional<PixelWindow> window = picks.as_window();
  CPLErrorReset();
  if ((window ? read_blocks({*lease, band}, *window, target, m_blocks)
              : read_picks({*lease, band}, picks, target, m_blocks)) != CE_None)
    throw ReadFailed{last_gdal_error("no reason given")};
}

GDALRasterBand& PixelReader::level_for(const SourceBand& source, HandlePool::Lease& lease, GDALRasterBand& band) {
  GDALRasterBand* const level = m_overviews.band_for(source, *lease, band);
  if (!level) throw ReadFailed{last_gdal_error("no reason given")};
  return *level;
}

void PixelReader::check(const SourceBand& source, HandlePool::Handle& file) {
  const stac::PixelGrid& raster = source.raster_grid();
  if (file.checked == raster) return;
  check_size(source, source.path, *file.dataset, raster.width_px, raster.height_px);
  check_position(source, source.path, *file.dataset);
  check_crs(source, file);
  file.checked = raster;
}

cube::RasterInfo PixelReader::describe(const SourceBand& source) {
  const auto scope = make_request_context(1).enter_task();
  if (source.tiles)
    throw Error(ErrorCode::kUnsupported,
                "asset '" + source.asset_key +
                    "' is tiled and its metadata do not tell the pixel type (raster:bands, "
                    "data_type)",
                source.where);
  cube::RasterInfo info;
  with_raster(m_handles, source, source.path,
              [&](HandlePool::Lease& lease, const auto&) { info = info_of(source, *lease->dataset); });
  return info;
}

std::array<std::int64_t, 2> PixelReader::block_size(const SourceBand& source) noexcept {
  try {
    if (source.tiles) return {};
    const auto scope = make_request_context(1).enter_task();
    std::array<std::int64_t, 2> size{};
    with_raster(m_handles, source, source.path, [&](HandlePool::Lease& lease, const auto&) {
      GDALRasterBand& band = band_of(source, source.path, *lease->dataset);
      size = block_size_of(level_for(source, lease, band));
    });
    return size;
  } catch (...) {
    return {};  // reading it will say what is wrong
  }
}

std::optional<double> PixelReader::read(const SourceBand& source, const PixelWindow& window, LaneType type,
                                        void* buffer) {
  return source.tiles ? read_tiles(source, window, type, buffer) : read_raster(source, window, nullptr, type, buffer);
}

std::optional<double> PixelReader::read_where(const SourceBand& source, const PixelWindow& window,
                                              const std::uint8_t* wanted, LaneType type, void* buffer) {
  // Where nothing has to be fetched, a block more costs less than reading in pieces.
  if (source.tiles || !stac::is_remote(source.path)) return read(source, window, type, buffer);
  std::memset(buffer, 0, window.pixels() * kernels::lane_size(type));
  return read_raster(source, window, wanted, type, buffer);
}

std::optional<double> PixelReader::read_raster(const SourceBand& source, const PixelWindow& window,
                                               const std::uint8_t* wanted, LaneType type, void* buffer) {
  std::optional<double> nodata;
  std::optional<std::vector<PixelWindow>> left;  // what is still to be read, of this window and the attempts so far
  with_raster(m_handles, source, source.path, [&](HandlePool::Lease& lease, const auto& progress) {
    GDALRasterBand& band = band_of(source, source.path, *lease->dataset);
    check_type(source, source.path, band, type);
    check(source, *lease);
    nodata = nodata_of(source, band);
    GDALRasterBand& level = level_for(source, lease, band);
    if (!nodata && has_mask(band)) m_masked.add(source.path);
    lease->spent = source.full && window.width_px == source.grid.width_px && window.height_px == source.grid.height_px;
    if (!left)
      left = wanted ? wanted_parts(window, block_size_of(level), wanted) : std::vector{window};
    else  // in small pieces, each of which is likely to succeed
      left = in_blocks(*left, block_size_of(level));
    for (; !left->empty(); left->pop_back(), progress()) {
      const PixelWindow& part = left->back();
      const std::int64_t at = (part.y - window.y) * window.width_px + (part.x - window.x);
      const Picks picks = picks_of(source.grid, part, level);
      if (source.full && &level == &band) m_blocks.count_for_overviews(blocks_of(band, picks));
      read_pixels(lease, level, picks,
                  {static_cast<std::byte*>(buffer) + static_cast<std::size_t>(at) * kernels::lane_size(type),
                   window.width_px, type});
    }
  });
  return nodata;
}

std::optional<double> PixelReader::read_tiles(const SourceBand& source, const PixelWindow& window, LaneType type,
                                              void* buffer) {
  std::optional<double> nodata = source.nodata;
  for (const TilePart& tile : tile_parts(source, window)) {
    if (is_missing(source, tile.path)) continue;
    with_raster(m_handles, source, tile.path, [&](HandlePool::Lease& lease, const auto&) {
      GDALRasterBand& band = band_of(source, tile.path, *lease->dataset);
      check_type(source, tile.path, band, type);
      check_size(source, tile.path, *lease->dataset, tile.matrix->tile_width_px, tile.matrix->tile_height_px);
      const std::int64_t at = tile.part.y * window.width_px + tile.part.x;
      if (!nodata) nodata = nodata_of(source, band);
      if (source.full && tile.matrix == &source.tiles->levels.front())
        m_blocks.count_for_overviews(blocks_of(band, tile.picks));
      if (!nodata && has_mask(band)) m_masked.add(source.path);
      read_pixels(lease, band, tile.picks,
                  {static_cast<std::byte*>(buffer) + static_cast<std::size_t>(at) * kernels::lane_size(type),
                   window.width_px, type});
    });
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
  with_raster(m_handles, source, path, [&](HandlePool::Lease& lease, const auto&) {
    GDALRasterBand& band = band_of(source, path, *lease->dataset);
    if (nodata_of(source, band) || !has_mask(band)) return;
    GDALRasterBand& mask = mask_for(band, tile ? band : level_for(source, lease, band));
    std::uint8_t* const first = tile ? known + tile->part.y * window.width_px + tile->part.x : known;
    CPLErrorReset();
    if (clear_masked(mask, tile ? tile->picks : picks_of(source.grid, window, mask), window.width_px, first) != CE_None)
      throw ReadFailed{last_gdal_error("no reason given"), "reading its mask"};
  });
}

}  // namespace stacvrt::driver
