// SPDX-License-Identifier: MIT
// GDAL's virtual file systems by name.
#include "stac/vsi_path.h"
#include "tests/catch.h"

using namespace stacvrt::stac;

TEST_CASE("Network file systems are found anywhere in a chain", "[stac]") {
  for (const char* path : {"/vsicurl/https://h/x", "/vsis3/b/k", "/vsigs_streaming/b/k",
                           "/vsizip//vsicurl/https://h/a.zip", "/vsizip/{/vsis3/b/a.zip}/x", "/vsicurl?url=x"}) {
    INFO(path);
    CHECK(is_network_vsi(path));
  }
  for (const char* path : {"/vsimem/x", "/vsizip//data/a.zip/x", "/data/vsis3/x", "vsis3/x"}) {
    INFO(path);
    CHECK_FALSE(is_network_vsi(path));
  }
  CHECK(begins_with_network_vsi("/vsioss/b/k"));
  CHECK_FALSE(begins_with_network_vsi("/vsizip//secret.zip/vsis3/x"));
}

TEST_CASE("File systems that read more than their path names are forbidden", "[stac]") {
  CHECK(forbidden_vsi("/vsistdin/") == "vsistdin");
  CHECK(forbidden_vsi("/vsisubfile/0_10,/etc/passwd") == "vsisubfile");
  CHECK(forbidden_vsi("/vsizip//vsisparse/x") == "vsisparse");
  CHECK(forbidden_vsi("/vsicrypt/key=x,file=y") == "vsicrypt");
  CHECK(forbidden_vsi("/vsinew/x") == "vsinew");
  for (const char* path :
       {"/vsimem/a/b.tif", "/vsizip/a.zip/b.tif", "/vsigzip//vsimem/a.gz", "/vsitar/x", "/vsis3/b/k"})
    CHECK(forbidden_vsi(path).empty());
}

TEST_CASE("URLs and their virtual paths are each other's inverse", "[stac]") {
  for (const char* url : {"http://h/x", "https://h/x?sig=1", "s3://b/k", "gs://b/k", "az://c/k"}) {
    const auto vsi = vsi_of_url(url);
    REQUIRE(vsi.has_value());
    CHECK(url_of_vsi(*vsi) == std::string(url));
  }
  CHECK(vsi_of_url("https://h/x") == std::string("/vsicurl/https://h/x"));
  CHECK(vsi_of_url("s3://b/k") == std::string("/vsis3/b/k"));
  CHECK_FALSE(vsi_of_url("/data/x").has_value());
  CHECK_FALSE(url_of_vsi("/vsicurl?url=http://h").has_value());
  CHECK_FALSE(url_of_vsi("/vsimem/x").has_value());
}
