// SPDX-License-Identifier: MIT
// `bands` of a recipe.
#include <algorithm>

#include "cube/recipe_sections.h"
#include "cube/recipe_vocabulary.h"
#include "stac/spelling.h"

namespace stacvrt::cube {
namespace {

/// A band's name or its number from 1, as text.
std::string parse_band_of_asset(const stac::Cursor& band) {
  if (band.is_number()) {
    const std::int64_t number = band.as_integer();
    if (number < 1) band.fail(ErrorCode::kInvalid, "band numbers start at 1, found " + std::to_string(number));
    return std::to_string(number);
  }
  if (!band.is_string() || band.as_string().empty()) band.fail_expected("a band's name or its number from 1");
  return band.as_string();
}

void parse_scaling(const stac::Cursor& band, BandRequest& request) {
  if (const auto scale = band.find("scale")) {
    request.scale = scale->as_number();
    if (*request.scale == 0) scale->fail(ErrorCode::kInvalid, "scale 0 would make every pixel equal");
  }
  if (const auto offset = band.find("offset")) request.offset = offset->as_number();
}

BandRequest parse_band(const stac::Cursor& band) {
  BandRequest request;
  request.where = band.where();
  if (band.is_string()) {
    request.name = band.as_string();
  } else if (band.is_object()) {
    check_keys(band, band_section());
    if (const auto asset = band.find("asset")) {
      auto keys = one_or_more_strings(*asset);
      request.asset = keys.front();
      request.asset_alternatives.assign(keys.begin() + 1, keys.end());
    }
    if (const auto name = band.find("name")) {
      request.name = name->as_string();
    } else if (!request.asset.empty()) {
      request.name = request.asset;
    } else {
      band.fail(ErrorCode::kInvalid, R"(neither "name" nor "asset", e.g. {"name": "nir", "asset": "B08"})");
    }
    if (const auto of_asset = band.find("band")) {
      if (request.asset.empty()) of_asset->fail(ErrorCode::kInvalid, "\"band\" needs \"asset\" beside it");
      request.band = parse_band_of_asset(*of_asset);
    }
    parse_scaling(band, request);
  } else {
    band.fail_expected(R"(a name or an object like {"name": "nir", "asset": "B08"})");
  }
  if (request.name.empty()) band.fail(ErrorCode::kInvalid, "a band's name is empty");
  return request;
}

}  // namespace

std::vector<BandRequest> parse_bands(const stac::Cursor& bands) {
  if (!bands.is_array()) bands.fail_expected("an array of bands");
  if (bands.size() == 0)
    bands.fail(ErrorCode::kInvalid, "no bands; leave the key out for every spectral asset that all items share");
  std::vector<BandRequest> requests;
  for (const stac::Cursor& band : bands.elements()) {
    BandRequest request = parse_band(band);
    if (std::ranges::find(requests, request.name, &BandRequest::name) != requests.end())
      band.fail(ErrorCode::kInvalid, "two bands are named '" + request.name + "'; give one another \"name\"");
    requests.push_back(std::move(request));
  }
  return requests;
}

void check_band_name(const stac::Cursor& place, const std::string& name, const std::vector<BandRequest>& bands) {
  if (bands.empty() || std::ranges::find(bands, name, &BandRequest::name) != bands.end()) return;
  std::vector<std::string> names;
  for (const BandRequest& band : bands) names.push_back(band.name);
  place.fail(ErrorCode::kNotFound, "no band is named '" + name + "'" + stac::spelling_hint(name, names));
}

}  // namespace stacvrt::cube
