// SPDX-License-Identifier: MIT
// The bounded parser and the cursor that names places.
#include "stac/json.h"
#include "stac/strict_json.h"
#include "tests/catch.h"

using namespace stacvrt;
using namespace stacvrt::stac;

namespace {

std::string nested(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

/// The error of parsing `text`; fails the test when there is none.
Error syntax_error(const std::string& text) {
  try {
    const Json json = parse_json(text, "a.json");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::kSyntax);
    CHECK(error.where().document == "a.json");
    return error;
  }
  FAIL("accepted: " << text);
  return {ErrorCode::kIo, ""};
}

}  // namespace

TEST_CASE("Valid JSON keeps the order of its keys", "[stac]") {
  const Json json = parse_json(R"({"z": 1, "a": [true, null, "x", -2, 1.5, 18446744073709551615], "m": {}})", "a.json");
  CHECK(json.dump() == R"({"z":1,"a":[true,null,"x",-2,1.5,18446744073709551615],"m":{}})");
  CHECK(parse_json("3", "a.json") == 3);
}

TEST_CASE("Of equal keys the last holds at the place of the first, in small and large objects", "[stac]") {
  CHECK(parse_json(R"({"a": 1, "b": 2, "a": 3})", "").dump() == R"({"a":3,"b":2})");
  std::string text = "{";
  for (int i = 0; i < 100; ++i) text += "\"k" + std::to_string(i) + "\": 0, ";
  const Json large = parse_json(text + R"("k0": 1, "k31": 2, "k32": 3, "k99": {"x": 4}, "k99": {"x": 5}})", "");
  CHECK(large.size() == 100);
  CHECK(large["k0"] == 1);
  CHECK(large["k31"] == 2);
  CHECK(large["k32"] == 3);
  CHECK(large["k99"]["x"] == 5);
}

TEST_CASE("Objects of many keys are read in linear time", "[stac]") {
  std::string text = "{\"first\": 0";
  for (int i = 0; i < 200'000; ++i) text += ",\"k" + std::to_string(i) + "\":0";
  CHECK(parse_json(text + "}", "").size() == 200'001);
}

TEST_CASE("What is not JSON is refused with line and column", "[stac]") {
  CHECK_THAT(syntax_error("{\n  \"a\": x\n}").message(), ContainsSubstring("line 2, column 8"));
  CHECK_THAT(syntax_error("").message(), ContainsSubstring("line 1, column 1"));
  CHECK_THAT(syntax_error("[1, 2").message(), ContainsSubstring("line 1, column 6"));
  CHECK_THAT(syntax_error("[1] 2").message(), ContainsSubstring("line 1"));
  for (const char* text : {"{\"a\": NaN}", "[Infinity]", "[-Infinity]", "[nan]", "{'a': 1}", "[1,]", "{\"a\" 1}",
                           "\"\x01\"", "\"\xff\"", "// c\n1", "<VRTDataset/>", "[}", "]", "\"\\ud800\"", "01"}) {
    INFO(text);
    CHECK_THAT(syntax_error(text).message(), ContainsSubstring("not valid JSON"));
  }
}

TEST_CASE("Syntax messages are free of the parser's own prefixes", "[stac]") {
  const std::string message = syntax_error("[nan]").message();
  CHECK_THAT(message, !ContainsSubstring("json.exception"));
  CHECK_THAT(message, !ContainsSubstring("parse error"));
}

TEST_CASE("Text that is something else than JSON is called so, however deep its brackets go", "[stac]") {
  CHECK_THAT(syntax_error(std::string("II*\0", 4) + std::string(100, '[')).message(),
             ContainsSubstring(R"(it begins with 'II*\x00[[[[', where JSON begins with { or [)") &&
                 ContainsSubstring("line 1, column 1"));
  CHECK_THAT(syntax_error(" \r\n<html>").message(), ContainsSubstring("it begins with '<html>'"));
  CHECK_THAT(syntax_error("\xEF\xBB\xBFtype: STACVRT").message(), ContainsSubstring("it begins with 'type: ST'"));
}

TEST_CASE("Text that is not UTF-8 says where, and what to do", "[stac]") {
  CHECK_THAT(syntax_error("{\n\"title\": \"M\xFCnchen\"}").message(),
             ContainsSubstring("byte \\xFC is not UTF-8; save the text as UTF-8 (line 2, column 12)"));
  const char little[] = "\xFF\xFE{\0}\0";
  const char big[] = "\0{\0}";
  for (const std::string& text : {std::string(little, 6), std::string(little + 2, 4), std::string(big, 4)})
    CHECK_THAT(syntax_error(text).message(), ContainsSubstring("the text is UTF-16; save it as UTF-8"));
  for (const char* text : {"{\"a\": \x01}", "{\"\xFF\": \xFE}"}) {
    const std::string message = syntax_error(text).message();
    CHECK(message.find_first_of("\x01\xFE\xFF") == std::string::npos);
  }
}

TEST_CASE("Equal keys are refused where they are asked to be, at their pointer, in small and large objects", "[stac]") {
  const auto refusal = [](const std::string& text) {
    try {
      (void)parse_strict_json(text, "r.stacvrt");
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::kInvalid);
      CHECK_THAT(error.message(), ContainsSubstring("is given twice"));
      return error.where().document + error.where().pointer;
    }
    return std::string("accepted");
  };
  CHECK(refusal(R"({"a": 1, "b": {"a": 1}, "c": [{"a": 1}, {"a": 2}]})") == "accepted");
  CHECK(refusal(R"({"a": 1, "b": 2, "a": {"x": 1}})") == "r.stacvrt/a");
  CHECK(refusal(R"({"x": 0, "g/h": [0, {"y": [], "z": {"k": 1, "k": 1}}]})") == "r.stacvrt/g~1h/1/z/k");
  std::string many = "{";
  for (int i = 0; i < 100; ++i) many += "\"k" + std::to_string(i) + "\": 0, ";
  CHECK(refusal(many + R"("k": 0})") == "accepted");
  CHECK(refusal(many + R"("k7": 0})") == "r.stacvrt/k7");
}

TEST_CASE("Numbers outside the range of double are refused, tiny ones are zero", "[stac]") {
  for (const char* text : {"[1e999]", "[-1e999]", "{\"a\": 1e309}"}) {
    INFO(text);
    CHECK_THAT(syntax_error(text).message(), ContainsSubstring("overflow"));
  }
  CHECK(parse_json("1e-999", "").get<double>() == 0.0);
  CHECK(parse_json("123456789012345678901234567890", "").get<double>() == Approx(1.2345678901234568e29));
}

TEST_CASE("Nesting is accepted up to the limit and refused beyond it", "[stac]") {
  CHECK_NOTHROW(parse_json(nested(kMaxJsonDepth), ""));
  CHECK_THAT(syntax_error(nested(kMaxJsonDepth + 1)).message(), ContainsSubstring("nested deeper than 64 levels"));
  CHECK_THAT(syntax_error(nested(200)).message(), ContainsSubstring("line 1, column 65"));
  CHECK_THAT(syntax_error(std::string(5'000'000, '[')).message(), ContainsSubstring("nested deeper"));
  std::string objects;
  for (int i = 0; i < 200; ++i) objects += "{\"a\":";
  CHECK_THAT(syntax_error(objects).message(), ContainsSubstring("nested deeper"));
  CHECK_NOTHROW(parse_json("[\"" + std::string(200, '[') + "\\\"" + std::string(200, '{') + "\"]", ""));
}

TEST_CASE("A cursor knows its place as an escaped JSON pointer", "[stac]") {
  const Json json = parse_json(R"({"a/b": [{"m~n": 1}], "null": null})", "");
  const Cursor root(json, "a.json");
  CHECK(root.pointer().empty());
  CHECK(root.at("a/b").at(std::size_t{0}).at("m~n").pointer() == "/a~1b/0/m~0n");
  CHECK(root.at("a/b").elements().front().members().front().second.pointer() == "/a~1b/0/m~0n");
  CHECK(root.in_item("i").at("a/b").where().item == "i");
  CHECK_FALSE(root.find("null").has_value());
  CHECK_THROWS_WITH(root.at("null"), ContainsSubstring("missing key 'null'"));
}

TEST_CASE("Typed access converts or says what was expected and found, and where", "[stac]") {
  const Json json = parse_json(R"({"i": 3, "f": 2.0, "h": 2.5, "s": "x\ny", "b": true, "big": 18446744073709551615,
                                   "huge": 1e300, "n": [1, 2.5], "t": ["a", 1]})",
                               "");
  const Cursor root(json, "a.json", "item-1");
  CHECK(root.at("i").as_integer() == 3);
  CHECK(root.at("f").as_integer() == 2);
  CHECK(root.at("i").as_number() == 3.0);
  CHECK(root.at("s").as_string() == "x\ny");
  CHECK(root.at("b").as_bool());
  CHECK(root.at("n").as_numbers() == std::vector<double>{1, 2.5});
  CHECK_THROWS_WITH(root.at("s").as_number(), R"(expected a number, found string "x\ny" [a.json, item item-1, at /s])");
  CHECK_THROWS_WITH(root.at("h").as_integer(), ContainsSubstring("expected an integer, found number 2.5"));
  CHECK_THROWS_WITH(root.at("big").as_integer(), ContainsSubstring("expected an integer"));
  CHECK_THROWS_WITH(root.at("huge").as_integer(), ContainsSubstring("expected an integer"));
  CHECK_THROWS_WITH(root.at("t").as_strings(),
                    ContainsSubstring("expected a string, found number 1 [a.json, item item-1, at /t/1]"));
  CHECK_THROWS_WITH(root.at("n").as_string(), ContainsSubstring("found an array of 2 elements"));
  CHECK_THROWS_WITH(root.as_bool(), ContainsSubstring("found an object of 9 members"));
  CHECK_THROWS_WITH(root.at("i").find("x"), ContainsSubstring("expected an object"));
  CHECK_THROWS_WITH(root.at("i").elements(), ContainsSubstring("expected an array"));
  CHECK_THROWS_WITH(root.at("n").at(std::size_t{2}), ContainsSubstring("element 2"));
}

TEST_CASE("Long values are cut in messages, never inside a character", "[stac]") {
  const Json json = parse_json("\"" + std::string(58, 'x') + "\xc3\xa4\xc3\xa4\"", "");
  CHECK_THROWS_WITH(Cursor(json, "").as_bool(), ContainsSubstring("\"" + std::string(58, 'x') + "..."));
}
