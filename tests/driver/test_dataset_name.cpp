// SPDX-License-Identifier: MIT
// Names: prefix, quotes, colons, drive letters, and names whose quotes a program has stripped.
#include <set>

#include "driver/dataset_name.h"
#include "stac/error.h"
#include "tests/catch.h"

using namespace stacvrt;
using namespace stacvrt::driver;

namespace {

// parse_name where exactly `files` exist.
DatasetName parsed(const std::string& name, const std::set<std::string>& files = {}) {
  return parse_name(name, [&](const std::string& file) { return files.count(file) == 1; });
}

void check(const DatasetName& name, const std::string& document, const std::string& selection) {
  CHECK(name.document == document);
  CHECK(name.selection == selection);
}

}  // namespace

TEST_CASE("The prefix counts in any letter case and only with its colon", "[driver]") {
  for (const char* name : {"STACVRT:x", "stacvrt:x", "StacVrt:", "STACVRT:\"x\":y"}) {
    INFO(name);
    CHECK(has_prefix(name));
  }
  for (const char* name : {"", "STACVRT", "STACVRT.json", "XSTACVRT:x", "STAC:x", "STACVRT/x:y", " STACVRT:x"}) {
    INFO(name);
    CHECK_FALSE(has_prefix(name));
  }
}

TEST_CASE("A recipe's file name has a name before its suffix", "[driver]") {
  for (const char* name : {"a.stacvrt", "A.STACVRT", "/b/a.StacVrt", "a.b.stacvrt"}) {
    INFO(name);
    CHECK(ends_with_suffix(name));
  }
  for (const char* name :
       {"", ".stacvrt", "stacvrt", "astacvrt", "a.stacvrt ", "a.stacvrt/b", "a.stacvr", "a.stacvrt.json"}) {
    INFO(name);
    CHECK_FALSE(ends_with_suffix(name));
  }
}

TEST_CASE("A name without prefix is a file, whatever colons and quotes it has", "[driver]") {
  for (const char* name : {"a.stacvrt", "a.stacvrt:mad", "C:/a.stacvrt", "\"a\":b", "/vsizip/a.zip/b.stacvrt"})
    check(parsed(name, {"a.stacvrt"}), name, "");
}

TEST_CASE("Quotes end a document's name and what follows the colon is the selection", "[driver]") {
  check(parsed("STACVRT:\"a.stacvrt\""), "a.stacvrt", "");
  check(parsed("STACVRT:\"a.stacvrt\":mad"), "a.stacvrt", "mad");
  check(parsed("stacvrt:\"C:/my data/a.stacvrt\":mad@2020-03"), "C:/my data/a.stacvrt", "mad@2020-03");
  check(parsed("STACVRT:\"a:b:c\":d:e"), "a:b:c", "d:e");
  check(parsed("STACVRT:\"a.stacvrt\":"), "a.stacvrt", "");
  // Quoted names are never guessed at.
  check(parsed("STACVRT:\"a:b\"", {"a"}), "a:b", "");
}

TEST_CASE("A quote that is not closed or that text follows is an error with the form in it", "[driver]") {
  for (const char* name : {"STACVRT:\"a.stacvrt", "STACVRT:\"", "STACVRT:\"a\"b", "STACVRT:\"a\"mad:x"}) {
    INFO(name);
    REQUIRE_THROWS_AS(parsed(name), Error);
    try {
      (void)parsed(name);
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::kInvalid);
      CHECK_THAT(error.what(), ContainsSubstring("expected STACVRT:\"file\":subdataset"));
      CHECK_THAT(error.what(), ContainsSubstring(name));
    }
  }
}

TEST_CASE("An unquoted name ends where a file exists", "[driver]") {
  check(parsed("STACVRT:a.stacvrt:mad", {"a.stacvrt"}), "a.stacvrt", "mad");
  check(parsed("STACVRT:a.stacvrt", {"a.stacvrt"}), "a.stacvrt", "");
  check(parsed("STACVRT:a.stacvrt:mad@2020-03", {"a.stacvrt"}), "a.stacvrt", "mad@2020-03");
  // A file of the whole name wins over a selection.
  check(parsed("STACVRT:a:mad", {"a", "a:mad"}), "a:mad", "");
  // Nothing exists: the whole is the name that the error will tell.
  check(parsed("STACVRT:a.stacvrt:mad"), "a.stacvrt:mad", "");
  check(parsed("STACVRT::mad"), ":mad", "");
  check(parsed("STACVRT:"), "", "");
}

TEST_CASE("Drive letters and URLs are no selections", "[driver]") {
  check(parsed("STACVRT:C:/a.json", {"C:/a.json"}), "C:/a.json", "");
  check(parsed("STACVRT:C:/a.json:mad", {"C:/a.json"}), "C:/a.json", "mad");
  check(parsed("STACVRT:C:/missing.json"), "C:/missing.json", "");
  check(parsed("STACVRT:https://host/a.json"), "https://host/a.json", "");
}

TEST_CASE("A subdataset's name parses back into its parts", "[driver]") {
  for (const char* document : {"a.stacvrt", "C:/a b.stacvrt", "a:b", "/vsimem/x.json", "a \"b\": c.json", "C:\\a.json"})
    for (const char* selection : {"mad", "2020-03", "mad@2020-03"})
      check(parsed(subdataset_name(document, selection)), document, selection);
  CHECK(subdataset_name("a.stacvrt", "mad") == "STACVRT:\"a.stacvrt\":mad");
}
