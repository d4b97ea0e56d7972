// SPDX-License-Identifier: MIT
#include "cube/basis_reader.h"

#include <algorithm>
#include <cmath>

#include "cube/output_planner.h"
#include "kernels/flags.h"

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
void gather(const std::byte* native, const Flags& native_known, const PixelWindow& window,
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

// The source's pixels of `window` that wanted basis pixels are.
Flags spread(const Flags& wanted, const PixelWindow& window, const std::vector<std::int64_t>& columns,
             const std::vector<std::int64_t>& rows) {
  Flags there(window.pixels(), 0);
  const std::uint8_t* flag = wanted.data();
  for (const std::int64_t row : rows)
    for (const std::int64_t column : columns)
      if (*flag++ && row != kOutside && column != kOutside)
        there[static_cast<std::size_t>((row - window.y) * window.width_px + (column - window.x))] = 1;
  return there;
}

// Pixels of a source whose grid is not the basis grid.
std::optional<double> read_nearest(PixelSource& pixels, const SourceBand& source, const stac::PixelGrid& basis,
                                   const PixelWindow& window, const Flags* wanted, BasisPlane& plane) {
  const auto& b = basis.transform;
  const auto& s = source.grid.transform;
  const auto columns = nearest_of(window.x, window.width_px, b.c, b.a, s.c, s.a, source.grid.width_px);
  const auto rows = nearest_of(window.y, window.height_px, b.f, b.e, s.f, s.e, source.grid.height_px);
  const auto [left, right] = range_of(columns);
  const auto [top, bottom] = range_of(rows);
  const PixelWindow native{left, top, right - left, bottom - top};
  if (native.empty()) {
    std::fill(plane.known.begin(), plane.known.end(), std::uint8_t{0});
    std::fill(plane.values.begin(), plane.values.end(), std::byte{0});
    return source.nodata;
  }
  Bytes buffer(native.pixels() * kernels::lane_size(plane.type));
  const Flags wanted_there = wanted ? spread(*wanted, native, columns, rows) : Flags();
  const auto nodata = read_pixels(pixels, source, native, wanted ? &wanted_there : nullptr, plane.type, buffer.data());
  Flags known(native.pixels(), 1);
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

void clear_unknown(BasisPlane& plane, std::optional<double> nodata) {
  kernels::clear_unknown(plane.type, plane.values.data(), plane.known.size(), nodata, plane.known.data());
}

}  // namespace

bool lies_on(const SourceBand& source, const stac::PixelGrid& basis) {
  return source.grid.transform == basis.transform && source.grid.width_px == basis.width_px &&
         source.grid.height_px == basis.height_px;
}

std::optional<double> read_pixels(PixelSource& pixels, const SourceBand& source, const PixelWindow& window,
                                  const Flags* wanted, LaneType type, void* buffer) {
  return wanted ? pixels.read_where(source, window, wanted->data(), type, buffer)
                : pixels.read(source, window, type, buffer);
}

BasisPlane read_on_basis(PixelSource& pixels, const SourceBand& source, const stac::PixelGrid& basis,
                         const PixelWindow& window, bool nodata_counts, const Flags* wanted) {
  BasisPlane plane;
  plane.type = read_type_of(source);
  plane.values.resize(window.pixels() * kernels::lane_size(plane.type));
  plane.known.assign(window.pixels(), 1);
  std::optional<double> nodata;
  if (lies_on(source, basis)) {
    nodata = read_pixels(pixels, source, window, wanted, plane.type, plane.values.data());
    pixels.mark_missing(source, window, plane.known.data());
  } else {
    nodata = read_nearest(pixels, source, basis, window, wanted, plane);
  }
  clear_unknown(plane, nodata_counts ? nodata : std::nullopt);
  return plane;
}

namespace {

// `inner` out of an array that covers `outer`.
Flags cropped(const Flags& from, const PixelWindow& outer, const PixelWindow& inner) {
  Flags to(inner.pixels());
  for (std::int64_t row = 0; row < inner.height_px; ++row)
    std::copy_n(from.data() + (inner.y + row - outer.y) * outer.width_px + (inner.x - outer.x), inner.width_px,
                to.data() + row * inner.width_px);
  return to;
}

// One mask on `window`.
MaskPlane read_mask(PixelSource& pixels, const ItemPlan& item, const MaskPlan& mask, const PixelWindow& window) {
  const PixelWindow whole{0, 0, item.basis.width_px, item.basis.height_px};
  const PixelWindow outer = PixelWindow{window.x - mask.halo.x_px, window.y - mask.halo.y_px,
                                        window.width_px + 2 * mask.halo.x_px, window.height_px + 2 * mask.halo.y_px}
                                .intersect(whole);
  // Only what the metadata declare is no-data of a mask: rasters of cloud probability often say 0, which is clear sky.
  BasisPlane plane = read_on_basis(pixels, mask.source, item.basis, outer, false);
  if (!mask.values.has_nodata) clear_unknown(plane, mask.source.nodata);
  Flags bad(outer.pixels());
  mask.table->apply(plane.type, plane.values.data(), bad.size(), bad.data(), plane.known.data());
  kernels::clean(bad, outer.width_px, outer.height_px, mask.cleanup);
  if (outer == window) return {std::move(bad), std::move(plane.known)};
  return {cropped(bad, outer, window), cropped(plane.known, outer, window)};
}

}  // namespace

MaskPlane read_masks(PixelSource& pixels, const ItemPlan& item, const PixelWindow& window) {
  MaskPlane result;
  for (const MaskPlan& mask : item.masks) {
    MaskPlane one = read_mask(pixels, item, mask, window);
    if (result.bad.empty()) {
      result = std::move(one);
      continue;
    }
    kernels::add_where(result.bad.data(), one.bad.data(), one.bad.size());
    kernels::keep_where(result.known.data(), one.known.data(), one.known.size());
  }
  if (item.masks.empty()) {
    result.bad.assign(window.pixels(), 0);
    result.known.assign(window.pixels(), 1);
  }
  result.any_clear = false;
  for (std::size_t i = 0; i < result.bad.size() && !result.any_clear; ++i)
    result.any_clear = result.known[i] && !result.bad[i];
  return result;
}

}  // namespace stacvrt::cube
