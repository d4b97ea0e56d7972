// SPDX-License-Identifier: MIT
// ON_ERROR=SKIP in the engine: what is left out, for how long, and what becomes of tiles made before.
#include <array>
#include <cstring>
#include <utility>

#include "cube/skipped_items.h"
#include "tests/catch.h"
#include "tests/cube/fakes.h"

using namespace stacvrt;
using namespace stacvrt::cube;
using namespace stacvrt::cube::fakes;
using stac::Json;

namespace {

constexpr int kAlways = 1'000'000, kNoSum = -1;

// Three items on one row of three tiles: "a" and "c" on all, "b" on the last one only.
struct Series {
  World world;
  std::shared_ptr<const Plan> plan;
  Series() {
    const std::int64_t width = 3 * kTileSize;
    const auto add = [&](const char* id, const char* when, std::int64_t first, double value) {
      const auto count = static_cast<std::size_t>(width - first);
      world.add(id, when, grid_at(10.0 * static_cast<double>(first), 0, 10, width - first, 1),
                {{"red", std::vector<double>(count, value)}});
    };
    add("a", "2020-01-01", 0, 10);
    add("b", "2020-01-02", 2 * kTileSize, 20);
    add("c", "2020-01-03", 0, 40);
    plan = world.plan(Json::parse(R"({"bands": ["red"], "outputs": ["sum", "count"],
      "grid": {"crs": "EPSG:32633", "resolution": 10, "bounds": [0, -10, 15360, 0]}})"));
  }
};

// An engine with a cache of tiles of its own.
struct Bench {
  explicit Bench(Series& series, std::shared_ptr<SkippedItems> skipped, int threads = 1)
      : context{{}, threads},
        services{series.world.pixels, pool, tiles, memory},
        engine(series.plan, make_view(*series.plan, ""), 1, 1U << 28, threads, statistics, std::move(skipped)) {}
  // Sum and count at the first pixel of a tile.
  std::array<int, 2> first_of(std::int64_t number) {
    const auto areas = engine.tiles_in({0, 0, 3 * kTileSize, 1}, services.pixels);
    const auto tile = engine.tile(0, areas.at(static_cast<std::size_t>(number)), services, context);
    std::array<int, 2> values{};
    for (std::size_t band = 0; band < 2; ++band) {
      values[band] = value_at(tile->band(band));
    }
    return values;
  }

  int value_at(const std::byte* bytes) const {
    const auto as = [bytes]<class T>(T value) {
      std::memcpy(&value, bytes, sizeof value);
      return value == value ? static_cast<int>(value) : kNoSum;
    };
    switch (engine.view().type) {
      case stac::DataType::kFloat32:
        return as(0.F);
      case stac::DataType::kFloat64:
        return as(0.0);
      case stac::DataType::kUInt16:
        return as(std::uint16_t{0});
      default:
        return as(std::uint32_t{0});
    }
  }

  RequestContext context;
  ThreadPool pool;
  TileCache tiles{1U << 28};
  MemoryLedger memory{1U << 28};
  std::shared_ptr<PlanStatistics> statistics = std::make_shared<PlanStatistics>();
  EngineServices services;
  Engine engine;
};

using Values = std::array<int, 2>;

}  // namespace

TEST_CASE("An item that cannot be read is left out of the tile and named", "[cube]") {
  for (const int threads : {1, 4}) {
    Series series;
    series.world.pixels.fail_next("a/red", kAlways);
    series.world.pixels.fail_next("b/red", kAlways);
    const auto skipped = std::make_shared<SkippedItems>();
    Bench bench(series, skipped, threads);
    CHECK(bench.first_of(2) == Values{40, 1});
    REQUIRE(skipped->count() == 2);
    CHECK(skipped->entries()[0].id == "a");
    CHECK(skipped->entries()[1].id == "b");
    CHECK(skipped->entries()[0].reason.find("a/red") != std::string::npos);
    CHECK(skipped->take_untold().size() == 2);
    CHECK(skipped->take_untold().empty());
  }
}

TEST_CASE("Without ON_ERROR=SKIP it is an error", "[cube]") {
  Series series;
  series.world.pixels.fail_next("a/red", kAlways);
  Bench bench(series, nullptr);
  CHECK_THROWS_AS(bench.first_of(0), Error);
}

TEST_CASE("An item stays left out when it could be read again, on every tile and in every engine", "[cube]") {
  Series series;
  const auto skipped = std::make_shared<SkippedItems>();
  series.world.pixels.fail_next("c/red", 1);
  Bench bench(series, skipped), other(series, skipped);
  CHECK(bench.first_of(0) == Values{10, 1});
  CHECK(bench.first_of(2) == Values{30, 2});
  CHECK(other.first_of(0) == Values{10, 1});
}

TEST_CASE("Tiles made before an item failed are made again, those it does not touch are kept", "[cube]") {
  Series series;
  const auto skipped = std::make_shared<SkippedItems>();
  Bench bench(series, skipped);
  CHECK(bench.first_of(0) == Values{50, 2});
  CHECK(bench.first_of(2) == Values{70, 3});
  const auto computed = [&] { return bench.statistics->tiles_computed.load(); };
  CHECK(computed() == 2);
  skipped->add(1, "b", "gone");  // only on the last tile
  CHECK(bench.first_of(0) == Values{50, 2});
  CHECK(computed() == 2);
  CHECK(bench.first_of(2) == Values{50, 2});
  CHECK(computed() == 3);
  skipped->add(0, "a", "gone");
  CHECK(bench.first_of(0) == Values{40, 1});
  CHECK(bench.first_of(2) == Values{40, 1});
}

TEST_CASE("Where nothing can be read the tile is empty", "[cube]") {
  Series series;
  for (const char* path : {"a/red", "b/red", "c/red"}) series.world.pixels.fail_next(path, kAlways);
  const auto skipped = std::make_shared<SkippedItems>();
  Bench bench(series, skipped, 2);
  CHECK(bench.first_of(2) == Values{kNoSum, 0});
  CHECK(skipped->count() == 3);
}

TEST_CASE("A read that somebody else's host stopped is done for those who wait", "[cube]") {
  Series series;
  Bench bench(series, nullptr);
  bool stopped = false;
  struct Stopping : PixelSource {
    Stopping(PixelSource& source, bool& flag) : inner(source), was_stopped(flag) {}
    RasterInfo describe(const SourceBand& source) override { return inner.describe(source); }
    std::optional<double> read(const SourceBand& source, const PixelWindow& window, kernels::LaneType type,
                               void* buffer) override {
      if (!std::exchange(was_stopped, true)) throw Error(ErrorCode::kCancelled, "the user stopped the read");
      return inner.read(source, window, type, buffer);
    }
    PixelSource& inner;
    bool& was_stopped;
  } pixels(series.world.pixels, stopped);
  const EngineServices services{pixels, bench.pool, bench.tiles, bench.memory};
  const PixelWindow area = bench.engine.tiles_in({0, 0, 1, 1}, pixels).front();
  CHECK(bench.engine.tile(0, area, services, bench.context) != nullptr);
  RequestContext mine = bench.context;
  mine.cancelled = [] { return true; };
  stopped = false;
  Bench fresh(series, nullptr);
  const EngineServices again{pixels, fresh.pool, fresh.tiles, fresh.memory};
  CHECK_THROWS_AS(fresh.engine.tile(0, area, again, mine), Error);
}
