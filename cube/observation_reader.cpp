// SPDX-License-Identifier: MIT
#include "cube/observation_reader.h"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <type_traits>

#include "cube/aligned_reader.h"
#include "cube/basis_reader.h"
#include "cube/item_planner.h"
#include "kernels/flags.h"
#include "kernels/sample.h"

namespace stacvrt::cube {

namespace {

// One item's pixels on a window of its basis grid.
struct ItemPixels {
  const ItemPlan& item;
  const ItemPositions& at;
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
  kernels::with_lane_type(plane.type, [&]<typename Lane>(std::type_identity<Lane>) {
    mark_out_of_range<Lane>(plane, physical, job.plan.valid_ranges, flags);
  });
}

// Bands of one item are independent: with few observations they are what keeps the cores busy.
void read_bands(const StripJob& job, ItemPixels& pixels, const Flags* wanted) {
  const std::size_t count = pixels.item.bands.size();
  pixels.bands.resize(count);
  pixels.out_of_range.resize(count);
  job.pool.parallel_for(count, job.context, [&](std::size_t band) {
    const auto& source = pixels.item.bands[band];
    if (!source || !job.bands[band]) return;
    pixels.bands[band] = read_on_basis(job.pixels, *source, pixels.item.basis, pixels.at.window, true, wanted);
    find_out_of_range(job, pixels, band);
  });
}

SetFlags flags_of(const ItemPixels& pixels, const SetPlan& set) {
  SetFlags flags{pixels.mask.known, pixels.mask.bad};
  const std::size_t count = flags.valid.size();
  for (const int band : set.bands) {
    kernels::keep_where(flags.valid.data(), pixels.bands[static_cast<std::size_t>(band)]->known.data(), count);
    const auto& outside = pixels.out_of_range[static_cast<std::size_t>(band)];
    kernels::add_where(flags.bad.data(), outside.data(), outside.size());
  }
  kernels::keep_where(flags.bad.data(), flags.valid.data(), count);
  kernels::drop_where(flags.valid.data(), flags.bad.data(), count);
  return flags;
}

kernels::Positions positions_of(const ItemPixels& pixels) {
  return {pixels.at.col.data(), pixels.at.row.data(), pixels.at.col.size()};
}

// Basis flags on the strip's pixels that the item may reach: [pixel of the part].
Flags flags_on_part(const ItemPixels& pixels, const Flags& flags) {
  if (pixels.item.aligned) return flags;
  const PixelWindow& window = pixels.at.window;
  Flags out(pixels.at.part.pixels());
  kernels::sample_flags({flags.data(), window.width_px, window.height_px}, positions_of(pixels), out.data());
  return out;
}

template <class From, class To>
void copy_aligned(const StripJob& job, const ItemPixels& pixels, std::size_t band, const std::uint8_t* take, To* out) {
  const kernels::Harmonisation& way = pixels.item.harmonisation[band];
  const From* from = pixels.bands[band]->as<From>();
  const bool exact = way.gain == 1 && way.bias == 0;
  for_rows(pixels.at.part, job.strip, [&](std::size_t first, std::size_t to, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      if (!take[first + i]) continue;
      const From value = from[first + i];
      out[to + i] = exact ? static_cast<To>(value) : static_cast<To>(static_cast<double>(value) * way.gain + way.bias);
    }
  });
}

// Values of the set's bands into a slot, where `take` says so; of an item whose pixels are the target's.
void copy_values(const StripJob& job, const ItemPixels& pixels, const SetPlan& set, const std::uint8_t* take,
                 ObservationSlot& slot) {
  for (std::size_t i = 0; i < set.bands.size(); ++i) {
    const auto band = static_cast<std::size_t>(set.bands[i]);
    kernels::with_lane_type(slot.lane, [&]<typename To>(std::type_identity<To>) {
      kernels::with_lane_type(pixels.bands[band]->type, [&]<typename From>(std::type_identity<From>) {
        copy_aligned<From>(job, pixels, band, take, slot.band<To>(i));
      });
    });
  }
}

// Bands whose samples go to where they go, from the strip's pixel `first` on.
std::vector<kernels::SampledBand> from_pixel(std::vector<kernels::SampledBand> bands, std::size_t first) {
  for (kernels::SampledBand& band : bands)
    band.out = static_cast<std::byte*>(band.out) + first * kernels::lane_size(band.out_type);
  return bands;
}

// The same of any other item. Integer lanes are copies of 16-bit values.
void sample_values(const StripJob& job, const ItemPixels& pixels, const SetPlan& set, const Flags& valid,
                   const std::uint8_t* take, ObservationSlot& slot) {
  std::array<std::vector<kernels::SampledBand>, 4> by_method;
  const auto of = [&](Resampling method) -> auto& {
    return by_method[static_cast<std::size_t>(method)];
  };
  for (std::size_t i = 0; i < set.bands.size(); ++i) {
    const auto band = static_cast<std::size_t>(set.bands[i]);
    const BasisPlane& plane = *pixels.bands[band];
    of(job.plan.bands[band].resampling)
        .push_back({plane.values.data(), plane.type, pixels.item.harmonisation[band], slot.plane(i), slot.lane});
  }
  const kernels::SourceWindow source{valid.data(), pixels.at.window.width_px, pixels.at.window.height_px};
  for_rows(pixels.at.part, job.strip, [&](std::size_t first, std::size_t to, std::size_t count) {
    const kernels::Positions at{pixels.at.col.data() + first, pixels.at.row.data() + first, count};
    const std::uint8_t* const wanted = take + first;
    const auto out = [&](Resampling method) { return from_pixel(of(method), to); };
    if (const auto bands = out(Resampling::kNearest); !bands.empty())
      kernels::sample_nearest(source, at, wanted, bands);
    if (const auto bands = out(Resampling::kBilinear); !bands.empty())
      kernels::sample_bilinear(source, at, wanted, bands);
    if (const auto bands = out(Resampling::kCubic); !bands.empty()) kernels::sample_cubic(source, at, wanted, bands);
    if (const auto bands = out(Resampling::kAverage); !bands.empty())
      kernels::sample_average(source, at, footprint_of(pixels.item), wanted, bands);
  });
}

// Adds one item's pixels to a slot: those that are valid where no earlier item of the group was.
void fuse(const StripJob& job, const ItemPixels& pixels, const SetPlan& set, ObservationSlot& slot, Flags& cloudy) {
  const SetFlags flags = flags_of(pixels, set);
  Flags take = flags_on_part(pixels, flags.valid);
  const auto on_strip = [&](const auto& each) { for_rows(pixels.at.part, job.strip, each); };
  if (job.count_covered || job.plan.recipe.time.fuse == FuseRule::kCloudWins) {
    const Flags bad = flags_on_part(pixels, flags.bad);
    cloudy.resize(job.strip.pixels(), 0);
    if (job.count_covered) slot.covered.resize(job.strip.pixels(), 0);
    on_strip([&](std::size_t first, std::size_t to, std::size_t count) {
      kernels::add_where(cloudy.data() + to, bad.data() + first, count);
      if (!job.count_covered) return;
      kernels::add_where(slot.covered.data() + to, take.data() + first, count);
      kernels::add_where(slot.covered.data() + to, bad.data() + first, count);
    });
  }
  if (!kernels::any_of(take.data(), take.size())) return;
  slot.open();
  on_strip([&](std::size_t first, std::size_t to, std::size_t count) {
    kernels::drop_where(take.data() + first, slot.valid.data() + to, count);
  });
  if (pixels.item.aligned)
    copy_values(job, pixels, set, take.data(), slot);
  else
    sample_values(job, pixels, set, flags.valid, take.data(), slot);
  on_strip([&](std::size_t first, std::size_t to, std::size_t count) {
    kernels::add_where(slot.valid.data() + to, take.data() + first, count);
  });
}

// Where an item may have a say; empty where it may everywhere.
Flags clear_of(const MaskPlane& mask) {
  Flags clear = mask.known;
  kernels::drop_where(clear.data(), mask.bad.data(), clear.size());
  const bool all = std::all_of(clear.begin(), clear.end(), [](std::uint8_t flag) { return flag != 0; });
  return all ? Flags() : clear;
}

// `in_company`: other items of the group may have a say in the same pixels.
void read_item(const StripJob& job, const ItemPlan& item, bool in_company, std::size_t slot, ObservationStore& store,
               std::vector<Flags>& cloudy) {
  const std::shared_ptr<const ItemPositions> at = locate_item(item, job.strip, job.positions);
  if (at->window.empty()) return;
  ItemPixels pixels{item, *at, {}, {}, {}};
  pixels.mask = read_masks(job.pixels, item, pixels.at.window);
  // Mask first: spectral blocks without a clear pixel are not read, unless somebody counts what lies under the clouds.
  const bool needs_bad = job.count_covered || (in_company && job.plan.recipe.time.fuse == FuseRule::kCloudWins);
  if (!pixels.mask.any_clear && !needs_bad) return;
  const Flags clear = needs_bad || item.masks.empty() ? Flags() : clear_of(pixels.mask);
  const Flags* const wanted = clear.empty() ? nullptr : &clear;
  if (!in_company && lies_as_target(job, item, pixels.at.window)) {
    read_in_place(job, item, pixels.mask, wanted, store.slots.front()[slot]);
    return;
  }
  read_bands(job, pixels, wanted);
  for (std::size_t s = 0; s < job.sets.size(); ++s) {
    const SetPlan& set = job.plan.sets[static_cast<std::size_t>(job.sets[s])];
    if (has_all(item, set)) fuse(job, pixels, set, store.slots[s][slot], cloudy[s]);
  }
}

// What says that an item's pixels cannot be had; others say that the request cannot be answered.
bool is_of_item(ErrorCode code) {
  return code == ErrorCode::kIo || code == ErrorCode::kNotFound || code == ErrorCode::kInvalid ||
         code == ErrorCode::kUnsupported;
}

void read_or_skip(const StripJob& job, int index, bool in_company, std::size_t slot, ObservationStore& store,
                  std::vector<Flags>& cloudy) {
  const ItemPlan& item = job.plan.items[static_cast<std::size_t>(index)];
  try {
    read_item(job, item, in_company, slot, store, cloudy);
  } catch (const Error& error) {
    if (!job.skipped || !is_of_item(error.code())) throw;
    job.skipped->add(index, item.id, error.what());  // the rest of the tile is read, to find all such items at once
  }
}

}  // namespace

void read_observation(const StripJob& job, const std::vector<int>& items, std::size_t slot, ObservationStore& store) {
  std::vector<Flags> cloudy(job.sets.size());
  for (const int item : items) read_or_skip(job, item, items.size() > 1, slot, store, cloudy);
  if (job.plan.recipe.time.fuse != FuseRule::kCloudWins) return;
  for (std::size_t s = 0; s < job.sets.size(); ++s) {
    ObservationSlot& to = store.slots[s][slot];
    if (!to.values.empty()) kernels::drop_where(to.valid.data(), cloudy[s].data(), cloudy[s].size());
  }
}

}  // namespace stacvrt::cube
