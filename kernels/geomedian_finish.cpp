// SPDX-License-Identifier: MIT
// Damped Newton with a test of the nearest sample. With u_k = (x_k - y) / |x_k - y| and w_k = 1 / |x_k - y|, the
// objective f(y) = sum |x_k - y| has the steepest descent g = sum u_k and the Hessian H = sum w_k (I - u_k u_k^T); a
// sample that m samples share is the minimiser exactly when |g| over the others is at most m.
#include "kernels/geomedian_finish.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace stacvrt::kernels {
namespace {

constexpr double kSlack = 1e-12;  // relative rounding of sums in double
constexpr double kRidge = 1e-13;  // keeps H definite along a line of samples, relative to its trace
constexpr double kArmijo = 0.1;   // share of the predicted descent that a step must achieve
constexpr int kHalvings = 60;     // of one step
constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

class Finisher {
 public:
  Finisher(const LaneSamples& samples, double* y, double* scratch) noexcept
      : m_samples(samples),
        m_bands(samples.bands),
        m_y(y),
        m_hessian(scratch),
        m_descent(scratch + m_bands * m_bands),
        m_step(m_descent + m_bands),
        m_trial(m_step + m_bands),
        m_delta(m_trial + m_bands) {}

  /// One iteration; false when there is nothing left to gain.
  bool iterate(double tolerance) noexcept {
    evaluate();
    double damping = 0;
    if (m_here > 0) {
      const double length = std::sqrt(square(m_descent));
      if (length <= m_here * (1 + kSlack)) return false;
      damping = m_here / step_off(length);
    } else if (m_nearest != m_tested && try_sample(m_nearest)) {
      return true;  // the sample is better: the next iteration decides whether to stay on it
    }
    solve(damping);
    const double gain = m_here > 0 ? gain_off_sample() : dot(m_descent, m_step);
    if (!(gain > std::numeric_limits<double>::epsilon() * m_objective)) return false;
    const bool last = m_here == 0 && square(m_step) <= tolerance * tolerance && gain <= 1e-9 * m_objective;
    return search(gain) && !last;
  }

 private:
  [[nodiscard]] double value(std::size_t k, std::size_t b) const noexcept {
    return static_cast<double>(m_samples.first[k * m_samples.slot_stride + b * m_samples.band_stride]);
  }
  [[nodiscard]] double dot(const double* a, const double* b) const noexcept {
    double sum = 0;
    for (std::size_t i = 0; i < m_bands; ++i) sum += a[i] * b[i];
    return sum;
  }
  [[nodiscard]] double square(const double* a) const noexcept { return dot(a, a); }

  /// m_delta = x_k - y; returns its length.
  double distance(std::size_t k, const double* y) noexcept {
    for (std::size_t b = 0; b < m_bands; ++b) m_delta[b] = value(k, b) - y[b];
    return std::sqrt(square(m_delta));
  }

  double objective(const double* y) noexcept {
    double sum = 0;
    for (std::size_t k = 0; k < m_samples.count; ++k) sum += distance(k, y);
    return sum;
  }

  /// f, g, H (lower triangle), the number of samples at y and the nearest of the others.
  void evaluate() noexcept {
    std::fill_n(m_hessian, m_bands * m_bands, 0.0);
    std::fill_n(m_descent, m_bands, 0.0);
    double weights = 0;
    double nearest = std::numeric_limits<double>::infinity();
    m_objective = 0;
    m_here = 0;
    for (std::size_t k = 0; k < m_samples.count; ++k) {
      const double length = distance(k, m_y);
      if (length == 0) {
        ++m_here;
        continue;
      }
      if (length < nearest) {
        nearest = length;
        m_nearest = k;
      }
      const double w = 1 / length;
      m_objective += length;
      weights += w;
      for (std::size_t i = 0; i < m_bands; ++i) {
        const double u = m_delta[i] * w;
        m_descent[i] += u;
        for (std::size_t j = 0; j <= i; ++j) m_hessian[i * m_bands + j] -= u * m_delta[j] * w * w;
      }
    }
    for (std::size_t i = 0; i < m_bands; ++i) m_hessian[i * m_bands + i] += weights * (1 + kRidge);
  }

  /// Moves to sample k when that is no worse than y, to rounding: a y beside a sample that is not the minimiser has
  /// nothing but the sample's weight in its Hessian, and only from the sample itself a step leads away. Not again to
  /// the one tested last.
  bool try_sample(std::size_t k) noexcept {
    m_tested = k;
    for (std::size_t b = 0; b < m_bands; ++b) m_trial[b] = value(k, b);
    if (objective(m_trial) > m_objective * (1 + kSlack)) return false;
    std::copy_n(m_trial, m_bands, m_y);
    return true;
  }

  /// g^T H g
  [[nodiscard]] double curvature() const noexcept {
    double sum = 0;
    for (std::size_t i = 0; i < m_bands; ++i) {
      double row = m_hessian[i * m_bands + i] * m_descent[i];
      for (std::size_t j = 0; j < i; ++j) row += 2 * m_hessian[i * m_bands + j] * m_descent[j];
      sum += row * m_descent[i];
    }
    return sum;
  }

  /// Distance at which f is least going from a sample along g, to second order: m r - |g| r + r^2 g^T H g / (2 |g|^2).
  [[nodiscard]] double step_off(double length) const noexcept {
    const double reach = 2 * m_objective / static_cast<double>(m_samples.count);
    const double bend = curvature() / (length * length);
    const double excess = length - m_here;
    return bend * reach > excess ? excess / bend : reach;
  }

  /// What leaving a sample along m_step promises to first order: the share m |step| is lost.
  [[nodiscard]] double gain_off_sample() const noexcept {
    return dot(m_descent, m_step) - m_here * std::sqrt(square(m_step));
  }

  /// step = (H + damping I)^-1 g by Cholesky, no longer than any minimiser can be away: |y - y*| <= 2 f(y) / n.
  void solve(double damping) noexcept {
    const std::size_t n = m_bands;
    double* const l = m_hessian;
    for (std::size_t i = 0; i < n; ++i) {
      const double floor = kRidge * (l[i * n + i] + damping);
      l[i * n + i] += damping;
      for (std::size_t j = 0; j <= i; ++j) {
        double sum = l[i * n + j];
        for (std::size_t k = 0; k < j; ++k) sum -= l[i * n + k] * l[j * n + k];
        l[i * n + j] = i == j ? std::sqrt(std::max(sum, floor)) : sum / l[j * n + j];
      }
    }
    for (std::size_t i = 0; i < n; ++i) {
      double sum = m_descent[i];
      for (std::size_t j = 0; j < i; ++j) sum -= l[i * n + j] * m_step[j];
      m_step[i] = sum / l[i * n + i];
    }
    for (std::size_t i = n; i-- > 0;) {
      double sum = m_step[i];
      for (std::size_t j = i + 1; j < n; ++j) sum -= l[j * n + i] * m_step[j];
      m_step[i] = sum / l[i * n + i];
    }
    const double reach = 2 * m_objective / static_cast<double>(m_samples.count);
    const double length = std::sqrt(square(m_step));
    if (length > reach) std::transform(m_step, m_step + n, m_step, [&](double s) { return s * (reach / length); });
  }

  /// Goes along m_step, halving it until f falls enough; false where rounding hides any descent.
  bool search(double gain) noexcept {
    double share = 1;
    for (int halving = 0; halving < kHalvings; ++halving, share /= 2) {
      for (std::size_t b = 0; b < m_bands; ++b) m_trial[b] = m_y[b] + share * m_step[b];
      if (objective(m_trial) <= m_objective - kArmijo * share * gain) {
        std::copy_n(m_trial, m_bands, m_y);
        return true;
      }
    }
    return false;
  }

  const LaneSamples& m_samples;
  const std::size_t m_bands;
  double* const m_y;
  double* const m_hessian;  ///< [band][band], then its Cholesky factor
  double* const m_descent;  ///< g
  double* const m_step;
  double* const m_trial;
  double* const m_delta = nullptr;
  double m_objective = 0;
  double m_here = 0;  ///< samples at y
  std::size_t m_nearest = kNone;
  std::size_t m_tested = kNone;
};

}  // namespace

void finish_geomedian(const LaneSamples& samples, double tolerance, std::uint32_t max_iterations, double* y,
                      double* scratch) noexcept {
  Finisher finisher(samples, y, scratch);
  for (std::uint32_t i = 0; i < max_iterations && finisher.iterate(tolerance); ++i) {
  }
}

}  // namespace stacvrt::kernels
