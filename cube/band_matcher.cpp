// SPDX-License-Identifier: MIT
#include "cube/band_matcher.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "cube/classes.h"
#include "cube/grid.h"
#include "cube/products.h"
#include "stac/spelling.h"

namespace stacvrt::cube {

namespace {

bool is_preview(const stac::Asset& asset) {
  return asset.has_role("thumbnail") || asset.has_role("overview") || asset.has_role("visual");
}

bool is_geotiff(const stac::Asset& asset) {
  return asset.type.starts_with("image/tiff") || asset.type.starts_with("image/vnd.stac.geotiff");
}

// Side of a pixel as the metadata tell; infinite where they do not.
double pixel_side(const stac::Item& item, const stac::Asset& asset) {
  const auto& transform = item.assets.projection(asset).transform;
  return transform ? pixel_size(*transform)[0] : std::numeric_limits<double>::infinity();
}

bool is_image(const stac::Asset& asset) {
  return asset.tiles || asset.type.empty() || asset.type.rfind("image/", 0) == 0;
}

std::vector<std::string> band_names(const stac::Asset& asset) {
  std::vector<std::string> names;
  for (const stac::Band& band : asset.bands) names.push_back(band.name.empty() ? band.common_name : band.name);
  return names;
}

// The number of the band that `wanted` (a name, a common name or a number from 1) means in this asset, or 0.
int band_number(const stac::Asset& asset, const std::string& wanted) {
  for (std::size_t i = 0; i < asset.bands.size(); ++i)
    if (asset.bands[i].name == wanted) return static_cast<int>(i) + 1;
  for (std::size_t i = 0; i < asset.bands.size(); ++i)
    if (asset.bands[i].common_name == wanted) return static_cast<int>(i) + 1;
  int number = 0;
  const auto [end, error] = std::from_chars(wanted.data(), wanted.data() + wanted.size(), number);
  const bool whole = error == std::errc() && end == wanted.data() + wanted.size();
  return whole && number >= 1 && number <= static_cast<int>(asset.bands.size()) ? number : 0;
}

std::optional<BandMatch> in_asset(const stac::Asset& asset, const BandRequest& request, const std::string& band) {
  if (!band.empty()) {
    if (const int number = band_number(asset, band)) return BandMatch{&asset, number};
    throw Error(ErrorCode::kNotFound,
                "asset '" + asset.key + "' has no band '" + band + "'" + stac::spelling_hint(band, band_names(asset)),
                request.where);
  }
  if (asset.bands.size() == 1) return BandMatch{&asset, 1};
  if (const int number = band_number(asset, request.name)) return BandMatch{&asset, number};
  throw Error(ErrorCode::kInvalid,
              "asset '" + asset.key + "' has " + std::to_string(asset.bands.size()) +
                  " bands; choose one with {\"name\": ..., \"asset\": \"" + asset.key + "\", \"band\": ...}" +
                  stac::spelling_hint(request.name, band_names(asset)),
              request.where);
}

// Keeps the candidates that satisfy `good`, unless none does.
template <class Predicate>
void prefer(std::vector<BandMatch>& candidates, Predicate good) {
  std::vector<BandMatch> better;
  std::copy_if(candidates.begin(), candidates.end(), std::back_inserter(better), good);
  if (!better.empty()) candidates = std::move(better);
}

// Whether all are the band of one name: a product's copies in several resolutions.
bool is_one_band(const std::vector<BandMatch>& candidates) {
  const std::string& name = candidates.front().metadata().name;
  return !name.empty() && std::all_of(candidates.begin(), candidates.end(),
                                      [&](const BandMatch& match) { return match.metadata().name == name; });
}

void prefer_finest(std::vector<BandMatch>& candidates, const stac::Item& item) {
  double finest = std::numeric_limits<double>::infinity();
  for (const BandMatch& match : candidates) finest = std::min(finest, pixel_side(item, *match.asset));
  prefer(candidates, [&](const BandMatch& match) { return pixel_side(item, *match.asset) == finest; });
}

std::optional<BandMatch> choose(std::vector<BandMatch> candidates, const stac::Item& item, const BandRequest& request) {
  if (candidates.empty()) return std::nullopt;
  prefer(candidates, [](const BandMatch& match) { return !is_preview(*match.asset); });
  prefer(candidates, [](const BandMatch& match) { return match.asset->bands.size() == 1 || match.asset->tiles; });
  prefer(candidates, [](const BandMatch& match) { return match.asset->tiles || is_geotiff(*match.asset); });
  if (candidates.size() > 1 && is_one_band(candidates)) prefer_finest(candidates, item);
  if (candidates.size() == 1) return candidates.front();
  std::vector<std::string> keys;
  for (const BandMatch& match : candidates) keys.push_back(match.asset->key);
  throw Error(ErrorCode::kInvalid,
              "band '" + request.name + "' fits several assets of item '" + item.id + "': " + stac::quoted_list(keys) +
                  "; name one of them",
              request.where);
}

// Numbers that mean something in their order: no preview, mask, class or bits.
bool is_measured(const stac::Asset& asset) {
  if (is_preview(asset) || !is_image(asset) || lookup_class_table(asset.key)) return false;
  for (const char* role : {"data-mask", "cloud", "cloud-shadow", "snow-ice", "saturation", "metadata"})
    if (asset.has_role(role)) return false;
  return asset.bands.front().classes.empty() && asset.bands.front().bitfields.empty();
}

bool is_named_spectral(const stac::Item& item, const stac::Asset& asset) {
  if (!is_measured(asset)) return false;
  if (!sensor_common_name(item, asset, asset.bands.front()).empty()) return true;
  return std::any_of(asset.bands.begin(), asset.bands.end(),
                     [](const stac::Band& band) { return !band.common_name.empty(); });
}

bool is_reflectance(const stac::Item& /*item*/, const stac::Asset& asset) {
  return is_measured(asset) && asset.has_role("reflectance");
}

bool is_plain_data(const stac::Item& /*item*/, const stac::Asset& asset) {
  return is_measured(asset) && asset.has_role("data");
}

// Nothing is said but a name.
bool has_spectral_name(const stac::Item& /*item*/, const stac::Asset& asset) {
  return is_measured(asset) && (asset.tiles || is_common_name(asset.key));
}

template <class Predicate>
std::vector<BandRequest> bands_where(const stac::Item& item, Predicate wanted) {
  std::vector<BandRequest> requests;
  for (const stac::Asset& asset : item.assets) {
    if (!wanted(item, asset)) continue;
    for (std::size_t i = 0; i < asset.bands.size(); ++i) {
      const stac::Band& band = asset.bands[i];
      const bool single = asset.bands.size() == 1;
      const std::string own = band.common_name.empty() ? band.name : band.common_name;
      requests.push_back({single ? asset.key : (own.empty() ? asset.key + "_" + std::to_string(i + 1) : own), asset.key,
                          single ? "" : std::to_string(i + 1), Where{}});
    }
  }
  return requests;
}

// Whether `other` is the asset to take a band from that both have: alone rather than as part of a picture, as GeoTIFF
// rather than as JPEG 2000, with the finer pixels.
bool is_plainer(const stac::Item& item, const stac::Asset& other, const stac::Asset& asset) {
  if (&other == &asset || is_preview(other) || !is_image(other)) return false;
  if ((other.bands.size() == 1) != (asset.bands.size() == 1)) return other.bands.size() == 1;
  if (is_geotiff(other) != is_geotiff(asset)) return is_geotiff(other);
  return other.bands.size() == 1 && pixel_side(item, other) < pixel_side(item, asset);
}

// Of assets with the same band (B04 alone, as JPEG 2000, and in a true-colour image) one is enough.
void drop_copies(std::vector<BandRequest>& requests, const stac::Item& item) {
  std::erase_if(requests, [&](const BandRequest& request) {
    const stac::Asset& asset = *item.find_asset(request.asset);
    const std::size_t index = request.band.empty() ? 0 : std::stoul(request.band) - 1;
    const std::string& name = asset.bands[index].name;
    if (asset.tiles || name.empty()) return false;
    return std::any_of(item.assets.begin(), item.assets.end(), [&](const stac::Asset& other) {
      return is_plainer(item, other, asset) && std::any_of(other.bands.begin(), other.bands.end(),
                                                           [&](const stac::Band& band) { return band.name == name; });
    });
  });
}

// Programs show the first three bands as red, green and blue, whatever a file says of its colours.
void put_visible_first(std::vector<BandRequest>& requests, const stac::Item& item) {
  const auto rank = [&](const BandRequest& request) {
    const auto match = match_band(item, request);
    const std::string name = match ? common_name_of(item, *match) : "";
    return name == "red" ? 0 : name == "green" ? 1 : name == "blue" ? 2 : 3;
  };
  std::stable_sort(requests.begin(), requests.end(),
                   [&](const BandRequest& a, const BandRequest& b) { return rank(a) < rank(b); });
}

// By asset key, band name, common name, in that order.
std::optional<BandMatch> by_name(const stac::Item& item, const BandRequest& request) {
  if (const stac::Asset* asset = item.find_asset(request.name)) return in_asset(*asset, request, request.band);
  for (const auto member : {&stac::Band::name, &stac::Band::common_name}) {
    std::vector<BandMatch> candidates;
    for (const stac::Asset& asset : item.assets)
      for (std::size_t i = 0; i < asset.bands.size(); ++i)
        if (asset.bands[i].*member == request.name) candidates.push_back({&asset, static_cast<int>(i) + 1});
    if (auto match = choose(std::move(candidates), item, request)) return match;
  }
  return std::nullopt;
}

}  // namespace

std::optional<BandMatch> match_band(const stac::Item& item, const BandRequest& request) {
  if (!request.asset.empty()) {
    const stac::Asset* asset = item.find_asset(request.asset);
    for (std::size_t i = 0; !asset && i < request.asset_alternatives.size(); ++i)
      asset = item.find_asset(request.asset_alternatives[i]);
    return asset ? in_asset(*asset, request, request.band) : std::nullopt;
  }
  if (auto match = by_name(item, request)) return match;
  for (const std::string& name : other_names(item, request.name)) {
    BandRequest other = request;
    other.name = name;
    auto match = by_name(item, other);
    if (!match) continue;
    match->alias = name;
    return match;
  }
  return std::nullopt;
}

std::string common_name_of(const stac::Item& item, const BandMatch& match) {
  const stac::Band& band = match.metadata();
  return band.common_name.empty() ? sensor_common_name(item, *match.asset, band) : band.common_name;
}

std::optional<BandMatch> match_mask(const stac::Item& item, const MaskRequest& mask) {
  std::vector<std::string> names{mask.asset};
  names.insert(names.end(), mask.asset_alternatives.begin(), mask.asset_alternatives.end());
  for (const std::string& name : names)
    if (auto match = match_band(item, {name, {}, mask.band, mask.where})) return match;
  return std::nullopt;
}

std::vector<BandRequest> default_bands(const std::vector<const stac::Item*>& items) {
  if (items.empty()) return {};
  std::vector<BandRequest> requests;
  for (const auto kind : {is_named_spectral, is_reflectance, is_plain_data, has_spectral_name})
    if (requests.empty()) requests = bands_where(*items.front(), kind);
  drop_copies(requests, *items.front());
  std::erase_if(requests, [&](const BandRequest& request) {
    return std::any_of(items.begin(), items.end(),
                       [&](const stac::Item* item) { return item->find_asset(request.asset) == nullptr; });
  });
  put_visible_first(requests, *items.front());
  return requests;
}

std::vector<std::string> known_band_names(const std::vector<const stac::Item*>& items) {
  std::vector<std::string> names;
  const auto add = [&names](const std::string& name) {
    if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  };
  for (const stac::Item* item : items)
    for (const stac::Asset& asset : item->assets) {
      add(asset.key);
      for (const stac::Band& band : asset.bands) {
        add(band.name);
        add(band.common_name);
      }
    }
  return names;
}

}  // namespace stacvrt::cube
