// SPDX-License-Identifier: MIT
#include "cube/observation_reader.h"

#include <algorithm>
#include <optional>

#include "cube/aligned_reader.h"
#include "cube/basis_reader.h"
#include "kernels/sample.h"

namespace stacvrt::cube {

namespace {

using kernels::LaneType;

constexpr std::int64_t kKernelMargin = 1;  // bilinear: the neighbours around the pixel that holds the position

// One item's pixels on a window of its basis grid.
struct ItemPixels {
  const ItemPlan& item;
  ItemPositions at;
  MaskPlane mask;
  std::vector<std::optional<BasisPlane>> bands;  // per recipe band
  std::vector<Flags> out_of_range;               // per recipe band: 1 where outside a valid_range; empty: nowhere
};

// The state of an item for one set of bands, on its basis window.
struct SetFlags {
  Flags valid;
  Flags bad;
};

template <class T>
void mark_out_of_range(const BasisPlane& plane, const std::array<double, 2>& physical,
                       const std::vector<std::pair<double, double>>& ranges, Flags& flags) {
  const T* values = plane.as<T>();
  for (std::size_t i = 0; i < flags.size(); ++i) {
    const double value = static_cast<double>(values[i]) * physical[0] + physical[1];
    for (const auto& [low, high] : ranges)
      if (!(value >= low && value <= high)) flags[i] = 1;
  }
}

void find_out_of_range(const StripJob& job, ItemPixels& pixels, std::size_t band) {
  if (job.plan.valid_ranges.empty() || !pixels.bands[band]) return;
  const BasisPlane& plane = *pixels.bands[band];
  auto& flags = pixels.out_of_range[band];
  flags.assign(plane.known.size(), 0);
  const auto& physical = pixels.item.physical[band];
  switch (plane.type) {
    case LaneType::kUInt16:
      return mark_out_of_range<std::uint16_t>(plane, physical, job.plan.valid_ranges, flags);
    case LaneType::kInt16:
      return mark_out_of_range<std::int16_t>(plane, physical, job.plan.valid_ranges, flags);
    case LaneType::kFloat32:
      return mark_out_of_range<float>(plane, physical, job.plan.valid_ranges, flags);
  }
}

// Bands of one item are independent: with few observations they are what keeps the cores busy.
void read_bands(const StripJob& job, ItemPixels& pixels) {
  const std::size_t count = pixels.item.bands.size();
  pixels.bands.resize(count);
  pixels.out_of_range.resize(count);
  job.pool.parallel_for(count, job.context, [&](std::size_t band) {
    const auto& source = pixels.item.bands[band];
    if (!source || !job.bands[band]) return;
    pixels.bands[band] = read_on_basis(job.pixels, *source, pixels.item.basis, pixels.at.window);
    find_out_of_range(job, pixels, band);
  });
}

SetFlags flags_of(const ItemPixels& pixels, const SetPlan& set) {
  SetFlags flags{pixels.mask.known, pixels.mask.bad};
  const std::size_t count = flags.valid.size();
  for (const int band : set.bands) {
    const auto& known = pixels.bands[static_cast<std::size_t>(band)]->known;
    for (std::size_t i = 0; i < count; ++i) flags.valid[i] &= known[i];
    const auto& outside = pixels.out_of_range[static_cast<std::size_t>(band)];
    for (std::size_t i = 0; i < outside.size(); ++i) flags.bad[i] |= outside[i];
  }
  for (std::size_t i = 0; i < count; ++i) {
    flags.bad[i] &= flags.valid[i];
    flags.valid[i] = static_cast<std::uint8_t>(flags.valid[i] & (flags.bad[i] ^ 1));
  }
  return flags;
}

// Brings basis flags onto the strip: [pixel], 0 where the item does not reach.
Flags flags_on_strip(const StripJob& job, const ItemPixels& pixels, const Flags& flags) {
  Flags out(job.strip.pixels(), 0);
  const PixelWindow& window = pixels.at.window;
  if (!pixels.item.aligned) {
    const kernels::Positions positions{pixels.at.col.data(), pixels.at.row.data(), out.size()};
    kernels::sample_flags(flags.data(), window.width_px, window.height_px, positions, out.data());
    return out;
  }
  const std::int64_t left = window.x - pixels.item.shift_x - job.strip.x;
  const std::int64_t top = window.y - pixels.item.shift_y - job.strip.y;
  for (std::int64_t row = 0; row < window.height_px; ++row)
    std::copy_n(flags.data() + row * window.width_px, window.width_px,
                out.data() + (top + row) * job.strip.width_px + left);
  return out;
}

template <class From, class To>
void copy_aligned(const StripJob& job, const ItemPixels& pixels, const BasisPlane& plane,
                  const kernels::Harmonisation& way, const std::uint8_t* take, To* out) {
  const PixelWindow& window = pixels.at.window;
  const From* from = plane.as<From>();
  const bool exact = way.gain == 1 && way.bias == 0;
  for (std::int64_t row = 0; row < window.height_px; ++row) {
    const std::int64_t at = (window.y - pixels.item.shift_y - job.strip.y + row) * job.strip.width_px +
                            (window.x - pixels.item.shift_x - job.strip.x);
    for (std::int64_t column = 0; column < window.width_px; ++column, ++from) {
      if (!take[at + column]) continue;
      out[at + column] =
          exact ? static_cast<To>(*from) : static_cast<To>(static_cast<double>(*from) * way.gain + way.bias);
    }
  }
}

// Values of one band into a slot, where `take` says so.
template <class To>
void place_band(const StripJob& job, const ItemPixels& pixels, std::size_t band, const SetFlags& flags,
                const std::uint8_t* take, To* out) {
  const BasisPlane& plane = *pixels.bands[band];
  const kernels::Harmonisation& way = pixels.item.harmonisation[band];
  if (pixels.item.aligned) {
    switch (plane.type) {
      case LaneType::kUInt16:
        return copy_aligned<std::uint16_t>(job, pixels, plane, way, take, out);
      case LaneType::kInt16:
        return copy_aligned<std::int16_t>(job, pixels, plane, way, take, out);
      case LaneType::kFloat32:
        return copy_aligned<float>(job, pixels, plane, way, take, out);
    }
  }
  const PixelWindow& window = pixels.at.window;
  const kernels::SourceWindow source{plane.values.data(), flags.valid.data(), plane.type, window.width_px,
                                     window.height_px};
  const std::size_t count = job.strip.pixels();
  const kernels::Positions positions{pixels.at.col.data(), pixels.at.row.data(), count};
  const bool nearest = job.plan.bands[band].resampling == Resampling::kNearest;
  const auto sample = nearest ? kernels::sample_nearest : kernels::sample_bilinear;
  if constexpr (std::is_same_v<To, float>) {
    sample(source, positions, take, way, out);
  } else {
    // Integer lanes are copies of 16-bit values, which a float holds exactly.
    std::vector<float, BufferAllocator<float>> scratch(count);
    sample(source, positions, take, way, scratch.data());
    for (std::size_t i = 0; i < count; ++i)
      if (take[i]) out[i] = static_cast<To>(scratch[i]);
  }
}

void place_values(const StripJob& job, const ItemPixels& pixels, const SetPlan& set, const SetFlags& flags,
                  const std::uint8_t* take, ObservationSlot& slot) {
  for (std::size_t i = 0; i < set.bands.size(); ++i) {
    const auto band = static_cast<std::size_t>(set.bands[i]);
    switch (slot.lane) {
      case LaneType::kUInt16:
        place_band(job, pixels, band, flags, take, slot.band<std::uint16_t>(i));
        break;
      case LaneType::kInt16:
        place_band(job, pixels, band, flags, take, slot.band<std::int16_t>(i));
        break;
      case LaneType::kFloat32:
        place_band(job, pixels, band, flags, take, slot.band<float>(i));
        break;
    }
  }
}

// Adds one item's pixels to a slot: those that are valid where no earlier item of the group was.
void fuse(const StripJob& job, const ItemPixels& pixels, const SetPlan& set, ObservationSlot& slot, Flags& cloudy) {
  const SetFlags flags = flags_of(pixels, set);
  Flags take = flags_on_strip(job, pixels, flags.valid);
  if (job.count_covered || job.plan.recipe.time.fuse == FuseRule::kCloudWins) {
    const Flags bad = flags_on_strip(job, pixels, flags.bad);
    cloudy.resize(bad.size(), 0);
    for (std::size_t i = 0; i < bad.size(); ++i) cloudy[i] |= bad[i];
    if (job.count_covered) {
      slot.covered.resize(bad.size(), 0);
      for (std::size_t i = 0; i < bad.size(); ++i) slot.covered[i] |= static_cast<std::uint8_t>(take[i] | bad[i]);
    }
  }
  if (std::find(take.begin(), take.end(), std::uint8_t{1}) == take.end()) return;
  slot.open();
  for (std::size_t i = 0; i < take.size(); ++i) take[i] = static_cast<std::uint8_t>(take[i] & (slot.valid[i] ^ 1));
  place_values(job, pixels, set, flags, take.data(), slot);
  for (std::size_t i = 0; i < take.size(); ++i) slot.valid[i] |= take[i];
}

// `in_company`: other items of the group may have a say in the same pixels.
void read_item(const StripJob& job, const ItemPlan& item, bool in_company, std::size_t slot, ObservationStore& store,
               std::vector<Flags>& cloudy) {
  ItemPixels pixels{item, locate_item(item, job.strip, job.positions, kKernelMargin), {}, {}, {}};
  if (pixels.at.window.empty()) return;
  pixels.mask = read_masks(job.pixels, item, pixels.at.window);
  // Mask first: spectral blocks without a clear pixel are not read, unless somebody counts what lies under the clouds.
  const bool needs_bad = job.count_covered || (in_company && job.plan.recipe.time.fuse == FuseRule::kCloudWins);
  if (!pixels.mask.any_clear && !needs_bad) return;
  if (!in_company && lies_as_target(job, item, pixels.at.window)) {
    read_in_place(job, item, pixels.mask, store.slots.front()[slot]);
    return;
  }
  read_bands(job, pixels);
  for (std::size_t s = 0; s < job.sets.size(); ++s) {
    const SetPlan& set = job.plan.sets[static_cast<std::size_t>(job.sets[s])];
    if (has_all(item, set)) fuse(job, pixels, set, store.slots[s][slot], cloudy[s]);
  }
}

}  // namespace

void read_observation(const StripJob& job, const std::vector<int>& items, std::size_t slot, ObservationStore& store) {
  std::vector<Flags> cloudy(job.sets.size());
  for (const int item : items)
    read_item(job, job.plan.items[static_cast<std::size_t>(item)], items.size() > 1, slot, store, cloudy);
  if (job.plan.recipe.time.fuse != FuseRule::kCloudWins) return;
  for (std::size_t s = 0; s < job.sets.size(); ++s) {
    ObservationSlot& to = store.slots[s][slot];
    for (std::size_t i = 0; !to.values.empty() && i < cloudy[s].size(); ++i)
      to.valid[i] = static_cast<std::uint8_t>(to.valid[i] & (cloudy[s][i] ^ 1));
  }
}

}  // namespace stacvrt::cube
