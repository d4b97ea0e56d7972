// SPDX-License-Identifier: MIT
// Names of CRSs, and what they say of units and axis order.
#include "stac/crs_name.h"
#include "tests/catch.h"

using namespace stacvrt::stac;

TEST_CASE("URIs, URNs and bracketed names become authority and code", "[stac]") {
  CHECK(named_crs("http://www.opengis.net/def/crs/EPSG/0/32633").text == "EPSG:32633");
  CHECK(named_crs("https://www.opengis.net/def/crs/EPSG/9.9.1/3857").text == "EPSG:3857");
  CHECK(named_crs("http://www.opengis.net/def/crs/OGC/1.3/CRS84").text == "OGC:CRS84");
  CHECK(named_crs("urn:ogc:def:crs:EPSG::4326").text == "EPSG:4326");
  CHECK(named_crs("urn:ogc:def:crs:OGC:1.3:CRS84").text == "OGC:CRS84");
  CHECK(named_crs("[EPSG:4326]").text == "EPSG:4326");
}

TEST_CASE("Other texts stay as they are", "[stac]") {
  for (const char* text : {"EPSG:32633", "PROJCRS[\"x\"]", "", "urn:ogc:def:crs:", "http://www.opengis.net/def/crs/"})
    CHECK(named_crs(text).text == text);
}

TEST_CASE("Degrees are told from metres", "[stac]") {
  for (const char* text : {"EPSG:4326", "EPSG:4258", "EPSG:7844", "OGC:CRS84", "GEOGCS[\"x\"]", "GEOGCRS[\"x\"]",
                           R"({"type":"GeographicCRS"})"}) {
    INFO(text);
    CHECK(is_geographic(Crs{text}));
  }
  for (const char* text : {"EPSG:3857", "EPSG:32633", "EPSG:4087", "EPSG:4499", "PROJCRS[\"x\",BASEGEOGCRS[\"y\"]]",
                           R"({"type":"ProjectedCRS","base_crs":{"type":"GeographicCRS"}})", "EPSG:4326x"}) {
    INFO(text);
    CHECK_FALSE(is_geographic(Crs{text}));
  }
}

TEST_CASE("CRSs whose definition puts the northing first are known", "[stac]") {
  for (const char* text : {"EPSG:4326", "EPSG:3035", "EPSG:2193", "EPSG:31467", "EPSG:2180"}) {
    INFO(text);
    CHECK(is_northing_first(Crs{text}));
  }
  for (const char* text : {"OGC:CRS84", "EPSG:3857", "EPSG:32633", "EPSG:25832", "EPSG:3577", "EPSG:6933"}) {
    INFO(text);
    CHECK_FALSE(is_northing_first(Crs{text}));
  }
}
