// SPDX-License-Identifier: MIT
// Random sets of samples that are hard for a geometric median, each made for one reason. Reproducible everywhere:
// nothing of <random> but the engine, whose numbers the standard fixes.
#pragma once

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "tests/kernels/lane_pixels.h"

namespace stacvrt::test {

class Chance {
 public:
  explicit Chance(std::uint32_t seed) : m_engine(seed) {}
  /// In [low, high).
  double uniform(double low, double high) {
    return low + (high - low) * (static_cast<double>(m_engine()) / 4294967296.0);
  }
  /// Roughly normal, of mean 0 and standard deviation 1.
  double normal() {
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += uniform(0, 1);
    return sum;
  }
  std::size_t below(std::size_t n) { return m_engine() % n; }
  std::vector<double> direction(std::size_t bands) {
    std::vector<double> v(bands);
    double square = 0;
    for (double& x : v) {
      x = normal();
      square += x * x;
    }
    for (double& x : v) x /= std::sqrt(square + 1e-300);
    return v;
  }

 private:
  std::mt19937 m_engine;
};

/// Makes pixels of n samples x bands in DN around 0..10000 (or near 60000).
using Maker = Pixel (*)(Chance&, std::size_t n, std::size_t bands);

inline std::vector<double> along(const std::vector<double>& from, double length, const std::vector<double>& direction) {
  std::vector<double> x = from;
  for (std::size_t b = 0; b < x.size(); ++b) x[b] += length * direction[b];
  return x;
}

inline Pixel spectra(Chance& chance, std::size_t n, std::size_t bands) {
  std::vector<double> base(bands);
  for (double& x : base) x = chance.uniform(200, 4000);
  Pixel pixel(n, base);
  for (auto& sample : pixel) {
    const bool cloud = chance.uniform(0, 1) < 0.06;
    const double bright = chance.uniform(0.85, 1.15);
    for (double& x : sample) x = cloud ? chance.uniform(3000, 9000) : x * bright + 60 * chance.normal();
  }
  return pixel;
}

/// A surface that drifts through the year with little noise: samples along an arc, and a flat valley where few are
/// left.
inline Pixel drifting(Chance& chance, std::size_t n, std::size_t bands) {
  Pixel pixel(n, std::vector<double>(bands));
  for (auto& sample : pixel) {
    const double season = chance.uniform(0, 2);
    for (std::size_t b = 0; b < bands; ++b) {
      sample[b] = 1000 + 150 * std::sin(season + static_cast<double>(b)) + 12 * chance.normal();
    }
  }
  return pixel;
}

inline Pixel collinear(Chance& chance, std::size_t n, std::size_t bands) {
  std::vector<double> base(bands), step(bands);
  for (double& x : base) x = std::floor(chance.uniform(2000, 5000));
  for (double& x : step) x = std::floor(chance.uniform(-4, 5));
  Pixel pixel;
  for (std::size_t k = 0; k < n; ++k) pixel.push_back(along(base, std::floor(chance.uniform(-300, 300)), step));
  return pixel;
}

inline Pixel nearly_collinear(Chance& chance, std::size_t n, std::size_t bands) {
  const auto direction = chance.direction(bands);
  const double width = std::pow(10.0, chance.uniform(-4, -1)) * 1000;
  Pixel pixel;
  for (std::size_t k = 0; k < n; ++k) {
    pixel.push_back(along(std::vector<double>(bands, 3000), chance.uniform(-1000, 1000), direction));
    for (double& x : pixel.back()) x += width * chance.normal();
  }
  return pixel;
}

inline Pixel clusters(Chance& chance, std::size_t n, std::size_t bands) {
  std::vector<double> a(bands), b(bands);
  for (double& x : a) x = chance.uniform(500, 3000);
  for (double& x : b) x = chance.uniform(500, 9000);
  const double size = std::pow(10.0, chance.uniform(-1, 2));
  Pixel pixel;
  for (std::size_t k = 0; k < n; ++k) {
    pixel.push_back(chance.below(2) == 0 ? a : b);
    for (double& x : pixel.back()) x += size * chance.normal();
  }
  return pixel;
}

inline Pixel duplicates(Chance& chance, std::size_t n, std::size_t bands) {
  Pixel distinct = spectra(chance, 1 + chance.below(4), bands);
  Pixel pixel;
  for (std::size_t k = 0; k < n; ++k) pixel.push_back(distinct[chance.below(distinct.size())]);
  return pixel;
}

/// Opposite samples around one more, whose own weight decides: pull of the others 1 + slack, slack of either sign.
inline Pixel at_the_brink(Chance& chance, std::size_t n, std::size_t bands) {
  const double slack = (chance.below(2) == 0 ? 1 : -1) * std::pow(10.0, chance.uniform(-6, -1));
  const std::vector<double> centre(bands, 3000);
  Pixel pixel = {centre};
  if (n >= 3 && bands >= 2) {  // two whose unit vectors add up to 1 + slack
    const double cosine = std::min(1.0, (1 + slack) / 2);
    const double sine = std::sqrt(1 - cosine * cosine);
    for (const double side : {-1.0, 1.0}) {
      std::vector<double> unit(bands, 0);
      unit[0] = cosine;
      unit[1] = side * sine;
      pixel.push_back(along(centre, chance.uniform(50, 1500), unit));
    }
  }
  while (pixel.size() + 2 <= n) {
    const auto direction = chance.direction(bands);
    pixel.push_back(along(centre, chance.uniform(20, 2000), direction));
    pixel.push_back(along(centre, -chance.uniform(20, 2000), direction));
  }
  while (pixel.size() < n) pixel.push_back(centre);
  std::rotate(pixel.begin(), pixel.begin() + static_cast<std::ptrdiff_t>(chance.below(pixel.size())), pixel.end());
  pixel.resize(n);
  return pixel;
}

inline Pixel high_and_tight(Chance& chance, std::size_t n, std::size_t bands) {
  Pixel pixel(n, std::vector<double>(bands));
  for (auto& sample : pixel) {
    for (double& x : sample) x = 60000 + std::floor(chance.uniform(0, 3));
  }
  return pixel;
}

/// A tight cluster that the first sample is far from.
inline Pixel far_from_the_first(Chance& chance, std::size_t n, std::size_t bands) {
  Pixel pixel = high_and_tight(chance, n, bands);
  for (double& x : pixel.front()) x = chance.uniform(0, 1000);
  return pixel;
}

inline Pixel zeros(Chance& chance, std::size_t n, std::size_t bands) {
  Pixel pixel = spectra(chance, n, bands);
  for (auto& sample : pixel) {
    if (chance.below(3) != 0) std::fill(sample.begin(), sample.end(), 0.0);
  }
  return pixel;
}

inline Pixel negatives(Chance& chance, std::size_t n, std::size_t bands) {
  Pixel pixel = spectra(chance, n, bands);
  for (auto& sample : pixel) {
    for (double& x : sample) x -= 2000;
  }
  return pixel;
}

inline const std::vector<std::pair<std::string, Maker>>& makers() {
  static const std::vector<std::pair<std::string, Maker>> all = {{"spectra", &spectra},
                                                                 {"drifting", &drifting},
                                                                 {"collinear", &collinear},
                                                                 {"nearly collinear", &nearly_collinear},
                                                                 {"clusters", &clusters},
                                                                 {"duplicates", &duplicates},
                                                                 {"at the brink", &at_the_brink},
                                                                 {"high and tight", &high_and_tight},
                                                                 {"far from the first", &far_from_the_first},
                                                                 {"zeros", &zeros},
                                                                 {"negatives", &negatives}};
  return all;
}

/// `count` pixels of one maker, as the element type stores them; DN divided by `divisor` (Float32 reflectances).
inline std::vector<Pixel> make_pixels(Maker maker, Chance& chance, std::size_t count, std::size_t n, const Terms& terms,
                                      double divisor = 1) {
  std::vector<Pixel> pixels;
  for (std::size_t i = 0; i < count; ++i) {
    pixels.push_back(n == 0 ? Pixel() : maker(chance, n, terms.bands()));
    for (auto& sample : pixels.back()) {
      for (double& x : sample) x = stored(terms.type, x / divisor);
    }
  }
  return pixels;
}

}  // namespace stacvrt::test
