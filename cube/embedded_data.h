// SPDX-License-Identifier: MIT
// Files of data/ that are part of the program; the build makes their definitions (cmake/embed_text.cmake).
#pragma once

#include <span>
#include <string_view>

namespace stacvrt::cube {

struct EmbeddedFile {
  std::string_view name;  ///< without folder and extension
  std::string_view text;
};

/// data/presets/*.json and data/classes/*.json, by name.
[[nodiscard]] std::span<const EmbeddedFile> embedded_presets() noexcept;
[[nodiscard]] std::span<const EmbeddedFile> embedded_classes() noexcept;

}  // namespace stacvrt::cube
