// SPDX-License-Identifier: MIT
#include "cube/scaling.h"

#include <cmath>

#include "cube/item_facts.h"
#include "cube/products.h"
#include "stac/spelling.h"

namespace stacvrt::cube {

namespace {

constexpr double kFirstBaselineWithOffset = 4.0;
constexpr double kSentinel2OffsetDn = -1000.0;

// B01 to B12 and B8A, by the band's name or the asset's key.
bool is_sentinel2_reflectance(const stac::Item& item, const BandMatch& match) {
  for (const std::string& name : {match.metadata().name, match.asset->key}) {
    if (name.size() != 3 || (name[0] != 'B' && name[0] != 'b')) continue;
    if (name == "B8A" || name == "b8a") return true;
    if ((name[1] == '0' && name[2] >= '1' && name[2] <= '9') || (name[1] == '1' && name[2] >= '0' && name[2] <= '2'))
      return true;
  }
  if (match.asset->has_role("reflectance")) return true;
  const auto known = known_asset(item, *match.asset);
  return known && known->reflectance;
}

bool is_true(const stac::Item& item, const char* key) {
  const auto found = item.properties.find(key);
  return found && found->is_boolean() && found->get<bool>();
}

// What the metadata declare, or what is known of the product where they declare neither scale nor offset.
Scaling declared(const stac::Item& item, const BandMatch& match) {
  const stac::Band& band = match.metadata();
  const auto known = known_asset(item, *match.asset);
  if (band.scale || band.offset || !known) return {band.scale.value_or(1.0), band.offset.value_or(0.0), {}};
  Scaling scaling{known->scale, known->offset, {}};
  if (scaling.scale != 1 || scaling.offset != 0)
    scaling.reason = "scale " + stac::number_text(known->scale) + ", offset " + stac::number_text(known->offset) +
                     ": those of " + known->product + ", since the metadata give none";
  return scaling;
}

void check(const Scaling& scaling, const stac::Item& item, const BandMatch& match) {
  if (std::isfinite(scaling.scale) && scaling.scale != 0 && std::isfinite(scaling.offset)) return;
  throw Error(ErrorCode::kInvalid,
              "asset '" + match.asset->key + "' declares a scale or offset that no value can have (scale " +
                  stac::number_text(scaling.scale) + ", offset " + stac::number_text(scaling.offset) + ")",
              item.where(*match.asset));
}

void put_offset(Scaling& scaling, double offset, const std::string& reason) {
  if (offset != scaling.offset) scaling.reason += (scaling.reason.empty() ? "" : "; ") + reason;
  scaling.offset = offset;
}

// The precedence of RECIPE.md.
void harmonise_sentinel2(Scaling& scaling, const stac::Item& item, const BandMatch& match) {
  for (const char* flag : {"earthsearch:boa_offset_applied", "sentinel:boa_offset_applied"})
    if (is_true(item, flag)) return put_offset(scaling, 0, std::string("offset 0: ") + flag + " is true");
  if (mission_of(item) != Mission::kSentinel2 || !is_sentinel2_reflectance(item, match)) return;
  const double baseline = processing_baseline(item);
  if (baseline > 0 && baseline < kFirstBaselineWithOffset)
    put_offset(scaling, 0, "offset 0: Sentinel-2 processing baseline below 04.00");
  else if (baseline >= kFirstBaselineWithOffset && !match.metadata().offset)
    put_offset(scaling, kSentinel2OffsetDn * scaling.scale,
               "offset -1000 DN: Sentinel-2 processing baseline 04.00 or later");
}

}  // namespace

Scaling item_scaling(const stac::Item& item, const BandMatch& match, const BandRequest& request) {
  Scaling scaling = declared(item, match);
  check(scaling, item, match);
  harmonise_sentinel2(scaling, item, match);
  if (!request.scale && !request.offset) return scaling;
  const Scaling given{request.scale.value_or(scaling.scale), request.offset.value_or(scaling.offset), {}};
  if (given.scale == scaling.scale && given.offset == scaling.offset) return scaling;
  return {given.scale, given.offset,
          "scale " + stac::number_text(given.scale) + ", offset " + stac::number_text(given.offset) +
              ": the recipe's, instead of " + stac::number_text(scaling.scale) + ", " +
              stac::number_text(scaling.offset)};
}

}  // namespace stacvrt::cube
