// SPDX-License-Identifier: MIT
#include "stac/footprint_parser.h"

#include <cmath>

namespace stacvrt::stac {
namespace {

constexpr std::size_t kFewestPoints = 4;  // of a ring: three corners and the first again

bool is_place(const Json& position) {
  return position.is_array() && position.size() >= 2 && position[0].is_number() && position[1].is_number();
}

// The first of a polygon's rings; false when it is none.
bool add_outer_ring(const Json& polygon, std::vector<Ring>& rings) {
  if (!polygon.is_array() || polygon.empty() || !polygon[0].is_array()) return false;
  const Json& positions = polygon[0];
  if (positions.size() < kFewestPoints || positions.size() > kMostFootprintPoints) return false;
  Ring ring;
  ring.reserve(positions.size());
  for (const Json& position : positions) {
    if (!is_place(position)) return false;
    ring.push_back({position[0].get<double>(), position[1].get<double>()});
  }
  rings.push_back(std::move(ring));
  return true;
}

}  // namespace

std::vector<Ring> parse_footprint(const Cursor& feature) {
  const Json& item = feature.json();
  const auto geometry = item.find("geometry");
  if (geometry == item.end() || !geometry->is_object()) return {};
  const auto type = geometry->find("type");
  const auto coordinates = geometry->find("coordinates");
  if (type == geometry->end() || coordinates == geometry->end() || !coordinates->is_array()) return {};
  std::vector<Ring> rings;
  if (*type == "Polygon") return add_outer_ring(*coordinates, rings) ? rings : std::vector<Ring>();
  if (*type != "MultiPolygon" || coordinates->size() > kMostFootprintPoints / kFewestPoints) return {};
  std::size_t points = 0;
  for (const Json& polygon : *coordinates) {
    if (!add_outer_ring(polygon, rings)) return {};
    points += rings.back().size();
  }
  return points <= kMostFootprintPoints ? rings : std::vector<Ring>();
}

}  // namespace stacvrt::stac
