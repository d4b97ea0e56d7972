// SPDX-License-Identifier: MIT
// What one GDAL dataset shows of a plan: all of it, or one output, or one window; in one pixel type with one nodata
// value.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cube/plan.h"

namespace stacvrt::cube {

/// Most bands of one dataset.
inline constexpr std::size_t kMaxBands = 65'536;

/// One GDAL band.
struct ViewBand {
  int window = 0;       ///< index into Plan::windows
  int output = 0;       ///< index into Plan::outputs
  int output_band = 0;  ///< index into OutputPlan::bands
  int slot = 0;         ///< index among the view's bands of one window: Tile::band
  std::string description;
};

/// Bands are ordered by window, then output, then output band.
struct View {
  std::vector<int> outputs;
  std::vector<int> windows;
  std::vector<ViewBand> bands;
  int bands_per_window = 0;
  stac::DataType type = stac::DataType::kUInt16;
  std::optional<double> nodata;
  bool promoted = false;  ///< types were mixed: values are not rounded
};

/// `selection` is empty (everything), an output's name, a window's label, or "output@window". Throws Error{kNotFound}
/// listing the subdatasets that exist.
[[nodiscard]] View make_view(const Plan& plan, const std::string& selection);

/// The selections that make_view accepts besides "": outputs (where there are several), windows (where there are
/// several), and their combinations (where there are several of both).
[[nodiscard]] std::vector<std::string> subdataset_names(const Plan& plan);

}  // namespace stacvrt::cube
