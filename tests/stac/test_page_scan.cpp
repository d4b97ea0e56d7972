// SPDX-License-Identifier: MIT
// The scan of pages against the parser, on the real answers and on small traps.
#include "stac/page_scan.h"
#include "tests/stac/shared_documents.h"

using namespace stacvrt::stac;
using namespace stacvrt::stac::testing;

TEST_CASE("The scan counts items and finds links as the parser does", "[stac]") {
  if (!shared_data_present()) return;
  int pages = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kSharedData / "stac")) {
    const std::string text = entry.is_regular_file() ? text_of(entry.path()) : "";
    const Json json = Json::parse(text, nullptr, false);
    if (json.is_discarded() || !json.contains("features")) continue;
    INFO(entry.path().string());
    const PageScan scan = scan_page(text);
    CHECK(scan.type == "FeatureCollection");
    CHECK(scan.items == json["features"].size());
    CHECK(Json::parse(scan.features) == json["features"]);
    CHECK((scan.links.empty() ? Json() : Json::parse(scan.links)) == json.value("links", Json()));
    ++pages;
  }
  CHECK(pages >= 7);
}

TEST_CASE("Brackets and quotes inside strings, and keys further down, are not taken for structure", "[stac]") {
  const PageScan scan = scan_page(R"(  {"a": "]}\"\\", "b": {"links": 1, "features": [1, 2, 3]}, "n": -1.5e3,
      "features" : [ {"x": [1, "],["]}, {} , "," ] , "links":[ ], "type": "FeatureCollection"})");
  CHECK(scan.items == 3);
  CHECK(scan.links == "[ ]");
  CHECK(scan.type == "FeatureCollection");
  CHECK(scan_page(R"({"features": [ ]})").items == 0);
  CHECK(scan_page(R"({"features": [[]]})").items == 1);
  CHECK(scan_page(R"({"features": [""]})").items == 1);
}

TEST_CASE("A member is found at the top level alone", "[stac]") {
  const std::string text = R"({"a": {"b": 1}, "b": [2, {"b": 3}], "c": "b"})";
  CHECK(top_level_member(text, "b") == R"([2, {"b": 3}])");
  CHECK(top_level_member(text, "c") == R"("b")");
  CHECK(top_level_member(text, "d").empty());
}

TEST_CASE("Text that is no JSON ends the scan", "[stac]") {
  for (const std::string text : {"", "{", "[1]", "{\"a", "{\"a\"", "{\"a\":", "{\"a\": [", "{\"a\": \"\\", "{\"a\": }",
                                 "{]", "{\"features\": [1, {", "{\"features\": ]]]]}", "{,,,", "{\"a\": 1 \"b\""})
    CHECK_NOTHROW(scan_page(text));
}
