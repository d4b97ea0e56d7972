// SPDX-License-Identifier: MIT
// The Projector of OGR and PROJ. CRSs are compared and checked by OGR; coordinate operations go to PROJ directly,
// because OGR may choose among candidate operations by the mean position of a batch, and a pixel must not depend on its
// batch.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "cube/projector.h"
#include "driver/gdal_compat.h"

namespace stacvrt::driver {

/// WKT 2 of 2019; empty where OGR cannot write it.
[[nodiscard]] std::string wkt_of(const OGRSpatialReference& srs);

/// Thread-safe.
class GdalProjector : public cube::Projector {
 public:
  bool same(const stac::Crs& a, const stac::Crs& b) override;
  void check(const stac::Crs& crs) override;
  double metres_per_unit(const stac::Crs& crs) override;
  double full_turn(const stac::Crs& crs) override;
  std::shared_ptr<const cube::CoordinateOperation> operation(const stac::Crs& from, const stac::Crs& to,
                                                             const std::array<double, 4>& area) override;

  /// A copy of the OGR object of a CRS, axes in easting/longitude first order. Throws Error{kInvalid} for a text that
  /// is no CRS.
  OGRSpatialReference spatial_reference(const stac::Crs& crs);

 private:
  std::string definition(const stac::Crs& crs);
  /// The object itself; m_mutex must be held as long as it is used, since even OGR's const functions fill caches in it.
  const OGRSpatialReference& known(const stac::Crs& crs);

  std::mutex m_mutex;
  std::map<std::string, std::unique_ptr<const OGRSpatialReference>> m_known;
};

}  // namespace stacvrt::driver
