// SPDX-License-Identifier: MIT
// Bands and masks on the basis grid: nearest, half-open, nodata, mask rules, and halos where images end.
#include <cmath>
#include <limits>

#include "cube/basis_reader.h"
#include "cube/grid.h"
#include "tests/catch.h"
#include "tests/cube/fakes.h"

namespace {

using namespace stacvrt;
using namespace stacvrt::cube;
using fakes::FakePixelSource;
using fakes::grid_at;
using stac::DataType;

const double kNan = std::nan("");
constexpr double kInfinity = std::numeric_limits<double>::infinity();

struct Source {
  FakePixelSource pixels;
  SourceBand band;

  Source(const stac::PixelGrid& grid, DataType type, std::vector<double> values, std::optional<double> nodata = {}) {
    pixels.add("a", {grid, type, nodata, {std::move(values)}});
    band.path = "a";
    band.grid = grid;
    band.type = type;
  }
  BasisPlane read(const stac::PixelGrid& basis, const PixelWindow& window, bool nodata_counts = true) {
    return read_on_basis(pixels, band, basis, window, nodata_counts);
  }
  BasisPlane read(const PixelWindow& window, bool nodata_counts = true) {
    return read(band.grid, window, nodata_counts);
  }
};

template <class T = std::uint16_t>
std::vector<double> values(const BasisPlane& plane) {
  return {plane.as<T>(), plane.as<T>() + plane.known.size()};
}

MaskPlan mask_of(const SourceBand& band, const MaskValues& rules,
                 const std::vector<kernels::MorphologyStep>& steps = {}) {
  return {band, rules, steps, kernels::halo_of(steps), std::make_shared<const MaskTable>(rules, *band.type)};
}

// One mask in a row of pixels, whose metadata declare `nodata`.
MaskPlane judged(const MaskValues& rules, const std::vector<double>& row, DataType type = DataType::kUInt8,
                 std::optional<double> nodata = {}) {
  const auto grid = grid_at(0, 0, 10, static_cast<std::int64_t>(row.size()), 1);
  Source source(grid, type, row);
  source.band.nodata = nodata;  // declared by the metadata: what the raster says does not count for masks
  ItemPlan item;
  item.basis = grid;
  item.masks.push_back(mask_of(source.band, rules));
  return read_masks(source.pixels, item, {0, 0, grid.width_px, 1});
}

std::vector<double> counting(std::int64_t width_px, std::int64_t height_px) {
  std::vector<double> plane;
  for (std::int64_t i = 0; i < width_px * height_px; ++i) plane.push_back(static_cast<double>(i));
  return plane;
}

}  // namespace

TEST_CASE("A band on the basis grid itself is read as it is", "[cube]") {
  Source source(grid_at(0, 0, 10, 4, 3), DataType::kUInt16, counting(4, 3));
  const BasisPlane plane = source.read({1, 1, 2, 2});
  CHECK(values(plane) == std::vector<double>{5, 6, 9, 10});
  CHECK(plane.known == Flags{1, 1, 1, 1});
  CHECK(source.pixels.last_window("a") == PixelWindow{1, 1, 2, 2});
}

TEST_CASE("A coarser band gives each basis pixel the value that covers its centre", "[cube]") {
  Source source(grid_at(0, 0, 20, 3, 2), DataType::kUInt16, {1, 2, 3, 4, 5, 6});
  const auto basis = grid_at(0, 0, 10, 6, 4);
  CHECK(values(source.read(basis, {0, 0, 6, 2})) == std::vector<double>{1, 1, 2, 2, 3, 3, 1, 1, 2, 2, 3, 3});
  CHECK(values(source.read(basis, {3, 1, 2, 2})) == std::vector<double>{2, 3, 5, 6});
  CHECK(source.pixels.last_window("a") == PixelWindow{1, 0, 2, 2});  // no more than that is read
}

TEST_CASE("A centre on the border of two pixels belongs to the right and the lower one", "[cube]") {
  // Centres at x -10, 0, 10, ... and y 10, 0, -10, ...
  Source source(grid_at(0, 0, 10, 3, 2), DataType::kUInt16, {1, 2, 3, 4, 5, 6});
  const auto basis = grid_at(-15, 15, 10, 6, 5);
  const BasisPlane plane = source.read(basis, {0, 0, 6, 5});
  CHECK(plane.known == Flags{0, 0, 0, 0, 0, 0,  //
                             0, 1, 1, 1, 0, 0,  // centres at y 0
                             0, 1, 1, 1, 0, 0,  // -10
                             0, 0, 0, 0, 0, 0,  // -20: beyond
                             0, 0, 0, 0, 0, 0});
  CHECK(values(plane)[7] == 1);
  CHECK(values(plane)[8] == 2);
  CHECK(values(plane)[15] == 6);
}

TEST_CASE("A source that does not reach the window is not read and nothing is known", "[cube]") {
  Source source(grid_at(1000, 0, 10, 3, 2), DataType::kUInt16, counting(3, 2));
  const BasisPlane plane = source.read(grid_at(0, 0, 10, 6, 4), {0, 0, 6, 4});
  CHECK(plane.known == Flags(24, 0));
  CHECK(source.pixels.reads() == 0);
}

TEST_CASE("A window's size and place do not matter for what its pixels get", "[cube]") {
  Source source(grid_at(3.3, -1.7, 23.7, 40, 40), DataType::kUInt16, counting(40, 40));
  const auto basis = grid_at(0, 0, 10, 97, 93);
  const auto all = values(source.read(basis, {0, 0, 97, 93}));
  for (const PixelWindow& window : {PixelWindow{0, 0, 1, 1}, PixelWindow{31, 7, 40, 13}, PixelWindow{96, 92, 1, 1}}) {
    const auto part = values(source.read(basis, window));
    std::vector<double> expected;
    for (std::int64_t row = window.y; row < window.y + window.height_px; ++row)
      for (std::int64_t column = window.x; column < window.x + window.width_px; ++column)
        expected.push_back(all[static_cast<std::size_t>(row * 97 + column)]);
    CHECK(part == expected);
  }
}

TEST_CASE("nodata is unknown; what the metadata declare holds over the raster's own", "[cube]") {
  Source source(grid_at(0, 0, 10, 4, 1), DataType::kUInt16, {0, 5, 65535, 7}, 0);
  CHECK(source.read({0, 0, 4, 1}).known == Flags{0, 1, 1, 1});
  CHECK(source.read({0, 0, 4, 1}, false).known == Flags{1, 1, 1, 1});
  source.band.nodata = 65535;
  CHECK(source.read({0, 0, 4, 1}).known == Flags{1, 1, 0, 1});
  for (const double never : {-1.0, 65536.0, 5.5, kNan, kInfinity, -1e300}) {
    source.band.nodata = never;
    CHECK(source.read({0, 0, 4, 1}).known == Flags{1, 1, 1, 1});
  }
}

TEST_CASE("Signed nodata is found, and on a coarser grid as well", "[cube]") {
  Source source(grid_at(0, 0, 20, 2, 1), DataType::kInt16, {-9999, -5}, -9999);
  const BasisPlane plane = source.read(grid_at(0, 0, 10, 4, 1), {0, 0, 4, 1});
  CHECK(plane.known == Flags{0, 0, 1, 1});
  CHECK(values<std::int16_t>(plane)[3] == -5);
}

TEST_CASE("NaN and infinity are unknown in Float32, as is nodata rounded to it", "[cube]") {
  Source source(grid_at(0, 0, 10, 5, 1), DataType::kFloat32, {kNan, kInfinity, -kInfinity, static_cast<float>(0.1), 2});
  CHECK(source.read({0, 0, 5, 1}).known == Flags{0, 0, 0, 1, 1});
  source.band.nodata = 0.1;
  CHECK(source.read({0, 0, 5, 1}).known == Flags{0, 0, 0, 0, 1});
  CHECK(source.read({0, 0, 5, 1}, false).known == Flags{0, 0, 0, 1, 1});
  source.band.nodata = kNan;
  CHECK(source.read({0, 0, 5, 1}).known == Flags{0, 0, 0, 1, 1});
}

TEST_CASE("Excluded classes are bad, no-data classes unknown, the rest clear", "[cube]") {
  MaskValues rules;
  rules.exclude = {3, 8, 9};
  rules.nodata = {0};
  rules.has_nodata = true;
  const MaskPlane mask = judged(rules, {0, 3, 4, 8, 9, 10});
  CHECK(mask.bad == Flags{0, 1, 0, 1, 1, 0});
  CHECK(mask.known == Flags{0, 1, 1, 1, 1, 1});
  CHECK(mask.any_clear);
}

TEST_CASE("With a list to keep everything else is bad, but not no-data", "[cube]") {
  MaskValues rules;
  rules.keep = {4, 5};
  rules.has_keep = true;
  rules.nodata = {0};
  rules.has_nodata = true;
  const MaskPlane mask = judged(rules, {0, 4, 5, 6, 255});
  CHECK(mask.bad == Flags{0, 0, 0, 1, 1});
  CHECK(mask.known == Flags{0, 1, 1, 1, 1});
}

TEST_CASE("A recipe's nodata replaces the mask's declared one", "[cube]") {
  MaskValues rules;
  rules.exclude = {1};
  CHECK(judged(rules, {0, 1, 2}, DataType::kUInt8, 0).known == Flags{0, 1, 1});
  rules.has_nodata = true;  // an empty list: a clear sky of probability 0 is data
  CHECK(judged(rules, {0, 1, 2}, DataType::kUInt8, 0).known == Flags{1, 1, 1});
  rules.nodata = {2};
  CHECK(judged(rules, {0, 1, 2}, DataType::kUInt8, 0).known == Flags{1, 1, 0});
}

TEST_CASE("A mask's nodata that only the raster states is a value like others", "[cube]") {
  const auto grid = grid_at(0, 0, 10, 3, 1);
  Source source(grid, DataType::kUInt8, {0, 1, 2}, 0);
  ItemPlan item;
  item.basis = grid;
  MaskValues rules;
  rules.exclude = {1};
  item.masks.push_back(mask_of(source.band, rules));
  CHECK(read_masks(source.pixels, item, {0, 0, 3, 1}).known == Flags{1, 1, 1});
}

TEST_CASE("Where a tile is missing bands and masks are unknown, whatever nodata says", "[cube]") {
  struct Gappy : FakePixelSource {
    void mark_missing(const SourceBand&, const PixelWindow& window, std::uint8_t* known) override {
      // Column 1 of the source has no tile.
      if (window.x <= 1 && 1 < window.x + window.width_px) known[1 - window.x] = 0;
    }
  };
  const auto coarse = grid_at(0, 0, 20, 3, 1), fine = grid_at(0, 0, 10, 6, 1);
  Gappy pixels;
  pixels.add("a", {coarse, DataType::kUInt8, std::nullopt, {{5, 5, 5}}});
  SourceBand band;
  band.path = "a";
  band.grid = coarse;
  band.type = DataType::kUInt8;
  CHECK(read_on_basis(pixels, band, coarse, {0, 0, 3, 1}, false).known == Flags{1, 0, 1});
  CHECK(read_on_basis(pixels, band, fine, {1, 0, 4, 1}).known == Flags{1, 0, 0, 1});
  ItemPlan item;
  item.basis = fine;
  MaskValues rules;
  rules.has_nodata = true;
  item.masks.push_back(mask_of(band, rules));
  CHECK(read_masks(pixels, item, {0, 0, 6, 1}).known == Flags{1, 1, 0, 0, 1, 1});
}

TEST_CASE("Bits and fields of bits are bad or no-data where one of their values stands", "[cube]") {
  MaskValues rules;
  rules.bits = {{3, 1, {1}}, {14, 2, {2, 3}}};
  rules.nodata_bits = {{0, 1, {1}}};
  const std::vector<double> values{0, 1, 8, 9, 0x4000, 0x8000, 0xC000, 0x4008};
  const MaskPlane mask = judged(rules, values, DataType::kUInt16);
  CHECK(mask.known == Flags{1, 0, 1, 0, 1, 1, 1, 1});
  CHECK(mask.bad == Flags{0, 0, 1, 0, 0, 1, 1, 1});
  // The same bits in a signed raster.
  const MaskPlane with_sign = judged(rules, {0, -32768, 0x4008, -16384}, DataType::kInt16);
  CHECK(with_sign.bad == Flags{0, 1, 1, 1});
}

TEST_CASE("Probabilities are bad strictly below and strictly above", "[cube]") {
  MaskValues rules;
  rules.above = 40;
  CHECK(judged(rules, {39, 40, 41}).bad == Flags{0, 0, 1});
  CHECK(judged(rules, {40, 40.5, kNan, kInfinity}, DataType::kFloat32).bad == Flags{0, 1, 0, 0});
  CHECK(judged(rules, {40, 40.5, kNan, kInfinity}, DataType::kFloat32).known == Flags{1, 1, 0, 0});
  rules = {};
  rules.below = -2.5;
  CHECK(judged(rules, {-3, -2.5, 0}, DataType::kFloat32).bad == Flags{1, 0, 0});
  CHECK(judged(rules, {-3, -2, 0}, DataType::kInt16).bad == Flags{1, 0, 0});
}

TEST_CASE("A fraction belongs to no class: it is not excluded, and not among those to keep", "[cube]") {
  MaskValues rules;
  rules.exclude = {1};
  CHECK(judged(rules, {1, 1.5}, DataType::kFloat32).bad == Flags{1, 0});
  rules = {};
  rules.keep = {1};
  rules.has_keep = true;
  CHECK(judged(rules, {1, 1.5}, DataType::kFloat32).bad == Flags{0, 1});
}

TEST_CASE("Masks add up: bad in one is bad, unknown in one is unknown", "[cube]") {
  const auto grid = grid_at(0, 0, 10, 4, 1);
  Source source(grid, DataType::kUInt8, {0, 1, 0, 1});
  source.pixels.add("b", {grid, DataType::kUInt8, std::nullopt, {{0, 0, 7, 9}}});
  SourceBand second = source.band;
  second.path = "b";
  ItemPlan item;
  item.basis = grid;
  MaskValues first_rules, second_rules;
  first_rules.exclude = {1};
  second_rules.exclude = {7};
  second_rules.has_nodata = true;
  second_rules.nodata = {9};
  item.masks = {mask_of(source.band, first_rules), mask_of(second, second_rules)};
  MaskPlane mask = read_masks(source.pixels, item, {0, 0, 4, 1});
  CHECK(mask.bad == Flags{0, 1, 1, 1});
  CHECK(mask.known == Flags{1, 1, 1, 0});
  CHECK(mask.any_clear);
  mask = read_masks(source.pixels, item, {1, 0, 3, 1});
  CHECK_FALSE(mask.any_clear);
  CHECK(read_masks(source.pixels, ItemPlan{}, {0, 0, 2, 1}).any_clear);  // no mask: all clear
}

TEST_CASE("Cleanup sees bad pixels beyond the window, and no-data ones neither grow nor stop it", "[cube]") {
  const auto grid = grid_at(0, 0, 10, 9, 1);
  Source source(grid, DataType::kUInt8, {0, 0, 1, 0, 0, 9, 0, 0, 0});
  ItemPlan item;
  item.basis = grid;
  MaskValues rules;
  rules.exclude = {1};
  rules.has_nodata = true;
  rules.nodata = {9};
  const std::vector<kernels::MorphologyStep> steps{{kernels::MorphologyOperation::kDilation, 3, 1, 1}};
  item.masks = {mask_of(source.band, rules, steps)};
  const Flags bad{1, 1, 1, 1, 1, 1, 0, 0, 0}, known{1, 1, 1, 1, 1, 0, 1, 1, 1};
  CHECK(read_masks(source.pixels, item, {0, 0, 9, 1}).bad == bad);
  CHECK(read_masks(source.pixels, item, {0, 0, 9, 1}).known == known);
  for (std::int64_t x = 0; x < 9; ++x) {
    const MaskPlane one = read_masks(source.pixels, item, {x, 0, 1, 1});
    CHECK(one.bad[0] == bad[static_cast<std::size_t>(x)]);
    CHECK(one.known[0] == known[static_cast<std::size_t>(x)]);
  }
  (void)read_masks(source.pixels, item, {4, 0, 1, 1});
  CHECK(source.pixels.last_window("a") == PixelWindow{1, 0, 7, 1});
}

TEST_CASE("Any window of a cleaned mask is a piece of the whole", "[cube]") {
  const auto grid = grid_at(0, 0, 20, 31, 27);
  std::vector<double> classes(31 * 27);
  for (std::size_t i = 0; i < classes.size(); ++i) classes[i] = (i * i * 7 + i * 13) % 23 < 4 ? 1 : 0;
  Source source(grid, DataType::kUInt8, classes);
  ItemPlan item;
  item.basis = grid_at(0, 0, 10, 62, 54);  // the mask is coarser than the basis
  MaskValues rules;
  rules.exclude = {1};
  const std::vector<kernels::MorphologyStep> steps{{kernels::MorphologyOperation::kOpening, 2, 1, 1},
                                                   {kernels::MorphologyOperation::kDilation, 3.5, 1, 1}};
  item.masks = {mask_of(source.band, rules, steps)};
  const MaskPlane all = read_masks(source.pixels, item, {0, 0, 62, 54});
  for (const PixelWindow& window :
       {PixelWindow{0, 0, 5, 5}, PixelWindow{57, 49, 5, 5}, PixelWindow{20, 11, 17, 13}, PixelWindow{0, 30, 62, 1}}) {
    Flags expected;
    for (std::int64_t row = window.y; row < window.y + window.height_px; ++row)
      for (std::int64_t column = window.x; column < window.x + window.width_px; ++column)
        expected.push_back(all.bad[static_cast<std::size_t>(row * 62 + column)]);
    CHECK(read_masks(source.pixels, item, window).bad == expected);
  }
}
