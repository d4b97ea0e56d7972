// SPDX-License-Identifier: MIT
// Loops that do nothing but what one resource of the machine can: arithmetic in registers, reading, copying. They run
// on the instruction set that kernels/target.h pins; who times them decides how much they do.
#pragma once

#include <cstddef>
#include <cstdint>

namespace stacvrt::bench {

/// Each call does `rounds` rounds over independent vectors in registers and returns how many operations on elements
/// that was. Multiply-add counts as two, a minimum and a maximum as one each.
std::size_t multiply_add_float(std::size_t rounds);
std::size_t exchange_float(std::size_t rounds);
std::size_t exchange_uint16(std::size_t rounds);

/// Reads `count` values, a multiple of 256, aligned to kernels::kAlignment.
void read_floats(const float* from, std::size_t count);
/// Copies as many, by plain stores, which read the lines that they overwrite.
void copy_floats(const float* from, float* to, std::size_t count);
/// Overwrites each value by a function of itself.
void update_floats(float* values, std::size_t count);

/// Float32 values side by side in a vector of the set in use: the pixels that one part of a lane group has.
[[nodiscard]] std::size_t float_lanes();

}  // namespace stacvrt::bench
