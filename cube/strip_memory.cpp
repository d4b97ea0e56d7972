// SPDX-License-Identifier: MIT
#include "cube/strip_memory.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "cube/basis_reader.h"
#include "cube/grid.h"
#include "cube/output_planner.h"
#include "cube/strip.h"
#include "kernels/workspace.h"

namespace stacvrt::cube {

namespace {

// Observations that can meet on a tile: each item adds one on the tiles it reaches, counted by a two-dimensional
// difference so that a thousand items over a continent stay cheap.
std::size_t deepest_tile(const Plan& plan, std::int64_t side) {
  const auto across = static_cast<std::size_t>((plan.grid.width_px + side - 1) / side);
  const auto down = static_cast<std::size_t>((plan.grid.height_px + side - 1) / side);
  constexpr std::size_t kMostTiles = 4'000'000;
  if (across * down > kMostTiles || plan.observations.size() <= 1) return plan.observations.size();
  std::vector<std::int32_t> change((across + 1) * (down + 1), 0);
  for (const ItemPlan& item : plan.items) {
    if (item.reach.empty()) continue;
    const auto left = static_cast<std::size_t>(item.reach.x / side);
    const auto top = static_cast<std::size_t>(item.reach.y / side);
    const auto right = static_cast<std::size_t>((item.reach.x + item.reach.width_px - 1) / side) + 1;
    const auto bottom = static_cast<std::size_t>((item.reach.y + item.reach.height_px - 1) / side) + 1;
    ++change[top * (across + 1) + left];
    --change[top * (across + 1) + right];
    --change[bottom * (across + 1) + left];
    ++change[bottom * (across + 1) + right];
  }
  std::int32_t most = 0;
  for (std::size_t row = 0; row <= down; ++row)
    for (std::size_t column = 0; column <= across; ++column) {
      std::int32_t& here = change[row * (across + 1) + column];
      if (column > 0) here += change[row * (across + 1) + column - 1];
      if (row > 0) here += change[(row - 1) * (across + 1) + column];
      if (row > 0 && column > 0) here -= change[(row - 1) * (across + 1) + column - 1];
      most = std::max(most, here);
    }
  return std::min(plan.observations.size(), static_cast<std::size_t>(std::max(most, 1)));
}

constexpr std::size_t kDecoderBytes = std::size_t{4} << 20;  // a block of 1024 x 1024 of 16 bits, and its file's bytes
constexpr double kRounding = 2;     // basis pixels: a window holds its first and last one whole
constexpr double kVariation = 1.1;  // of the density within one item, which is measured at its centre

double pixel_area(const stac::PixelGrid& grid) {
  const auto size = pixel_size(grid.transform);
  return size[0] * size[1];
}

std::set<int> sets_at_work(const Plan& plan, const View& view) {
  std::set<int> sets;
  for (const int output : view.outputs) sets.insert(plan.outputs[static_cast<std::size_t>(output)].set);
  return sets;
}

}  // namespace

StripMemory::StripMemory(const Plan& plan, const View& view, int threads, std::int64_t side)
    : m_side(side), m_deepest(deepest_tile(plan, side)), m_threads(static_cast<std::size_t>(std::max(threads, 1))) {
  m_width_px = static_cast<std::size_t>(std::min<std::int64_t>(side, plan.grid.width_px));
  const auto height = static_cast<std::size_t>(std::min<std::int64_t>(side, plan.grid.height_px));
  m_tile_bytes =
      m_width_px * height * static_cast<std::size_t>(view.bands_per_window) * stac::data_type_size(view.type);
  std::set<int> bands;
  for (const int index : sets_at_work(plan, view)) {
    const SetPlan& set = plan.sets[static_cast<std::size_t>(index)];
    m_sample_bytes_per_pixel += set.bands.size() * kernels::lane_size(set.lane) + 2;  // values, valid, covered
    m_bands = std::max(m_bands, set.bands.size());
    bands.insert(set.bands.begin(), set.bands.end());
  }
  count_positions(plan);
  std::set<Footprint> footprints;
  double finer = 1;        // native mask pixels per basis pixel
  std::size_t value = 2;   // bytes of the widest one
  bool off_basis = false;  // a band that lies on another grid is read there first
  for (const ItemPlan& item : plan.items) {
    for (const auto& source : item.bands)
      if (source) {
        value = std::max(value, kernels::lane_size(read_type_of(*source)));
        off_basis = off_basis || !lies_on(*source, item.basis);
      }
    footprints.insert({item.density, 2.0 * static_cast<double>(item.halo.x_px + item.kernel_px[0]) + kRounding,
                       2.0 * static_cast<double>(item.halo.y_px + item.kernel_px[1]) + kRounding,
                       static_cast<double>(item.basis.width_px), static_cast<double>(item.basis.height_px)});
    for (const MaskPlan& mask : item.masks)
      finer = std::max(finer, pixel_area(item.basis) / pixel_area(mask.source.grid));
  }
  m_footprints.assign(footprints.begin(), footprints.end());
  // Masks: values, native values, bad, known, twice for morphology. Bands: what is wanted, values, known, range; one at
  // a time on its own grid.
  m_task_bytes_per_basis_pixel = 17 + static_cast<std::size_t>(5 * finer) +
                                 bands.size() * (value + 1 + (plan.valid_ranges.empty() ? 0 : 1)) +
                                 (off_basis ? value + 2 : 0);
  // Per set what clouds hide; of the set at work what is taken and what is bad.
  m_task_bytes_per_pixel += sets_at_work(plan, view).size() + 2;
}

// Coordinates in every source CRS, positions on the grids that are kept, and per task those of an item on another grid.
void StripMemory::count_positions(const Plan& plan) {
  constexpr std::size_t kXY = 2 * sizeof(double);
  std::vector<int> located;
  for (std::size_t i = 0; i < plan.items.size(); ++i)
    if (!plan.items[i].aligned) located.push_back(static_cast<int>(i));
  if (located.empty()) return;
  // A tile's items share no grids that the plan's do not.
  const std::size_t kept = shared_grids(plan, located).size();
  m_position_bytes_per_pixel = (plan.source_crs.size() + kept) * kXY;
  m_task_bytes_per_pixel = kXY;
}

std::size_t StripMemory::bytes(std::size_t observations, std::int64_t rows) const {
  const std::size_t pixels = m_width_px * static_cast<std::size_t>(rows);
  double most = 0;
  for (const Footprint& item : m_footprints) {
    const auto width = static_cast<double>(m_width_px), height = static_cast<double>(rows);
    const double columns = kVariation * (item.density[0] * width + item.density[1] * height) + item.margin_columns;
    const double down = kVariation * (item.density[2] * width + item.density[3] * height) + item.margin_rows;
    most = std::max(most, std::min(columns, item.most_columns) * std::min(down, item.most_rows));
  }
  const auto window = static_cast<std::size_t>(most);
  const std::size_t task = window * m_task_bytes_per_basis_pixel + pixels * m_task_bytes_per_pixel + kDecoderBytes;
  const auto slots = static_cast<std::uint32_t>(observations);
  const auto bands = static_cast<std::uint32_t>(m_bands);
  const std::size_t reduction =
      kernels::Workspace::bytes(slots, bands) + observations * m_bands * kernels::kLanes * sizeof(float);
  return m_tile_bytes + pixels * (observations * m_sample_bytes_per_pixel + m_position_bytes_per_pixel) +
         m_threads * std::max(task, reduction);
}

std::int64_t StripMemory::rows_within(std::size_t budget, std::size_t observations) const {
  std::int64_t low = 0, high = m_side;
  while (low < high) {
    const std::int64_t middle = (low + high + 1) / 2;
    if (bytes(observations, middle) <= budget)
      low = middle;
    else
      high = middle - 1;
  }
  return low;
}

}  // namespace stacvrt::cube
