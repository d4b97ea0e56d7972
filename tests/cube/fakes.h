// SPDX-License-Identifier: MIT
// A world in memory for tests of the planner and the block engine: rasters with read counters and failures to order,
// CRSs that are affine maps of one plane, and items made of JSON as catalogues write them. Knows no expected results.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "cube/engine.h"
#include "cube/plan.h"
#include "stac/catalogue.h"

namespace stacvrt::cube::fakes {

/// A raster: [band][row][column], values as doubles that its type can hold.
struct FakeRaster {
  stac::PixelGrid grid;
  stac::DataType type = stac::DataType::kUInt16;
  std::optional<double> nodata;
  std::vector<std::vector<double>> planes;
};

/// Rasters by path. Thread-safe once all are added.
class FakePixelSource : public PixelSource {
 public:
  void add(const std::string& path, FakeRaster raster);
  [[nodiscard]] const FakeRaster& raster(const std::string& path) const { return m_rasters.at(path); }
  /// The next `times` reads of the path throw kIo.
  void fail_next(const std::string& path, int times);
  [[nodiscard]] int reads(const std::string& path) const;
  [[nodiscard]] int reads() const;  ///< of all paths
  [[nodiscard]] int descriptions() const { return m_descriptions; }
  [[nodiscard]] PixelWindow last_window(const std::string& path) const;

  RasterInfo describe(const SourceBand& source) override;
  std::optional<double> read(const SourceBand& source, const PixelWindow& window, kernels::LaneType type,
                             void* buffer) override;

 private:
  std::map<std::string, FakeRaster> m_rasters;
  std::atomic<int> m_descriptions{0};
  mutable std::mutex m_mutex;  // guards what follows
  std::map<std::string, int> m_reads;
  std::map<std::string, int> m_failures;
  std::map<std::string, PixelWindow> m_windows;
};

/// CRSs as affine maps into one plane, whose coordinates are those of CRS "EPSG:32633"; longitude and latitude are that
/// plane divided by 100 000. All arithmetic is exact for short binary fractions.
class FakeProjector : public Projector {
 public:
  FakeProjector();
  /// x of the plane = a x + b y + c ..., for coordinates x, y in the CRS.
  void define(const std::string& name, const stac::Affine& to_plane) { m_to_plane[name] = to_plane; }

  bool same(const stac::Crs& a, const stac::Crs& b) override;
  void check(const stac::Crs& crs) override { (void)to_plane(crs); }
  double metres_per_unit(const stac::Crs& crs) override;
  /// 360 of longitudes and latitudes.
  double full_turn(const stac::Crs& crs) override { return crs == kLonLat ? 360 : 0; }
  std::shared_ptr<const CoordinateOperation> operation(const stac::Crs& from, const stac::Crs& to,
                                                       const std::array<double, 4>& area) override;

 private:
  const stac::Affine& to_plane(const stac::Crs& crs) const;
  std::map<std::string, stac::Affine> m_to_plane;
};

/// An item's JSON, grown call by call. Assets lie on the grid set before them.
class ItemBuilder {
 public:
  ItemBuilder(const std::string& id, const std::string& datetime);
  ItemBuilder& property(const std::string& key, const stac::Json& value);
  ItemBuilder& geometry(const stac::Json& geometry);
  /// proj:code, proj:transform and proj:shape of the assets that follow.
  ItemBuilder& on(const stac::PixelGrid& grid);
  /// An asset whose href is "<id>/<key>", with `fields` over it ("raster:bands", "eo:bands", "roles", "type", ...).
  ItemBuilder& asset(const std::string& key, const stac::Json& fields = stac::Json::object());
  [[nodiscard]] stac::Item build() const;

 private:
  stac::Json m_json;
  std::optional<stac::PixelGrid> m_grid;
};

/// Fields of an asset with one band.
[[nodiscard]] stac::Json band_fields(const std::string& type, std::optional<double> nodata = {}, double scale = 1,
                                     double offset = 0);
/// north-up grid in "EPSG:32633" unless told otherwise.
[[nodiscard]] stac::PixelGrid grid_at(double left, double top, double resolution, std::int64_t width_px,
                                      std::int64_t height_px, const std::string& crs = "EPSG:32633");

/// One single-band asset of an item and its pixels.
struct Layer {
  std::string key;
  std::vector<double> values;
  std::string type = "uint16";
  std::optional<double> nodata = 0;
  double scale = 1, offset = 0;
  std::optional<stac::PixelGrid> grid = {};  ///< nothing: the item's
};

/// Items with their rasters.
struct World {
  FakePixelSource pixels;
  FakeProjector projector;
  std::vector<stac::Item> items;

  /// Adds an item and the rasters of its assets.
  void add(const std::string& id, const std::string& datetime, const stac::PixelGrid& grid,
           const std::vector<Layer>& layers);
  /// The plan of a recipe in JSON (its `items` key is filled in).
  [[nodiscard]] std::shared_ptr<const Plan> plan(stac::Json recipe);
  [[nodiscard]] PlanEnvironment environment();
};

/// One way to compute: what results must not depend on.
struct Terms {
  int threads = 1;
  std::size_t budget_bytes = std::size_t{1} << 30;
  std::size_t cache_bytes = std::size_t{1} << 28;
};

/// All pixels of a view: [band of the view][row][column] of View::type.
struct Rendered {
  stac::DataType type = stac::DataType::kUInt16;
  std::size_t pixels = 0;
  std::vector<std::byte> bytes;
  /// One band as numbers.
  [[nodiscard]] std::vector<double> band(std::size_t index) const;
};

/// Computes every tile of every window of a selection.
[[nodiscard]] Rendered render(PixelSource& pixels, const std::shared_ptr<const Plan>& plan, const Terms& terms = {},
                              const std::string& selection = {});

}  // namespace stacvrt::cube::fakes
