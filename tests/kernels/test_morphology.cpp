// SPDX-License-Identifier: MIT
// Mask cleanup against the definition written out pixel by pixel, and the halo by which windows are cleaned alone.
#include <algorithm>
#include <random>
#include <string>
#include <utility>

#include "kernels/morphology.h"
#include "tests/catch.h"

namespace stacvrt::kernels {
namespace {

using Mask = std::vector<std::uint8_t>;

/// A mask and its size, so that brute force can be written in two coordinates.
struct Image {
  std::int64_t width = 0;
  std::int64_t height = 0;
  Mask mask;

  std::uint8_t& at(std::int64_t x, std::int64_t y) { return mask[static_cast<std::size_t>(y * width + x)]; }
  [[nodiscard]] std::uint8_t at(std::int64_t x, std::int64_t y) const {
    return mask[static_cast<std::size_t>(y * width + x)];
  }
};

Image blank(std::int64_t width, std::int64_t height) {
  return {width, height, Mask(static_cast<std::size_t>(width * height))};
}

/// Rows of '.' and '#'.
Image drawn(const std::vector<std::string>& rows) {
  Image image = blank(static_cast<std::int64_t>(rows.front().size()), static_cast<std::int64_t>(rows.size()));
  std::size_t i = 0;
  for (const std::string& row : rows) {
    for (const char c : row) image.mask[i++] = c == '#' ? 1 : 0;
  }
  return image;
}

/// A number in [0, end).
std::int64_t below(std::int64_t end, std::mt19937& random) {
  return static_cast<std::int64_t>(random() % static_cast<std::uint32_t>(end));
}

/// Specks and solid blocks: openings have something to remove and something to keep.
Image random_image(std::int64_t width, std::int64_t height, std::mt19937& random) {
  Image image = blank(width, height);
  const std::int64_t density = below(40, random);
  for (std::uint8_t& pixel : image.mask) pixel = below(100, random) < density ? 1 : 0;
  for (int block = 0; block < 3; ++block) {
    const std::int64_t x0 = below(width, random);
    const std::int64_t y0 = below(height, random);
    const auto value = static_cast<std::uint8_t>(random() % 2);
    for (std::int64_t y = y0; y < std::min(height, y0 + 9); ++y) {
      for (std::int64_t x = x0; x < std::min(width, x0 + 12); ++x) image.at(x, y) = value;
    }
  }
  return image;
}

/// Every pixel within the disc of a pixel of that value takes it; pixels outside the image have no value.
Image brute_grow(const Image& image, std::uint8_t value, const MorphologyStep& step) {
  Image grown = image;
  for (std::int64_t y = 0; y < image.height; ++y) {
    for (std::int64_t x = 0; x < image.width; ++x) {
      for (std::int64_t v = 0; v < image.height; ++v) {
        for (std::int64_t u = 0; u < image.width; ++u) {
          const double dx = static_cast<double>(u - x) * step.pixel_width;
          const double dy = static_cast<double>(v - y) * step.pixel_height;
          if (image.at(u, v) == value && dx * dx + dy * dy <= step.radius * step.radius) grown.at(x, y) = value;
        }
      }
    }
  }
  return grown;
}

Mask brute_clean(Image image, const std::vector<MorphologyStep>& steps) {
  for (const MorphologyStep& step : steps) {
    switch (step.operation) {
      case MorphologyOperation::kDilation:
        image = brute_grow(image, 1, step);
        break;
      case MorphologyOperation::kErosion:
        image = brute_grow(image, 0, step);
        break;
      case MorphologyOperation::kOpening:
        image = brute_grow(brute_grow(image, 0, step), 1, step);
        break;
      case MorphologyOperation::kClosing:
        image = brute_grow(brute_grow(image, 1, step), 0, step);
        break;
    }
  }
  return image.mask;
}

Mask cleaned(Image image, const std::vector<MorphologyStep>& steps) {
  clean(image.mask, image.width, image.height, steps);
  return image.mask;
}

constexpr MorphologyOperation kOperations[] = {MorphologyOperation::kOpening, MorphologyOperation::kClosing,
                                               MorphologyOperation::kDilation, MorphologyOperation::kErosion};

TEST_CASE("A dilation by 2 draws the disc dx^2 + dy^2 <= 4", "[kernels]") {
  Image image = blank(7, 7);
  image.at(3, 3) = 1;
  const Image expected = drawn({".......",  //
                                "...#...",  //
                                "..###..",  //
                                ".#####.",  //
                                "..###..",  //
                                "...#...",  //
                                "......."});
  CHECK(cleaned(image, {{MorphologyOperation::kDilation, 2}}) == expected.mask);
}

TEST_CASE("A radius in metres follows pixels that are not square", "[kernels]") {
  Image image = blank(7, 5);
  image.at(3, 2) = 1;
  const Image expected = drawn({".......",  //
                                ".#####.",  //
                                "#######",  //
                                ".#####.",  //
                                "......."});
  CHECK(cleaned(image, {{MorphologyOperation::kDilation, 30, 10, 20}}) == expected.mask);
}

TEST_CASE("The image border neither erodes nor grows", "[kernels]") {
  const Image full = drawn({"####", "####", "####"});
  const Image empty = blank(4, 3);
  for (const MorphologyOperation operation : kOperations) {
    for (const double radius : {0.0, 1.0, 2.5, 100.0}) {
      CHECK(cleaned(full, {{operation, radius}}) == full.mask);
      CHECK(cleaned(empty, {{operation, radius}}) == empty.mask);
    }
  }
}

TEST_CASE("An opening removes specks and keeps what holds the disc", "[kernels]") {
  const Image image = drawn({"#.......",  //
                             "....#...",  //
                             "...###..",  //
                             "....#..#",  //
                             "#......#"});
  const Image expected = drawn({"........",  //
                                "....#...",  //
                                "...###..",  //
                                "....#...",  //
                                "........"});
  CHECK(cleaned(image, {{MorphologyOperation::kOpening, 1}}) == expected.mask);
}

TEST_CASE("Radius 0 and no steps change nothing, and an empty mask is fine", "[kernels]") {
  std::mt19937 random(1);
  const Image image = random_image(33, 17, random);
  CHECK(cleaned(image, {}) == image.mask);
  for (const MorphologyOperation operation : kOperations) CHECK(cleaned(image, {{operation, 0}}) == image.mask);
  CHECK(cleaned(blank(0, 5), {{MorphologyOperation::kDilation, 3}}).empty());
}

TEST_CASE("Every operation equals the definition for random masks, radii and pixel shapes", "[kernels]") {
  std::mt19937 random(2);
  const double radii[] = {0.5, 1, 1.5, 2, 2.3, 3, 5, 7.1, 40};
  for (int round = 0; round < 120; ++round) {
    const Image image = random_image(1 + below(45, random), 1 + below(30, random), random);
    const double radius = radii[random() % std::size(radii)];
    const bool metres = random() % 2 == 0;
    const MorphologyStep step{kOperations[random() % 4], metres ? radius * 10 : radius, metres ? 10.0 : 1.0,
                              metres ? 15.0 : 1.0};
    INFO("size " << image.width << " x " << image.height << ", radius " << radius << ", metres " << metres);
    REQUIRE(cleaned(image, {step}) == brute_clean(image, {step}));
  }
}

TEST_CASE("Steps are applied in the order given", "[kernels]") {
  std::mt19937 random(3);
  const std::vector<MorphologyStep> steps = {{MorphologyOperation::kOpening, 2}, {MorphologyOperation::kDilation, 5}};
  const std::vector<MorphologyStep> reversed(steps.rbegin(), steps.rend());
  const Image image = random_image(40, 30, random);
  CHECK(cleaned(image, steps) == brute_clean(image, steps));
  CHECK(cleaned(image, reversed) == brute_clean(image, reversed));
  CHECK(cleaned(image, steps) != cleaned(image, reversed));
}

TEST_CASE("A disc whose runs exceed a byte still reaches exactly its radius", "[kernels]") {
  Image image = blank(700, 3);
  image.at(350, 1) = 1;
  for (const double radius : {254.0, 255.0, 256.0, 300.5}) {
    const std::vector<MorphologyStep> steps = {{MorphologyOperation::kDilation, radius}};
    CHECK(cleaned(image, steps) == brute_clean(image, steps));
  }
}

TEST_CASE("The halo sums the reaches and counts opening and closing twice", "[kernels]") {
  const std::vector<MorphologyStep> steps = {{MorphologyOperation::kOpening, 2},
                                             {MorphologyOperation::kDilation, 5.9},
                                             {MorphologyOperation::kErosion, 50, 10, 20},
                                             {MorphologyOperation::kClosing, 0.25, 0.1, 0.2}};
  const Halo halo = halo_of(steps);
  CHECK(halo.x_px == 4 + 5 + 5 + 4);
  CHECK(halo.y_px == 4 + 5 + 2 + 2);
  CHECK(halo_of({}).x_px == 0);
}

TEST_CASE("The reach obeys the inequality as evaluated, not a rounded quotient", "[kernels]") {
  // 29.7 / 9.9 is 3, yet (3 * 9.9)^2 exceeds 29.7^2; 0.3 / 0.1 is below 3, yet 3 * 0.1 exceeds 0.3.
  for (const auto& [radius, pixel] : {std::pair{29.7, 9.9}, std::pair{0.3, 0.1}}) {
    const std::vector<MorphologyStep> steps = {{MorphologyOperation::kDilation, radius, pixel, pixel}};
    CHECK(halo_of(steps).x_px == 2);
    Image image = blank(9, 1);
    image.at(4, 0) = 1;
    CHECK(cleaned(image, steps) == brute_clean(image, steps));
  }
}

/// The window [x0, x0 + width) x [y0, y0 + height) of an image.
Image crop(const Image& image, std::int64_t x0, std::int64_t y0, std::int64_t width, std::int64_t height) {
  Image window = blank(width, height);
  for (std::int64_t y = 0; y < height; ++y) {
    for (std::int64_t x = 0; x < width; ++x) window.at(x, y) = image.at(x0 + x, y0 + y);
  }
  return window;
}

TEST_CASE("A window cleaned with its halo equals the crop of the cleaned whole", "[kernels]") {
  std::mt19937 random(4);
  const std::vector<MorphologyStep> steps = {{MorphologyOperation::kOpening, 2},
                                             {MorphologyOperation::kClosing, 25, 10, 15},
                                             {MorphologyOperation::kDilation, 3.5}};
  const Halo halo = halo_of(steps);
  for (int round = 0; round < 60; ++round) {
    const Image image = random_image(20 + below(70, random), 20 + below(60, random), random);
    const std::int64_t x0 = below(20, random);
    const std::int64_t y0 = below(20, random);
    const std::int64_t x1 = x0 + 1 + below(image.width - x0, random);
    const std::int64_t y1 = y0 + 1 + below(image.height - y0, random);
    const std::int64_t left = std::max<std::int64_t>(x0 - halo.x_px, 0);
    const std::int64_t top = std::max<std::int64_t>(y0 - halo.y_px, 0);
    Image window = crop(image, left, top, std::min(x1 + halo.x_px, image.width) - left,
                        std::min(y1 + halo.y_px, image.height) - top);
    window.mask = cleaned(window, steps);
    Image whole = image;
    whole.mask = cleaned(image, steps);
    REQUIRE(crop(window, x0 - left, y0 - top, x1 - x0, y1 - y0).mask == crop(whole, x0, y0, x1 - x0, y1 - y0).mask);
  }
}

}  // namespace
}  // namespace stacvrt::kernels
