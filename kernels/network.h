// SPDX-License-Identifier: MIT
// Sorting networks as compile-time lists of comparators: Batcher's merge exchange for any number of inputs (Knuth, The
// Art of Computer Programming, volume 3, section 5.2.2, algorithm M). Knows nothing of what is compared.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace stacvrt::kernels {

/// After it the lesser of two inputs is at `low`, the greater at `high`.
struct Comparator {
  std::uint8_t low = 0;
  std::uint8_t high = 0;
};

/// Calls visit(i, j), i < j, for every comparator of the network of `n` inputs, in order.
template <typename Visit>
constexpr void merge_exchange(std::size_t n, const Visit& visit) {
  std::size_t top = 1;
  while (top < n) top *= 2;
  for (std::size_t p = top / 2; p > 0; p /= 2) {
    std::size_t q = top / 2;
    std::size_t r = 0;
    std::size_t d = p;
    while (true) {
      for (std::size_t i = 0; i + d < n; ++i) {
        if ((i & p) == r) visit(i, i + d);
      }
      if (q == p) break;
      d = q - p;
      q /= 2;
      r = p;
    }
  }
}

[[nodiscard]] constexpr std::size_t count_comparators(std::size_t n) {
  std::size_t count = 0;
  merge_exchange(n, [&count](std::size_t, std::size_t) { ++count; });
  return count;
}

template <std::size_t kInputs>
[[nodiscard]] constexpr auto make_network() {
  std::array<Comparator, count_comparators(kInputs)> network{};
  std::size_t next = 0;
  merge_exchange(kInputs, [&](std::size_t i, std::size_t j) {
    network[next++] = {static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(j)};
  });
  return network;
}

/// The network of kInputs inputs.
template <std::size_t kInputs>
inline constexpr auto kNetwork = make_network<kInputs>();

}  // namespace stacvrt::kernels
