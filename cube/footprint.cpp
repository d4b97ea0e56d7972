// SPDX-License-Identifier: MIT
#include "cube/footprint.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace stacvrt::cube {

namespace {

using Place = std::array<double, 2>;

constexpr int kStepsPerEdge = 8;

double near_longitude(double lon, double reference) {
  return lon - 360 * std::round((lon - reference) / 360);
}

// Rings that go on across the antimeridian, near `reference`: each place within 180 degrees of the one before.
std::vector<stac::Ring> unwrapped(std::vector<stac::Ring> rings, double reference) {
  for (stac::Ring& ring : rings) {
    double before = reference;
    for (Place& place : ring) before = place[0] = near_longitude(place[0], before);
  }
  return rings;
}

std::vector<stac::Ring> outline(const stac::Item& item) {
  if (!item.footprint.empty()) return item.footprint;
  if (!item.bbox) return {};
  const auto [west, south, raw_east, north] = *item.bbox;
  const double east = raw_east < west ? raw_east + 360 : raw_east;
  const double middle = (west + east) / 2;  // keeps every step below 180 degrees
  return {
      {{west, south}, {middle, south}, {east, south}, {east, north}, {middle, north}, {west, north}, {west, south}}};
}

// Even-odd rule over all rings.
bool inside(const Place& p, const std::vector<stac::Ring>& rings) {
  bool result = false;
  for (const stac::Ring& ring : rings)
    for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
      const Place &a = ring[i], &b = ring[i + 1];
      if ((a[1] > p[1]) != (b[1] > p[1]) && p[0] < (b[0] - a[0]) * (p[1] - a[1]) / (b[1] - a[1]) + a[0])
        result = !result;
    }
  return result;
}

// In degrees of latitude.
double distance_to(const Place& p, const Place& a, const Place& b) {
  const double shrink = std::max(std::cos(p[1] * std::numbers::pi / 180), 1e-3);
  const double dx = (b[0] - a[0]) * shrink, dy = b[1] - a[1];
  const double px = (p[0] - a[0]) * shrink, py = p[1] - a[1];
  const double length = dx * dx + dy * dy;
  const double along = length > 0 ? std::clamp((px * dx + py * dy) / length, 0.0, 1.0) : 0;
  return std::hypot(px - along * dx, py - along * dy);
}

bool on_edge(const Place& p, const std::vector<stac::Ring>& rings) {
  for (const stac::Ring& ring : rings)
    for (std::size_t i = 0; i + 1 < ring.size(); ++i)
      if (distance_to(p, ring[i], ring[i + 1]) <= kFootprintTolerance) return true;
  return false;
}

bool holds_edge(const std::vector<stac::Ring>& cover, const Place& a, const Place& b) {
  for (int step = 0; step < kStepsPerEdge; ++step) {
    const double t = static_cast<double>(step) / kStepsPerEdge;
    const Place p{a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])};
    if (!inside(p, cover) && !on_edge(p, cover)) return false;
  }
  return true;
}

}  // namespace

std::optional<bool> covers(const stac::Item& cover, const stac::Item& item) {
  std::vector<stac::Ring> outer = outline(cover), inner = outline(item);
  if (outer.empty() || inner.empty()) return std::nullopt;
  const double reference = inner.front().front()[0];
  outer = unwrapped(std::move(outer), reference);
  inner = unwrapped(std::move(inner), reference);
  for (const stac::Ring& ring : inner)
    for (std::size_t i = 0; i + 1 < ring.size(); ++i)
      if (!holds_edge(outer, ring[i], ring[i + 1])) return false;
  return true;
}

}  // namespace stacvrt::cube
