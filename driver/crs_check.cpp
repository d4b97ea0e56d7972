// SPDX-License-Identifier: MIT
#include "driver/crs_check.h"

#include <cmath>

#include "driver/geo_keys.h"
#include "driver/projector.h"

namespace stacvrt::driver {

stac::Crs crs_of(const GDALDataset& dataset) {
  const OGRSpatialReference* srs = dataset.GetSpatialRef();
  if (!srs || srs->IsLocal()) return {};
  const char* name = srs->GetAuthorityName(nullptr);
  const char* code = srs->GetAuthorityCode(nullptr);
  if (name && code) return {std::string(name) + ":" + code};
  return {wkt_of(*srs)};
}

bool CrsCheck::is_known(const std::array<std::string, 2>& keys_and_crs) {
  const std::lock_guard lock(m_mutex);
  return m_known.contains(keys_and_crs);
}

void CrsCheck::remember(std::array<std::string, 2> keys_and_crs) {
  constexpr std::size_t kMost = 10'000;
  const std::lock_guard lock(m_mutex);
  if (m_known.size() >= kMost) m_known.clear();
  m_known.insert(std::move(keys_and_crs));
}

bool CrsCheck::puts_middle_elsewhere(const stac::PixelGrid& grid, const stac::Crs& crs) {
  const auto& t = grid.transform;
  const double col = static_cast<double>(grid.width_px) / 2, row = static_cast<double>(grid.height_px) / 2;
  const double x = t.a * col + t.b * row + t.c, y = t.d * col + t.e * row + t.f;
  double there_x = x, there_y = y;
  m_projector.operation(crs, grid.crs, {x, y, x, y})->apply(1, &there_x, &there_y);
  return !(std::hypot((there_x - x) / std::hypot(t.a, t.d), (there_y - y) / std::hypot(t.b, t.e)) <= 1);
}

stac::Crs CrsCheck::contradiction(const cube::SourceBand& source, const HandlePool::Handle& file) {
  const stac::Crs& said = source.grid.crs;
  GeoKeys keys = geo_keys(file.opened_as);
  if (keys.epsg != 0 && said.text == "EPSG:" + std::to_string(keys.epsg)) return {};
  const bool has_keys = !keys.bytes.empty();
  const std::array<std::string, 2> keys_and_crs{std::move(keys.bytes), said.text};
  if (has_keys && is_known(keys_and_crs)) return {};
  const stac::Crs crs = crs_of(*file.dataset);
  if (crs.empty() || crs == said || m_projector.same(crs, said)) {
    if (has_keys) remember(keys_and_crs);
    return {};
  }
  return puts_middle_elsewhere(source.raster_grid(), crs) ? crs : stac::Crs{};
}

}  // namespace stacvrt::driver
