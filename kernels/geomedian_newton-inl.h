// SPDX-License-Identifier: MIT
// Newton's step for the geomedian of some lanes: one pass that adds up gradient and Hessian, and the solution of the
// small system, compiled per instruction set and per number of bands. What a step is worth is the caller's to judge.
#if defined(STACVRT_GEOMEDIAN_NEWTON_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef STACVRT_GEOMEDIAN_NEWTON_INL_H
#undef STACVRT_GEOMEDIAN_NEWTON_INL_H
#else
#define STACVRT_GEOMEDIAN_NEWTON_INL_H
#endif

#include <cstddef>

#include "hwy/highway.h"
#include "kernels/geomedian_passes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace stacvrt::kernels::HWY_NAMESPACE {

/// Pivots of H below this share of sum_t w_t are rounding errors of its sums.
constexpr float kLeastPivot = 1e-6F;

/// Arrays [band][kLanes] at the part's first lane.
struct NewtonArrays {
  const float* y = nullptr;  ///< where to evaluate
  float* pull = nullptr;     ///< out: as in PassArrays
  float* step = nullptr;     ///< out: H^-1 pull, H the Hessian of sum_t |x_t - y|
  float* matrix = nullptr;   ///< scratch [matrix_rows(bands)][kLanes]
};

struct NewtonSums {
  Float weight;     ///< sum_t w_t
  Float objective;  ///< sum_t |x_t - y|
  Float heaviest;   ///< greatest w_t
  Float flatness;   ///< at least sqrt(weight / the least eigenvalue of H)
};

/// The lower triangle of a symmetric matrix, row by row.
constexpr std::size_t triangle(std::size_t row, std::size_t column) {
  return row * (row + 1) / 2 + column;
}

template <std::size_t kBands>
constexpr std::size_t kTriangle = kBands == kDynamic ? 0 : triangle(kBands, 0);

/// Adds sum_t w_t u_t u_t^T to `matrix`, u_t = w_t (x_t - y), and what their names say to pull and sums.
template <std::size_t kBands, bool kMasked>
HWY_INLINE void add_curvature(const Part& part, std::size_t from, std::size_t to, const Rows<kBands>& y,
                              Rows<kBands>& pull, Rows<kBands>& delta, Rows<kTriangle<kBands>>& matrix,
                              NewtonSums& sums) {
  const Floats d;
  const std::size_t bands = kBands == kDynamic ? part.bands : kBands;
  for (std::size_t k = from; k < to; ++k) {
    const Float square = square_distance<kBands>(part, k, y, delta);
    Float w = reciprocal_sqrt(square);
    if constexpr (kMasked) w = hn::IfThenElseZero(hn::Lt(hn::Set(d, static_cast<float>(k)), part.counts), w);
    sums.weight = hn::Add(sums.weight, w);
    sums.objective = hn::MulAdd(square, w, sums.objective);
    sums.heaviest = hn::Max(sums.heaviest, w);
#pragma GCC unroll 12
    for (std::size_t b = 0; b < bands; ++b) {
      const Float unit = hn::Mul(w, delta.get(b));
      pull.set(b, hn::Add(unit, pull.get(b)));
      delta.set(b, unit);
    }
#pragma GCC unroll 12
    for (std::size_t i = 0; i < bands; ++i) {
      const Float weighted = hn::Mul(w, delta.get(i));
#pragma GCC unroll 12
      for (std::size_t j = 0; j <= i; ++j) {
        matrix.set(triangle(i, j), hn::MulAdd(weighted, delta.get(j), matrix.get(triangle(i, j))));
      }
    }
  }
}

/// H = L L^T in place of H, whose diagonal becomes 1 / that of L. Pivots are kept above `floor`.
template <std::size_t kBands>
HWY_INLINE void factorise(std::size_t bands, Float floor, Rows<kTriangle<kBands>>& matrix) {
#pragma GCC unroll 12
  for (std::size_t i = 0; i < bands; ++i) {
#pragma GCC unroll 12
    for (std::size_t j = 0; j <= i; ++j) {
      Float sum = matrix.get(triangle(i, j));
#pragma GCC unroll 12
      for (std::size_t k = 0; k < j; ++k) {
        sum = hn::NegMulAdd(matrix.get(triangle(i, k)), matrix.get(triangle(j, k)), sum);
      }
      const Float pivot = i == j ? reciprocal_sqrt(hn::Max(sum, floor)) : hn::Mul(sum, matrix.get(triangle(j, j)));
      matrix.set(triangle(i, j), pivot);
    }
  }
}

/// v = (L L^T)^-1 v
template <std::size_t kBands>
HWY_INLINE void solve_factorised(std::size_t bands, const Rows<kTriangle<kBands>>& matrix, Rows<kBands>& v) {
#pragma GCC unroll 12
  for (std::size_t i = 0; i < bands; ++i) {
    Float sum = v.get(i);
#pragma GCC unroll 12
    for (std::size_t j = 0; j < i; ++j) sum = hn::NegMulAdd(matrix.get(triangle(i, j)), v.get(j), sum);
    v.set(i, hn::Mul(sum, matrix.get(triangle(i, i))));
  }
#pragma GCC unroll 12
  for (std::size_t r = 0; r < bands; ++r) {
    const std::size_t i = bands - 1 - r;
    Float sum = v.get(i);
#pragma GCC unroll 12
    for (std::size_t j = i + 1; j < bands; ++j) sum = hn::NegMulAdd(matrix.get(triangle(j, i)), v.get(j), sum);
    v.set(i, hn::Mul(sum, matrix.get(triangle(i, i))));
  }
}

/// With w_t = 1 / |x_t - y|, u_t = w_t (x_t - y): pull = sum u_t, H = sum w_t (I - u_t u_t^T), step = H^-1 pull.
template <std::size_t kBands>
HWY_NOINLINE NewtonSums newton_step(const Part& part, const NewtonArrays& arrays) {
  const Floats d;
  const std::size_t bands = kBands == kDynamic ? part.bands : kBands;
  Rows<kBands> y(const_cast<float*>(arrays.y));
  Rows<kBands> pull(arrays.pull);
  Rows<kBands> delta(arrays.step);
  Rows<kTriangle<kBands>> matrix(arrays.matrix);
#pragma GCC unroll 12
  for (std::size_t b = 0; b < bands; ++b) {
    if constexpr (kBands != kDynamic) y.set(b, hn::Load(d, arrays.y + b * kLanes));
    pull.set(b, hn::Zero(d));
#pragma GCC unroll 12
    for (std::size_t j = 0; j <= b; ++j) matrix.set(triangle(b, j), hn::Zero(d));
  }
  NewtonSums sums = {hn::Zero(d), hn::Zero(d), hn::Zero(d), hn::Zero(d)};
  add_curvature<kBands, false>(part, 0, part.common, y, pull, delta, matrix, sums);
  add_curvature<kBands, true>(part, part.common, part.slots, y, pull, delta, matrix, sums);
#pragma GCC unroll 12
  for (std::size_t i = 0; i < bands; ++i) {
#pragma GCC unroll 12
    for (std::size_t j = 0; j <= i; ++j) {
      const Float entry = matrix.get(triangle(i, j));
      matrix.set(triangle(i, j), i == j ? hn::Sub(sums.weight, entry) : hn::Neg(entry));
    }
  }
  factorise<kBands>(bands, hn::Mul(sums.weight, hn::Set(d, kLeastPivot)), matrix);
  // The eigenvalues of H / weight lie in [0, 1], so their product, that of the squared diagonal of L, is at most the
  // least of them.
  const Float root = hn::Sqrt(sums.weight);
  sums.flatness = hn::Set(d, 1.0F);
#pragma GCC unroll 12
  for (std::size_t b = 0; b < bands; ++b) {
    sums.flatness = hn::Mul(sums.flatness, hn::Mul(root, matrix.get(triangle(b, b))));
    delta.set(b, pull.get(b));
  }
  solve_factorised<kBands>(bands, matrix, delta);
  if constexpr (kBands != kDynamic) {
#pragma GCC unroll 12
    for (std::size_t b = 0; b < bands; ++b) {
      hn::Store(pull.get(b), d, arrays.pull + b * kLanes);
      hn::Store(delta.get(b), d, arrays.step + b * kLanes);
    }
  }
  return sums;
}

using NewtonStep = NewtonSums (*)(const Part&, const NewtonArrays&);

template <std::size_t kBands = kMostFixedBands>
NewtonStep newton_step_for(std::size_t bands) {
  if constexpr (kBands == kDynamic) {
    return &newton_step<kDynamic>;
  } else {
    return bands == kBands ? &newton_step<kBands> : newton_step_for<kBands - 1>(bands);
  }
}

}  // namespace stacvrt::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per-target guard
