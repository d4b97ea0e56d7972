// SPDX-License-Identifier: MIT
#include "cube/position_lattice.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace stacvrt::cube {

namespace {

constexpr auto kSpacing = static_cast<std::size_t>(kNodeSpacing);

std::int64_t cell_of(std::int64_t pixel) {
  return pixel / kNodeSpacing;  // pixels of a grid are not negative
}

// Weights of Everett's interpolation at a place t (0 to 1) between nodes 0 and 1: value = a0 f0 + a1 f1 + b0 d0 + b1 d1
// with second differences d. The cubic through four nodes; of a straight line the differences are 0, and it is met
// without rounding where its values are.
struct Weights {
  double a0 = 0, a1 = 0, b0 = 0, b1 = 0;
  explicit Weights(double t = 0) : a0(1 - t), a1(t), b0(a0 * (a0 * a0 - 1) / 6), b1(t * (t * t - 1) / 6) {}
  [[nodiscard]] double at(double before, double f0, double f1, double after) const {
    const double d0 = (before - f0) - (f0 - f1), d1 = (f0 - f1) - (f1 - after);
    return a0 * f0 + a1 * f1 + (b0 * d0 + b1 * d1);
  }
};

// Of the centres of the pixels of a cell.
const std::array<Weights, kSpacing>& centre_weights() {
  static const std::array<Weights, kSpacing> weights = [] {
    std::array<Weights, kSpacing> result;
    for (std::size_t i = 0; i < kSpacing; ++i)
      result[i] = Weights((static_cast<double>(i) + 0.5) / static_cast<double>(kNodeSpacing));
    return result;
  }();
  return weights;
}

// Positions of `count` places of a grid in a row: columns first, first + step, ...
void map_places(const stac::PixelGrid& grid, const CoordinateOperation* operation, double first, double step,
                double row, std::size_t count, double* x, double* y) {
  const auto& t = grid.transform;
  for (std::size_t i = 0; i < count; ++i) {
    const double column = first + static_cast<double>(i) * step;
    x[i] = t.a * column + t.b * row + t.c;
    y[i] = t.d * column + t.e * row + t.f;
  }
  if (operation) operation->apply(count, x, y);
}

// The nodes around a window, and which of its cells they serve.
class Lattice {
 public:
  Lattice(const GridMap& map, const PixelWindow& window)
      : m_map(map),
        m_first_column(cell_of(window.x)),
        m_first_row(cell_of(window.y)),
        m_columns(static_cast<std::size_t>(cell_of(window.x + window.width_px - 1) - m_first_column) + 1),
        m_rows(static_cast<std::size_t>(cell_of(window.y + window.height_px - 1) - m_first_row) + 1),
        m_stride(m_columns + 3),
        m_x(m_stride * (m_rows + 3)),
        m_y(m_x.size()),
        m_exact(m_columns * m_rows) {}

  void map_nodes(ThreadPool& pool, const RequestContext& context) {
    constexpr auto kStep = static_cast<double>(kNodeSpacing);
    pool.parallel_for(m_rows + 3, context, [&](std::size_t row) {
      const double at = static_cast<double>(m_first_row + static_cast<std::int64_t>(row) - 1) * kStep;
      map_places(m_map.grid, &m_map.operation, static_cast<double>(m_first_column - 1) * kStep, kStep, at, m_stride,
                 &m_x[row * m_stride], &m_y[row * m_stride]);
    });
    pool.parallel_for(m_rows, context, [&](std::size_t row) { measure(row); });
  }

  // Rows of nodes at one row of pixels: x and y of every node column.
  void interpolate_down(std::int64_t pixel_row, std::vector<double>& x, std::vector<double>& y) const {
    const std::size_t row = static_cast<std::size_t>(cell_of(pixel_row) - m_first_row);
    const Weights& w = centre_weights()[static_cast<std::size_t>(pixel_row % kNodeSpacing)];
    x.resize(m_stride);
    y.resize(m_stride);
    for (std::size_t i = 0; i < m_stride; ++i) {
      x[i] = down(m_x, row, i, w);
      y[i] = down(m_y, row, i, w);
    }
  }

  [[nodiscard]] bool is_exact(std::int64_t cell_column, std::int64_t pixel_row) const {
    const auto row = static_cast<std::size_t>(cell_of(pixel_row) - m_first_row);
    return m_exact[row * m_columns + static_cast<std::size_t>(cell_column - m_first_column)] != 0;
  }
  [[nodiscard]] std::int64_t first_column() const { return m_first_column; }

 private:
  [[nodiscard]] double down(const std::vector<double>& nodes, std::size_t row, std::size_t column,
                            const Weights& w) const {
    const double* const at = &nodes[row * m_stride + column];
    return w.at(at[0], at[m_stride], at[2 * m_stride], at[3 * m_stride]);
  }

  // Marks the cells of a row whose middle is not where interpolation puts it.
  void measure(std::size_t row) {
    constexpr auto kStep = static_cast<double>(kNodeSpacing);
    const Weights middle(0.5);
    std::vector<double> x(m_columns), y(m_columns);
    map_places(m_map.grid, &m_map.operation, (static_cast<double>(m_first_column) + 0.5) * kStep, kStep,
               (static_cast<double>(m_first_row + static_cast<std::int64_t>(row)) + 0.5) * kStep, m_columns, x.data(),
               y.data());
    for (std::size_t i = 0; i < m_columns; ++i) {
      const auto across = [&](const std::vector<double>& nodes) {
        return middle.at(down(nodes, row, i, middle), down(nodes, row, i + 1, middle), down(nodes, row, i + 2, middle),
                         down(nodes, row, i + 3, middle));
      };
      const double error = std::hypot(across(m_x) - x[i], across(m_y) - y[i]);
      m_exact[row * m_columns + i] = error <= m_map.tolerance ? 0 : 1;  // NaN is no position
    }
  }

  const GridMap& m_map;
  const std::int64_t m_first_column, m_first_row;
  const std::size_t m_columns, m_rows, m_stride;
  std::vector<double> m_x, m_y;  // [row of nodes][column], one before and two behind the cells
  std::vector<std::uint8_t> m_exact;
};

// One cell's part of a row of pixels.
void interpolate_across(const std::vector<double>& nodes, std::size_t cell, std::size_t first, std::size_t count,
                        double* to) {
  const double before = nodes[cell], f0 = nodes[cell + 1], f1 = nodes[cell + 2], after = nodes[cell + 3];
  const auto& weights = centre_weights();
  for (std::size_t i = 0; i < count; ++i) to[i] = weights[first + i].at(before, f0, f1, after);
}

}  // namespace

void locate_exactly(const stac::PixelGrid& grid, const CoordinateOperation* operation, const PixelWindow& window,
                    double* x, double* y) {
  const auto width = static_cast<std::size_t>(window.width_px);
  for (std::int64_t row = 0; row < window.height_px; ++row) {
    const std::size_t at = static_cast<std::size_t>(row) * width;
    map_places(grid, operation, static_cast<double>(window.x) + 0.5, 1, static_cast<double>(window.y + row) + 0.5,
               width, x + at, y + at);
  }
}

void locate_centres(const GridMap& map, const PixelWindow& window, ThreadPool& pool, const RequestContext& context,
                    double* x, double* y) {
  Lattice lattice(map, window);
  lattice.map_nodes(pool, context);
  pool.parallel_for(static_cast<std::size_t>(window.height_px), context, [&](std::size_t row) {
    const std::int64_t pixel_row = window.y + static_cast<std::int64_t>(row);
    const std::size_t line = row * static_cast<std::size_t>(window.width_px);
    std::vector<double> node_x, node_y;
    lattice.interpolate_down(pixel_row, node_x, node_y);
    const std::int64_t end = window.x + window.width_px;
    for (std::int64_t column = window.x, next = 0; column < end; column = next) {
      next = std::min((cell_of(column) + 1) * kNodeSpacing, end);
      const std::size_t at = line + static_cast<std::size_t>(column - window.x);
      const auto count = static_cast<std::size_t>(next - column);
      if (lattice.is_exact(cell_of(column), pixel_row)) {
        locate_exactly(map.grid, &map.operation, {column, pixel_row, next - column, 1}, x + at, y + at);
        continue;
      }
      const auto cell = static_cast<std::size_t>(cell_of(column) - lattice.first_column());
      const auto first = static_cast<std::size_t>(column % kNodeSpacing);
      interpolate_across(node_x, cell, first, count, x + at);
      interpolate_across(node_y, cell, first, count, y + at);
    }
  });
}

}  // namespace stacvrt::cube
