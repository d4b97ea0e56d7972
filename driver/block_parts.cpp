// SPDX-License-Identifier: MIT
#include "driver/block_parts.h"

#include <algorithm>

namespace stacvrt::driver {

namespace {

using cube::PixelWindow;

bool holds_wanted(const PixelWindow& part, const PixelWindow& window, const std::uint8_t* wanted) {
  for (std::int64_t row = part.y - window.y; row < part.y - window.y + part.height_px; ++row) {
    const std::uint8_t* const first = wanted + row * window.width_px + (part.x - window.x);
    if (std::any_of(first, first + part.width_px, [](std::uint8_t flag) { return flag != 0; })) return true;
  }
  return false;
}

std::vector<PixelWindow> runs_of(const std::vector<PixelWindow>& blocks) {
  std::vector<PixelWindow> runs;
  for (const PixelWindow& block : blocks)
    if (!runs.empty() && runs.back().y == block.y && runs.back().x + runs.back().width_px == block.x)
      runs.back().width_px += block.width_px;
    else
      runs.push_back(block);
  return runs;
}

}  // namespace

std::vector<PixelWindow> in_blocks(const std::vector<PixelWindow>& parts, const BlockSize& block) {
  const auto [width, height] = block;
  std::vector<PixelWindow> blocks;
  for (const PixelWindow& part : parts)
    for (std::int64_t y = part.y / height * height; y < part.y + part.height_px; y += height)
      for (std::int64_t x = part.x / width * width; x < part.x + part.width_px; x += width)
        blocks.push_back(PixelWindow{x, y, width, height}.intersect(part));
  return blocks;
}

std::vector<PixelWindow> wanted_parts(const PixelWindow& window, const BlockSize& block, const std::uint8_t* wanted) {
  std::vector<PixelWindow> blocks = in_blocks({window}, block);
  std::erase_if(blocks, [&](const PixelWindow& part) { return !holds_wanted(part, window, wanted); });
  std::vector<PixelWindow> parts;
  for (const PixelWindow& run : runs_of(blocks)) {
    const auto above = std::find_if(parts.begin(), parts.end(), [&](const PixelWindow& other) {
      return other.x == run.x && other.width_px == run.width_px && other.y + other.height_px == run.y;
    });
    if (above == parts.end())
      parts.push_back(run);
    else
      above->height_px += run.height_px;
  }
  return parts;
}

}  // namespace stacvrt::driver
