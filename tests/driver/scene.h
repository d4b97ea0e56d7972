// SPDX-License-Identifier: MIT
// A small series that a test can reason about: items of two tiles' size in /vsimem/, their collection and recipes, and
// the dataset under test opened on them without a plugin.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "driver/dataset.h"
#include "tests/driver/scratch.h"

namespace stacvrt::driver::testing {

/// Items of one grid with bands `red` and `nir` (uint16, nodata 0) and mask `scl`, a month apart from January 2020.
class Scene {
 public:
  /// Not multiples of a tile, so that the last tiles are partial.
  static constexpr int kWidth = 700, kHeight = 600;

  explicit Scene(int items = 5);

  /// The value of a band ("red" is 0, "nir" 1) of an item; 0 in the gaps that every item has elsewhere.
  [[nodiscard]] static double value(int item, int band, int x, int y);
  /// Rewrites one asset of an item with another constant added to its valid values.
  void replace_red(int item, int added, const std::vector<std::string>& creation = {}) const;

  [[nodiscard]] const Scratch& files() const { return m_files; }
  [[nodiscard]] std::string items() const { return m_files.path("items.json"); }
  /// A recipe over all items; `more` is JSON members that begin with a comma, or nothing.
  [[nodiscard]] std::string recipe_text(const std::string& outputs, const std::string& more = "") const;
  /// The same, written; its full name.
  [[nodiscard]] std::string recipe(const std::string& outputs, const std::string& more = "") const;

 private:
  [[nodiscard]] std::string item_json(int item) const;
  Scratch m_files;
};

/// Opens a description as the plugin does. Throws Error.
[[nodiscard]] std::unique_ptr<StacvrtDataset> open(const std::string& description,
                                                   const cube::OptionList& options = {});

/// Forgets plans, tiles and open rasters of the process, so that the next read computes.
void forget_everything();

/// A read's window, bands and layout; what is 0 is GDAL's default.
struct Request {
  int x = 0, y = 0, width = 0, height = 0;
  std::vector<int> bands;
  GDALDataType type = GDT_Float32;
};

/// Dataset-level RasterIO of a request, [band][row][column] packed. Fails the test when the read fails.
[[nodiscard]] std::vector<std::byte> read(GDALDataset& dataset, const Request& request);
/// Everything in the dataset's own type.
[[nodiscard]] std::vector<std::byte> read_all(GDALDataset& dataset);
/// All bands of the dataset, from 1.
[[nodiscard]] std::vector<int> all_bands(GDALDataset& dataset);
/// Tiles computed so far by all handles on the plan.
[[nodiscard]] int tiles_computed(GDALDataset& dataset);

}  // namespace stacvrt::driver::testing
