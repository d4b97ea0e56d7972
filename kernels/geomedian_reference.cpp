// SPDX-License-Identifier: MIT
// Written for reading, in long double where sums cancel. Slow.
#include "kernels/geomedian_reference.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/reference.h"

namespace stacvrt::kernels::reference {
namespace {

using Real = long double;
using Vector = std::vector<Real>;

Vector minus(const Vector& a, const Vector& b) {
  Vector result(a.size());
  std::transform(a.begin(), a.end(), b.begin(), result.begin(), std::minus<Real>());
  return result;
}
Real dot(const Vector& a, const Vector& b) {
  Real sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}
Real norm(const Vector& a) {
  return std::sqrt(dot(a, a));
}
void add_scaled(Vector& a, Real factor, const Vector& b) {
  for (std::size_t i = 0; i < a.size(); ++i) a[i] += factor * b[i];
}
std::vector<Vector> widened(const Samples& samples) {
  std::vector<Vector> wide;
  for (const auto& x : samples) wide.emplace_back(x.begin(), x.end());
  return wide;
}
Real sum_of_distances(const std::vector<Vector>& samples, const Vector& y) {
  Real sum = 0;
  for (const Vector& x : samples) sum += norm(minus(x, y));
  return sum;
}

/// Sums over the samples that are not at y.
struct Sums {
  Vector pull;      ///< of unit vectors
  Real weight = 0;  ///< of inverse distances
  Real here = 0;    ///< samples at y
};
Sums sums_at(const std::vector<Vector>& samples, const Vector& y) {
  Sums sums{Vector(y.size(), 0), 0, 0};
  for (const Vector& x : samples) {
    const Vector difference = minus(x, y);
    const Real length = norm(difference);
    if (length == 0) {
      sums.here += 1;
      continue;
    }
    add_scaled(sums.pull, 1 / length, difference);
    sums.weight += 1 / length;
  }
  return sums;
}

/// Weiszfeld's step with the correction of Vardi and Zhang where y is a sample.
void weiszfeld_step(const std::vector<Vector>& samples, Vector& y) {
  const Sums sums = sums_at(samples, y);
  const Real pull = norm(sums.pull);
  if (sums.weight == 0 || pull == 0) return;
  add_scaled(y, std::max(Real{0}, 1 - sums.here / pull) / sums.weight, sums.pull);
}

/// Solves a x = b for symmetric positive a by Gaussian elimination with pivots on the diagonal's order.
Vector solved(std::vector<Vector> a, Vector b) {
  const std::size_t n = b.size();
  for (std::size_t i = 0; i < n; ++i) {
    std::size_t pivot = i;
    for (std::size_t r = i + 1; r < n; ++r) pivot = std::abs(a[r][i]) > std::abs(a[pivot][i]) ? r : pivot;
    std::swap(a[i], a[pivot]);
    std::swap(b[i], b[pivot]);
    for (std::size_t r = i + 1; r < n; ++r) {
      const Real factor = a[r][i] / a[i][i];
      add_scaled(a[r], -factor, a[i]);
      b[r] -= factor * b[i];
    }
  }
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t c = i + 1; c < n; ++c) b[i] -= a[i][c] * b[c];
    b[i] /= a[i][i];
  }
  return b;
}

Vector newton_direction(const std::vector<Vector>& samples, const Vector& y, const Sums& sums) {
  const std::size_t n = y.size();
  std::vector<Vector> hessian(n, Vector(n, 0));
  for (const Vector& x : samples) {
    const Vector difference = minus(x, y);
    const Real length = norm(difference);
    if (length == 0) continue;
    for (std::size_t i = 0; i < n; ++i) {
      add_scaled(hessian[i], -difference[i] / (length * length * length), difference);
    }
  }
  for (std::size_t i = 0; i < n; ++i) hessian[i][i] += sums.weight * (1 + Real{1e-15});
  return solved(hessian, sums.pull);
}

/// One damped Newton step; false when the objective no longer falls.
bool newton_step(const std::vector<Vector>& samples, Vector& y) {
  const Sums sums = sums_at(samples, y);
  if (sums.here > 0 || norm(sums.pull) < 1e-13) return false;
  const Real before = sum_of_distances(samples, y);
  Vector step = newton_direction(samples, y, sums);
  const Real longest = 2 * before / static_cast<Real>(samples.size());
  Real share = std::min(Real{1}, longest / norm(step));
  for (int halving = 0; halving < 60; ++halving, share /= 2) {
    Vector trial = y;
    add_scaled(trial, share, step);
    if (sum_of_distances(samples, trial) < before) {
      y = trial;
      return true;
    }
  }
  return false;
}

}  // namespace

double objective(const Samples& samples, const std::vector<double>& y) {
  return static_cast<double>(sum_of_distances(widened(samples), Vector(y.begin(), y.end())));
}

std::vector<double> geomedian(const Samples& samples) {
  if (samples.empty()) return {};
  const std::vector<Vector> wide = widened(samples);
  Vector y(wide.front().size(), 0);
  for (const Vector& x : wide) add_scaled(y, 1 / static_cast<Real>(wide.size()), x);
  if (wide.size() > 2) {
    for (const Vector& x : wide) {
      const Sums sums = sums_at(wide, x);
      if (norm(sums.pull) <= sums.here * (1 + Real{1e-15})) return {x.begin(), x.end()};
    }
    for (int i = 0; i < 100; ++i) weiszfeld_step(wide, y);
    for (int i = 0; i < 300 && newton_step(wide, y); ++i) {
    }
  }
  return {y.begin(), y.end()};
}

std::array<double, 3> mads(const Samples& samples, const std::vector<double>& g) {
  const Vector centre(g.begin(), g.end());
  std::vector<double> spectral, euclidean, bray_curtis;
  for (const Vector& x : widened(samples)) {
    Real difference = 0;
    Real total = 0;
    for (std::size_t b = 0; b < x.size(); ++b) {
      difference += std::abs(x[b] - centre[b]);
      total += std::abs(x[b] + centre[b]);
    }
    const Real lengths = norm(x) * norm(centre);
    euclidean.push_back(static_cast<double>(norm(minus(x, centre))));
    if (lengths > 0) spectral.push_back(static_cast<double>(std::max(Real{0}, 1 - dot(x, centre) / lengths)));
    if (difference > 0 || total > 0) bray_curtis.push_back(static_cast<double>(difference / total));
  }
  return {median(spectral), median(euclidean), median(bray_curtis)};
}

}  // namespace stacvrt::kernels::reference
