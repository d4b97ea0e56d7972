// SPDX-License-Identifier: MIT
// Lays out one thread's scratch memory. Knows sizes only, not what kernels do with the arrays.
#include "kernels/workspace.h"

#include <algorithm>

#include "kernels/geomedian_finish.h"
#include "kernels/workspace_state.h"

namespace stacvrt::kernels {
namespace {

/// Hands out consecutive aligned pieces of a block, or only counts them.
class Piecewise {
 public:
  explicit Piecewise(std::byte* base) noexcept : m_base(base) {}
  template <typename T>
  void take(T*& array, std::size_t count) noexcept {
    array = m_base == nullptr ? nullptr : reinterpret_cast<T*>(m_base + m_used);
    m_used += (count * sizeof(T) + kAlignment - 1) / kAlignment * kAlignment;
  }
  [[nodiscard]] std::size_t used() const noexcept { return m_used; }

 private:
  std::byte* m_base;
  std::size_t m_used = 0;
};

}  // namespace

std::size_t Workspace::State::lay_out(std::byte* base) noexcept {
  Piecewise pieces(base);
  const std::size_t sorted_elements = sort_capacity(max_slots) * kLanes;
  pieces.take(sorted, max_bands * sorted_elements * sizeof(float));
  pieces.take(sorted_ready, max_bands);
  pieces.take(selection, sorted_elements * sizeof(float));
  pieces.take(copy, std::size_t{max_slots} * max_bands * kLanes);
  pieces.take(origin, std::size_t{max_bands} * kLanes);
  pieces.take(centred_geomedian, std::size_t{max_bands} * kLanes);
  pieces.take(iterates, solver_rows(max_bands) * kLanes);
  pieces.take(finish, finish_scratch(max_bands) + max_bands);
  pieces.take(distances, std::size_t{3} * max_slots * kLanes);
  pieces.take(geomedian, std::size_t{max_bands} * kLanes);
  return pieces.used();
}

Workspace::State::State(std::uint32_t slots, std::uint32_t bands) : max_slots(slots), max_bands(bands) {
  block.reset(static_cast<std::byte*>(::operator new[](lay_out(nullptr), std::align_val_t{kAlignment})));
  lay_out(block.get());
}

Workspace::Workspace(std::uint32_t max_slots, std::uint32_t max_bands)
    : m_state(std::make_unique<State>(max_slots, max_bands)) {
  begin_group();
}
Workspace::~Workspace() = default;
Workspace::Workspace(Workspace&&) noexcept = default;
Workspace& Workspace::operator=(Workspace&&) noexcept = default;

std::size_t Workspace::bytes(std::uint32_t max_slots, std::uint32_t max_bands) noexcept {
  State empty;
  empty.max_slots = max_slots;
  empty.max_bands = max_bands;
  return sizeof(State) + empty.lay_out(nullptr);
}

void Workspace::begin_group() noexcept {
  std::fill_n(m_state->sorted_ready, m_state->max_bands, false);
  m_state->geomedian_ready = false;
}

}  // namespace stacvrt::kernels
