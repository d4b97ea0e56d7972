// SPDX-License-Identifier: MIT
#include "cube/aligned_reader.h"

#include <algorithm>
#include <cstring>

#include "cube/output_planner.h"
#include "kernels/flags.h"

namespace stacvrt::cube {

bool has_all(const ItemPlan& item, const SetPlan& set) {
  return std::all_of(set.bands.begin(), set.bands.end(),
                     [&](int band) { return item.bands[static_cast<std::size_t>(band)].has_value(); });
}

bool lies_as_target(const StripJob& job, const ItemPlan& item, const PixelWindow& window) {
  if (job.sets.size() != 1 || !item.aligned || !job.plan.valid_ranges.empty()) return false;
  if (window.width_px != job.strip.width_px || window.height_px != job.strip.height_px) return false;
  const SetPlan& set = job.plan.sets[static_cast<std::size_t>(job.sets.front())];
  return has_all(item, set) && std::all_of(set.bands.begin(), set.bands.end(), [&](int band) {
           const auto index = static_cast<std::size_t>(band);
           const kernels::Harmonisation& way = item.harmonisation[index];
           return way.gain == 1 && way.bias == 0 && lies_on(*item.bands[index], item.basis) &&
                  read_type_of(*item.bands[index]) == set.lane;
         });
}

void read_in_place(const StripJob& job, const ItemPlan& item, const MaskPlane& mask, ObservationSlot& slot) {
  const SetPlan& set = job.plan.sets[static_cast<std::size_t>(job.sets.front())];
  const PixelWindow window{job.strip.x + item.shift_x, job.strip.y + item.shift_y, job.strip.width_px,
                           job.strip.height_px};
  slot.open();
  std::vector<std::optional<double>> nodata(set.bands.size());
  job.pool.parallel_for(set.bands.size(), job.context, [&](std::size_t i) {
    nodata[i] = job.pixels.read(*item.bands[static_cast<std::size_t>(set.bands[i])], window, slot.lane, slot.plane(i));
  });
  slot.valid = mask.known;
  for (std::size_t i = 0; i < set.bands.size(); ++i) {
    job.pixels.mark_missing(*item.bands[static_cast<std::size_t>(set.bands[i])], window, slot.valid.data());
    kernels::clear_unknown(slot.lane, slot.plane(i), slot.pixels, nodata[i], slot.valid.data());
  }
  if (job.count_covered) slot.covered = slot.valid;
  for (std::size_t i = 0; i < slot.pixels; ++i)
    slot.valid[i] = static_cast<std::uint8_t>(slot.valid[i] & (mask.bad[i] ^ 1));
  if (std::memchr(slot.valid.data(), 1, slot.pixels) == nullptr) slot.close();
}

}  // namespace stacvrt::cube
