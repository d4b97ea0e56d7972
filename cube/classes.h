// SPDX-License-Identifier: MIT
// Class names to numbers: what a mask's words mean in one asset, from its own classification metadata and the built-in
// tables. Knows no pixels and no items.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cube/recipe.h"
#include "stac/item.h"

namespace stacvrt::cube {

/// What the catalogues agree on for a well-known mask.
struct ClassTable {
  std::string name;                 ///< "SCL", "QA_PIXEL"
  std::vector<std::string> assets;  ///< asset keys and band names it holds for, in lower case unless case tells
  std::vector<stac::ClassEntry> classes;
  std::vector<stac::Bitfield> bitfields;
};

/// The built-in table for an asset key or band name (any letter case, but one in its own letters comes first: "Fmask"
/// of HLS has bits, "oa_fmask" and "fmask" classes); null when there is none.
[[nodiscard]] const ClassTable* lookup_class_table(std::string_view asset_or_band);

/// The names that hold for a band of an asset: its own classes and bitfields first, then those of the built-in table
/// that do not contradict them (the same name with another value or other bits).
[[nodiscard]] ClassTable class_table_of(const stac::Asset& asset, const stac::Band& band);

/// A mask request in numbers, for one asset.
struct MaskValues {
  /// Values of the `length` bits from bit `shift` that a rule asks for.
  struct Bits {
    int shift = 0;
    int length = 1;
    std::vector<std::int64_t> values;
    friend bool operator==(const Bits&, const Bits&) = default;
  };
  std::vector<std::int64_t> exclude;  ///< bad; sorted, without duplicates, as `keep` and `nodata`
  std::vector<std::int64_t> keep;     ///< with has_keep: everything else but no-data is bad
  std::vector<std::int64_t> nodata;   ///< with has_nodata: instead of the asset's declared nodata
  bool has_keep = false;
  bool has_nodata = false;
  std::vector<Bits> bits;         ///< bad where any hits
  std::vector<Bits> nodata_bits;  ///< no-data where any hits
  std::optional<double> below;    ///< bad where value < below
  std::optional<double> above;    ///< bad where value > above
  friend bool operator==(const MaskValues&, const MaskValues&) = default;
};

/// Resolves the names in `request` for one band of an asset. A name in `exclude` or `nodata` may also be that of a
/// one-bit field ("cloud" of QA_PIXEL): the bit is set. `item` is named in errors. Throws Error{kNotFound} for names
/// that do not exist, listing those that do and the nearest; kInvalid for values that a field cannot hold and for a
/// class both excluded and kept.
[[nodiscard]] MaskValues resolve_mask(const MaskRequest& request, const stac::Asset& asset, const stac::Band& band,
                                      const std::string& item = {});

/// Values of exclude, keep and nodata that no class of the asset has, where its classes are known: likely misspelt, but
/// tables in metadata may be incomplete. Sorted, without duplicates.
[[nodiscard]] std::vector<std::int64_t> values_without_class(const MaskValues& values, const stac::Asset& asset,
                                                             const stac::Band& band);

}  // namespace stacvrt::cube
