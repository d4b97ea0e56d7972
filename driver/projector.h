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

/// Thread-safe.
class GdalProjector : public cube::Projector {
 public:
  bool same(const stac::Crs& a, const stac::Crs& b) override;
  void check(const stac::Crs& crs) override;
  bool is_geographic(const stac::Crs& crs) override;
  double metres_per_unit(const stac::Crs& crs) override;
  std::shared_ptr<const cube::CoordinateOperation> operation(const stac::Crs& from, const stac::Crs& to,
                                                             const std::array<double, 4>& area) override;

  /// The OGR object of a CRS, axes in easting/longitude first order. Throws Error{kInvalid} for a text that is no CRS.
  std::shared_ptr<const OGRSpatialReference> spatial_reference(const stac::Crs& crs);

 private:
  std::mutex m_mutex;
  std::map<std::string, std::shared_ptr<const OGRSpatialReference>> m_known;
};

}  // namespace stacvrt::driver
