// SPDX-License-Identifier: MIT
// Spelling suggestions for error messages.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace stacvrt::stac {

/// The candidate with the least edit distance to `word` (case-insensitive), or "" when none is near (more than a third
/// of the word's length, at least 2, away).
[[nodiscard]] std::string nearest_spelling(std::string_view word, const std::vector<std::string>& candidates);

/// "'a', 'b', 'c'", shortened after `most` entries to "... and N more".
[[nodiscard]] std::string quoted_list(const std::vector<std::string>& words, std::size_t most = 20);

/// "; did you mean 'x'?" when a candidate is near, followed by "; valid: 'a', 'b'" in either case.
[[nodiscard]] std::string spelling_hint(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace stacvrt::stac
