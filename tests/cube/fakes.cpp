// SPDX-License-Identifier: MIT
// The world in memory: see the header. Breaches of PixelSource's contract (windows outside the raster) are exceptions
// of another kind than Error, so that no test takes them for an expected failure.
#include "tests/cube/fakes.h"

#include <cstring>
#include <limits>
#include <stdexcept>

#include "cube/grid.h"
#include "cube/recipe_parser.h"

namespace stacvrt::cube::fakes {

namespace {

constexpr double kPlaneUnitsPerDegree = 100'000;

class AffineOperation : public CoordinateOperation {
 public:
  AffineOperation(const stac::Affine& to_plane, const stac::Affine& from_plane)
      : m_to_plane(to_plane), m_from_plane(from_plane) {}
  void apply(std::size_t count, double* x, double* y) const override {
    for (std::size_t i = 0; i < count; ++i) {
      map(m_to_plane, x[i], y[i]);
      map(m_from_plane, x[i], y[i]);
    }
  }

 private:
  static void map(const stac::Affine& t, double& x, double& y) {
    const double from_x = x, from_y = y;
    x = t.a * from_x + t.b * from_y + t.c;
    y = t.d * from_x + t.e * from_y + t.f;
  }
  stac::Affine m_to_plane, m_from_plane;
};

template <class T>
void copy_window(const std::vector<double>& plane, std::int64_t width_px, const PixelWindow& window, void* buffer) {
  T* out = static_cast<T*>(buffer);
  for (std::int64_t row = window.y; row < window.y + window.height_px; ++row)
    for (std::int64_t column = window.x; column < window.x + window.width_px; ++column)
      *out++ = static_cast<T>(plane[static_cast<std::size_t>(row * width_px + column)]);
}

template <class T>
std::vector<double> numbers(const std::byte* bytes, std::size_t count) {
  std::vector<T> values(count);
  std::memcpy(values.data(), bytes, count * sizeof(T));
  return {values.begin(), values.end()};
}

}  // namespace

void FakePixelSource::add(const std::string& path, FakeRaster raster) {
  for (const auto& plane : raster.planes)
    if (plane.size() != static_cast<std::size_t>(raster.grid.width_px * raster.grid.height_px))
      throw std::logic_error("fake raster " + path + ": its grid has another size than its values");
  m_rasters[path] = std::move(raster);
}

void FakePixelSource::fail_next(const std::string& path, int times) {
  const std::lock_guard lock(m_mutex);
  m_failures[path] = times;
}

int FakePixelSource::reads(const std::string& path) const {
  const std::lock_guard lock(m_mutex);
  const auto found = m_reads.find(path);
  return found == m_reads.end() ? 0 : found->second;
}

int FakePixelSource::reads() const {
  const std::lock_guard lock(m_mutex);
  int all = 0;
  for (const auto& [path, count] : m_reads) all += count;
  return all;
}

PixelWindow FakePixelSource::last_window(const std::string& path) const {
  const std::lock_guard lock(m_mutex);
  return m_windows.at(path);
}

RasterInfo FakePixelSource::describe(const SourceBand& source) {
  ++m_descriptions;
  const auto found = m_rasters.find(source.path);
  if (found == m_rasters.end()) throw Error(ErrorCode::kIo, "no raster '" + source.path + "'", source.where);
  const FakeRaster& raster = found->second;
  return {raster.grid, raster.type, raster.nodata, static_cast<int>(raster.planes.size())};
}

std::optional<double> FakePixelSource::read(const SourceBand& source, const PixelWindow& window, kernels::LaneType type,
                                            void* buffer) {
  {
    const std::lock_guard lock(m_mutex);
    ++m_reads[source.path];
    m_windows[source.path] = window;
    int& failures = m_failures[source.path];
    if (failures > 0) {
      --failures;
      throw Error(ErrorCode::kIo, "cannot read '" + source.path + "'", source.where);
    }
  }
  const FakeRaster& raster = m_rasters.at(source.path);
  const PixelWindow whole{0, 0, raster.grid.width_px, raster.grid.height_px};
  if (window.empty() || window.intersect(whole) != window)
    throw std::logic_error("read of " + source.path + " outside its pixels");
  const auto& plane = raster.planes.at(static_cast<std::size_t>(source.band - 1));
  switch (type) {
    case kernels::LaneType::kUInt16:
      copy_window<std::uint16_t>(plane, whole.width_px, window, buffer);
      break;
    case kernels::LaneType::kInt16:
      copy_window<std::int16_t>(plane, whole.width_px, window, buffer);
      break;
    case kernels::LaneType::kFloat32:
      copy_window<float>(plane, whole.width_px, window, buffer);
      break;
  }
  return source.nodata ? source.nodata : raster.nodata;
}

FakeProjector::FakeProjector() {
  define("EPSG:32633", {});
  define(kLonLat.text, {kPlaneUnitsPerDegree, 0, 0, 0, kPlaneUnitsPerDegree, 0});
}

const stac::Affine& FakeProjector::to_plane(const stac::Crs& crs) const {
  const auto found = m_to_plane.find(crs.text);
  if (found == m_to_plane.end()) throw Error(ErrorCode::kInvalid, "'" + crs.text + "' is no CRS");
  return found->second;
}

bool FakeProjector::same(const stac::Crs& a, const stac::Crs& b) {
  return to_plane(a) == to_plane(b);
}

double FakeProjector::metres_per_unit(const stac::Crs& crs) {
  return to_plane(crs).a;
}

std::shared_ptr<const CoordinateOperation> FakeProjector::operation(const stac::Crs& from, const stac::Crs& to,
                                                                    const std::array<double, 4>& /*area*/) {
  return std::make_shared<AffineOperation>(to_plane(from), inverse(to_plane(to)));
}

ItemBuilder::ItemBuilder(const std::string& id, const std::string& datetime)
    : m_json{{"type", "Feature"},
             {"stac_version", "1.0.0"},
             {"id", id},
             {"geometry", nullptr},
             {"properties", {{"datetime", datetime}}},
             {"links", stac::Json::array()},
             {"assets", stac::Json::object()}} {}

ItemBuilder& ItemBuilder::property(const std::string& key, const stac::Json& value) {
  m_json["properties"][key] = value;
  return *this;
}

ItemBuilder& ItemBuilder::geometry(const stac::Json& geometry) {
  m_json["geometry"] = geometry;
  return *this;
}

ItemBuilder& ItemBuilder::on(const stac::PixelGrid& grid) {
  m_grid = grid;
  return *this;
}

ItemBuilder& ItemBuilder::asset(const std::string& key, const stac::Json& fields) {
  stac::Json asset{{"href", m_json["id"].get<std::string>() + "/" + key}};
  if (m_grid) {
    const auto& t = m_grid->transform;
    asset["proj:code"] = m_grid->crs.text;
    asset["proj:transform"] = {t.a, t.b, t.c, t.d, t.e, t.f};
    asset["proj:shape"] = {m_grid->height_px, m_grid->width_px};
  }
  asset.update(fields);
  m_json["assets"][key] = asset;
  return *this;
}

stac::Item ItemBuilder::build() const {
  return stac::parse_items(m_json.dump(), "items.json").items.at(0);
}

stac::Json band_fields(const std::string& type, std::optional<double> nodata, double scale, double offset) {
  stac::Json band{{"data_type", type}, {"scale", scale}, {"offset", offset}};
  if (nodata) band["nodata"] = *nodata;
  stac::Json fields;
  fields["raster:bands"] = stac::Json::array({band});
  return fields;
}

stac::PixelGrid grid_at(double left, double top, double resolution, std::int64_t width_px, std::int64_t height_px,
                        const std::string& crs) {
  return {stac::Crs{crs}, {resolution, 0, left, 0, -resolution, top}, width_px, height_px};
}

void World::add(const std::string& id, const std::string& datetime, const stac::PixelGrid& grid,
                const std::vector<Layer>& layers) {
  ItemBuilder builder(id, datetime);
  for (const Layer& layer : layers) {
    const stac::PixelGrid pixel_grid = layer.grid.value_or(grid);
    builder.on(pixel_grid).asset(layer.key, band_fields(layer.type, layer.nodata, layer.scale, layer.offset));
    pixels.add(id + "/" + layer.key,
               {pixel_grid, *stac::data_type_from_name(layer.type), layer.nodata, {layer.values}});
  }
  items.push_back(builder.build());
}

PlanEnvironment World::environment() {
  return {pixels, projector, [](const std::string& href, const stac::Item&, const Where&) { return href; }};
}

std::shared_ptr<const Plan> World::plan(stac::Json recipe) {
  recipe["items"] = "items.json";
  return std::make_shared<Plan>(make_plan(parse_recipe(recipe, "test.stacvrt"), items, environment()));
}

std::vector<double> Rendered::band(std::size_t index) const {
  const std::byte* from = bytes.data() + index * pixels * stac::data_type_size(type);
  switch (type) {
    case stac::DataType::kUInt8:
      return numbers<std::uint8_t>(from, pixels);
    case stac::DataType::kInt8:
      return numbers<std::int8_t>(from, pixels);
    case stac::DataType::kUInt16:
      return numbers<std::uint16_t>(from, pixels);
    case stac::DataType::kInt16:
      return numbers<std::int16_t>(from, pixels);
    case stac::DataType::kUInt32:
      return numbers<std::uint32_t>(from, pixels);
    case stac::DataType::kInt32:
      return numbers<std::int32_t>(from, pixels);
    case stac::DataType::kFloat32:
      return numbers<float>(from, pixels);
    case stac::DataType::kFloat64:
      break;
  }
  return numbers<double>(from, pixels);
}

Rendered render(PixelSource& pixels, const std::shared_ptr<const Plan>& plan, const Terms& terms,
                const std::string& selection) {
  ThreadPool pool;
  TileCache tiles(terms.cache_bytes);
  MemoryLedger memory(terms.budget_bytes);
  const EngineServices services{pixels, pool, tiles, memory};
  const Engine engine(plan, make_view(*plan, selection), 1, terms.budget_bytes, terms.threads,
                      std::make_shared<PlanStatistics>());
  const View& view = engine.view();
  const RequestContext context{{}, terms.threads};
  Rendered result;
  result.type = view.type;
  result.pixels = static_cast<std::size_t>(plan->grid.width_px * plan->grid.height_px);
  const std::size_t size = stac::data_type_size(view.type);
  result.bytes.resize(view.bands.size() * result.pixels * size);
  const auto all = engine.tiles_in({0, 0, plan->grid.width_px, plan->grid.height_px}, pixels);
  pool.parallel_for(all.size() * view.windows.size(), context, [&](std::size_t task) {
    const PixelWindow& area = all[task % all.size()];
    const int window = view.windows[task / all.size()];
    const auto tile = engine.tile(window, area, services, context);
    for (std::size_t b = 0; b < view.bands.size(); ++b) {
      if (view.bands[b].window != window) continue;
      const std::byte* from = tile->band(static_cast<std::size_t>(view.bands[b].slot));
      for (std::int64_t row = 0; row < area.height_px; ++row) {
        const auto at = static_cast<std::size_t>((area.y + row) * plan->grid.width_px + area.x);
        const auto run = static_cast<std::size_t>(area.width_px) * size;
        std::memcpy(result.bytes.data() + (b * result.pixels + at) * size, from + static_cast<std::size_t>(row) * run,
                    run);
      }
    }
  });
  return result;
}

}  // namespace stacvrt::cube::fakes
