// SPDX-License-Identifier: MIT
// The plain versions, written for reading: sort, index, add. Long double carries the sums, so that their own rounding
// does not show.
#include "kernels/reference.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

namespace stacvrt::kernels::reference {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

std::vector<double> sorted(std::span<const double> samples) {
  std::vector<double> copy(samples.begin(), samples.end());
  std::sort(copy.begin(), copy.end());
  return copy;
}

long double exact_mean(std::span<const double> samples) {
  return std::accumulate(samples.begin(), samples.end(), 0.0L) / static_cast<long double>(samples.size());
}

}  // namespace

double median(std::span<const double> samples) {
  if (samples.empty()) return kNan;
  const std::vector<double> order = sorted(samples);
  const std::size_t n = order.size();
  return n % 2 == 1 ? order[n / 2] : (order[n / 2 - 1] + order[n / 2]) / 2;
}

double percentile(std::span<const double> samples, double p) {
  if (samples.empty()) return kNan;
  const std::vector<double> order = sorted(samples);
  const double h = static_cast<double>(order.size() - 1) * p / 100;
  const double below = std::floor(h);
  const auto rank = static_cast<std::size_t>(below);
  const double a = order[rank];
  const double b = order[std::min(rank + 1, order.size() - 1)];
  return a + (b - a) * (h - below);
}

double mean(std::span<const double> samples) {
  return samples.empty() ? kNan : static_cast<double>(exact_mean(samples));
}

double stddev(std::span<const double> samples) {
  if (samples.empty()) return kNan;
  const long double centre = exact_mean(samples);
  long double squares = 0;
  for (const double x : samples) squares += (x - centre) * (x - centre);
  return static_cast<double>(std::sqrt(squares / static_cast<long double>(samples.size())));
}

double minimum(std::span<const double> samples) {
  return samples.empty() ? kNan : *std::min_element(samples.begin(), samples.end());
}

double maximum(std::span<const double> samples) {
  return samples.empty() ? kNan : *std::max_element(samples.begin(), samples.end());
}

double sum(std::span<const double> samples, double scale, double offset) {
  if (samples.empty()) return kNan;
  long double total = 0;
  for (const double x : samples) total += static_cast<long double>(x) * scale + offset;
  return static_cast<double>(total);
}

}  // namespace stacvrt::kernels::reference
