// SPDX-License-Identifier: MIT
// Disc morphology in time linear in the radius: a disc is one horizontal run per row, so a pixel is grown over where,
// in any of those rows, the nearest source pixel lies within the run. Erosion grows the zeros. It knows nothing of
// classes.
#include "kernels/morphology.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

namespace stacvrt::kernels {
namespace {

/// Largest n >= 0 with (n * pixel)^2 + rest <= radius^2, or -1: the definition evaluated as written, since a quotient
/// or a root may round to the wrong side.
std::int64_t run_half_length(double radius, double pixel, double rest) noexcept {
  const double limit = radius * radius;
  const auto fits = [&](std::int64_t n) {
    const double d = static_cast<double>(n) * pixel;
    return d * d + rest <= limit;
  };
  if (!fits(0)) return -1;
  auto n = static_cast<std::int64_t>(std::sqrt(limit - rest) / pixel);
  while (!fits(n)) --n;
  while (fits(n + 1)) ++n;
  return n;
}

Halo reach_of(const MorphologyStep& step) noexcept {
  assert(step.radius >= 0 && std::isfinite(step.radius) && step.pixel_width > 0 && step.pixel_height > 0);
  return {run_half_length(step.radius, step.pixel_width, 0), run_half_length(step.radius, step.pixel_height, 0)};
}

/// A disc cut to what a window of its size can tell apart.
struct Disc {
  std::int64_t reach_px = 0;       ///< rows above and below
  std::int64_t widest_px = 0;      ///< half length of the middle run
  std::vector<std::int64_t> runs;  ///< half lengths by |dy|, reach_px + 1 of them
};

Disc disc_of(const MorphologyStep& step, std::int64_t width_px, std::int64_t height_px) {
  const Halo reach = reach_of(step);
  Disc disc{std::min(reach.y_px, height_px - 1), std::min(reach.x_px, width_px - 1), {}};
  for (std::int64_t dy = 0; dy <= disc.reach_px; ++dy) {
    const double d = static_cast<double>(dy) * step.pixel_height;
    disc.runs.push_back(std::min(run_half_length(step.radius, step.pixel_width, d * d), disc.widest_px));
  }
  return disc;
}

/// Distance in pixels from every pixel of a row to the nearest one equal to `value`, at most `far`.
template <typename Distance>
void row_distances(const std::uint8_t* row, std::size_t width, std::uint8_t value, Distance far,
                   Distance* distances) noexcept {
  Distance last = far;
  for (std::size_t x = 0; x < width; ++x) {
    const Distance next = last < far ? static_cast<Distance>(last + 1) : far;
    last = row[x] == value ? Distance{0} : next;
    distances[x] = last;
  }
  last = far;
  for (std::size_t x = width; x-- > 0;) {
    const Distance next = last < far ? static_cast<Distance>(last + 1) : far;
    last = std::min(distances[x], next);
    distances[x] = last;
  }
}

/// The rows of distances that one output row needs. Rows enter in order and before the mask row is overwritten, which
/// is what lets the mask change in place.
template <typename Distance>
class DistanceRows {
 public:
  DistanceRows(std::size_t width, std::size_t rows, Distance far)
      : m_width(width), m_far(far), m_distances(width * rows), m_reached(rows) {}

  void enter(std::size_t y, const std::uint8_t* row, std::uint8_t value) noexcept {
    const std::size_t slot = y % m_reached.size();
    m_reached[slot] = std::memchr(row, value, m_width) != nullptr;
    if (m_reached[slot]) row_distances(row, m_width, value, m_far, m_distances.data() + slot * m_width);
  }

  /// hits[x] becomes 1 where row y holds the value within `run` pixels of x.
  void mark_within(std::size_t y, Distance run, std::uint8_t* hits) const noexcept {
    const std::size_t slot = y % m_reached.size();
    if (!m_reached[slot]) return;
    const Distance* distances = m_distances.data() + slot * m_width;
    for (std::size_t x = 0; x < m_width; ++x) hits[x] |= static_cast<std::uint8_t>(distances[x] <= run);
  }

 private:
  std::size_t m_width;
  Distance m_far;
  std::vector<Distance> m_distances;
  std::vector<char> m_reached;  // whether the row holds the value at all
};

/// Sets to `value` (0 or 1) every pixel within the disc of a pixel that has it.
template <typename Distance>
void grow(std::span<std::uint8_t> mask, std::size_t width, std::size_t height, std::uint8_t value, const Disc& disc) {
  const auto reach = static_cast<std::size_t>(disc.reach_px);
  DistanceRows<Distance> rows(width, std::min(2 * reach + 1, height), static_cast<Distance>(disc.widest_px + 1));
  std::vector<std::uint8_t> hits(width);
  std::size_t entered = 0;
  for (std::size_t y = 0; y < height; ++y) {
    const std::size_t begin = y - std::min(y, reach);
    const std::size_t end = std::min(y + reach + 1, height);
    for (; entered < end; ++entered) rows.enter(entered, mask.data() + entered * width, value);
    std::fill(hits.begin(), hits.end(), std::uint8_t{0});
    for (std::size_t near = begin; near < end; ++near) {
      const std::size_t dy = near < y ? y - near : near - y;
      rows.mark_within(near, static_cast<Distance>(disc.runs[dy]), hits.data());
    }
    const auto other = static_cast<std::uint8_t>(1 - value);
    std::transform(hits.begin(), hits.end(), mask.begin() + static_cast<std::ptrdiff_t>(y * width),
                   [=](std::uint8_t hit) { return hit != 0 ? value : other; });
  }
}

void grow(std::span<std::uint8_t> mask, std::int64_t width_px, std::int64_t height_px, std::uint8_t value,
          const Disc& disc) {
  const auto width = static_cast<std::size_t>(width_px);
  const auto height = static_cast<std::size_t>(height_px);
  // Bytes where they suffice: 16 or more pixels per comparison.
  if (disc.widest_px < std::numeric_limits<std::uint8_t>::max()) {
    grow<std::uint8_t>(mask, width, height, value, disc);
  } else {
    grow<std::uint32_t>(mask, width, height, value, disc);
  }
}

}  // namespace

Halo halo_of(std::span<const MorphologyStep> steps) noexcept {
  Halo halo;
  for (const MorphologyStep& step : steps) {
    const Halo reach = reach_of(step);
    const bool twice =
        step.operation == MorphologyOperation::kOpening || step.operation == MorphologyOperation::kClosing;
    halo.x_px += twice ? 2 * reach.x_px : reach.x_px;
    halo.y_px += twice ? 2 * reach.y_px : reach.y_px;
  }
  return halo;
}

void clean(std::span<std::uint8_t> mask, std::int64_t width_px, std::int64_t height_px,
           std::span<const MorphologyStep> steps) {
  assert(width_px >= 0 && height_px >= 0);
  assert(mask.size() == static_cast<std::size_t>(width_px) * static_cast<std::size_t>(height_px));
  if (mask.empty()) return;
  for (const MorphologyStep& step : steps) {
    const Disc disc = disc_of(step, width_px, height_px);
    const bool erodes_first =
        step.operation == MorphologyOperation::kOpening || step.operation == MorphologyOperation::kErosion;
    grow(mask, width_px, height_px, erodes_first ? 0 : 1, disc);
    if (step.operation == MorphologyOperation::kOpening) grow(mask, width_px, height_px, 1, disc);
    if (step.operation == MorphologyOperation::kClosing) grow(mask, width_px, height_px, 0, disc);
  }
}

}  // namespace stacvrt::kernels
