// SPDX-License-Identifier: MIT
// Templates of tiled assets, names of things on the network, times: small languages in strings. The first line is a
// template or href, the second a document's name, the third a time; or all of it is a tiled-assets item.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "stac/catalogue.h"
#include "stac/crs_name.h"
#include "stac/datetime.h"
#include "stac/dimension_templates.h"
#include "stac/href.h"
#include "stac/url.h"
#include "stac/vsi_path.h"

namespace {

using namespace stacvrt;
using namespace stacvrt::stac;

template <class Function>
void attempt(const Function& function) {
  try {
    function();
  } catch (const Error&) {
  }
}

void read_item(const std::string& text) {
  const Json json = parse_json(text, "item.json");
  const Cursor root(json, "item.json");
  if (root.is_object()) (void)expand_dimensions(root, [](const Json&) {});
  (void)parse_items(text, "item.json");
}

void fill_in(const std::string& href_template) {
  TilePyramid pyramid;
  pyramid.matrix_set = "Quad";
  pyramid.href_template = href_template;
  TileMatrix level;
  level.id = "7";
  (void)pyramid.href(level, 3, 12);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  std::array<std::string, 3> lines;
  std::size_t begin = 0;
  for (std::string& line : lines) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    line = text.substr(begin, end - begin);
    begin = std::min(end + 1, text.size());
  }
  attempt([&] { fill_in(lines[0]); });
  attempt([&] { (void)gdal_path(resolve_href(lines[0], lines[1], {}, {})); });
  attempt([&] { (void)gdal_path(resolve_href(lines[0], "https://h/a/b.json", {LocalPaths::kNone}, {})); });
  attempt([&] { (void)redacted(lines[0]); });
  attempt([&] { (void)url_of_vsi(lines[0]); });
  attempt([&] { (void)named_crs(lines[0]); });
  attempt([&] { (void)parse_interval(lines[2]); });
  attempt([&] { (void)parse_instant(lines[2]); });
  attempt([&] { read_item(text); });
  return 0;
}
