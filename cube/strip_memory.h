// SPDX-License-Identifier: MIT
// How much memory a strip of a tile takes, known before the first read, and how high a strip may be.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "cube/view.h"

namespace stacvrt::cube {

/// Bytes of one tile's computation as a function of its rows: fixed + per_row * rows, for `observations` observations.
class StripMemory {
 public:
  /// For tiles of `side` pixels.
  StripMemory(const Plan& plan, const View& view, int threads, std::int64_t side = kTileSize);

  /// Everything held at once while a strip of `rows` rows with `observations` active observations is computed: samples,
  /// positions, buffers of all threads, the tile itself.
  [[nodiscard]] std::size_t bytes(std::size_t observations, std::int64_t rows) const;
  /// The highest strip (1 to all rows of a tile) that fits `budget`; 0 when not even one row does.
  [[nodiscard]] std::int64_t rows_within(std::size_t budget, std::size_t observations) const;
  /// Most observations that can meet on one tile (an upper bound from the items' extents).
  [[nodiscard]] std::size_t deepest() const { return m_deepest; }
  /// The least budget that can work: one row of the deepest tile.
  [[nodiscard]] std::size_t minimum() const { return bytes(m_deepest, 1); }
  /// One whole tile, as deep as they come.
  [[nodiscard]] std::size_t whole() const { return bytes(m_deepest, m_side); }
  /// The values of one tile's bands.
  [[nodiscard]] std::size_t tile_bytes() const { return m_tile_bytes; }

 private:
  void count_positions(const Plan& plan);

  std::int64_t m_side = kTileSize;
  std::size_t m_deepest = 0;
  std::size_t m_sample_bytes_per_pixel = 0;  ///< per observation
  std::size_t m_position_bytes_per_pixel = 0;
  std::size_t m_tile_bytes = 0;
  std::size_t m_width_px = 0;
  std::size_t m_threads = 1;
  // What one task needs of an item's basis grid for a strip; items with the same shape share an entry.
  struct Footprint {
    std::array<double, 4> density{};  // ItemPlan::density
    double margin_columns = 0, margin_rows = 0, most_columns = 0, most_rows = 0;
    friend auto operator<=>(const Footprint&, const Footprint&) = default;
  };
  std::vector<Footprint> m_footprints;
  std::size_t m_task_bytes_per_basis_pixel = 0;
  std::size_t m_task_bytes_per_pixel = 0;
  std::size_t m_bands = 0;
};

}  // namespace stacvrt::cube
