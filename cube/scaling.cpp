// SPDX-License-Identifier: MIT
#include "cube/scaling.h"

#include <cmath>
#include <cstdlib>

#include "stac/spelling.h"

namespace stacvrt::cube {

namespace {

constexpr double kFirstBaselineWithOffset = 4.0;
constexpr double kSentinel2OffsetDn = -1000.0;

// s2:processing_baseline ("05.09") or its newer name; 0 when the item states none.
double processing_baseline(const stac::Item& item) {
  for (const char* key : {"s2:processing_baseline", "processing:version", "sentinel:processing_baseline"}) {
    const auto found = item.properties.find(key);
    if (found == item.properties.end()) continue;
    if (found->is_string()) return std::strtod(found->get_ref<const std::string&>().c_str(), nullptr);
    if (found->is_number()) return found->get<double>();
  }
  return 0;
}

bool is_sentinel2(const stac::Item& item) {
  for (const char* key : {"constellation", "platform"}) {
    const auto found = item.properties.find(key);
    if (found == item.properties.end() || !found->is_string()) continue;
    const auto& text = found->get_ref<const std::string&>();
    if (text.rfind("sentinel-2", 0) == 0 || text.rfind("Sentinel-2", 0) == 0) return true;
  }
  return false;
}

// B01 to B12 and B8A, by the band's name or the asset's key.
bool is_sentinel2_reflectance(const BandMatch& match) {
  for (const std::string& name : {match.metadata().name, match.asset->key}) {
    if (name.size() != 3 || (name[0] != 'B' && name[0] != 'b')) continue;
    if (name == "B8A" || name == "b8a") return true;
    if ((name[1] == '0' && name[2] >= '1' && name[2] <= '9') || (name[1] == '1' && name[2] >= '0' && name[2] <= '2'))
      return true;
  }
  return match.asset->has_role("reflectance");
}

bool is_true(const stac::Item& item, const char* key) {
  const auto found = item.properties.find(key);
  return found != item.properties.end() && found->is_boolean() && found->get<bool>();
}

}  // namespace

Scaling item_scaling(const stac::Item& item, const BandMatch& match) {
  const stac::Band& band = match.metadata();
  Scaling scaling{band.scale.value_or(1.0), band.offset.value_or(0.0), {}};
  if (!std::isfinite(scaling.scale) || scaling.scale == 0 || !std::isfinite(scaling.offset))
    throw Error(ErrorCode::kInvalid,
                "asset '" + match.asset->key + "' declares a scale or offset that no value can have (scale " +
                    stac::number_text(scaling.scale) + ", offset " + stac::number_text(scaling.offset) + ")",
                item.where(*match.asset));
  const auto decide = [&](double offset, const std::string& reason) {
    if (offset != scaling.offset) scaling.reason = reason;
    scaling.offset = offset;
  };
  if (is_true(item, "earthsearch:boa_offset_applied")) {
    decide(0, "offset 0: earthsearch:boa_offset_applied is true");
    return scaling;
  }
  if (!is_sentinel2(item) || !is_sentinel2_reflectance(match)) return scaling;
  const double baseline = processing_baseline(item);
  if (baseline > 0 && baseline < kFirstBaselineWithOffset)
    decide(0, "offset 0: Sentinel-2 processing baseline below 04.00");
  else if (baseline >= kFirstBaselineWithOffset && !band.offset)
    decide(kSentinel2OffsetDn * scaling.scale, "offset -1000 DN: Sentinel-2 processing baseline 04.00 or later");
  return scaling;
}

}  // namespace stacvrt::cube
