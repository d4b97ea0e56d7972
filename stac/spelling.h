// SPDX-License-Identifier: MIT
// Words and numbers for messages, metadata and names: spelling suggestions, lists, numbers as short as they can be.
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

/// The shortest text that reads back as `value`: "0.0001", "2.75e-05", "10".
[[nodiscard]] std::string number_text(double value);

}  // namespace stacvrt::stac
