// SPDX-License-Identifier: MIT
// CRSs by different texts, and coordinate operations that give a point the same result in whatever company.
#include <atomic>
#include <cmath>
#include <cstring>
#include <random>
#include <thread>

#include "driver/projector.h"
#include "tests/catch.h"
#include "tests/driver/error_log.h"
#include "tests/driver/scratch.h"
#include "tests/thrown.h"

using namespace stacvrt;
using namespace stacvrt::driver;
using stac::Crs;
using stacvrt::driver::testing::ErrorLog;
using stacvrt::driver::testing::Scratch;
using stacvrt::testing::thrown_by;

namespace {

const Crs kUtm33{"EPSG:32633"};
const Crs kEqualArea{"EPSG:6933"};
constexpr std::array<double, 4> kUtmArea{400000, 4900000, 600000, 5100000};

std::string exported(const Crs& crs, const char* format) {
  OGRSpatialReference srs;
  REQUIRE(srs.SetFromUserInput(crs.text.c_str()) == OGRERR_NONE);
  char* text = nullptr;
  if (std::strcmp(format, "PROJJSON") == 0) {
    srs.exportToPROJJSON(&text, nullptr);
  } else {
    const std::string option = std::string("FORMAT=") + format;
    const char* const options[] = {option.c_str(), nullptr};
    srs.exportToWkt(&text, options);
  }
  std::string result = text;
  CPLFree(text);
  return result;
}

struct Points {
  std::vector<double> x, y;
};

Points random_points(std::size_t count) {
  std::mt19937 random(7);  // fixed: failures must come back
  std::uniform_real_distribution<double> x(kUtmArea[0], kUtmArea[2]), y(kUtmArea[1], kUtmArea[3]);
  Points points;
  for (std::size_t i = 0; i < count; ++i) {
    points.x.push_back(x(random));
    points.y.push_back(y(random));
  }
  return points;
}

bool same_bits(double a, double b) {
  return std::memcmp(&a, &b, sizeof a) == 0;
}

bool same_bits(const Points& a, const Points& b) {
  return std::memcmp(a.x.data(), b.x.data(), a.x.size() * sizeof(double)) == 0 &&
         std::memcmp(a.y.data(), b.y.data(), a.y.size() * sizeof(double)) == 0;
}

Points applied(const cube::CoordinateOperation& operation, Points points) {
  operation.apply(points.x.size(), points.x.data(), points.y.data());
  return points;
}

}  // namespace

TEST_CASE("One CRS by authority, WKT and PROJJSON is the same CRS", "[driver]") {
  GdalProjector projector;
  for (const Crs& crs : {kUtm33, Crs{"EPSG:4326"}, kEqualArea, Crs{"EPSG:5070"}}) {
    INFO(crs.text);
    for (const char* format : {"WKT2_2019", "WKT1", "PROJJSON"}) {
      INFO(format);
      CHECK(projector.same(crs, {exported(crs, format)}));
      CHECK(projector.same({exported(crs, format)}, crs));
    }
  }
  CHECK(projector.same(kUtm33, kUtm33));
  CHECK_FALSE(projector.same(kUtm33, {"EPSG:32634"}));
  CHECK_FALSE(projector.same(kUtm33, {"EPSG:32733"}));
  CHECK_FALSE(projector.same({"EPSG:4326"}, {"EPSG:4258"}));
}

TEST_CASE("Latitude first or longitude first, WGS 84 is the same in easting-first order", "[driver]") {
  GdalProjector projector;
  CHECK(projector.same({"EPSG:4326"}, {"OGC:CRS84"}));
}

TEST_CASE("Units are told in metres, degrees along a meridian", "[driver]") {
  GdalProjector projector;
  CHECK(projector.metres_per_unit(kUtm33) == 1.0);
  CHECK(projector.metres_per_unit({"EPSG:2263"}) == Approx(0.3048006096));  // US survey feet
  // A degree of the sphere of 6378137 m: pi / 180 times its radius.
  CHECK(projector.metres_per_unit({"EPSG:4326"}) == Approx(6378137.0 * 3.14159265358979323846 / 180));
}

TEST_CASE("Geographic coordinates go in and come out longitude first", "[driver]") {
  GdalProjector projector;
  for (const Crs& geographic : {Crs{"EPSG:4326"}, Crs{"OGC:CRS84"}, Crs{exported({"EPSG:4326"}, "WKT2_2019")}}) {
    INFO(geographic.text);
    double x = 15, y = 0;  // central meridian of zone 33, equator
    projector.operation(geographic, kUtm33, {14, -1, 16, 1})->apply(1, &x, &y);
    CHECK(x == Approx(500000).margin(1e-6));
    CHECK(y == Approx(0).margin(1e-6));
    x = 500000, y = 5000000;
    projector.operation(kUtm33, geographic, kUtmArea)->apply(1, &x, &y);
    CHECK(x == Approx(15).margin(1e-12));
    CHECK(y == Approx(45.15).margin(0.01));
  }
}

TEST_CASE("A projected CRS with northing first is used easting first", "[driver]") {
  GdalProjector projector;
  double x = 9.0, y = 0.0;  // EPSG:31467 is Gauss-Krueger zone 3, northing first
  projector.operation({"EPSG:4314"}, {"EPSG:31467"}, {8, -1, 10, 1})->apply(1, &x, &y);
  CHECK(x == Approx(3500000).margin(1e-6));
  CHECK(y == Approx(0).margin(1e-6));
}

TEST_CASE("A point's result is the same bit for bit alone and in any batch", "[driver]") {
  GdalProjector projector;
  const Points points = random_points(1000);
  for (const Crs& to : {kEqualArea, Crs{"EPSG:32634"}, Crs{"EPSG:4326"}, Crs{"EPSG:3035"}, Crs{"EPSG:31467"}}) {
    INFO(to.text);
    const auto operation = projector.operation(kUtm33, to, kUtmArea);
    const Points whole = applied(*operation, points);
    CHECK(std::isfinite(whole.x[0]));
    for (std::size_t i = 0; i < points.x.size(); i += 37) {
      double x = points.x[i], y = points.y[i];
      operation->apply(1, &x, &y);
      REQUIRE((same_bits(x, whole.x[i]) && same_bits(y, whole.y[i])));
    }
    // Beside points of another continent, and in reverse order.
    Points odd = points;
    for (std::size_t i = 0; i < odd.x.size(); i += 2) odd.x[i] += 3e6, odd.y[i] -= 6e6;
    odd = applied(*operation, odd);
    for (std::size_t i = 1; i < odd.x.size(); i += 2)
      REQUIRE((same_bits(odd.x[i], whole.x[i]) && same_bits(odd.y[i], whole.y[i])));
  }
}

TEST_CASE("Two operations made of the same texts agree bit for bit, in any thread", "[driver]") {
  GdalProjector projector, other;
  const Points points = random_points(500);
  const auto operation = projector.operation(kUtm33, kEqualArea, kUtmArea);
  const Points expected = applied(*operation, points);
  CHECK(same_bits(applied(*other.operation(kUtm33, kEqualArea, kUtmArea), points), expected));
  std::atomic<int> different{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int round = 0; round < 10; ++round)
        if (!same_bits(applied(*operation, points), expected)) ++different;
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(different == 0);
}

TEST_CASE("Points that cannot be transformed become NaN in both coordinates and harm no neighbour", "[driver]") {
  GdalProjector projector;
  const auto operation = projector.operation({"EPSG:4326"}, kEqualArea, {-180, -90, 180, 90});
  const double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();
  Points points{{15, 15, nan, infinity, 15, 16}, {45, 500, 45, 45, nan, 46}};
  const Points alone = applied(*operation, {{15, 16}, {45, 46}});
  points = applied(*operation, points);
  CHECK(same_bits(points.x[0], alone.x[0]));
  CHECK(same_bits(points.y[5], alone.y[1]));
  for (std::size_t i = 1; i < 5; ++i) {
    INFO(i);
    CHECK((std::isnan(points.x[i]) && std::isnan(points.y[i])));
  }
}

TEST_CASE("Text that is no CRS is an error that quotes it, and prints nothing", "[driver]") {
  GdalProjector projector;
  const ErrorLog log;
  for (const char* text : {"", "EPSG:99999999", "nonsense", "PROJCS[\"cut", "{\"type\": \"x\"}", "EPSG:", "32633x"}) {
    INFO(text);
    const Error error = thrown_by([&] { projector.check({text}); });
    CHECK(error.code() == ErrorCode::kInvalid);
    CHECK_THAT(error.what(), ContainsSubstring(std::string("'") + text + "'") && ContainsSubstring("EPSG:6933"));
    CHECK(thrown_by([&] { (void)projector.same({text}, kUtm33); }).code() == ErrorCode::kInvalid);
  }
  CHECK(log.entries().empty());
  // A long text is quoted in part only.
  CHECK(std::string(thrown_by([&] { projector.check({std::string(5000, 'x')}); }).what()).size() < 400);
}

TEST_CASE("A CRS text opens no file and no URL", "[driver]") {
  GdalProjector projector;
  const Scratch scratch;
  const std::string file = scratch.write("utm.prj", exported(kUtm33, "WKT2_2019"));
  // GDAL itself would read it: the refusal is ours.
  OGRSpatialReference by_gdal;
  REQUIRE(by_gdal.SetFromUserInput(file.c_str()) == OGRERR_NONE);
  const ErrorLog log;
  for (const std::string& text :
       {file, "ESRI::" + file, std::string("http://127.0.0.1:9/crs"), std::string("https://127.0.0.1:9/crs"),
        std::string("/vsicurl/http://127.0.0.1:9/x")}) {
    INFO(text);
    CHECK(thrown_by([&] { projector.check({text}); }).code() == ErrorCode::kInvalid);
  }
}

TEST_CASE("A CRS without map coordinates is refused: local, geocentric, heights alone", "[driver]") {
  GdalProjector projector;
  for (const char* text : {"LOCAL_CS[\"site\",UNIT[\"metre\",1]]", "EPSG:4978", "EPSG:5773"}) {
    INFO(text);
    const ErrorLog log;
    const Error error = thrown_by([&] { projector.check({text}); });
    CHECK(error.code() == ErrorCode::kInvalid);
    CHECK_THAT(error.what(), ContainsSubstring("no map coordinates"));
  }
  CHECK_NOTHROW(projector.check({"EPSG:4326+5773"}));
}

TEST_CASE("The cache of CRSs serves many threads", "[driver]") {
  GdalProjector projector;
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int zone = 1; zone <= 20; ++zone) {
        const Crs crs{"EPSG:" + std::to_string(32600 + zone)};
        if (!projector.same(crs, {crs.text}) || projector.same(crs, {"EPSG:32660"}) ||
            projector.metres_per_unit(crs) != 1)
          ++wrong;
      }
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == 0);
}

TEST_CASE("A full turn is 360 degrees, 400 grads, and nothing on a map", "[driver]") {
  GdalProjector projector;
  CHECK(projector.full_turn({"EPSG:4326"}) == 360);
  CHECK(projector.full_turn(cube::kLonLat) == 360);
  CHECK(projector.full_turn({"EPSG:4807"}) == 400);
  CHECK(projector.full_turn(kUtm33) == 0);
}

TEST_CASE("Longitudes beyond 180 lead where their turn does", "[driver]") {
  GdalProjector projector;
  const auto operation = projector.operation({"EPSG:4326"}, {"EPSG:32701"}, {178, -19, 182, -17});
  double x[]{182, -178}, y[]{-18, -18};
  operation->apply(2, x, y);
  CHECK(x[0] == Approx(x[1]).margin(1e-6));
  CHECK(y[0] == Approx(y[1]).margin(1e-6));
}
