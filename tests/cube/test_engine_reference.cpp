// SPDX-License-Identifier: MIT
// The block engine against the definitions, pixel by pixel in plain loops, on random worlds: equal bit for bit,
// whatever the threads, the memory budget and the cache. Positions, weights and values are short binary fractions, so
// that the order of additions cannot matter.
#include <algorithm>
#include <cmath>

#include "tests/catch.h"
#include "tests/cube/fakes.h"
#include "tests/cube/random_world.h"

namespace {

using namespace stacvrt;
using namespace stacvrt::cube;
using fakes::Rendered;
using namespace random_world;

void classify(const Setting& setting, Case& one) {
  const std::int64_t width = one.basis.width_px, height = one.basis.height_px;
  const auto class_at = [&](std::int64_t x, std::int64_t y) {
    return one.scl[static_cast<std::size_t>(y / 2 * one.coarse.width_px + x / 2)];
  };
  const int radius = setting.dilated ? kDilation : 0;
  for (std::int64_t y = 0; y < height; ++y)
    for (std::int64_t x = 0; x < width; ++x) {
      bool bad = false;
      for (std::int64_t dy = -radius; dy <= radius; ++dy)
        for (std::int64_t dx = -radius; dx <= radius; ++dx) {
          const bool inside = x + dx >= 0 && x + dx < width && y + dy >= 0 && y + dy < height;
          if (inside && dx * dx + dy * dy <= radius * radius && class_at(x + dx, y + dy) == kCloud) bad = true;
        }
      one.mask_bad.push_back(bad);
      one.mask_known.push_back(class_at(x, y) != 0);
    }
}

// What an item knows of one basis pixel for a set of bands.
struct State {
  bool data = false;  // valid or bad
  bool bad = false;
};

double value_at(const Case& one, int band, std::int64_t x, std::int64_t y) {
  const auto& plane = one.bands[static_cast<std::size_t>(band)];
  return band == 2 ? plane[static_cast<std::size_t>(y / 2 * one.coarse.width_px + x / 2)]
                   : plane[static_cast<std::size_t>(y * one.basis.width_px + x)];
}

State state_of(const Setting& setting, const Case& one, const std::vector<int>& set, std::int64_t x, std::int64_t y) {
  if (x < 0 || y < 0 || x >= one.basis.width_px || y >= one.basis.height_px) return {};
  const auto at = static_cast<std::size_t>(y * one.basis.width_px + x);
  State state{one.mask_known[at] != 0, one.mask_bad[at] != 0};
  for (const int band : set) {
    if (one.bands[static_cast<std::size_t>(band)].empty()) return {};
    const double value = value_at(one, band, x, y);
    const double physical = (value + one.offset_dn) * kScale;
    if (value == 0) state.data = false;
    if (setting.ranged && (physical < kRange[0] || physical > kRange[1])) state.bad = true;
  }
  state.bad = state.bad && state.data;
  return state;
}

// The weight of a basis pixel along one axis, before any neighbour drops out.
double weight_of(const Setting& setting, double position, double pixel) {
  const double distance = std::abs(position - 0.5 - pixel), x = distance, half = 5 / setting.pixel;
  if (setting.resampling == "bilinear") return std::max(1 - distance, 0.0);
  if (setting.resampling == "average")
    return std::max(std::min(position + half, pixel + 1) - std::max(position - half, pixel), 0.0);
  if (x >= 2) return 0;
  return x < 1 ? 1.5 * x * x * x - 2.5 * x * x + 1 : -0.5 * x * x * x + 2.5 * x * x - 4 * x + 2;
}

// The value at position (col, row) of the basis, whose own pixel is valid; rounded to Float32 as samples are.
double sampled(const Setting& setting, const Case& one, const std::vector<int>& set, int band, double col, double row) {
  if (setting.resampling == "nearest")
    return value_at(one, band, static_cast<std::int64_t>(std::floor(col)), static_cast<std::int64_t>(std::floor(row))) +
           one.offset_dn;
  constexpr int kReach = 4;
  double sum = 0, weights = 0;
  Values used;
  bool dropped = false;
  for (int dy = -kReach; dy <= kReach; ++dy)
    for (int dx = -kReach; dx <= kReach; ++dx) {
      const double x = std::floor(col) + dx, y = std::floor(row) + dy;
      const double weight = weight_of(setting, col, x) * weight_of(setting, row, y);
      if (weight == 0) continue;
      const auto ix = static_cast<std::int64_t>(x), iy = static_cast<std::int64_t>(y);
      const State state = state_of(setting, one, set, ix, iy);
      if (!state.data || state.bad) {
        dropped = true;
        continue;
      }
      used.push_back(value_at(one, band, ix, iy) + one.offset_dn);
      sum += weight * used.back();
      weights += weight;
    }
  double mean = sum / weights;
  if (setting.resampling == "cubic" && dropped) {
    const auto [low, high] = std::minmax_element(used.begin(), used.end());
    mean = std::clamp(mean, *low, *high);
  }
  return static_cast<double>(static_cast<float>(mean));
}

// The samples of one target pixel for one set, and how many observations have data there.
struct Samples {
  std::vector<Values> values;  // [sample][band of the set]
  int total = 0;
};

Samples samples_at(const Setting& setting, const std::vector<std::vector<const Case*>>& groups,
                   const std::vector<int>& set, std::int64_t column, std::int64_t line) {
  Samples samples;
  const double x = 10 * (static_cast<double>(column) + 0.5);
  const double y = 10 * (static_cast<double>(setting.height_px - line) - 0.5);
  for (const auto& group : groups) {
    bool covered = false, cloudy = false;
    std::optional<Values> first;
    for (const Case* one : group) {
      const auto& t = one->basis.transform;
      const double col = (x / one->crs_factor - t.c) / t.a, row = (y / one->crs_factor - t.f) / t.e;
      const State state = state_of(setting, *one, set, static_cast<std::int64_t>(std::floor(col)),
                                   static_cast<std::int64_t>(std::floor(row)));
      covered = covered || state.data;
      cloudy = cloudy || state.bad;
      if (!state.data || state.bad || first) continue;
      first.emplace();
      for (const int band : set) first->push_back(sampled(setting, *one, set, band, col, row));
    }
    samples.total += covered;
    if (first && !(setting.cloud_wins && cloudy)) samples.values.push_back(*first);
  }
  return samples;
}

double order_statistic(Values sorted, double p) {
  std::sort(sorted.begin(), sorted.end());
  const double h = static_cast<double>(sorted.size() - 1) * p / 100;
  const auto low = static_cast<std::size_t>(std::floor(h));
  const double a = sorted[low], b = sorted[std::min(low + 1, sorted.size() - 1)];
  return a + (b - a) * (h - std::floor(h));
}

double packed(double value) {
  return std::clamp(std::nearbyint(value), 1.0, 65535.0);
}

// All output bands of one pixel, as recipe_of orders them.
Values expected_at(const Setting& setting, const std::vector<std::vector<const Case*>>& groups, std::int64_t column,
                   std::int64_t line) {
  const Samples all = samples_at(setting, groups, {0, 1, 2}, column, line);
  const Samples red = samples_at(setting, groups, {0}, column, line);
  const auto of_band = [](const Samples& samples, std::size_t band) {
    Values values;
    for (const Values& sample : samples.values) values.push_back(sample[band]);
    return values;
  };
  Values result;
  const auto add = [&](const Samples& samples, std::size_t band, double p) {
    result.push_back(samples.values.empty() ? 0 : packed(order_statistic(of_band(samples, band), p)));
  };
  for (std::size_t band = 0; band < 3; ++band) add(all, band, 50);
  result.push_back(static_cast<double>(all.values.size()));
  result.push_back(all.total);
  for (const double p : {10.0, 75.0})
    for (std::size_t band = 0; band < 3; ++band) add(all, band, p);
  add(red, 0, 100);
  result.push_back(red.total);
  return result;
}

std::vector<std::vector<const Case*>> grouped(const Setting& setting, const std::vector<Case>& cases) {
  std::vector<const Case*> order;
  for (const Case& one : cases) order.push_back(&one);
  std::sort(order.begin(), order.end(),
            [](const Case* a, const Case* b) { return std::pair(a->datetime, a->id) < std::pair(b->datetime, b->id); });
  std::vector<std::vector<const Case*>> groups;
  for (const Case* one : order) {
    const bool same_day = !groups.empty() && setting.solar_days &&
                          groups.back().front()->datetime.substr(0, 10) == one->datetime.substr(0, 10);
    if (!same_day) groups.emplace_back();
    groups.back().push_back(one);
  }
  return groups;
}

void compare(const Setting& setting) {
  INFO("seed " << setting.seed << ", aligned " << setting.aligned << ", reprojected " << setting.reprojected << ", "
               << setting.resampling << " of " << setting.pixel << ", cloud-wins " << setting.cloud_wins
               << ", solar days " << setting.solar_days << ", dilated " << setting.dilated << ", ranged "
               << setting.ranged);
  std::vector<Case> cases = random_cases(setting);
  const auto world = world_of(cases);
  for (Case& one : cases) classify(setting, one);
  const auto plan = world->plan(recipe_of(setting));
  REQUIRE(plan->grid.width_px == setting.width_px);
  const Rendered rendered = fakes::render(world->pixels, plan);
  REQUIRE(rendered.type == stac::DataType::kUInt16);
  std::vector<Values> bands;
  for (std::size_t b = 0; b < 13; ++b) bands.push_back(rendered.band(b));

  const auto groups = grouped(setting, cases);
  std::size_t valid = 0, wrong = 0;
  for (std::int64_t y = 0; y < setting.height_px; ++y)
    for (std::int64_t x = 0; x < setting.width_px; ++x) {
      const Values expected = expected_at(setting, groups, x, y);
      const auto at = static_cast<std::size_t>(y * setting.width_px + x);
      valid += expected[3] >= 2;
      for (std::size_t b = 0; b < expected.size(); ++b)
        if (bands[b][at] != expected[b] && ++wrong <= 3)
          UNSCOPED_INFO("band " << b << " at " << x << ", " << y << ": " << bands[b][at] << " instead of "
                                << expected[b]);
    }
  CHECK(wrong == 0);
  CHECK(valid > 0);  // a world in which something happens

  const std::size_t least = MemoryShares::least_budget(StripMemory(*plan, make_view(*plan, ""), 4).minimum());
  for (const fakes::Terms& terms : {fakes::Terms{1, least, 0}, fakes::Terms{3, least, 1 << 20},
                                    fakes::Terms{3, least * 9, 1 << 28}, fakes::Terms{4, std::size_t{1} << 30, 0}})
    CHECK(fakes::render(world->pixels, plan, terms).bytes == rendered.bytes);
  CHECK(fakes::render(world->pixels, plan, {2, least * 2, 0}, "reddest").band(0) == bands[11]);
}

}  // namespace

TEST_CASE("Aligned items compose exactly as the definitions say", "[cube]") {
  Setting setting{1, 531, 45};
  compare(setting);
  setting = {2, 533, 31};
  setting.cloud_wins = true;
  compare(setting);
  setting = {3, 77, 525};
  setting.dilated = setting.ranged = setting.offsets = false;
  compare(setting);
}

TEST_CASE("Shifted and reprojected items compose exactly, nearest", "[cube]") {
  Setting setting{11, 1037, 23};
  setting.aligned = false;
  compare(setting);
  setting = {12, 523, 41};
  setting.reprojected = true;
  setting.solar_days = false;
  compare(setting);
  setting = {13, 59, 519};
  setting.aligned = false;
  setting.reprojected = true;
  setting.cloud_wins = true;
  setting.offsets = false;
  compare(setting);
}

TEST_CASE("Shifted and reprojected items compose exactly, bilinear", "[cube]") {
  Setting setting{21, 541, 37};
  setting.aligned = false;
  setting.resampling = "bilinear";
  compare(setting);
  setting = {22, 517, 43};
  setting.reprojected = true;
  setting.resampling = "bilinear";
  setting.cloud_wins = true;
  compare(setting);
  setting = {23, 61, 521};
  setting.aligned = false;
  setting.reprojected = true;
  setting.resampling = "bilinear";
  setting.solar_days = false;
  setting.dilated = false;
  compare(setting);
}

TEST_CASE("Shifted and reprojected items compose exactly, cubic", "[cube]") {
  Setting setting{24, 541, 37};
  setting.aligned = false;
  setting.resampling = "cubic";
  compare(setting);
  setting.reprojected = true;
  setting.cloud_wins = true;
  compare(setting);
}

TEST_CASE("Finer, shifted and reprojected items compose exactly, as averages", "[cube]") {
  for (const double pixel : {10.0, 5.0, 2.5}) {
    Setting setting{25, 141, 137};
    setting.aligned = false;
    setting.resampling = "average";
    setting.pixel = pixel;
    compare(setting);
    setting.reprojected = true;
    setting.cloud_wins = true;
    compare(setting);
  }
}

TEST_CASE("Many small random worlds compose exactly", "[cube]") {
  for (unsigned seed = 100; seed < 132; ++seed) {
    Setting setting{seed, 40 + seed % 7, 20 + seed % 5};
    setting.aligned = seed & 1;
    setting.reprojected = seed & 2;
    if (seed & 4) setting.resampling = "bilinear";
    setting.cloud_wins = seed & 8;
    setting.solar_days = seed % 3 != 0;
    setting.dilated = seed & 16;
    setting.ranged = seed % 5 != 0;
    setting.offsets = seed % 4 != 0;
    compare(setting);
  }
}
