// SPDX-License-Identifier: MIT
// Who sees credentials: origins, redirects, signatures. No request is made.
#include "driver/make_access.h"
#include "driver/raster_access.h"
#include "driver/remote_access.h"
#include "driver/task_scope.h"
#include "tests/catch.h"
#include "tests/thrown.h"

using namespace stacvrt;
using namespace stacvrt::driver;
using stacvrt::testing::thrown_by;

namespace {

// The value that a request along this way would find.
std::string in_force(const Approach& approach, const char* option) {
  const ApproachScope scope(approach);
  return CPLGetConfigOption(option, "");
}

RemoteAccess access_for(const std::vector<std::string>& named, const std::string& listed, FinalUrl end = nullptr,
                        std::shared_ptr<Signing> signing = nullptr) {
  return {TrustedOrigins(named, listed), std::move(signing), std::move(end)};
}

// Answers from a table of redirects and keeps what was asked.
struct FakeTransport : stac::Transport {
  std::map<std::string, std::string> ends;
  std::string body = "{}";
  std::vector<stac::HttpRequest> asked;
  void fetch(std::vector<stac::HttpRequest> requests, const Answered& answered) override {
    for (const stac::HttpRequest& request : requests) {
      asked.push_back(request);
      const auto end = ends.find(request.url);
      (void)answered(request, {end == ends.end() ? request.url : end->second, {}, body});
    }
  }
};

}  // namespace

TEST_CASE("origins are compared with their ports, in lower case, without users", "[driver]") {
  CHECK(origin_of("HTTPS://Data.Example.org/a?b") == "https://data.example.org:443");
  CHECK(origin_of("http://u:p@h:8080/x") == "http://h:8080");
  CHECK(origin_of("http://[::1]:81/x") == "http://[::1]:81");
  CHECK(origin_of("http://[::1]/x") == "http://[::1]:80");
  CHECK(origin_of("s3://bucket/key") == "s3://bucket:");
  CHECK(origin_of("/data/x.tif").empty());
}

TEST_CASE("origins are trusted that a document lies at, or that are listed", "[driver]") {
  const TrustedOrigins origins({"https://api.example.org/search"},
                               "https://data.example.org/x, tiles.example.org:8443");
  CHECK(origins.has("https://api.example.org:443/other"));
  CHECK(origins.has("https://data.example.org/y.tif"));
  CHECK(origins.has("https://tiles.example.org:8443/y.tif"));
  CHECK_FALSE(origins.has("http://api.example.org/"));
  CHECK_FALSE(origins.has("https://tiles.example.org/y.tif"));
  CHECK_FALSE(origins.has("https://evil.example.org/"));
  CHECK_FALSE(origins.has("https://api.example.org.evil.net/"));
  CHECK_FALSE(origins.has("https://api.example.org@evil.net/"));
  CHECK(TrustedOrigins({}, "*").has("https://anybody.org"));
  const Error error = thrown_by([] { TrustedOrigins({}, "*.example.org"); });
  CHECK(error.message().find("STACVRT_CREDENTIALS_FOR") != std::string::npos);
}

TEST_CASE("credentials go to trusted origins alone", "[driver]") {
  const CPLConfigOptionSetter headers("GDAL_HTTP_HEADERS", "X-Key: secret", false);
  const CPLConfigOptionSetter user("GDAL_HTTP_USERPWD", "me:secret", false);
  const RemoteAccess access = access_for({"https://home.org/items.json"}, "");
  const Approach home = access.to("/vsicurl/https://home.org/a.tif");
  CHECK_FALSE(home.withheld);
  CHECK(in_force(home, "GDAL_HTTP_HEADERS") == "X-Key: secret");
  for (const char* path : {"/vsicurl/https://other.org/a.tif", "/vsis3/bucket/a.tif", "/vsicurl/http://home.org/a.tif",
                           "/vsizip//vsicurl/https://home.org/a.zip/a.tif"}) {
    const Approach other = access.to(path);
    CHECK(other.withheld);
    CHECK(other.path == path);
    CHECK(in_force(other, "GDAL_HTTP_HEADERS").empty());
    CHECK(in_force(other, "GDAL_HTTP_USERPWD").empty());
    CHECK(in_force(other, "GDAL_HTTP_AUTH") == "ANY");
  }
  CHECK_FALSE(access_for({}, "*").to("/vsicurl/https://other.org/a.tif").withheld);
}

TEST_CASE("outside a dataset nobody is trusted, and local files are not looked at", "[driver]") {
  const CPLConfigOptionSetter headers("GDAL_HTTP_HEADERS", "X-Key: secret", false);
  CHECK(approach_to("/vsicurl/https://home.org/a.tif").withheld);
  CHECK_FALSE(approach_to("/data/a.tif").withheld);
}

TEST_CASE("a redirect that leaves trusted origins is followed without credentials", "[driver]") {
  FakeTransport transport;
  transport.ends = {{"https://home.org/a.tif", "https://cdn.net/a.tif?sig=1"},
                    {"https://home.org/b.tif", "https://home.org/c.tif"}};
  const FinalUrl end = [&](const auto& url, const auto& header) { return final_url(transport, url, header); };
  const RemoteAccess access = access_for({"https://home.org/"}, "", end);
  CHECK(access.to("/vsicurl/https://home.org/a.tif").path == "/vsicurl/https://home.org/a.tif");
  CHECK(transport.asked.empty());  // nothing to keep back
  const CPLConfigOptionSetter headers("GDAL_HTTP_HEADERS", "X-Key: secret", false);
  const Approach away = access.to("/vsicurl/https://home.org/a.tif");
  CHECK(away.path == "/vsicurl/https://cdn.net/a.tif?sig=1");
  CHECK(away.withheld);
  const Approach within = access.to("/vsicurl/https://home.org/b.tif");
  CHECK(within.path == "/vsicurl/https://home.org/c.tif");  // the way there may have led through others
  CHECK_FALSE(within.withheld);
  (void)access.to("/vsicurl/https://home.org/a.tif");
  CHECK(transport.asked.size() == 2);  // remembered
  CHECK(transport.asked.front().home == "https://home.org/a.tif");
  CHECK(transport.asked.front().range == "0-0");
  CHECK(transport.asked.front().headers.empty());
  CHECK(access.renew("/vsicurl/https://home.org/a.tif", within));  // a signed redirect may have run out
  (void)access.to("/vsicurl/https://home.org/a.tif");
  CHECK(transport.asked.size() == 3);
}

TEST_CASE("redirects are asked for with the signature, which the end is not signed with twice", "[driver]") {
  FakeTransport transport;
  transport.ends = {{"https://home.org/b.tif?token=s3cret", "https://home.org/c.tif?token=s3cret"},
                    {"https://home.org/d.tif?token=s3cret", "https://home.org/e.tif"}};
  const FinalUrl end = [&](const auto& url, const auto& header) { return final_url(transport, url, header); };
  SigningSetup setup;
  setup.value_of = [](const std::string&) { return "s3cret"; };
  setup.text = "query:token=KEY";
  const CPLConfigOptionSetter headers("GDAL_HTTP_HEADERS", "X-Key: secret", false);
  const RemoteAccess by_query = access_for({"https://home.org/"}, "", end, make_signing(setup));
  CHECK(by_query.to("/vsicurl/https://home.org/a.tif").path == "/vsicurl/https://home.org/a.tif?token=s3cret");
  CHECK(by_query.to("/vsicurl/https://home.org/b.tif").path == "/vsicurl/https://home.org/c.tif?token=s3cret");
  CHECK(by_query.to("/vsicurl/https://home.org/d.tif").path == "/vsicurl/https://home.org/e.tif?token=s3cret");
  setup.text = "header:X-Api-Key=KEY";
  const RemoteAccess by_header = access_for({"https://home.org/"}, "", end, make_signing(setup));
  (void)by_header.to("/vsicurl/https://home.org/a.tif");
  CHECK(transport.asked.back().url == "https://home.org/a.tif");
  CHECK(transport.asked.back().headers == stac::HttpHeaders{{"X-Api-Key", "s3cret"}});
}

TEST_CASE("what cannot be followed fails with the asset's name, and a tile that is not there is none", "[driver]") {
  const CPLConfigOptionSetter headers("GDAL_HTTP_HEADERS", "X-Key: secret", false);
  const FinalUrl end = [](const std::string& url, const std::string&) -> std::string {
    throw Error(url.ends_with("gone.tif") ? ErrorCode::kNotFound : ErrorCode::kIo, "status of an answer");
  };
  const RequestScope scope(
      std::make_shared<const RemoteAccess>(TrustedOrigins({"https://home.org/"}, ""), nullptr, end));
  HandlePool pool;
  cube::SourceBand source;
  source.asset_key = "red";
  source.where.item = "scene";
  const std::string path = "/vsicurl/https://home.org/a.tif";
  const Error error = thrown_by([&] { with_raster(pool, source, path, [](auto&, const auto&) {}); });
  CHECK(error.code() == ErrorCode::kIo);
  CHECK(error.message() == "asset 'red', /vsicurl/https://home.org/a.tif: status of an answer");
  CHECK(error.where().item == "scene");
  const std::string gone = "/vsicurl/https://home.org/gone.tif";
  CHECK(thrown_by([&] { with_raster(pool, source, gone, [](auto&, const auto&) {}); }).code() == ErrorCode::kIo);
  CHECK(is_missing(source, gone));
  CHECK(thrown_by([&] { (void)is_missing(source, path); }).code() == ErrorCode::kIo);
}

TEST_CASE("a token that GDAL cannot send goes as a header, to trusted origins alone", "[driver]") {
  const CPLConfigOptionSetter token("GDAL_HTTP_BEARER", "t0ken", false);
  const RemoteAccess access = access_for({"https://home.org/"}, "");
  const auto headers_to = [&](const char* path) { return in_force(access.to(path), "GDAL_HTTP_HEADERS"); };
  const std::string home = "/vsicurl/https://home.org/a.tif", sent = "Authorization: Bearer t0ken";
  CHECK(headers_to(home.c_str()) == (STACVRT_GDAL_SENDS_BEARER ? "" : sent));
  CHECK(headers_to("/vsicurl/https://other.org/a.tif").empty());
  CHECK(in_force(access_for({}, "*").to("/vsis3/bucket/a.tif"), "GDAL_HTTP_HEADERS").empty());  // has a signature
  {
    const CPLConfigOptionSetter others("GDAL_HTTP_HEADERS", "A: 1\r\nB: 2", false);
    CHECK(headers_to(home.c_str()) == "A: 1\r\nB: 2" + (STACVRT_GDAL_SENDS_BEARER ? "" : "\r\n" + sent));
  }
  const CPLConfigOptionSetter own("GDAL_HTTP_HEADERS", "authorization: Basic abc", false);
  CHECK(headers_to(home.c_str()) == "authorization: Basic abc");
}

TEST_CASE("secrets of the user sign requests to trusted origins alone", "[driver]") {
  SigningSetup setup;
  setup.value_of = [](const std::string& name) { return name == "KEY" ? "s3cret" : ""; };
  setup.text = "header:X-Api-Key=KEY";
  const CPLConfigOptionSetter headers("GDAL_HTTP_HEADERS", "A: 1,B: 2", false);
  RemoteAccess by_header = access_for({"https://home.org/"}, "", nullptr, make_signing(setup));
  CHECK(in_force(by_header.to("/vsicurl/https://home.org/a.tif"), "GDAL_HTTP_HEADERS") ==
        "A: 1,B: 2,X-Api-Key: s3cret");
  CHECK(in_force(by_header.to("/vsicurl/https://other.org/a.tif"), "GDAL_HTTP_HEADERS").empty());
  setup.text = "query:token=KEY";
  RemoteAccess by_query = access_for({"https://home.org/"}, "", nullptr, make_signing(setup));
  CHECK(by_query.to("/vsicurl/https://home.org/a.tif").path == "/vsicurl/https://home.org/a.tif?token=s3cret");
  CHECK(by_query.to("/vsicurl/https://home.org/a.tif?b=1").path == "/vsicurl/https://home.org/a.tif?b=1&token=s3cret");
  CHECK(by_query.to("/vsicurl/https://other.org/a.tif").path == "/vsicurl/https://other.org/a.tif");
}
