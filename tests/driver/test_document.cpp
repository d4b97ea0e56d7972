// SPDX-License-Identifier: MIT
// Texts of documents: whole or an error that names the file.
#include "driver/document.h"
#include "tests/catch.h"
#include "tests/driver/error_log.h"
#include "tests/driver/scratch.h"
#include "tests/driver/thrown.h"

using namespace stacvrt;
using namespace stacvrt::driver;
using stacvrt::driver::testing::ErrorLog;
using stacvrt::driver::testing::Scratch;
using stacvrt::driver::testing::thrown_by;

TEST_CASE("A document is read whole, across chunks and with every byte", "[driver]") {
  const Scratch scratch;
  for (const std::size_t size :
       {std::size_t{1}, std::size_t{1} << 20, (std::size_t{1} << 20) + 1, std::size_t{2500000}}) {
    std::string text(size, 'a');
    for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i * 31 % 256);
    CHECK(read_document(scratch.write("a.json", text)) == text);
  }
}

TEST_CASE("A missing document is an error at what refers to it", "[driver]") {
  const Scratch scratch;
  const Error error = thrown_by([&] { (void)read_document(scratch.path("no.json"), {"r.stacvrt", {}, "/items"}); });
  CHECK(error.code() == ErrorCode::kNotFound);
  CHECK_THAT(error.what(), ContainsSubstring(scratch.path("no.json")) && ContainsSubstring("r.stacvrt, at /items"));
}

TEST_CASE("A folder or an empty file is no document", "[driver]") {
  const Scratch scratch;
  REQUIRE(VSIMkdirRecursive(scratch.path("folder").c_str(), 0755) == 0);
  const Error folder = thrown_by([&] { (void)read_document(scratch.path("folder")); });
  CHECK(folder.code() == ErrorCode::kInvalid);
  CHECK_THAT(folder.what(), ContainsSubstring("is a folder"));
  const Error empty = thrown_by([&] { (void)read_document(scratch.write("empty.json", std::string())); });
  CHECK(empty.code() == ErrorCode::kInvalid);
  CHECK_THAT(empty.what(), ContainsSubstring("empty.json' is empty"));
}

TEST_CASE("Documents on the network are not read, and their secrets not shown", "[driver]") {
  for (const char* name : {"https://user:secret@127.0.0.1:9/items.json?token=secret",
                           "/vsicurl/https://127.0.0.1:9/items.json?token=secret", "s3://bucket/items.json"}) {
    INFO(name);
    CHECK_FALSE(document_exists(name));
    const Error error = thrown_by([&] { (void)read_document(name); });
    CHECK(error.code() == ErrorCode::kUnsupported);
    CHECK_THAT(error.what(), ContainsSubstring("items.json") && !ContainsSubstring("secret"));
  }
}

TEST_CASE("A compressed document that was cut off is an error, not a shorter document", "[driver]") {
  const Scratch scratch;
  std::string text;
  for (int i = 0; i < 200000; ++i) text += std::to_string(i * 7919 % 100003) + "\n";
  {
    VSILFILE* file = VSIFOpenL(("/vsigzip/" + scratch.path("a.json.gz")).c_str(), "wb");
    REQUIRE(file != nullptr);
    REQUIRE(VSIFWriteL(text.data(), 1, text.size(), file) == text.size());
    REQUIRE(VSIFCloseL(file) == 0);
  }
  CHECK(read_document("/vsigzip/" + scratch.path("a.json.gz")) == text);
  const std::string packed = scratch.bytes("a.json.gz");
  scratch.write("cut.json.gz", packed.substr(0, packed.size() / 2));
  const ErrorLog log;
  CHECK(thrown_by([&] { (void)read_document("/vsigzip/" + scratch.path("cut.json.gz")); }).code() == ErrorCode::kIo);
}
