// SPDX-License-Identifier: MIT
// Texts of documents: whole or an error that names the file.
#include "driver/document.h"
#include "tests/catch.h"
#include "tests/driver/error_log.h"
#include "tests/driver/scratch.h"
#include "tests/thrown.h"

using namespace stacvrt;
using namespace stacvrt::driver;
using stacvrt::driver::testing::ErrorLog;
using stacvrt::driver::testing::Scratch;
using stacvrt::testing::thrown_by;

namespace {

std::string text_of(const std::string& name, const Where& where = {}) {
  return read_document(name, name, where).text;
}

}  // namespace

TEST_CASE("A document is read whole, across chunks and with every byte", "[driver]") {
  const Scratch scratch;
  for (const std::size_t size :
       {std::size_t{1}, std::size_t{1} << 20, (std::size_t{1} << 20) + 1, std::size_t{2500000}}) {
    std::string text(size, 'a');
    for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i * 31 % 256);
    CHECK(text_of(scratch.write("a.json", text)) == text);
  }
}

TEST_CASE("A document that gzip packed is unpacked, whatever its name; a damaged one is an error", "[driver]") {
  const Scratch scratch;
  std::string text = R"({"type": "Feature", "n": [0)";
  for (int i = 0; i < 200'000; ++i) text += ", " + std::to_string(i * 7919 % 1000003);
  const std::string name = scratch.path("a.json.gz");
  VSILFILE* const file = VSIFOpenL(("/vsigzip/" + name).c_str(), "wb");
  REQUIRE(file);
  REQUIRE(VSIFWriteL(text.data(), 1, text.size(), file) == text.size());
  REQUIRE(VSIFCloseL(file) == 0);
  const std::string packed = scratch.bytes("a.json.gz");
  REQUIRE(packed.size() < text.size() / 2);
  CHECK(text_of(name) == text);
  CHECK(text_of(scratch.write("b.json", packed)) == text);
  CHECK(text_of(scratch.write("c.json", packed + packed)) == text + text);  // as gzip allows
  std::string damaged = packed;
  damaged[packed.size() / 2] = static_cast<char>(damaged[packed.size() / 2] ^ 0x55);
  for (const std::string& broken : {packed.substr(0, packed.size() - 9), packed.substr(0, 40), damaged}) {
    const Error error = thrown_by([&] { (void)text_of(scratch.write("d.json", broken), {"r.stacvrt", {}, "/items"}); });
    CHECK(error.code() == ErrorCode::kIo);
    CHECK_THAT(error.what(), ContainsSubstring("d.json' is packed by gzip and cannot be unpacked to its end") &&
                                 ContainsSubstring("r.stacvrt, at /items"));
  }
}

TEST_CASE("What unpacks to a hundred times its size, and to much, is refused", "[driver]") {
  const Scratch scratch;
  const std::string name = scratch.path("bomb.json");
  VSILFILE* const file = VSIFOpenL(("/vsigzip/" + name).c_str(), "wb");
  REQUIRE(file);
  const std::string blanks(1 << 20, ' ');
  for (int i = 0; i < 80; ++i) REQUIRE(VSIFWriteL(blanks.data(), 1, blanks.size(), file) == blanks.size());
  REQUIRE(VSIFCloseL(file) == 0);
  const Error error = thrown_by([&] { (void)text_of(name); });
  CHECK(error.code() == ErrorCode::kTooLarge);
  CHECK_THAT(error.what(), ContainsSubstring("bomb.json' unpacks to more than 100 times its size"));
}

TEST_CASE("A missing document is an error at what refers to it", "[driver]") {
  const Scratch scratch;
  const Error error = thrown_by([&] { (void)text_of(scratch.path("no.json"), {"r.stacvrt", {}, "/items"}); });
  CHECK(error.code() == ErrorCode::kNotFound);
  CHECK_THAT(error.what(), ContainsSubstring(scratch.path("no.json")) && ContainsSubstring("r.stacvrt, at /items"));
}

TEST_CASE("A folder or an empty file is no document", "[driver]") {
  const Scratch scratch;
  REQUIRE(VSIMkdirRecursive(scratch.path("folder").c_str(), 0755) == 0);
  const Error folder = thrown_by([&] { (void)text_of(scratch.path("folder")); });
  CHECK(folder.code() == ErrorCode::kInvalid);
  CHECK_THAT(folder.what(), ContainsSubstring("is a folder"));
  const Error empty = thrown_by([&] { (void)text_of(scratch.write("empty.json", std::string())); });
  CHECK(empty.code() == ErrorCode::kInvalid);
  CHECK_THAT(empty.what(), ContainsSubstring("empty.json' is empty"));
}

TEST_CASE("Documents on the network that cannot be read are errors without their secrets", "[driver]") {
  const CPLConfigOptionSetter at_once("GDAL_HTTP_MAX_RETRY", "0", false);
  for (const char* name : {"http://user:secret@127.0.0.1:9/items.json?token=secret",
                           "/vsicurl/http://127.0.0.1:9/items.json?token=secret", "HTTP://127.0.0.1:9/items.json"}) {
    INFO(name);
    CHECK_FALSE(document_exists(name));
    const Error error = thrown_by([&] { (void)text_of(name, {"r.stacvrt", {}, "/items"}); });
    CHECK(error.code() == ErrorCode::kIo);
    CHECK_THAT(error.what(), ContainsSubstring("://127.0.0.1:9/items.json") && !ContainsSubstring("secret") &&
                                 ContainsSubstring("cannot be read") && ContainsSubstring("r.stacvrt, at /items"));
  }
  CHECK_THAT(thrown_by([] { (void)text_of("ftp://user:secret@127.0.0.1/items.json"); }).what(),
             ContainsSubstring("no file 'ftp://127.0.0.1/items.json'"));
}

TEST_CASE("A recipe's URL ends where its suffix does, so that a subdataset can follow it", "[driver]") {
  CHECK(document_exists("https://h/r.stacvrt"));
  CHECK_FALSE(document_exists("https://h/r.stacvrt:mad"));
  CHECK_FALSE(document_exists("https://h:8080"));
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
  CHECK(text_of("/vsigzip/" + scratch.path("a.json.gz")) == text);
  const std::string packed = scratch.bytes("a.json.gz");
  scratch.write("cut.json.gz", packed.substr(0, packed.size() / 2));
  const ErrorLog log;
  CHECK(thrown_by([&] { (void)text_of("/vsigzip/" + scratch.path("cut.json.gz")); }).code() == ErrorCode::kIo);
}
