// SPDX-License-Identifier: MIT
#include "cube/strip.h"

#include <algorithm>
#include <cmath>
#include <limits>

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

}  // namespace

StripPositions locate_strip(const Plan& plan, const PixelWindow& strip, const std::vector<std::uint8_t>& wanted,
                            ThreadPool& pool, const RequestContext& context) {
  StripPositions positions;
  positions.crs.resize(plan.source_crs.size());
  for (std::size_t i = 0; i < positions.crs.size(); ++i) {
    if (!wanted[i]) continue;
    auto& in = positions.crs[i];
    in.x.resize(strip.pixels());
    in.y.resize(strip.pixels());
    const SourceCrs& crs = plan.source_crs[i];
    if (crs.from_target)
      locate_centres({plan.grid, *crs.from_target, crs.tolerance}, strip, pool, context, in.x.data(), in.y.data());
    else
      locate_exactly(plan.grid, nullptr, strip, in.x.data(), in.y.data());
  }
  return positions;
}

ItemPositions locate_item(const ItemPlan& item, const PixelWindow& strip, const StripPositions& positions,
                          std::int64_t margin_px) {
  ItemPositions result;
  const PixelWindow whole{0, 0, item.basis.width_px, item.basis.height_px};
  if (item.aligned) {
    result.window =
        PixelWindow{strip.x + item.shift_x, strip.y + item.shift_y, strip.width_px, strip.height_px}.intersect(whole);
    return result;
  }
  const auto& in = positions.crs[static_cast<std::size_t>(item.crs)];
  const auto& t = item.basis.transform;
  const bool north_up = is_north_up(t);
  const stac::Affine i = inverse(t);
  result.col.resize(in.x.size());
  result.row.resize(in.x.size());
  Range columns, rows;
  for (std::size_t k = 0; k < in.x.size(); ++k) {
    const double col = north_up ? (in.x[k] - t.c) / t.a : i.a * in.x[k] + i.b * in.y[k] + i.c;
    const double row = north_up ? (in.y[k] - t.f) / t.e : i.d * in.x[k] + i.e * in.y[k] + i.f;
    result.col[k] = col;
    result.row[k] = row;
    // Only pixels that lie on the item decide which of its pixels matter.
    if (col >= 0 && col < static_cast<double>(whole.width_px) && row >= 0 &&
        row < static_cast<double>(whole.height_px)) {
      columns.include(col);
      rows.include(row);
    }
  }
  auto& window = result.window;
  clip(columns, margin_px, whole.width_px, window.x, window.width_px);
  clip(rows, margin_px, whole.height_px, window.y, window.height_px);
  if (window.empty()) window = {};
  for (std::size_t k = 0; k < result.col.size(); ++k) {
    result.col[k] -= static_cast<double>(window.x);
    result.row[k] -= static_cast<double>(window.y);
  }
  return result;
}

}  // namespace stacvrt::cube
