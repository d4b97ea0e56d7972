// SPDX-License-Identifier: MIT
// What is UTF-8, and bytes that are not, shown.
#include "stac/utf8.h"
#include "tests/catch.h"

using namespace stacvrt::stac;

TEST_CASE("UTF-8 ends at the first byte that is no part of it", "[stac]") {
  for (const char* text :
       {"", "abc", "M\xC3\xBCnchen", "\xE2\x82\xAC", "\xF0\x9F\x9B\xB0!", "\xED\x9F\xBF", "\xEF\xBB\xBF{}"}) {
    INFO(text);
    CHECK(utf8_end(text) == std::string_view(text).size());
  }
  CHECK(utf8_end({"a\0b", 3}) == 3);
  // Latin-1, a lone continuation, cut off, overlong twice, a surrogate, beyond the last character, no first byte.
  for (const char* text : {"ab\xFC-", "ab\x80", "ab\xE2\x82", "ab\xC0\xAF", "ab\xE0\x80\xAF", "ab\xED\xA0\x80",
                           "ab\xF4\x90\x80\x80", "ab\xFF"}) {
    INFO(text);
    CHECK(utf8_end(text) == 2);
  }
}

TEST_CASE("Bytes that no program can show are written out, everything else stays", "[stac]") {
  CHECK(printable("M\xC3\xBCnchen\n\t\"50 %\"") == "M\xC3\xBCnchen\n\t\"50 %\"");
  CHECK(printable("M\xFCnchen \xE2\x82") == "M\\xFCnchen \\xE2\\x82");
  CHECK(printable({"II*\0\x1B\x7F", 6}) == "II*\\x00\\x1B\\x7F");
}
