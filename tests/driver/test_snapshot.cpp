// SPDX-License-Identifier: MIT
// Snapshots: valid STAC that tells what was asked, without secrets, and is not taken for what it is not.
#include "driver/snapshot.h"
#include "stac/catalogue.h"
#include "tests/catch.h"
#include "tests/driver/scratch.h"
#include "tests/thrown.h"

using namespace stacvrt;
using namespace stacvrt::driver;
using stacvrt::driver::testing::Scratch;
using stacvrt::testing::thrown_by;

namespace {

std::vector<cube::ItemSource> sources() {
  stac::SearchRequest search;
  search.url = "https://me:word@h/v1?api_key=k1&page=2";
  search.terms["collections"] = stac::Json::array({"c"});
  search.max_items = 5;
  return {{"https://h/items.json?sig=s1&bbox=1,2,3,4", {}, {}}, {{}, search, {}}};
}

stac::FoundItems found() {
  stac::FoundItems items;
  items.features.push_back(stac::parse_json(R"({"type": "Feature", "stac_version": "1.0.0", "id": "i", "geometry": null,
      "properties": {"datetime": "2020-01-01T00:00:00Z"}, "links": [], "assets": {"red": {"href": "https://h/r.tif"}}})",
                                            ""));
  items.left_out = {"i: /assets/x: refused"};
  return items;
}

std::string text_for(const stac::Wanted& wanted = {}) {
  return snapshot_text(found(), snapshot_request(sources(), wanted), stac::parse_instant("2024-05-06T07:08:09.5Z"));
}

}  // namespace

TEST_CASE("A snapshot is an ItemCollection that tells what was asked and when, without secrets", "[driver]") {
  const std::string text = text_for();
  for (const char* secret : {"word", "me:", "k1", "s1"}) CHECK(text.find(secret) == std::string::npos);
  const stac::Json json = stac::parse_json(text, "");
  const stac::Json& asked = json["stacvrt:search"];
  CHECK(asked["time"] == "2024-05-06T07:08:09Z");
  CHECK(asked["found"] == 1);
  CHECK(asked["left_out"].size() == 1);
  CHECK(asked["request"]["items"][0] == "https://h/items.json?sig=...&bbox=1,2,3,4");
  CHECK(asked["request"]["items"][1] ==
        stac::parse_json(
            R"({"search": {"url": "https://h/v1?api_key=...&page=2", "collections": ["c"], "max_items": 5}})", ""));
  CHECK(stac::parse_items(text, "s.json").items.at(0).id == "i");
}

TEST_CASE("A snapshot stands for its own request alone", "[driver]") {
  CHECK_NOTHROW(check_snapshot(text_for(), "s", sources(), {}));
  auto others = sources();
  others[1].search->max_items = 6;
  const Error error = thrown_by([&] { check_snapshot(text_for(), "s.json", others, {}); });
  CHECK_THAT(error.what(), ContainsSubstring("another request") && ContainsSubstring("s.json"));
  // A new signature is no new request.
  others = sources();
  others[0].document = "https://h/items.json?sig=s2&bbox=1,2,3,4";
  CHECK_NOTHROW(check_snapshot(text_for(), "s", others, {}));
  (void)thrown_by([&] { check_snapshot(R"({"type": "FeatureCollection"})", "s", sources(), {}); });
  (void)thrown_by([&] { check_snapshot(R"({"stacvrt:search": 5})", "s", sources(), {}); });
}

TEST_CASE("What was pruned stands for what it was pruned by, what was not for everything", "[driver]") {
  const stac::Wanted year{{}, stac::parse_interval("2020")}, box{{{1, 2, 3, 4}}, {}};
  CHECK_NOTHROW(check_snapshot(text_for(), "s", sources(), year));
  CHECK_NOTHROW(check_snapshot(text_for(year), "s", sources(), year));
  CHECK_NOTHROW(check_snapshot(text_for(box), "s", sources(), box));
  (void)thrown_by([&] { check_snapshot(text_for(year), "s", sources(), box); });
  (void)thrown_by([&] { check_snapshot(text_for(year), "s", sources(), {}); });
}

TEST_CASE("A snapshot is written whole, or an error says why not", "[driver]") {
  const Scratch scratch;
  const std::string path = scratch.path("s.json");
  write_snapshot(path, "text");
  CHECK(scratch.bytes("s.json") == "text");
  const Error error = thrown_by([] { write_snapshot("/no/such/folder/s.json", "text"); });
  CHECK(error.code() == ErrorCode::kIo);
  CHECK_THAT(error.what(), ContainsSubstring("/no/such/folder/s.json") && ContainsSubstring("SNAPSHOT"));
}

TEST_CASE("No snapshot is written where local paths are locked, nor on the network", "[driver]") {
  stac::HrefPolicy policy;
  CHECK_NOTHROW(check_snapshot_path("a/s.json", policy));
  CHECK(thrown_by([&] { check_snapshot_path("/vsis3/b/s.json", policy); }).code() == ErrorCode::kInvalid);
  CHECK(thrown_by([&] { check_snapshot_path("https://h/s.json", policy); }).code() == ErrorCode::kInvalid);
  for (const auto lock : {stac::LocalPaths::kNone, stac::LocalPaths::kSibling}) {
    policy.local_paths = lock;
    CHECK(thrown_by([&] { check_snapshot_path("a/s.json", policy); }).code() == ErrorCode::kRefused);
  }
}
