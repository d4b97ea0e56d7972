// SPDX-License-Identifier: MIT
// A recipe as typed structures: what the user asked for, checked for spelling, types and ranges, not yet matched with
// any item. cube/recipe_parser.h makes it of JSON; cube/plan.h matches it with a catalogue.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "stac/data_type.h"
#include "stac/datetime.h"
#include "stac/json.h"
#include "stac/search_request.h"

namespace stacvrt::cube {

/// One entry of `bands`.
struct BandRequest {
  std::string
      name;  ///< the output's name for it, and what is looked up when `asset` is empty (key, band or common name)
  std::string asset;  ///< explicit asset key; empty: look `name` up
  std::string band;   ///< band of that asset by name, or its number from 1 as text; empty: its only (or first) band
  Where where;
  /// Keys tried in turn where an item has no `asset` (catalogues differ).
  std::vector<std::string> asset_alternatives = {};
  /// Of the items' values, instead of what metadata say: physical = DN * scale + offset.
  std::optional<double> scale = {}, offset = {};
};

/// A class by name, or by value.
using ClassReference = std::variant<std::int64_t, std::string>;

/// One rule on bits of a mask value: bad where the field's value is one of `values`.
struct BitRule {
  std::string name;          ///< of a bitfield; empty when shift and length are given
  std::optional<int> shift;  ///< bits from the right
  int length = 1;
  std::vector<ClassReference> values;  ///< field values, or names of the field's classes
  Where where;
};

enum class CleanupOperation { kOpening, kClosing, kDilation, kErosion };

struct CleanupStep {
  CleanupOperation operation = CleanupOperation::kDilation;
  double radius = 0;    ///< in basis pixels, or metres
  bool metres = false;  ///< written as "60 m"
};

/// One mask: an asset's classes, bits or probabilities, or the valid range of the bands themselves.
struct MaskRequest {
  std::string asset;                                  ///< asset key, band or common name; empty for a pure valid_range
  std::string band;                                   ///< as in BandRequest
  std::vector<ClassReference> exclude;                ///< bad
  std::vector<ClassReference> keep;                   ///< everything else (but no-data) is bad
  std::optional<std::vector<ClassReference>> nodata;  ///< replaces the asset's declared nodata when given
  std::vector<BitRule> bits;                          ///< bad where any rule hits
  std::vector<BitRule> nodata_bits;                   ///< no-data where any rule hits (e.g. the fill bit)
  std::optional<double> below;                        ///< bad where value < below
  std::optional<double> above;                        ///< bad where value > above
  /// Physical values of every band of a set must lie in [first, second]; open ends are infinite.
  std::optional<std::pair<double, double>> valid_range;
  std::vector<CleanupStep> cleanup;  ///< on what the asset's values make bad, in order; not on valid_range
  Where where;
  std::vector<std::string> asset_alternatives = {};  ///< as in BandRequest
  Where exclude_where, keep_where, nodata_where;     ///< of the lists, which may come from an option or a preset
};

enum class WindowKind { kAll, kNone, kDuration };

/// An ISO 8601 duration of calendar units; windows start at the range's begin (or the first observation's calendar
/// unit).
struct Duration {
  int years = 0, months = 0, days = 0;
};

enum class GroupKind { kSolarDay, kNone };
enum class FuseRule { kClearFirst, kCloudWins };
/// What becomes of items that are versions of one acquisition: the newest processing counts, or all of them.
enum class Duplicates { kNewest, kKeep };

struct TimeRequest {
  std::optional<stac::Interval> range;
  WindowKind windows = WindowKind::kAll;
  Duration duration;
  GroupKind group = GroupKind::kSolarDay;
  FuseRule fuse = FuseRule::kClearFirst;
  Duplicates duplicates = Duplicates::kNewest;
  Where where;
};

enum class Resampling { kNearest, kBilinear, kCubic, kAverage };

struct GridRequest {
  std::string crs;                                  ///< as for OSRSetFromUserInput; empty: by rule
  std::optional<std::array<double, 2>> resolution;  ///< x, y > 0, in CRS units
  std::optional<std::array<double, 4>> bounds;      ///< xmin, ymin, xmax, ymax in `crs`
  std::optional<std::array<double, 4>>
      bbox;  ///< west, south, east, north in degrees; west > east: across the antimeridian
  Resampling resampling = Resampling::kNearest;
  std::vector<std::pair<std::string, Resampling>> resampling_of;  ///< per band name
  Where where;
};

/// One condition on an item property, or its `id` or `collection`; all must hold. Comparison with numbers or strings.
struct PropertyFilter {
  std::string property;
  enum class Operator { kEq, kNe, kLt, kLe, kGt, kGe, kIn } op = Operator::kEq;
  stac::Json value;
  Where where;
};

/// One entry of `outputs`.
struct OutputRequest {
  std::string name;             ///< given, or the reducer's, made unique with _2, _3, ...
  std::string reducer;          ///< a name of kernels::reducers()
  std::vector<double> p;        ///< percentiles
  std::vector<std::string> of;  ///< band names; empty: all
  std::optional<stac::DataType> dtype;
  std::optional<double> scale, offset, nodata;
  std::optional<std::array<double, 2>> clamp;  ///< in output DN; `true` means the range of dtype
  Where where;
};

/// One entry of `items`: a document (or catalogue, or search's URL), or a search.
struct ItemSource {
  std::string document;                       ///< its name as written, resolved against the recipe by the opener
  std::optional<stac::SearchRequest> search;  ///< instead of a document
  Where where;
};

struct Recipe {
  std::vector<ItemSource> items;
  /// Names of alternate hrefs (alternate-assets extension) to read instead of an asset's own, the first it has.
  std::vector<std::string> alternates;
  std::vector<BandRequest> bands;  ///< empty: every spectral asset that all items share
  std::vector<MaskRequest> masks;
  TimeRequest time;
  GridRequest grid;
  std::vector<PropertyFilter> filters;
  std::vector<OutputRequest> outputs;
  /// Geomedian step in physical units (`outputs` entries may not differ); nothing: by rule, see plan_outputs().
  std::optional<double> epsilon;
  std::string preset;    ///< name of the preset that was merged in, for provenance
  std::string document;  ///< file name of the recipe, or the STACVRT: string's
};

}  // namespace stacvrt::cube
