// SPDX-License-Identifier: MIT
// A recipe matched with a catalogue: everything that is decided before the first pixel is read. Immutable, shared by
// all handles and threads; holds no GDAL object.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cube/classes.h"
#include "cube/duplicates.h"
#include "cube/mask_table.h"
#include "cube/pixel_source.h"
#include "cube/projector.h"
#include "cube/recipe.h"
#include "cube/windows.h"
#include "kernels/harmonise.h"
#include "kernels/morphology.h"
#include "kernels/reducer.h"

namespace stacvrt::cube {

/// Side of a tile in pixels: the compute unit, and GDAL's block.
inline constexpr int kTileSize = 512;
/// Largest side of a tile that follows larger source blocks.
inline constexpr int kMostTileSize = 2048;

/// One band of the recipe: what all items' values of it are brought to before they meet.
struct BandPlan {
  std::string name;
  std::string common_name;
  std::string unit;
  double scale = 1;  ///< physical = DN * scale + offset, those of most items
  double offset = 0;
  stac::DataType type = stac::DataType::kUInt16;  ///< smallest that holds all items' types
  std::optional<double> nodata;                   ///< most items' declared nodata
  Resampling resampling = Resampling::kNearest;
};

/// One mask of one item.
struct MaskPlan {
  SourceBand source;
  MaskValues values;
  std::vector<kernels::MorphologyStep> cleanup;
  kernels::Halo halo;                      ///< of cleanup
  std::shared_ptr<const MaskTable> table;  ///< of `values` and the source's type
};

/// One item on its basis grid.
struct ItemPlan {
  std::string id;
  stac::Instant when = 0;
  stac::PixelGrid basis;
  Part part;                                          ///< of which acquisition, if of one that others are of too
  int crs = 0;                                        ///< index into Plan::source_crs
  std::vector<std::optional<SourceBand>> bands;       ///< per recipe band; empty: the item lacks it
  std::vector<kernels::Harmonisation> harmonisation;  ///< per recipe band: item DN to BandPlan DN
  std::vector<std::array<double, 2>> physical;        ///< per recipe band: the item's own scale and offset
  std::vector<MaskPlan> masks;
  kernels::Halo halo;                     ///< largest of the masks'
  bool aligned = false;                   ///< target pixels are basis pixels
  std::int64_t shift_x = 0, shift_y = 0;  ///< if aligned: basis column = target column + shift_x
  /// Basis pixels per target pixel at the item's centre (of an item so large that they are others where the grid lies,
  /// there): columns along a target row and down a target column, then rows.
  std::array<double, 4> density{1, 0, 0, 1};
  /// Reach of the plan's resampling kernels in basis columns and rows: what lies around the pixel that holds a
  /// position.
  std::array<std::int64_t, 2> kernel_px{1, 1};
  /// Target pixels that the item can touch, generously; the exact test is per tile.
  PixelWindow reach;
  Where where;
};

/// The items of one solar day (or one item): one observation on the target grid, fused in this order.
struct Observation {
  std::vector<int> items;
  stac::Instant time = 0;  ///< of its first item: what windows go by
};

/// A distinct set of bands that outputs use together.
struct SetPlan {
  std::vector<int> bands;
  kernels::LaneType lane = kernels::LaneType::kFloat32;
};

/// A source CRS and the ways from the target grid into it and back; null operations: the same CRS. One CRS may be there
/// several times, with longitudes counted from -180 or from 0.
struct SourceCrs {
  stac::Crs crs;
  std::shared_ptr<const CoordinateOperation> from_target, to_target;
  double tolerance = 0;  ///< of positions, in units of the CRS: a millionth of its items' smallest pixel
  double turn = 0;       ///< full turn of a geographic CRS, else 0
  /// Of operations that count longitudes in a range of their own: its middle. Nothing: as the operations give them.
  std::optional<double> centre;
};

/// One band of an output.
struct OutputBand {
  std::string name;           ///< "red", "ndvi_p90", "smad"
  std::string common_name;    ///< for colour interpretation; empty where the values are no reflectance of that band
  double gain = 1, bias = 0;  ///< reducer's result to output DN
  std::optional<double> scale, offset;  ///< of output DN
  std::string unit;                     ///< of physical values
};

struct OutputPlan {
  std::string name;
  const kernels::Reducer* reducer = nullptr;
  int set = 0;
  std::vector<double> p;
  double epsilon = 1e-6;
  stac::DataType type = stac::DataType::kUInt16;
  std::optional<double> nodata;  ///< nothing for counts
  std::optional<std::array<double, 2>> clamp;
  std::vector<OutputBand> bands;
};

struct Plan {
  Recipe recipe;
  stac::PixelGrid grid;
  std::vector<SourceCrs> source_crs;
  std::vector<BandPlan> bands;
  std::vector<ItemPlan> items;  ///< in order of datetime, then id
  std::vector<Observation> observations;
  std::vector<Window> windows;
  std::vector<SetPlan> sets;
  std::vector<OutputPlan> outputs;
  std::vector<std::pair<double, double>> valid_ranges;  ///< physical values every band must lie in
  std::vector<std::string> decisions;                   ///< provenance: one line per decision a user should know of
  std::vector<std::string> left_out;                    ///< items or bands that take no part, and why
  /// Items whose rasters had to be asked and could not be read, left out as PlanEnvironment says: id and reason.
  std::vector<std::pair<std::string, std::string>> unreadable;

  [[nodiscard]] std::int64_t tiles_across() const { return (grid.width_px + kTileSize - 1) / kTileSize; }
  [[nodiscard]] std::int64_t tiles_down() const { return (grid.height_px + kTileSize - 1) / kTileSize; }
};

/// Sets the tolerance of every source CRS from the items' basis grids.
void set_tolerances(Plan& plan);

/// What planning needs from outside.
struct PlanEnvironment {
  PixelSource& pixels;
  Projector& projector;
  /// Resolves an href of an item's document to a path the PixelSource opens, or throws kRefused.
  std::function<std::string(const std::string& href, const stac::Item& item, const Where& where)> resolve;
  /// ON_ERROR=SKIP: an item whose raster cannot be asked is left out; else it is an error.
  bool skip_unreadable = false;
};

/// Matches `recipe` with `items` (all items of its documents). Reads no pixels; opens rasters only where the metadata
/// do not say where an asset's pixels lie or what type they have. Throws Error.
[[nodiscard]] Plan make_plan(Recipe recipe, const std::vector<stac::Item>& items, const PlanEnvironment& environment);

}  // namespace stacvrt::cube
