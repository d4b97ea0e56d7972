// SPDX-License-Identifier: MIT
#include "driver/location_info.h"

#include <cmath>
#include <cstdio>

#include "cube/grid.h"
#include "driver/gdal_compat.h"
#include "stac/url.h"

namespace stacvrt::driver {

namespace {

std::string escaped(const std::string& text) {
  char* xml = CPLEscapeString(text.c_str(), static_cast<int>(text.size()), CPLES_XML);
  std::string result = xml;
  CPLFree(xml);
  return result;
}

bool holds(const cube::ItemPlan& item, double x, double y) {
  const stac::Affine to_pixel = cube::inverse(item.basis.transform);
  const double column = to_pixel.a * x + to_pixel.b * y + to_pixel.c;
  const double row = to_pixel.d * x + to_pixel.e * y + to_pixel.f;
  return column >= 0 && column < static_cast<double>(item.basis.width_px) && row >= 0 &&
         row < static_cast<double>(item.basis.height_px);
}

std::string item_xml(const cube::Plan& plan, const cube::ItemPlan& item, const cube::SetPlan& set) {
  std::string xml = "<Item id=\"" + escaped(item.id) + "\" datetime=\"" + stac::format_instant(item.when) + "\">";
  for (const int band : set.bands) {
    const auto& source = item.bands[static_cast<std::size_t>(band)];
    if (source)
      xml += "<File band=\"" + escaped(plan.bands[static_cast<std::size_t>(band)].name) + "\">" +
             escaped(stac::redacted(source->path)) + "</File>";
  }
  return xml + "</Item>";
}

}  // namespace

std::optional<Location> parse_location(std::string_view name) {
  const std::string text(name);
  long long column = 0, row = 0;
  int length = 0;
  if (std::sscanf(text.c_str(), "Pixel_%lld_%lld%n", &column, &row, &length) != 2) return std::nullopt;
  if (length != static_cast<int>(text.size()) || column < 0 || row < 0) return std::nullopt;
  return Location{column, row};
}

std::string location_info(const cube::Engine& engine, const cube::ViewBand& band, const Location& location) {
  const cube::Plan& plan = engine.plan();
  if (location.column >= plan.grid.width_px || location.row >= plan.grid.height_px) return {};
  const cube::SetPlan& set =
      plan.sets[static_cast<std::size_t>(plan.outputs[static_cast<std::size_t>(band.output)].set)];
  const auto& t = plan.grid.transform;
  const double column = static_cast<double>(location.column) + 0.5, row = static_cast<double>(location.row) + 0.5;
  std::string xml = "<LocationInfo>";
  for (const int observation : plan.windows[static_cast<std::size_t>(band.window)].observations)
    for (const int index : plan.observations[static_cast<std::size_t>(observation)].items) {
      const cube::ItemPlan& item = plan.items[static_cast<std::size_t>(index)];
      double x = t.a * column + t.b * row + t.c, y = t.d * column + t.e * row + t.f;
      const auto& operation = plan.source_crs[static_cast<std::size_t>(item.crs)].from_target;
      if (operation) operation->apply(1, &x, &y);
      if (holds(item, x, y)) xml += item_xml(plan, item, set);
    }
  return xml + "</LocationInfo>";
}

}  // namespace stacvrt::driver
