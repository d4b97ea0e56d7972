// SPDX-License-Identifier: MIT
// Documents that are stored packed by gzip, whatever their names.
#pragma once

#include <string>

#include "stac/error.h"

namespace stacvrt::driver {

/// `text`, unpacked where its first bytes are those of gzip. `shown` is what errors call it. Throws kIo where it is cut
/// short or damaged, kTooLarge beyond kMaxDocumentBytes of driver/document.h, and beyond 64 MB where that is more than
/// 100 times what was packed.
[[nodiscard]] std::string without_gzip(std::string text, const std::string& shown, const Where& where);

}  // namespace stacvrt::driver
