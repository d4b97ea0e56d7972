// SPDX-License-Identifier: MIT
#include "cube/strip.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <tuple>
#include <utility>

#include "cube/grid.h"
#include "cube/position_lattice.h"

namespace stacvrt::cube {

namespace {

struct Range {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
  void include(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
};

// The columns and rows of an item that positions reach.
struct Reach {
  Range columns, rows;
  void include(const Reach& other) {
    columns.low = std::min(columns.low, other.columns.low);
    columns.high = std::max(columns.high, other.columns.high);
    rows.low = std::min(rows.low, other.rows.low);
    rows.high = std::max(rows.high, other.rows.high);
  }
};

// Basis pixels from the first to the last position, with a margin, as far as they exist.
void clip(const Range& range, std::int64_t margin, std::int64_t side, std::int64_t& first, std::int64_t& count) {
  const double low = std::max(std::floor(range.low) - static_cast<double>(margin), 0.0);
  const double high = std::min(std::floor(range.high) + static_cast<double>(margin), static_cast<double>(side - 1));
  if (!(low <= high)) {
    first = count = 0;
    return;
  }
  first = static_cast<std::int64_t>(low);
  count = static_cast<std::int64_t>(high) - first + 1;
}

// A run of a strip's pixels, and where they begin among an item's.
struct Run {
  std::size_t first = 0, count = 0, to = 0;
};

// Columns and rows of a run of pixels, not yet relative to a window.
Reach place(const ItemPlan& item, const StripPositions::InCrs& in, const Run& run, ItemPositions& to) {
  const auto& t = item.basis.transform;
  const bool north_up = is_north_up(t);
  const stac::Affine i = inverse(t);
  const auto width = static_cast<double>(item.basis.width_px), height = static_cast<double>(item.basis.height_px);
  const double* const x = in.x.data() + run.first;
  const double* const y = in.y.data() + run.first;
  double* const to_col = to.col.data() + run.to;
  double* const to_row = to.row.data() + run.to;
  Reach reach;
  for (std::size_t k = 0; k < run.count; ++k) {
    const double col = north_up ? (x[k] - t.c) / t.a : i.a * x[k] + i.b * y[k] + i.c;
    const double row = north_up ? (y[k] - t.f) / t.e : i.d * x[k] + i.e * y[k] + i.f;
    to_col[k] = col;
    to_row[k] = row;
    // Only pixels that lie on the item decide which of its pixels matter.
    if (col >= 0 && col < width && row >= 0 && row < height) {
      reach.columns.include(col);
      reach.rows.include(row);
    }
  }
  return reach;
}

PixelWindow window_of(const Reach& reach, const ItemPlan& item) {
  PixelWindow window;
  clip(reach.columns, item.kernel_px[0], item.basis.width_px, window.x, window.width_px);
  clip(reach.rows, item.kernel_px[1], item.basis.height_px, window.y, window.height_px);
  return window.empty() ? PixelWindow{} : window;
}

// Where an item is reached its columns and rows are at least the window's, so that the difference is exact.
void make_relative(const Run& run, ItemPositions& positions) {
  const auto x = static_cast<double>(positions.window.x), y = static_cast<double>(positions.window.y);
  double* const col = positions.col.data();
  double* const row = positions.row.data();
  for (std::size_t k = run.to; k < run.to + run.count; ++k) {
    col[k] -= x;
    row[k] -= y;
  }
}

// What makes two items' basis grids one. Items on one grid have the same density and thus the same kernel.
using GridKey = std::tuple<int, double, double, double, double, double, double, std::int64_t, std::int64_t>;

GridKey key_of(const ItemPlan& item) {
  const auto& t = item.basis.transform;
  return {item.crs, t.a, t.b, t.c, t.d, t.e, t.f, item.basis.width_px, item.basis.height_px};
}

std::shared_ptr<const ItemPositions> locate_grid(const ItemPlan& item, const PixelWindow& strip,
                                                 const StripPositions::InCrs& in, ThreadPool& pool,
                                                 const RequestContext& context) {
  constexpr std::size_t kRun = std::size_t{1} << 15;
  const std::size_t pixels = in.x.size(), runs = (pixels + kRun - 1) / kRun;
  const auto run = [&](std::size_t i) { return Run{i * kRun, std::min(kRun, pixels - i * kRun), i * kRun}; };
  auto result = std::make_shared<ItemPositions>();
  result->part = {0, 0, strip.width_px, strip.height_px};
  result->col.resize(pixels);
  result->row.resize(pixels);
  std::vector<Reach> reaches(runs);
  pool.parallel_for(runs, context, [&](std::size_t i) { reaches[i] = place(item, in, run(i), *result); });
  Reach reach;
  for (const Reach& one : reaches) reach.include(one);
  result->window = window_of(reach, item);
  pool.parallel_for(runs, context, [&](std::size_t i) { make_relative(run(i), *result); });
  return result;
}

}  // namespace

std::vector<int> shared_grids(const Plan& plan, const std::vector<int>& items) {
  struct Use {
    int item = 0;
    std::size_t items = 0;
  };
  std::map<GridKey, Use> uses;
  for (const int index : items) {
    const ItemPlan& item = plan.items[static_cast<std::size_t>(index)];
    if (!item.aligned) ++uses.try_emplace(key_of(item), Use{index, 0}).first->second.items;
  }
  std::vector<Use> shared;
  for (const auto& [key, use] : uses)
    if (use.items > 1) shared.push_back(use);
  std::sort(shared.begin(), shared.end(),
            [](const Use& a, const Use& b) { return std::pair(b.items, a.item) < std::pair(a.items, b.item); });
  shared.resize(std::min(shared.size(), kMostSharedGrids));
  std::vector<int> result;
  for (const Use& use : shared) result.push_back(use.item);
  return result;
}

StripPositions locate_strip(const Plan& plan, const PixelWindow& strip, const WantedPositions& wanted, ThreadPool& pool,
                            const RequestContext& context) {
  StripPositions positions;
  positions.crs.resize(plan.source_crs.size());
  for (std::size_t i = 0; i < positions.crs.size(); ++i) {
    if (!wanted.crs[i]) continue;
    auto& in = positions.crs[i];
    in.x.resize(strip.pixels());
    in.y.resize(strip.pixels());
    const SourceCrs& crs = plan.source_crs[i];
    if (crs.from_target)
      locate_centres({plan.grid, *crs.from_target, crs.tolerance}, strip, pool, context, in.x.data(), in.y.data());
    else
      locate_exactly(plan.grid, nullptr, strip, in.x.data(), in.y.data());
  }
  for (const int index : wanted.grids) {
    const ItemPlan& item = plan.items[static_cast<std::size_t>(index)];
    const auto& in = positions.crs[static_cast<std::size_t>(item.crs)];
    positions.grids.push_back({&item, locate_grid(item, strip, in, pool, context)});
  }
  return positions;
}

std::shared_ptr<const ItemPositions> locate_item(const ItemPlan& item, const PixelWindow& strip,
                                                 const StripPositions& positions) {
  auto result = std::make_shared<ItemPositions>();
  if (item.aligned) {
    const PixelWindow whole{0, 0, item.basis.width_px, item.basis.height_px};
    result->window =
        PixelWindow{strip.x + item.shift_x, strip.y + item.shift_y, strip.width_px, strip.height_px}.intersect(whole);
    result->part = result->window;
    result->part.x -= strip.x + item.shift_x;
    result->part.y -= strip.y + item.shift_y;
    return result;
  }
  for (const auto& grid : positions.grids)
    if (key_of(*grid.item) == key_of(item)) return grid.at;
  const auto& in = positions.crs[static_cast<std::size_t>(item.crs)];
  result->part = item.reach.intersect(strip);
  if (result->part.empty()) return result;
  result->part.x -= strip.x;
  result->part.y -= strip.y;
  result->col.resize(result->part.pixels());
  result->row.resize(result->part.pixels());
  Reach reach;
  for_rows(result->part, strip, [&](std::size_t to, std::size_t first, std::size_t count) {
    reach.include(place(item, in, {first, count, to}, *result));
  });
  result->window = window_of(reach, item);
  make_relative({0, result->part.pixels(), 0}, *result);
  return result;
}

}  // namespace stacvrt::cube
