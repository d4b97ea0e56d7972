// SPDX-License-Identifier: MIT
// JSON that a user writes for us, where a slip of the pen must not go unnoticed.
#pragma once

#include "stac/json.h"

namespace stacvrt::stac {

/// As parse_json, but a key that an object has twice, of which the last value holds elsewhere, is an error: kInvalid at
/// its pointer.
[[nodiscard]] Json parse_strict_json(std::string_view text, const std::string& document);

}  // namespace stacvrt::stac
