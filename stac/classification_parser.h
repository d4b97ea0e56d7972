// SPDX-License-Identifier: MIT
// The classification extension: classes and bitfields of one object (asset or band). Knows neither assets nor bands.
#pragma once

#include <optional>

#include "stac/item.h"
#include "stac/json.h"

namespace stacvrt::stac {

/// classification:classes of `object`, nothing when absent. A class without name has an empty one. Throws kInvalid for
/// entries without integer value.
[[nodiscard]] std::optional<std::vector<ClassEntry>> parse_classes(const Cursor& object);

/// classification:bitfields of `object`, nothing when absent. Throws kInvalid for bits outside 0..63.
[[nodiscard]] std::optional<std::vector<Bitfield>> parse_bitfields(const Cursor& object);

}  // namespace stacvrt::stac
