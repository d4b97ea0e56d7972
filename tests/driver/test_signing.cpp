// SPDX-License-Identifier: MIT
// Tokens and their lives by a clock and a service of the tests' own, and the words of SIGN.
#include <map>
#include <vector>

#include "driver/signing.h"
#include "stac/error.h"
#include "tests/catch.h"
#include "tests/thrown.h"

using namespace stacvrt;
using namespace stacvrt::driver;
using stacvrt::testing::thrown_by;

namespace {

constexpr stac::Instant kMinute = 60 * stac::kMicrosPerSecond;
const std::string kBlob = "https://account.blob.core.windows.net/container/scene/B04.tif";

// A service whose tokens live for an hour, and a clock.
struct Service {
  stac::Instant now = stac::parse_instant("2024-05-01T10:00:00Z");
  std::vector<std::string> asked;
  PlanetaryComputer signing{"https://tokens", [this](const std::string& url) { return answer(url); },
                            [this] { return now; }};
  std::string answer(const std::string& url) {
    asked.push_back(url);
    if (url.ends_with("/public")) throw Error(ErrorCode::kNotFound, "no such container");
    return R"({"msft:expiry": ")" + stac::format_instant(now + 60 * kMinute) + R"(", "token": "sv=1&sig=t)" +
           std::to_string(asked.size()) + "\"}";
  }
};

SigningSetup setup_of(const std::string& text) {
  SigningSetup setup;
  setup.text = text;
  setup.planetary_computer = [] { return std::make_shared<PlanetaryComputer>("", nullptr, nullptr); };
  setup.value_of = [](const std::string& name) {
    return name == "KEY" ? "s3cret" : name == "SAS" ? "sv=1&sig=s3cret" : name == "LINES" ? "a\r\nEvil: 1" : "";
  };
  return setup;
}

}  // namespace

TEST_CASE("a container's token is fetched once and again before it lapses", "[driver]") {
  Service service;
  CHECK(service.signing.of(kBlob).query == "sv=1&sig=t1");
  CHECK(service.signing.of("https://account.blob.core.windows.net/container/other.tif").query == "sv=1&sig=t1");
  CHECK(service.asked == std::vector<std::string>{"https://tokens/account/container"});
  service.now += 54 * kMinute;
  CHECK(service.signing.of(kBlob).query == "sv=1&sig=t1");
  service.now += 2 * kMinute;
  CHECK(service.signing.of(kBlob).query == "sv=1&sig=t2");
  CHECK(service.signing.of("https://account.blob.core.windows.net/second/x.tif").query == "sv=1&sig=t3");
}

TEST_CASE("a token that is denied is renewed, but not at once again", "[driver]") {
  Service service;
  (void)service.signing.of(kBlob);
  CHECK_FALSE(service.signing.renew(kBlob));  // just fetched
  service.now += 2 * kMinute;
  CHECK(service.signing.renew(kBlob));
  CHECK(service.signing.of(kBlob).query == "sv=1&sig=t2");
  CHECK_FALSE(service.signing.renew("https://elsewhere.org/x.tif"));
}

TEST_CASE("what is no blob, is signed already or public stays as it is", "[driver]") {
  Service service;
  for (const char* url : {"https://elsewhere.org/container/x.tif", "https://blob.core.windows.net/container/x.tif",
                          "https://account.blob.core.windows.net.evil.net/container/x.tif",
                          "https://account.blob.core.windows.net/container/x.tif?sv=1&sig=own",
                          "https://a@account.blob.core.windows.net/container/x.tif", "s3://bucket/x.tif"})
    CHECK(service.signing.of(url).empty());
  CHECK(service.asked.empty());
  CHECK(service.signing.of("https://account.blob.core.windows.net/public/x.tif").empty());
  CHECK(service.signing.of("https://account.blob.core.windows.net/public/y.tif").empty());
  CHECK(service.asked.size() == 1);
}

TEST_CASE("an answer that is no token is an error, shown without it", "[driver]") {
  for (const std::string text : {"{}", "[]", R"({"token": "sig=s3cret"})", R"({"token": 1, "msft:expiry": "2024"})",
                                 R"({"token": "sig=s3cret\r\nEvil: 1", "msft:expiry": "2024-05-01T10:00:00Z"})"}) {
    PlanetaryComputer signing(
        "https://tokens", [&](const std::string&) { return text; }, [] { return 0; });
    const Error error = thrown_by([&] { (void)signing.of(kBlob); });
    CHECK(std::string(error.what()).find("s3cret") == std::string::npos);
    CHECK(std::string(error.what()).find("https://tokens/account/container") != std::string::npos);
  }
}

TEST_CASE("SIGN names what signs", "[driver]") {
  CHECK(make_signing(setup_of("")) == nullptr);
  CHECK(make_signing(setup_of("NONE")) == nullptr);
  CHECK(make_signing(setup_of("planetary_computer")) != nullptr);
  SigningSetup there = setup_of("");
  there.of_planetary_computer = true;
  CHECK(make_signing(there) != nullptr);
  CHECK(make_signing(setup_of("header:X-Key=KEY"))->of("https://h/").header == "X-Key: s3cret");
  CHECK(make_signing(setup_of("query:SAS"))->of("https://h/").query == "sv=1&sig=s3cret");
  CHECK(make_signing(setup_of("query:t=KEY"))->of("https://h/").query == "t=s3cret");
  CHECK(make_signing(setup_of("query:t=KEY"))->is_secret());
}

TEST_CASE("what SIGN may not be is an error that shows no secret", "[driver]") {
  for (const char* text : {"s3cret", "query:sv=1&sig=s3cret", "header:KEY", "header:=KEY", "header:X-Key=UNSET",
                           "header:X-Key=LINES", "query:t=SAS", "query:", "cookie:KEY"}) {
    const Error error = thrown_by([&] { (void)make_signing(setup_of(text)); });
    CHECK(error.code() == ErrorCode::kInvalid);
    CHECK(std::string(error.what()).find("s3cret") == std::string::npos);
    CHECK(std::string(error.what()).find("planetary_computer") != std::string::npos);
  }
}
