// SPDX-License-Identifier: MIT
#include "cube/basis_reader.h"

#include <algorithm>
#include <cmath>

#include "cube/output_planner.h"

namespace stacvrt::cube {

namespace {

using kernels::LaneType;

constexpr std::int64_t kOutside = -1;

// For each basis column (or row) of a window the source column (or row) that holds its centre, or kOutside. The same
// arithmetic for every window: positions come from absolute basis pixels.
std::vector<std::int64_t> nearest_of(std::int64_t first, std::int64_t count, double basis_origin, double basis_step,
                                     double source_origin, double source_step, std::int64_t source_size) {
  std::vector<std::int64_t> map(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) {
    const double centre = basis_origin + (static_cast<double>(first + i) + 0.5) * basis_step;
    const double position = std::floor((centre - source_origin) / source_step);
    const bool inside = position >= 0 && position < static_cast<double>(source_size);
    map[static_cast<std::size_t>(i)] = inside ? static_cast<std::int64_t>(position) : kOutside;
  }
  return map;
}

// First and one past the last source index in use; empty when none is.
std::pair<std::int64_t, std::int64_t> range_of(const std::vector<std::int64_t>& map) {
  std::int64_t low = INT64_MAX, high = kOutside;
  for (const std::int64_t index : map)
    if (index != kOutside) {
      low = std::min(low, index);
      high = std::max(high, index);
    }
  return high == kOutside ? std::pair<std::int64_t, std::int64_t>{0, 0} : std::pair{low, high + 1};
}

template <class T>
void find_known(BasisPlane& plane, std::optional<double> nodata) {
  const T* values = plane.as<T>();
  const std::size_t count = plane.known.size();
  if constexpr (std::is_floating_point_v<T>) {
    // A Float32 source holds its nodata rounded to Float32.
    const bool has_number = nodata && std::isfinite(*nodata);
    const T number = has_number ? static_cast<T>(*nodata) : T{};
    for (std::size_t i = 0; i < count; ++i)
      plane.known[i] &= static_cast<std::uint8_t>(std::isfinite(values[i]) && !(has_number && values[i] == number));
  } else {
    if (!nodata || *nodata != std::floor(*nodata) || *nodata < std::numeric_limits<T>::lowest() ||
        *nodata > std::numeric_limits<T>::max())
      return;
    const T number = static_cast<T>(*nodata);
    for (std::size_t i = 0; i < count; ++i) plane.known[i] &= static_cast<std::uint8_t>(values[i] != number);
  }
}

void find_known(BasisPlane& plane, std::optional<double> nodata) {
  switch (plane.type) {
    case LaneType::kUInt16:
      return find_known<std::uint16_t>(plane, nodata);
    case LaneType::kInt16:
      return find_known<std::int16_t>(plane, nodata);
    case LaneType::kFloat32:
      return find_known<float>(plane, nodata);
  }
}

template <class T>
void gather(const std::byte* native, const std::vector<std::uint8_t>& native_known, const PixelWindow& window,
            const std::vector<std::int64_t>& columns, const std::vector<std::int64_t>& rows, BasisPlane& plane) {
  const T* from = reinterpret_cast<const T*>(native);
  T* to = reinterpret_cast<T*>(plane.values.data());
  std::uint8_t* known = plane.known.data();
  for (const std::int64_t row : rows)
    for (const std::int64_t column : columns) {
      const bool inside = row != kOutside && column != kOutside;
      const auto at = inside ? static_cast<std::size_t>((row - window.y) * window.width_px + (column - window.x)) : 0;
      *to++ = inside ? from[at] : T{};
      *known++ = inside ? native_known[at] : 0;
    }
}

// Pixels of a source whose grid is not the basis grid.
std::optional<double> read_nearest(PixelSource& pixels, const SourceBand& source, const stac::PixelGrid& basis,
                                   const PixelWindow& window, BasisPlane& plane) {
  const auto& b = basis.transform;
  const auto& s = source.grid.transform;
  const auto columns = nearest_of(window.x, window.width_px, b.c, b.a, s.c, s.a, source.grid.width_px);
  const auto rows = nearest_of(window.y, window.height_px, b.f, b.e, s.f, s.e, source.grid.height_px);
  const auto [left, right] = range_of(columns);
  const auto [top, bottom] = range_of(rows);
  const PixelWindow native{left, top, right - left, bottom - top};
  if (native.empty()) {
    std::fill(plane.known.begin(), plane.known.end(), std::uint8_t{0});
    return source.nodata;
  }
  std::vector<std::byte> buffer(native.pixels() * kernels::lane_size(plane.type));
  const auto nodata = pixels.read(source, native, plane.type, buffer.data());
  std::vector<std::uint8_t> known(native.pixels(), 1);
  pixels.mark_missing(source, native, known.data());
  switch (plane.type) {
    case LaneType::kUInt16:
      gather<std::uint16_t>(buffer.data(), known, native, columns, rows, plane);
      break;
    case LaneType::kInt16:
      gather<std::int16_t>(buffer.data(), known, native, columns, rows, plane);
      break;
    case LaneType::kFloat32:
      gather<float>(buffer.data(), known, native, columns, rows, plane);
      break;
  }
  return nodata;
}

}  // namespace

BasisPlane read_on_basis(PixelSource& pixels, const SourceBand& source, const stac::PixelGrid& basis,
                         const PixelWindow& window, bool nodata_counts) {
  BasisPlane plane;
  plane.type = read_type_of(source);
  plane.values.resize(window.pixels() * kernels::lane_size(plane.type));
  plane.known.assign(window.pixels(), 1);
  const bool same_pixels = source.grid.transform == basis.transform && source.grid.width_px == basis.width_px &&
                           source.grid.height_px == basis.height_px;
  std::optional<double> nodata;
  if (same_pixels) {
    nodata = pixels.read(source, window, plane.type, plane.values.data());
    pixels.mark_missing(source, window, plane.known.data());
  } else {
    nodata = read_nearest(pixels, source, basis, window, plane);
  }
  find_known(plane, nodata_counts ? nodata : std::nullopt);
  return plane;
}

namespace {

// What a mask's values mean, one flag pair per pixel.
struct Verdict {
  bool bad = false;
  bool nodata = false;
};

bool contains(const std::vector<std::int64_t>& values, std::int64_t value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

bool any_bits(const std::vector<MaskValues::Bits>& rules, std::int64_t value) {
  return std::any_of(rules.begin(), rules.end(), [value](const MaskValues::Bits& rule) {
    return contains(rule.values, (value >> rule.shift) & ((std::int64_t{1} << rule.length) - 1));
  });
}

// `value` is a class, a bit field or a probability; a fraction belongs to no class and has no bits.
Verdict judge(const MaskValues& rules, double value) {
  Verdict verdict;
  const bool whole = value == std::floor(value) && std::abs(value) < 9e15;
  const auto integer = whole ? static_cast<std::int64_t>(value) : 0;
  verdict.bad = (rules.below && value < *rules.below) || (rules.above && value > *rules.above) ||
                (whole && (contains(rules.exclude, integer) || any_bits(rules.bits, integer))) ||
                (rules.has_keep && !(whole && contains(rules.keep, integer)));
  verdict.nodata = whole && (contains(rules.nodata, integer) || any_bits(rules.nodata_bits, integer));
  return verdict;
}

// Applies the rules; 8- and 16-bit masks through a table of all values.
void classify(const MaskValues& rules, const BasisPlane& plane, std::vector<std::uint8_t>& bad,
              std::vector<std::uint8_t>& known) {
  const auto apply = [&](std::size_t i, const Verdict& verdict) {
    known[i] = static_cast<std::uint8_t>(plane.known[i] && !verdict.nodata);
    bad[i] = static_cast<std::uint8_t>(verdict.bad && known[i]);
  };
  if (plane.type == LaneType::kFloat32) {
    for (std::size_t i = 0; i < bad.size(); ++i) apply(i, judge(rules, static_cast<double>(plane.as<float>()[i])));
    return;
  }
  std::vector<Verdict> table(65536);
  std::vector<std::uint8_t> filled(table.size(), 0);
  const bool is_signed = plane.type == LaneType::kInt16;
  const auto* values = plane.as<std::uint16_t>();
  for (std::size_t i = 0; i < bad.size(); ++i) {
    const std::uint16_t key = values[i];
    if (!filled[key]) {
      table[key] =
          judge(rules, is_signed ? static_cast<double>(static_cast<std::int16_t>(key)) : static_cast<double>(key));
      filled[key] = 1;
    }
    apply(i, table[key]);
  }
}

// Copies `inner` out of an array that covers `outer`.
void crop_into(const std::vector<std::uint8_t>& from, const PixelWindow& outer, const PixelWindow& inner,
               const auto& combine) {
  std::size_t to = 0;
  for (std::int64_t row = inner.y; row < inner.y + inner.height_px; ++row) {
    auto at = static_cast<std::size_t>((row - outer.y) * outer.width_px + (inner.x - outer.x));
    for (std::int64_t column = 0; column < inner.width_px; ++column) combine(to++, from[at++]);
  }
}

void read_mask(PixelSource& pixels, const ItemPlan& item, const MaskPlan& mask, const PixelWindow& window,
               MaskPlane& result) {
  const PixelWindow whole{0, 0, item.basis.width_px, item.basis.height_px};
  const PixelWindow outer = PixelWindow{window.x - mask.halo.x_px, window.y - mask.halo.y_px,
                                        window.width_px + 2 * mask.halo.x_px, window.height_px + 2 * mask.halo.y_px}
                                .intersect(whole);
  std::vector<std::uint8_t> bad(outer.pixels()), known(outer.pixels());
  {
    // Only what the metadata declare is no-data of a mask: rasters of cloud probability often say 0, which is clear
    // sky.
    BasisPlane plane = read_on_basis(pixels, mask.source, item.basis, outer, false);
    if (!mask.values.has_nodata) find_known(plane, mask.source.nodata);
    classify(mask.values, plane, bad, known);
  }
  kernels::clean(bad, outer.width_px, outer.height_px, mask.cleanup);
  crop_into(bad, outer, window, [&](std::size_t i, std::uint8_t value) { result.bad[i] |= value; });
  crop_into(known, outer, window, [&](std::size_t i, std::uint8_t value) { result.known[i] &= value; });
}

}  // namespace

MaskPlane read_masks(PixelSource& pixels, const ItemPlan& item, const PixelWindow& window) {
  MaskPlane result;
  result.bad.assign(window.pixels(), 0);
  result.known.assign(window.pixels(), 1);
  for (const MaskPlan& mask : item.masks) read_mask(pixels, item, mask, window, result);
  result.any_clear = false;
  for (std::size_t i = 0; i < result.bad.size() && !result.any_clear; ++i)
    result.any_clear = result.known[i] && !result.bad[i];
  return result;
}

}  // namespace stacvrt::cube
