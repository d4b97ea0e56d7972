// SPDX-License-Identifier: MIT
#include "stac/spelling.h"

#include <algorithm>
#include <charconv>
#include <numeric>

#include "stac/letter_case.h"

namespace stacvrt::stac {
namespace {

/// Longer words come from no keyboard; comparing them would only cost time.
constexpr std::size_t kLongestWord = 100;

/// Levenshtein distance, letter case ignored.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (lowered(a[i]) == lowered(b[j]) ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

std::string nearest_spelling(std::string_view word, const std::vector<std::string>& candidates) {
  if (word.size() > kLongestWord) return {};
  std::size_t least = std::max<std::size_t>(2, word.size() / 3) + 1;
  std::string nearest;
  for (const std::string& candidate : candidates) {
    if (candidate.size() > kLongestWord) continue;
    const std::size_t distance = edit_distance(word, candidate);
    // Two short words that share no letter are not near, however few letters they have.
    if (distance >= least || distance >= std::max(word.size(), candidate.size())) continue;
    least = distance;
    nearest = candidate;
  }
  return nearest;
}

std::string quoted_list(const std::vector<std::string>& words, std::size_t most) {
  std::string result;
  const std::size_t shown = std::min(most, words.size());
  for (std::size_t i = 0; i < shown; ++i) result += (i == 0 ? "'" : ", '") + words[i] + "'";
  if (shown < words.size())
    result += (shown == 0 ? "" : " ") + ("... and " + std::to_string(words.size() - shown) + " more");
  return result;
}

std::string spelling_hint(std::string_view word, const std::vector<std::string>& candidates) {
  const std::string nearest = nearest_spelling(word, candidates);
  const std::string question = nearest.empty() ? "" : "; did you mean '" + nearest + "'?";
  return question + "; valid: " + (candidates.empty() ? "none" : quoted_list(candidates));
}

std::string number_text(double value) {
  char text[32];
  const auto [end, error] = std::to_chars(text, text + sizeof text, value);
  return error == std::errc() ? std::string(text, end) : std::to_string(value);
}

}  // namespace stacvrt::stac
