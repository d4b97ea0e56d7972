// SPDX-License-Identifier: MIT
#include "cube/aligned_reader.h"

#include <algorithm>

#include "cube/output_planner.h"
#include "kernels/flags.h"
#include "kernels/harmonise.h"

namespace stacvrt::cube {

bool has_all(const ItemPlan& item, const SetPlan& set) {
  return std::all_of(set.bands.begin(), set.bands.end(),
                     [&](int band) { return item.bands[static_cast<std::size_t>(band)].has_value(); });
}

namespace {

// Whether the samples of a band are its values, or can be made of them where they are kept.
bool fits_in_place(const ItemPlan& item, std::size_t band, kernels::LaneType lane) {
  const kernels::LaneType type = read_type_of(*item.bands[band]);
  if (type != lane) return lane == kernels::LaneType::kFloat32;
  const kernels::Harmonisation& way = item.harmonisation[band];
  return way.gain == 1 && way.bias == 0;
}

// Where a band of the slot is decoded: 16-bit values that become floats lie in the upper half of their place.
std::byte* decoded_at(ObservationSlot& slot, std::size_t index, kernels::LaneType type) {
  const std::size_t spare = kernels::lane_size(slot.lane) - kernels::lane_size(type);
  return slot.plane(index) + slot.pixels * spare;
}

}  // namespace

bool lies_as_target(const StripJob& job, const ItemPlan& item, const PixelWindow& window) {
  if (job.sets.size() != 1 || !item.aligned || !job.plan.valid_ranges.empty()) return false;
  if (window.width_px != job.strip.width_px || window.height_px != job.strip.height_px) return false;
  const SetPlan& set = job.plan.sets[static_cast<std::size_t>(job.sets.front())];
  return has_all(item, set) && std::all_of(set.bands.begin(), set.bands.end(), [&](int band) {
           const auto index = static_cast<std::size_t>(band);
           return lies_on(*item.bands[index], item.basis) && fits_in_place(item, index, set.lane);
         });
}

void read_in_place(const StripJob& job, const ItemPlan& item, const MaskPlane& mask, const Flags* wanted,
                   ObservationSlot& slot) {
  const SetPlan& set = job.plan.sets[static_cast<std::size_t>(job.sets.front())];
  const PixelWindow window{job.strip.x + item.shift_x, job.strip.y + item.shift_y, job.strip.width_px,
                           job.strip.height_px};
  const auto source = [&](std::size_t i) -> const SourceBand& {
    return *item.bands[static_cast<std::size_t>(set.bands[i])];
  };
  slot.open();
  std::vector<std::optional<double>> nodata(set.bands.size());
  job.pool.parallel_for(set.bands.size(), job.context, [&](std::size_t i) {
    const kernels::LaneType type = read_type_of(source(i));
    nodata[i] = read_pixels(job.pixels, source(i), window, wanted, type, decoded_at(slot, i, type));
  });
  slot.valid = mask.known;
  for (std::size_t i = 0; i < set.bands.size(); ++i) {
    const kernels::LaneType type = read_type_of(source(i));
    job.pixels.mark_missing(source(i), window, slot.valid.data());
    kernels::clear_unknown(type, decoded_at(slot, i, type), slot.pixels, nodata[i], slot.valid.data());
  }
  if (job.count_covered) slot.covered = slot.valid;
  kernels::drop_where(slot.valid.data(), mask.bad.data(), slot.pixels);
  if (!kernels::any_of(slot.valid.data(), slot.pixels)) return slot.close();
  job.pool.parallel_for(set.bands.size(), job.context, [&](std::size_t i) {
    const kernels::LaneType type = read_type_of(source(i));
    if (type != slot.lane)
      kernels::widen(type, decoded_at(slot, i, type), slot.pixels,
                     item.harmonisation[static_cast<std::size_t>(set.bands[i])], slot.band<float>(i));
  });
}

}  // namespace stacvrt::cube
