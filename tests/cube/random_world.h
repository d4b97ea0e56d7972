// SPDX-License-Identifier: MIT
// Random worlds of items for the comparison of the engine with the definitions: what lies where, and the recipe.
#pragma once

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "cube/grid.h"
#include "tests/cube/fakes.h"

namespace stacvrt::cube::random_world {

using fakes::grid_at;
using fakes::World;
using stac::Json;
using Values = std::vector<double>;

inline constexpr double kScale = 1.0 / 1024;
inline constexpr double kRange[2] = {0.5, 8};
inline constexpr int kDilation = 2;
inline constexpr int kCloud = 9;

// One item as the definitions see it; bands are red, nir (10 m) and swir (20 m, some items lack it).
struct Case {
  std::string id;
  std::string datetime;
  stac::PixelGrid basis, coarse;
  double crs_factor = 1;      // plane = coordinate * factor
  std::vector<Values> bands;  // empty: lacking
  Values scl;                 // on `coarse`
  double offset_dn = 0;
  std::vector<std::uint8_t> mask_bad, mask_known;  // on the basis
};

struct Setting {
  unsigned seed = 0;
  std::int64_t width_px = 0, height_px = 0;
  bool aligned = true;
  bool reprojected = false;
  std::string resampling = "nearest";
  double pixel = 10;  // of the finest bands, on the ground
  bool cloud_wins = false;
  bool solar_days = true;
  bool dilated = true;
  bool ranged = true;
  bool offsets = true;
};

class Random {
 public:
  explicit Random(unsigned seed) : m_engine(seed) {}
  int below(int limit) { return static_cast<int>(m_engine() % static_cast<unsigned>(limit)); }

 private:
  std::mt19937 m_engine;
};

// Blobs of class 9 and of no data (0) on class 4.
inline Values random_classes(Random& random, std::int64_t width_px, std::int64_t height_px) {
  Values plane(static_cast<std::size_t>(width_px * height_px), 4);
  for (int blob = 0; blob < 14; ++blob) {
    const double value = blob % 3 ? kCloud : 0;
    const int left = random.below(static_cast<int>(width_px)), top = random.below(static_cast<int>(height_px));
    const int wide = 1 + random.below(1 + static_cast<int>(width_px) / 3), high = 1 + random.below(9);
    for (std::int64_t y = top; y < std::min<std::int64_t>(top + high, height_px); ++y)
      for (std::int64_t x = left; x < std::min<std::int64_t>(left + wide, width_px); ++x)
        plane[static_cast<std::size_t>(y * width_px + x)] = value;
  }
  return plane;
}

inline Values random_values(Random& random, std::int64_t width_px, std::int64_t height_px) {
  Values plane(static_cast<std::size_t>(width_px * height_px));
  for (double& value : plane) value = random.below(12) == 0 ? 0 : 300 + random.below(9000);
  return plane;
}

inline std::vector<Case> random_cases(const Setting& setting) {
  Random random(setting.seed);
  std::vector<Case> cases;
  for (int i = 0; i < 9; ++i) {
    Case one;
    one.id = std::string(1, static_cast<char>('a' + random.below(26))) + std::to_string(i);
    one.datetime =
        "2020-03-0" + std::to_string(1 + random.below(5)) + "T10:00:0" + std::to_string(random.below(3)) + "Z";
    const bool other_crs = setting.reprojected && i % 2;
    one.crs_factor = other_crs ? 2 : 1;
    const double step = setting.aligned && !other_crs ? 10 : 2.5;
    const auto width = 2 * (20 + random.below(static_cast<int>(setting.width_px) * 2 / 5));
    const auto height = 2 * (4 + random.below(static_cast<int>(setting.height_px) * 2 / 5));
    const double left = step * random.below(static_cast<int>(static_cast<double>(setting.width_px) * 10 / step)) - 200;
    const double top = step * random.below(static_cast<int>(static_cast<double>(setting.height_px) * 10 / step)) + 100;
    const std::string crs = other_crs ? "EPSG:32634" : "EPSG:32633";
    const double f = one.crs_factor;
    one.basis = grid_at(left / f, top / f, setting.pixel / f, width, height, crs);
    one.coarse = grid_at(left / f, top / f, 2 * setting.pixel / f, width / 2, height / 2, crs);
    one.bands = {random_values(random, width, height), random_values(random, width, height)};
    one.bands.push_back(i % 4 == 3 ? Values{} : random_values(random, width / 2, height / 2));
    one.scl = random_classes(random, width / 2, height / 2);
    if (setting.offsets && i % 3 == 1) one.offset_dn = -250;
    cases.push_back(std::move(one));
  }
  return cases;
}

inline std::unique_ptr<World> world_of(const std::vector<Case>& cases) {
  auto world = std::make_unique<World>();
  world->projector.define("EPSG:32634", {2, 0, 0, 0, 2, 0});
  for (const Case& one : cases) {
    const double offset = one.offset_dn * kScale;
    std::vector<fakes::Layer> layers{{"red", one.bands[0], "uint16", 0, kScale, offset},
                                     {"nir", one.bands[1], "uint16", 0, kScale, offset}};
    if (!one.bands[2].empty()) layers.push_back({"swir", one.bands[2], "uint16", 0, kScale, offset, one.coarse});
    layers.push_back({"scl", one.scl, "uint8", std::nullopt, 1, 0, one.coarse});
    world->add(one.id, one.datetime, one.basis, layers);
  }
  return world;
}

inline Json recipe_of(const Setting& setting) {
  Json recipe = Json::parse(R"({
    "bands": ["red", "nir", "swir"],
    "mask": [{"asset": "scl", "exclude": [9], "nodata": [0]}],
    "outputs": ["median", "count", "total", {"reduce": "percentile", "p": [10, 75]},
                {"reduce": "max", "of": "red", "name": "reddest"}, {"reduce": "total", "of": "red", "name": "seen"}]
  })");
  if (setting.dilated) recipe["mask"][0]["cleanup"] = Json::array({Json::array({"dilation", kDilation})});
  if (setting.ranged) recipe["mask"].push_back({{"valid_range", {kRange[0], kRange[1]}}});
  recipe["time"] = {{"group", setting.solar_days ? "solar_day" : "none"},
                    {"fuse", setting.cloud_wins ? "cloud-wins" : "clear-first"}};
  recipe["grid"] = {{"crs", "EPSG:32633"},
                    {"resolution", 10},
                    {"bounds", {0, 0, 10 * setting.width_px, 10 * setting.height_px}},
                    {"resampling", setting.resampling}};
  return recipe;
}

}  // namespace stacvrt::cube::random_world
