// SPDX-License-Identifier: MIT
#include "cube/longitude.h"

#include <algorithm>
#include <cmath>

namespace stacvrt::cube {

namespace {

using Extent = std::array<double, 4>;

class AroundOperation : public CoordinateOperation {
 public:
  AroundOperation(std::shared_ptr<const CoordinateOperation> first, double centre, double turn)
      : m_first(std::move(first)), m_centre(centre), m_turn(turn) {}

  void apply(std::size_t count, double* x, double* y) const override {
    if (m_first) m_first->apply(count, x, y);
    // Half-open, as pixels are: what lies at the end of the range lies at its beginning.
    const double low = m_centre - m_turn / 2, high = m_centre + m_turn / 2;
    for (std::size_t i = 0; i < count; ++i)
      if (!(x[i] >= low && x[i] < high)) x[i] -= m_turn * std::floor((x[i] - low) / m_turn);
  }

 private:
  std::shared_ptr<const CoordinateOperation> m_first;
  double m_centre, m_turn;
};

Extent joined(const std::vector<Extent>& extents) {
  Extent all = extents.front();
  for (const Extent& one : extents)
    all = {std::min(all[0], one[0]), std::min(all[1], one[1]), std::max(all[2], one[2]), std::max(all[3], one[3])};
  return all;
}

void move(Extent& extent, double by) {
  extent[0] += by;
  extent[2] += by;
}

}  // namespace

double longitude_near(double x, double centre, double turn) {
  const double turns = (x - centre) / turn;
  return std::abs(turns) <= 0.5 || !std::isfinite(turns) ? x : x - std::round(turns) * turn;
}

std::shared_ptr<const CoordinateOperation> around(std::shared_ptr<const CoordinateOperation> operation, double centre,
                                                  double turn) {
  return std::make_shared<AroundOperation>(std::move(operation), centre, turn);
}

double range_centre(const Extent& extent, double turn) {
  const double half = turn / 2, slack = 1e-9 * turn;
  if (extent[0] >= -half - slack && extent[2] <= half + slack) return 0;
  if (extent[0] >= -slack && extent[2] <= turn + slack) return half;
  return (extent[0] + extent[2]) / 2;
}

Extent union_around(std::vector<Extent> extents, double turn) {
  for (Extent& one : extents) {
    const double middle = (one[0] + one[2]) / 2;
    if (one[0] < -turn / 2 || one[2] > turn / 2) move(one, longitude_near(middle, 0, turn) - middle);
  }
  const Extent plain = joined(extents);
  for (Extent& one : extents)
    if (one[0] + one[2] < 0) move(one, turn);
  const Extent across = joined(extents);
  return 2 * (across[2] - across[0]) < plain[2] - plain[0] ? across : plain;
}

}  // namespace stacvrt::cube
