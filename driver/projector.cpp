// SPDX-License-Identifier: MIT
#include "driver/projector.h"

#include <proj.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <string_view>
#include <vector>

#include "stac/error.h"

namespace stacvrt::driver {

namespace {

constexpr double kMetresPerDegree = 111319.49079327358;

struct ContextDelete {
  void operator()(PJ_CONTEXT* context) const { proj_context_destroy(context); }
};
struct PjDelete {
  void operator()(PJ* pj) const { proj_destroy(pj); }
};
using Context = std::unique_ptr<PJ_CONTEXT, ContextDelete>;
using Pj = std::unique_ptr<PJ, PjDelete>;

// A context that searches where GDAL's do.
Context make_context() {
  Context context(proj_context_create());
  proj_log_level(context.get(), PJ_LOG_NONE);
  const CPLStringList paths(OSRGetPROJSearchPaths(), TRUE);
  if (paths.Count() > 0) proj_context_set_search_paths(context.get(), paths.Count(), paths.List());
  return context;
}

// A PJ and the context it lives in; PROJ objects belong to one thread at a time.
struct Worker {
  Context context;
  Pj pj;
};

class PinnedOperation : public cube::CoordinateOperation {
 public:
  explicit PinnedOperation(Worker first) { m_idle.push_back(std::move(first)); }

  void apply(std::size_t count, double* x, double* y) const override {
    Worker worker = take();
    constexpr std::size_t kStride = sizeof(double);
    proj_trans_generic(worker.pj.get(), PJ_FWD, x, kStride, count, y, kStride, count, nullptr, 0, 0, nullptr, 0, 0);
    proj_errno_reset(worker.pj.get());
    for (std::size_t i = 0; i < count; ++i)
      if (!std::isfinite(x[i]) || !std::isfinite(y[i])) x[i] = y[i] = std::numeric_limits<double>::quiet_NaN();
    const std::lock_guard lock(m_mutex);
    m_idle.push_back(std::move(worker));
  }

 private:
  // An idle worker, or a copy of one; the last idle one is never given away, so that there is always one to copy.
  Worker take() const {
    const std::lock_guard lock(m_mutex);
    if (m_idle.size() > 1) {
      Worker worker = std::move(m_idle.back());
      m_idle.pop_back();
      return worker;
    }
    Worker copy{make_context(), nullptr};
    copy.pj.reset(proj_clone(copy.context.get(), m_idle.front().pj.get()));
    if (!copy.pj) throw Error(ErrorCode::kInvalid, "a coordinate operation cannot be copied for another thread");
    return copy;
  }

  mutable std::mutex m_mutex;
  mutable std::vector<Worker> m_idle;
};

std::unique_ptr<OGRSpatialReference> parse_crs(const stac::Crs& crs) {
  // A document's text must not make GDAL open files or URLs.
  const char* const options[] = {"ALLOW_NETWORK_ACCESS=NO", "ALLOW_FILE_ACCESS=NO", nullptr};
  auto srs = std::make_unique<OGRSpatialReference>();
  CPLPushErrorHandler(CPLQuietErrorHandler);
  const OGRErr result = srs->SetFromUserInput(crs.text.c_str(), options);
  CPLPopErrorHandler();
  CPLErrorReset();
  if (result != OGRERR_NONE) {
    const std::string shown = crs.text.size() > 80 ? crs.text.substr(0, 80) + "..." : crs.text;
    throw Error(
        ErrorCode::kInvalid,
        "'" + shown + "' is no coordinate reference system; use an authority code such as EPSG:6933, WKT or PROJJSON");
  }
  if (srs->IsGeocentric() || (!srs->IsProjected() && !srs->IsGeographic()))
    throw Error(ErrorCode::kInvalid, "'" + crs.text.substr(0, 80) +
                                         "' has no map coordinates; use a projected or geographic reference system");
  srs->SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
  return srs;
}

// Whether PROJ reads the text as OGR does: a code of EPSG, or OGC's longitudes and latitudes.
bool is_code(std::string_view text) {
  constexpr std::string_view kPrefix = "EPSG:";
  return text == cube::kLonLat.text ||
         (text.starts_with(kPrefix) && text.find_first_not_of("0123456789", kPrefix.size()) == std::string_view::npos);
}

// Longitudes and latitudes around `area`, or nothing when it cannot be told.
bool geographic_area(PJ_CONTEXT* context, PJ* from, const std::array<double, 4>& area, std::array<double, 4>& lonlat) {
  const Pj lonlat_crs(proj_create(context, "OGC:CRS84"));
  Pj operation(proj_create_crs_to_crs_from_pj(context, from, lonlat_crs.get(), nullptr, nullptr));
  if (operation) operation.reset(proj_normalize_for_visualization(context, operation.get()));
  if (!operation) return false;
  if (proj_trans_bounds(context, operation.get(), PJ_FWD, area[0], area[1], area[2], area[3], lonlat.data(), &lonlat[1],
                        &lonlat[2], &lonlat[3], 21) == 0)
    return false;
  // An area of interest lies within -180 and 180; west of it is east of east where it crosses the antimeridian.
  const bool whole = std::abs(lonlat[2] - lonlat[0]) >= 360;
  const auto wrapped = [](double lon) { return lon < -180 || lon > 180 ? lon - 360 * std::round(lon / 360) : lon; };
  lonlat[0] = whole ? -180 : wrapped(lonlat[0]);
  lonlat[2] = whole ? 180 : wrapped(lonlat[2]);
  return true;
}

// The first operation in PROJ's order of preference for the area whose grids are at hand.
Pj best_operation(PJ_CONTEXT* context, PJ* from, PJ* to, const std::array<double, 4>& area) {
  PJ_OPERATION_FACTORY_CONTEXT* factory = proj_create_operation_factory_context(context, nullptr);
  if (!factory) return nullptr;
  proj_operation_factory_context_set_spatial_criterion(context, factory, PROJ_SPATIAL_CRITERION_PARTIAL_INTERSECTION);
  proj_operation_factory_context_set_grid_availability_use(context, factory,
                                                           PROJ_GRID_AVAILABILITY_DISCARD_OPERATION_IF_MISSING_GRID);
  std::array<double, 4> lonlat{};
  if (geographic_area(context, from, area, lonlat))
    proj_operation_factory_context_set_area_of_interest(context, factory, lonlat[0], lonlat[1], lonlat[2], lonlat[3]);
  PJ_OBJ_LIST* candidates = proj_create_operations(context, from, to, factory);
  Pj best;
  for (int i = 0; candidates && i < proj_list_get_count(candidates) && !best; ++i) {
    const Pj candidate(proj_list_get(context, candidates, i));
    if (candidate && proj_coordoperation_is_instantiable(context, candidate.get()))
      best.reset(proj_normalize_for_visualization(context, candidate.get()));
  }
  proj_list_destroy(candidates);
  proj_operation_factory_context_destroy(factory);
  return best;
}

}  // namespace

std::string wkt_of(const OGRSpatialReference& srs) {
  const char* const options[] = {"FORMAT=WKT2_2019", nullptr};
  char* text = nullptr;
  srs.exportToWkt(&text, options);
  std::string wkt = text ? text : "";
  CPLFree(text);
  return wkt;
}

const OGRSpatialReference& GdalProjector::known(const stac::Crs& crs) {
  auto& srs = m_known[crs.text];
  if (!srs) srs = parse_crs(crs);
  return *srs;
}

OGRSpatialReference GdalProjector::spatial_reference(const stac::Crs& crs) {
  const std::lock_guard lock(m_mutex);
  return known(crs);
}

bool GdalProjector::same(const stac::Crs& a, const stac::Crs& b) {
  if (a.text == b.text) return true;
  const char* const options[] = {"IGNORE_DATA_AXIS_TO_SRS_AXIS_MAPPING=YES", nullptr};
  const std::lock_guard lock(m_mutex);
  return known(a).IsSame(&known(b), options) != 0;
}

void GdalProjector::check(const stac::Crs& crs) {
  const std::lock_guard lock(m_mutex);
  (void)known(crs);
}

double GdalProjector::metres_per_unit(const stac::Crs& crs) {
  const std::lock_guard lock(m_mutex);
  const OGRSpatialReference& srs = known(crs);
  if (srs.IsGeographic()) return kMetresPerDegree;
  const char* unit = nullptr;
  return srs.GetLinearUnits(&unit);
}

double GdalProjector::full_turn(const stac::Crs& crs) {
  const std::lock_guard lock(m_mutex);
  const OGRSpatialReference& srs = known(crs);
  if (!srs.IsGeographic()) return 0;
  const double turn = 2 * std::numbers::pi / srs.GetAngularUnits();
  // The unit is written with fewer digits than its number of full turns is whole.
  return std::abs(turn - std::round(turn)) < 1e-6 ? std::round(turn) : turn;
}

// What PROJ makes the CRS of. Operations between CRSs that it knows by their codes are found ten times as soon: in WKT
// the datum has none, and is searched for.
std::string GdalProjector::definition(const stac::Crs& crs) {
  const OGRSpatialReference srs = spatial_reference(crs);  // which refuses what is none
  return is_code(crs.text) ? crs.text : wkt_of(srs);
}

std::shared_ptr<const cube::CoordinateOperation> GdalProjector::operation(const stac::Crs& from, const stac::Crs& to,
                                                                          const std::array<double, 4>& area) {
  Worker worker{make_context(), nullptr};
  PJ_CONTEXT* context = worker.context.get();
  const Pj source(proj_create(context, definition(from).c_str()));
  const Pj target(proj_create(context, definition(to).c_str()));
  if (source && target) worker.pj = best_operation(context, source.get(), target.get(), area);
  if (!worker.pj)
    throw Error(ErrorCode::kInvalid, "there is no coordinate operation from '" + from.text + "' to '" + to.text + "'");
  return std::make_shared<PinnedOperation>(std::move(worker));
}

}  // namespace stacvrt::driver
