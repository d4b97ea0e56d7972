// SPDX-License-Identifier: MIT
// Suggestions must help and must not mislead.
#include "stac/spelling.h"
#include "tests/catch.h"

using namespace stacvrt::stac;

TEST_CASE("The nearest spelling forgives letter case and a slip of the finger", "[stac]") {
  const std::vector<std::string> names{"median", "geomedian", "mean", "count"};
  CHECK(nearest_spelling("Median", names) == "median");
  CHECK(nearest_spelling("meidan", names) == "median");
  CHECK(nearest_spelling("geomedain", names) == "geomedian");
  CHECK(nearest_spelling("coutn", names) == "count");
}

TEST_CASE("A word far from all candidates gets no suggestion", "[stac]") {
  CHECK(nearest_spelling("percentile", {"median", "mean"}).empty());
  CHECK(nearest_spelling("xy", {"ab"}).empty());
  CHECK(nearest_spelling("x", {}).empty());
  CHECK(nearest_spelling(std::string(1000, 'x'), {std::string(1000, 'x')}).empty());
}

TEST_CASE("Lists are quoted and shortened with a count of what is left out", "[stac]") {
  CHECK(quoted_list({}) == "");
  CHECK(quoted_list({"a", "b"}) == "'a', 'b'");
  CHECK(quoted_list({"a", "b", "c"}, 1) == "'a' ... and 2 more");
}

TEST_CASE("A hint asks for the near word and names the valid ones", "[stac]") {
  CHECK(spelling_hint("rad", {"red", "green"}) == "; did you mean 'red'?; valid: 'red', 'green'");
  CHECK(spelling_hint("swir16", {"red"}) == "; valid: 'red'");
}
