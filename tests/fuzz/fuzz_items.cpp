// SPDX-License-Identifier: MIT
// Whatever bytes a document has: items, or an Error. What items say is looked at as planning does, under both trust
// policies, and the short way of reading must agree with the long one.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "stac/catalogue.h"
#include "stac/collection_reader.h"
#include "stac/href.h"

namespace {

using namespace stacvrt;
using namespace stacvrt::stac;

void follow(const std::string& href, const std::string& document, const Where& where) {
  try {
    (void)gdal_path(resolve_href(href, document, {}, where));
  } catch (const Error&) {
  }
}

void look_at(const Item& item) {
  (void)item.when();
  for (const Asset& asset : item.assets) {
    (void)item.assets.projection(asset).grid();
    const std::string href = asset.tiles ? asset.tiles->href_template : item.assets.href(asset);
    follow(href, "/folder/items.json", item.where(asset));
    follow(href, "https://host/folder/items.json", item.where(asset));
    if (asset.tiles) (void)asset.tiles->href(asset.tiles->levels.front(), 1, 2);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  bool is_read = false;
  try {
    const ItemDocument document = parse_items(text, "items.json");
    is_read = true;
    for (const Item& item : document.items) look_at(item);
  } catch (const Error&) {
  }
  ItemPool pool;
  if (!is_read && !is_line_delimited(text) && read_collection(text, "items.json", pool)) std::abort();
  return 0;
}
