// SPDX-License-Identifier: MIT
// What is claimed and, more important for a plugin that is asked before every other driver, what is not.
#include "driver/identify.h"
#include "tests/catch.h"
#include "tests/driver/scratch.h"

using namespace stacvrt::driver;
using stacvrt::driver::testing::Scratch;

namespace {

int identified(const std::string& name, const char* const* allowed = nullptr) {
  GDALOpenInfo info(name.c_str(), GDAL_OF_RASTER | GDAL_OF_READONLY);
  info.papszAllowedDrivers = allowed;
  return identify(&info);
}

}  // namespace

TEST_CASE("A text says STACVRT only by its top-level type", "[driver]") {
  for (const char* text : {
           R"({"type": "STACVRT"})",
           R"({"type":"STACVRT","version":1})",
           "\xEF\xBB\xBF \n\t{ \"type\"\r\n :\n\"STACVRT\" }",
           R"({"version": 1, "type": "STACVRT")",
           R"({"mask": {"type": "other"}, "bands": [{"type": "x"}], "type": "STACVRT"})",
           R"({"name": "a \" quote and a brace {", "type": "STACVRT"})",
           R"({"name": "ends in a backslash \\", "type": "STACVRT"})",
           R"({"": 1, "type": "STACVRT"})",
       }) {
    INFO(text);
    CHECK(says_stacvrt(text));
  }
}

TEST_CASE("Nested types, values, other types and broken texts do not say STACVRT", "[driver]") {
  for (const char* text : {
           "",
           "{",
           "{}",
           R"("type": "STACVRT")",
           R"({"type": "Feature", "properties": {"type": "STACVRT"}})",
           R"({"a": [{"type": "STACVRT"}]})",
           R"([{"type": "STACVRT"}])",
           R"({"name": "type", "x": "STACVRT"})",
           R"({"a": "\"type\": \"STACVRT\""})",
           R"({"type": "stacvrt"})",
           R"({"Type": "STACVRT"})",
           R"({"type": "STACVRT2"})",
           R"({"type": ["STACVRT"]})",
           R"({"type": {"type": "STACVRT"}})",
           R"({"type": null})",
           R"({"type"})",
       }) {
    INFO(text);
    CHECK_FALSE(says_stacvrt(text));
  }
}

TEST_CASE("A text may be cut off anywhere", "[driver]") {
  const std::string text = R"({"a\\b\"": {"c": ["}"]}, "type" : "STACVRT", "d": 1})";
  const std::size_t end = text.find("STACVRT") + 7;
  for (std::size_t length = 0; length <= text.size(); ++length) {
    const std::string cut = text.substr(0, length);
    INFO(cut);
    // Without its last quote a value may go on: what is not said whole is not said.
    CHECK(says_stacvrt(cut) == (length > end));
  }
}

TEST_CASE("The prefix is ours whatever it names", "[driver]") {
  const Scratch scratch;
  CHECK(identified("STACVRT:nothing there") == TRUE);
  CHECK(identified("stacvrt:\"x\":y") == TRUE);
  CHECK(identified("STAC:x") == FALSE);
  CHECK(identified("STACIT:\"x.json\":asset=a") == FALSE);
}

TEST_CASE("A file with our suffix is ours, for its errors are ours too", "[driver]") {
  const Scratch scratch;
  CHECK(identified(scratch.write("a.stacvrt", std::string("{}"))) == TRUE);
  CHECK(identified(scratch.write("B.StacVRT", std::string("no JSON"))) == TRUE);
  CHECK(identified(scratch.write("empty.stacvrt", std::string())) == TRUE);
  CHECK(identified(scratch.path("missing.stacvrt")) == FALSE);
  CHECK(identified(scratch.write("a.stacvrt.txt", std::string("{}"))) == FALSE);
}

TEST_CASE("JSON of other kinds is declined", "[driver]") {
  const Scratch scratch;
  CHECK(identified(scratch.write("r.json", std::string(R"({"type": "STACVRT"})"))) == TRUE);
  CHECK(identified(scratch.write("item.json", std::string(R"({"type": "Feature", "stac_version": "1.0.0"})"))) ==
        FALSE);
  CHECK(identified(scratch.write("g.geojson", std::string(R"({"type": "FeatureCollection"})"))) == FALSE);
  CHECK(identified(scratch.write("list.json", std::string(R"([{"type": "STACVRT"}])"))) == FALSE);
  CHECK(identified(scratch.write("empty.json", std::string())) == FALSE);
  CHECK(identified(scratch.write("image.tif", stacvrt::driver::testing::RasterSpec{})) == FALSE);
}

TEST_CASE("A recipe's type is looked for within the first 64 KB", "[driver]") {
  const Scratch scratch;
  const auto recipe = [](std::size_t padding) {
    return R"({"note": ")" + std::string(padding, 'x') + R"(", "type": "STACVRT"})";
  };
  CHECK(identified(scratch.write("near.json", recipe(60'000))) == TRUE);
  CHECK(identified(scratch.write("far.json", recipe(70'000))) == FALSE);
  CHECK(identified(scratch.write("far.stacvrt", recipe(70'000))) == TRUE);
}

TEST_CASE("STAC documents are ours when nobody else is allowed", "[driver]") {
  const Scratch scratch;
  const std::string item = scratch.write("item.json", std::string(R"({"type": "Feature", "stac_version": "1.0.0"})"));
  const std::string plain = scratch.write("plain.json", std::string(R"({"type": "Feature"})"));
  const char* const only[] = {"stacvrt", nullptr};
  const char* const both[] = {"STACVRT", "GeoJSON", nullptr};
  const char* const other[] = {"GeoJSON", nullptr};
  CHECK(identified(item, only) == TRUE);
  CHECK(identified(item, both) == FALSE);
  CHECK(identified(item, other) == FALSE);
  CHECK(identified(plain, only) == FALSE);
}
