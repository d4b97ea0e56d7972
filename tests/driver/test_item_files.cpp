// SPDX-License-Identifier: MIT
// Folders and patterns as names of items: which files they stand for, in which order, and what is said where none does.
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "driver/document.h"
#include "driver/item_files.h"
#include "tests/catch.h"
#include "tests/driver/scratch.h"
#include "tests/thrown.h"

using namespace stacvrt;
using namespace stacvrt::driver;
using stacvrt::driver::testing::Scratch;
using stacvrt::testing::thrown_by;
using Names = std::vector<std::string>;

namespace {

/// What files_behind(`name` in the folder) gives, without the folder.
Names behind(const Scratch& scratch, const std::string& name) {
  Names names = files_behind(scratch.path(name));
  for (std::string& one : names) one.erase(0, scratch.path("").size());
  return names;
}

void write_all(const Scratch& scratch, const Names& names) {
  for (const std::string& name : names) {
    const std::string folder = scratch.path(name.substr(0, name.find_last_of('/') + 1));
    if (name.find('/') != std::string::npos) (void)VSIMkdirRecursive(folder.c_str(), 0755);
    (void)scratch.write(name, "{}");
  }
}

}  // namespace

TEST_CASE("A pattern stands for the files that match, by name", "[driver]") {
  const Scratch scratch;
  write_all(scratch, {"b_stac.json", "a_stac.json", "a_MTL.json", "x/c_stac.json", "x/y/d_stac.json", ".h_stac.json"});
  CHECK(behind(scratch, "*_stac.json") == Names{"a_stac.json", "b_stac.json"});
  CHECK(behind(scratch, "?_*.json") == Names{"a_MTL.json", "a_stac.json", "b_stac.json"});
  CHECK(behind(scratch, "*/*.json") == Names{"x/c_stac.json"});
  CHECK(behind(scratch, "x/*.json") == Names{"x/c_stac.json"});
  CHECK(behind(scratch, "**/*_stac.json") == Names{"a_stac.json", "b_stac.json", "x/c_stac.json", "x/y/d_stac.json"});
  CHECK(behind(scratch, "**/y/*") == Names{"x/y/d_stac.json"});
  CHECK(behind(scratch, "a**L.json") == Names{"a_MTL.json"});
}

TEST_CASE("A folder stands for the documents directly in it, or for its catalogue", "[driver]") {
  const Scratch scratch;
  write_all(scratch,
            {"f/b.json", "f/a.geojson", "f/c.ndjson", "f/d.jsonl.gz", "f/e.json.gz", "f/red.tif", "f/notes.txt",
             "f/r.stacvrt", "f/g/h.json", "f/.i.json", "cat/catalog.json", "cat/a.json", "col/collection.json"});
  CHECK(behind(scratch, "f") == Names{"f/a.geojson", "f/b.json", "f/c.ndjson", "f/d.jsonl.gz", "f/e.json.gz"});
  CHECK(behind(scratch, "f/") == behind(scratch, "f"));
  CHECK(behind(scratch, "cat") == Names{"cat/catalog.json"});
  CHECK(behind(scratch, "col") == Names{"col/collection.json"});
}

TEST_CASE("Two stars see each folder once, whatever links lead to it, and at the end everything", "[driver]") {
  const auto folder = std::filesystem::temp_directory_path() / ("stacvrt-links-" + std::to_string(CPLGetPID()));
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder / "in" / "deep");
  for (const char* name : {"a.json", "in/b.json", "in/deep/c.json"}) std::ofstream(folder / name) << "{}";
  for (const char* link : {"x", "y", "in/up"}) std::filesystem::create_directory_symlink(folder, folder / link);
  REQUIRE(mkfifo((folder / "pipe.json").c_str(), 0600) == 0);
  const std::string base = folder.string();
  const Names all{base + "/a.json", base + "/in/b.json", base + "/in/deep/c.json"};
  CHECK(files_behind(base + "/**/*.json") == all);
  CHECK(files_behind(base + "/**") == all);
  CHECK(files_behind(base) == Names{base + "/a.json"});
  CHECK(files_behind(base + "/**/deep/**/*.json") == Names{base + "/in/deep/c.json"});
  std::filesystem::remove_all(folder);
}

TEST_CASE("A pattern exists where a file matches, so that what follows it may be a selection", "[driver]") {
  const Scratch scratch;
  write_all(scratch, {"a.json"});
  CHECK(document_exists(scratch.path("*.json")));
  CHECK_FALSE(document_exists(scratch.path("*.json:median")));
}

TEST_CASE("Names without files are errors that say what was looked for", "[driver]") {
  const Scratch scratch;
  write_all(scratch, {"f/red.tif"});
  const Where where{"r.stacvrt", {}, "/items"};
  const Error none = thrown_by([&] { (void)files_behind(scratch.path("f/*.json"), where); });
  CHECK(none.code() == ErrorCode::kNotFound);
  CHECK_THAT(none.what(), ContainsSubstring("no file matches") && ContainsSubstring("r.stacvrt, at /items"));
  const Error empty = thrown_by([&] { (void)files_behind(scratch.path("f"), where); });
  CHECK(empty.code() == ErrorCode::kNotFound);
  CHECK_THAT(empty.what(), ContainsSubstring("holds no STAC documents") && ContainsSubstring("f/**/*.json"));
}

TEST_CASE("A file's own name is no pattern, and nothing of the network is", "[driver]") {
  const Scratch scratch;
  write_all(scratch, {"a*.json", "ab.json"});
  CHECK_FALSE(names_several(scratch.path("a*.json")));
  CHECK(names_several(scratch.path("b*.json")));
  CHECK_FALSE(names_several(scratch.path("ab.json")));
  CHECK_FALSE(names_several("https://host/*.json"));
  CHECK_FALSE(names_several("/vsicurl/https://host/a?b"));
  CHECK_FALSE(names_several(""));
  CHECK_FALSE(document_exists(scratch.path("b*.json")));
}
