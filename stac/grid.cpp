// SPDX-License-Identifier: MIT
#include "stac/grid.h"

#include <cmath>

namespace stacvrt::stac {
namespace {

Affine affine_over(const std::array<double, 4>& bbox, const std::array<std::int64_t, 2>& shape) {
  const auto [x_min, y_min, x_max, y_max] = bbox;
  return {(x_max - x_min) / static_cast<double>(shape[1]), 0,    x_min, 0,
          (y_min - y_max) / static_cast<double>(shape[0]), y_max};
}

/// Height and width of the pixels that fill `bbox`; nothing unless they fill it exactly, north up.
std::optional<std::array<std::int64_t, 2>> shape_over(const std::array<double, 4>& bbox, const Affine& transform) {
  constexpr double kTolerancePx = 1e-3;
  constexpr double kMostPx = 2147483647.0;
  const auto [x_min, y_min, x_max, y_max] = bbox;
  if (transform.b != 0 || transform.d != 0 || transform.a <= 0 || transform.e >= 0) return std::nullopt;
  const double width = (x_max - x_min) / transform.a;
  const double height = (y_min - y_max) / transform.e;
  const bool whole = std::abs(width - std::round(width)) <= kTolerancePx &&
                     std::abs(height - std::round(height)) <= kTolerancePx && width >= 0.5 && height >= 0.5;
  const bool same_corner = std::abs(transform.c - x_min) <= kTolerancePx * transform.a &&
                           std::abs(transform.f - y_max) <= -kTolerancePx * transform.e;
  if (!whole || !same_corner || width > kMostPx || height > kMostPx) return std::nullopt;
  return std::array<std::int64_t, 2>{std::llround(height), std::llround(width)};
}

}  // namespace

std::optional<PixelGrid> Projection::grid() const {
  if (!crs || crs->empty()) return std::nullopt;
  auto size = shape;
  auto affine = transform;
  if (!affine && size && bbox) affine = affine_over(*bbox, *size);
  if (!size && affine && bbox) size = shape_over(*bbox, *affine);
  if (!affine || !size) return std::nullopt;
  if (affine->a * affine->e - affine->b * affine->d == 0) return std::nullopt;
  return PixelGrid{*crs, *affine, (*size)[1], (*size)[0]};
}

}  // namespace stacvrt::stac
