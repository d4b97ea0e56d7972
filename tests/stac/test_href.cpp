// SPDX-License-Identifier: MIT
// The trust policy: what each kind of document may name, and why the rest is refused.
#include "stac/href.h"
#include "tests/catch.h"

using namespace stacvrt;
using namespace stacvrt::stac;

namespace {

constexpr const char* kLocal = "/data/s2/items.json";
constexpr const char* kRemote = "https://host.org/cat/s2/items.json?token=secret";

Href resolved(const std::string& href, const std::string& document, LocalPaths local_paths = LocalPaths::kAny) {
  return resolve_href(href, document, {local_paths}, {document, "item-1", "/assets/red/href"});
}

/// Why `href` is refused; fails the test when it is not.
std::string refusal(const std::string& href, const std::string& document, LocalPaths local_paths = LocalPaths::kAny) {
  try {
    const Href got = resolved(href, document, local_paths);
    FAIL("accepted: " << href << " as " << got.text);
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::kRefused);
    CHECK(error.where().pointer == "/assets/red/href");
    return error.what();
  }
  return {};
}

struct Refused {
  const char* href;
  const char* reason;
};

struct Accepted {
  const char* href;
  const char* text;
  HrefKind kind;
};

}  // namespace

TEST_CASE("Documents on the network are remote", "[stac]") {
  for (const char* document :
       {"https://h/x", "HTTP://h/x", "s3://b/k", "gs://b/k", "az://c/k", "/vsicurl/https://h/x", "/vsis3/b/k",
        "/vsiaz/c/k", "/vsizip//vsicurl/https://h/a.zip/x", "ftp://h/x", "/vsicurl?url=https%3A//h/x"}) {
    INFO(document);
    CHECK(is_remote(document));
  }
  for (const char* document : {"items.json", "/data/items.json", "/vsimem/items.json", "file:///data/x", "C:/data/x",
                               "/vsizip//data/a.zip/x", "/data/https/x", "../vsis3/x"}) {
    INFO(document);
    CHECK_FALSE(is_remote(document));
  }
}

TEST_CASE("No document may use options, inline text, prefixes or files that name files", "[stac]") {
  const std::vector<Refused> cases{
      {"", "names no file"},
      {"#x", "names no file"},
      {"?x", "names no file"},
      {"a\nb.tif", "control characters"},
      {"a\\b.tif", "backslash"},
      {"C:\\data\\x.tif", "backslash"},
      {"<VRTDataset rasterXSize=\"1\"/>", "inline XML"},
      {"x<VRTDataset/>", "inline XML"},
      {" <VRTDataset/>", "inline XML"},
      {"{\"type\": \"STACVRT\"}", "inline JSON"},
      {"[1]", "inline JSON"},
      {" {\"a\": 1}", "begins with a space"},
      {"mosaic.vrt", ".vrt files"},
      {"a/Mosaic.VRT", ".vrt files"},
      {"mosaic.v%72t", ".vrt files"},
      {"https://h/mosaic.vrt?sig=1", ".vrt files"},
      {"https://h/mosaic.vrt#x", ".vrt files"},
      {"recipe.stacvrt", ".stacvrt files"},
      {"recipe.stacvrt/", ".stacvrt files"},
      {"STACVRT:items.json", "'STACVRT:' is a driver prefix"},
      {"stacvrt:items.json", "driver prefix"},
      {"GTIFF_DIR:1:x.tif", "'GTIFF_DIR:' is a driver prefix"},
      {"NETCDF:\"x.nc\":v", "'NETCDF:' is a driver prefix"},
      {"WMS:https://h/x", "driver prefix"},
      {"ftp://h/x.tif", "'ftp:' is a driver prefix or an unknown scheme"},
      {"data:image/tiff;base64,AA", "unknown scheme"},
      {"C:x.tif", "driver prefix"},
      {"2020-01-01T10:00.tif", "driver prefix"},
      {"http:x.tif", "unknown scheme"},
      {"https:///x.tif", "no host"},
      {"s3:///x.tif", "no host"},
      {"https://h/x.tif?header_file=/etc/passwd", "header_file="},
      {"https://h/x.tif?HEADER%5Ffile=/etc/passwd", "header_file="},
  };
  for (const auto& [href, reason] : cases) {
    for (const char* document : {kLocal, kRemote}) {
      INFO(href << " in " << document);
      CHECK_THAT(refusal(href, document), ContainsSubstring(reason));
    }
  }
}

TEST_CASE("A local document may name paths, URLs and plain file systems", "[stac]") {
  const std::vector<Accepted> cases{
      {"red.tif", "/data/s2/red.tif", HrefKind::kLocal},
      {"./a/./red.tif", "/data/s2/a/red.tif", HrefKind::kLocal},
      {"../ls/red.tif", "/data/ls/red.tif", HrefKind::kLocal},
      {"../../../../red.tif", "/red.tif", HrefKind::kLocal},
      {"/other/red.tif", "/other/red.tif", HrefKind::kLocal},
      {"/other/../red.tif", "/red.tif", HrefKind::kLocal},
      {"a%20b%2e%2e.tif", "/data/s2/a%20b%2e%2e.tif", HrefKind::kLocal},
      {"./2020-01-01T10:00.tif", "/data/s2/2020-01-01T10:00.tif", HrefKind::kLocal},
      {"C:/other/red.tif", "C:/other/red.tif", HrefKind::kLocal},
      {"file:///other/a%20b.tif", "/other/a b.tif", HrefKind::kLocal},
      {"file://localhost/other/../x.tif", "/x.tif", HrefKind::kLocal},
      {"FILE:/other/x.tif", "/other/x.tif", HrefKind::kLocal},
      {"file:///C:/x.tif", "C:/x.tif", HrefKind::kLocal},
      {"HTTPS://Host/x.tif?sig=a:b/c", "https://Host/x.tif?sig=a:b/c", HrefKind::kHttp},
      {"http://h/x.tif", "http://h/x.tif", HrefKind::kHttp},
      {"s3://b/k.tif", "s3://b/k.tif", HrefKind::kS3},
      {"gs://b/k.tif", "gs://b/k.tif", HrefKind::kGs},
      {"az://c/k.tif", "az://c/k.tif", HrefKind::kAzure},
      {"/vsicurl/https://h/x.tif", "https://h/x.tif", HrefKind::kHttp},
      {"/vsis3/b/k.tif", "s3://b/k.tif", HrefKind::kS3},
      {"/vsimem/x.tif", "/vsimem/x.tif", HrefKind::kVsi},
      {"/vsizip//other/a.zip/x.tif", "/vsizip//other/a.zip/x.tif", HrefKind::kVsi},
      {"/vsigzip//other/a.tif.gz", "/vsigzip//other/a.tif.gz", HrefKind::kVsi},
      {"/vsitar/a.tar/x.tif", "/vsitar/a.tar/x.tif", HrefKind::kVsi},
      {"/vsizip//vsicurl/https://h/a.zip/x.tif", "/vsizip//vsicurl/https://h/a.zip/x.tif", HrefKind::kVsi},
  };
  for (const auto& [href, text, kind] : cases) {
    INFO(href);
    const Href got = resolved(href, kLocal);
    CHECK(got.text == text);
    CHECK(got.kind == kind);
  }
}

TEST_CASE("A local document may not name options, pipes and parts of files", "[stac]") {
  const std::vector<Refused> cases{
      {"/vsicurl?url=https://h/x.tif", "'?' options"},
      {"/vsicurl/https://h/x.tif?sig=1", "'?' options"},
      {"/vsicurl?header_file=/etc/passwd&url=x", "header_file="},
      {"/vsicurl/file:///etc/passwd", "http:// or https://"},
      {"/vsicurl/use_head=no&url=http://h/x", "http:// or https://"},
      {"/vsicurl_streaming/file:///etc/passwd", "not allowed"},
      {"/vsizip//vsicurl/file:///a.zip/x.tif", "http:// or https://"},
      {"/vsistdin/", "/vsistdin/ is not allowed"},
      {"/vsisubfile/0_100,/etc/passwd", "/vsisubfile/ is not allowed"},
      {"/vsizip//vsisubfile/0_100,x", "/vsisubfile/ is not allowed"},
      {"/vsisparse/x.xml", "/vsisparse/ is not allowed"},
      {"/vsicrypt/key=a,file=b", "/vsicrypt/ is not allowed"},
      {"/other/../vsistdin/x", "/vsistdin/ is not allowed"},
      {"../../vsistdin/x", "/vsistdin/ is not allowed"},
      {"file:///vsistdin/x", "/vsistdin/ is not allowed"},
      {"/vsimem/../etc/passwd", "'..'"},
      {"//host/share/x.tif", "network host"},
      {"file://host/share/x.tif", "must not name a host"},
      {"file:x.tif", "absolute path"},
      {"file:///a%00b.tif", "control characters"},
      {"file:///a%5Cb.tif", "backslash"},
      {"..", "folder"},
      {"sub/", "folder"},
  };
  for (const auto& [href, reason] : cases) {
    INFO(href);
    CHECK_THAT(refusal(href, kLocal), ContainsSubstring(reason));
  }
}

TEST_CASE("References of a document named relatively stay relative and become no prefix", "[stac]") {
  CHECK(resolved("red.tif", "items.json").text == "red.tif");
  CHECK(resolved("../red.tif", "s2/items.json").text == "red.tif");
  CHECK(resolved("../../red.tif", "s2/items.json").text == "../red.tif");
  CHECK(resolved("red.tif", "../s2/items.json").text == "../s2/red.tif");
  CHECK(resolved("./GTIFF_DIR:1:x.tif", "items.json").text == "./GTIFF_DIR:1:x.tif");
  CHECK(resolved("./{a}.tif", "items.json").text == "./{a}.tif");
  CHECK(resolved("a/..//etc/passwd", "items.json").text == "etc/passwd");
  CHECK(resolved("red.tif", "file:///data/s2/items.json").text == "/data/s2/red.tif");
  CHECK(resolved("red.tif", "C:/data/items.json").text == "C:/data/red.tif");
}

TEST_CASE("References in documents on virtual file systems stay there", "[stac]") {
  CHECK(resolved("a/red.tif", "/vsimem/s2/items.json").text == "/vsimem/s2/a/red.tif");
  CHECK(resolved("../red.tif", "/vsimem/s2/items.json").text == "/vsimem/red.tif");
  CHECK(resolved("x.tif", "/vsizip//data/a.zip/s2/items.json").text == "/vsizip//data/a.zip/s2/x.tif");
  CHECK_THAT(refusal("../../etc/passwd", "/vsimem/s2/items.json"),
             ContainsSubstring("leaves the document's file system"));
  CHECK_THAT(refusal("../../../../etc/x", "/vsizip//data/a.zip/items.json"),
             ContainsSubstring("leaves the document's"));
}

TEST_CASE("A remote document may name URLs and what is relative to it", "[stac]") {
  const std::vector<Accepted> cases{
      {"red.tif", "https://host.org/cat/s2/red.tif", HrefKind::kHttp},
      {"../ls/red.tif?x=a:b", "https://host.org/cat/ls/red.tif?x=a:b", HrefKind::kHttp},
      {"../../../../red.tif", "https://host.org/red.tif", HrefKind::kHttp},
      {"/red.tif", "https://host.org/red.tif", HrefKind::kHttp},
      {"/etc/passwd", "https://host.org/etc/passwd", HrefKind::kHttp},
      {"//HOST.org/a/../red.tif", "https://HOST.org/red.tif", HrefKind::kHttp},
      {"http://other.org/red.tif", "http://other.org/red.tif", HrefKind::kHttp},
      {"s3://b/k.tif", "s3://b/k.tif", HrefKind::kS3},
      {"az://c/k.tif", "az://c/k.tif", HrefKind::kAzure},
  };
  for (const auto& [href, text, kind] : cases) {
    INFO(href);
    const Href got = resolved(href, kRemote);
    CHECK(got.text == text);
    CHECK(got.kind == kind);
  }
}

TEST_CASE("A remote document may name neither local paths nor virtual file systems nor other hosts by half a URL",
          "[stac]") {
  const std::vector<Refused> cases{
      {"file:///etc/passwd", "local path"},
      {"FILE:/etc/passwd", "local path"},
      {"C:/data/x.tif", "local path"},
      {"/vsimem/x.tif", "/vsi path"},
      {"/vsizip//data/a.zip/x", "/vsi path"},
      {"/vsicurl/https://h/x.tif", "/vsi path"},
      {"/VSIS3/b/k", "/vsi path"},
      {"//other.org/x.tif", "leaves the document's host"},
      {"//user@host.org/x.tif", "leaves the document's host"},
  };
  for (const auto& [href, reason] : cases) {
    INFO(href);
    CHECK_THAT(refusal(href, kRemote), ContainsSubstring(reason));
  }
  CHECK_THAT(refusal("file:///etc/passwd", kRemote), ContainsSubstring("may name http(s), s3, gs and az"));
}

TEST_CASE("Remote documents by GDAL's names resolve like their URLs", "[stac]") {
  CHECK(resolved("../x.tif", "/vsicurl/https://h/a/b/items.json").text == "https://h/a/x.tif");
  CHECK(resolved("../../../x.tif", "/vsis3/bucket/a/items.json").text == "s3://bucket/x.tif");
  CHECK(resolved("x.tif", "gs://bucket/items.json").text == "gs://bucket/x.tif");
  CHECK(resolved("a/x.tif", "/vsizip//vsicurl/https://h/a.zip/items.json").text ==
        "/vsizip//vsicurl/https://h/a.zip/a/x.tif");
  CHECK_THAT(refusal("../evil.org/x.tif", "/vsizip//vsicurl/https://h/a.zip/items.json"), ContainsSubstring("leaves"));
  CHECK_THAT(refusal("/etc/passwd", "/vsizip//vsicurl/https://h/a.zip/items.json"),
             ContainsSubstring("beside and below"));
  CHECK_THAT(refusal("x.tif", "ftp://h/items.json"), ContainsSubstring("beside and below"));
}

TEST_CASE("SIBLING keeps local paths below the document's folder, however they are written", "[stac]") {
  constexpr LocalPaths kSibling = LocalPaths::kSibling;
  for (const char* href : {"red.tif", "a/../red.tif", "a/b/red.tif", "../s2/red.tif", "/data/s2/red.tif",
                           "/data/x/../s2/red.tif", "file:///data/s2/red.tif", "https://h/x.tif", "s3://b/k"}) {
    INFO(href);
    CHECK_NOTHROW(resolved(href, kLocal, kSibling));
  }
  for (const char* href :
       {"../red.tif", "a/../../red.tif", "..//..//etc/passwd", "/etc/passwd", "/data/s2/../x.tif", "/data/s2x/red.tif",
        "/data/s2//../../x.tif", "file:///data/s2/%2e%2e/x.tif", "/vsimem/x.tif", "/vsizip//data/s2/a.zip/x.tif",
        "/vsizip//etc/a.zip/vsis3/x.tif", "C:/x.tif"}) {
    INFO(href);
    CHECK_THAT(refusal(href, kLocal, kSibling), ContainsSubstring("STACVRT_LOCAL_PATHS=SIBLING"));
  }
  CHECK(resolved("red.tif", "items.json", kSibling).text == "red.tif");
  CHECK(resolved("red.tif", "../items.json", kSibling).text == "../red.tif");
  CHECK(resolved("/vsimem/s2/x.tif", "/vsimem/s2/items.json", kSibling).text == "/vsimem/s2/x.tif");
  for (const char* href : {"../x.tif", "/etc/passwd", "C:/x.tif", "a/../../x"})
    CHECK_THAT(refusal(href, "items.json", kSibling), ContainsSubstring("SIBLING"));
  CHECK_THAT(refusal("../../x.tif", "../items.json", kSibling), ContainsSubstring("SIBLING"));
  CHECK_THAT(refusal("../x.tif", "/vsimem/s2/items.json", kSibling), ContainsSubstring("SIBLING"));
}

TEST_CASE("NONE leaves only the network", "[stac]") {
  constexpr LocalPaths kNone = LocalPaths::kNone;
  for (const char* href :
       {"red.tif", "/data/s2/red.tif", "file:///x.tif", "/vsimem/x.tif", "/vsizip//vsicurl/https://h/a"})
    CHECK_THAT(refusal(href, kLocal, kNone), ContainsSubstring("STACVRT_LOCAL_PATHS=NONE"));
  CHECK(resolved("/vsicurl/https://h/x.tif", kLocal, kNone).text == "https://h/x.tif");
  CHECK(resolved("s3://b/k", kLocal, kNone).text == "s3://b/k");
  CHECK(resolved("red.tif", kRemote, kNone).text == "https://host.org/cat/s2/red.tif");
}

TEST_CASE("Refusals show neither queries nor passwords", "[stac]") {
  const std::string text = refusal("https://user:pw@h/x.vrt?sig=secret", kLocal);
  CHECK_THAT(text, ContainsSubstring("'https://h/x.vrt'"));
  CHECK_THAT(text, !ContainsSubstring("secret"));
  CHECK_THAT(text, !ContainsSubstring("pw"));
}

TEST_CASE("GDAL opens URLs through its virtual file systems and paths as they are", "[stac]") {
  CHECK(gdal_path({HrefKind::kHttp, "https://h/x.tif?sig=1"}) == "/vsicurl/https://h/x.tif?sig=1");
  CHECK(gdal_path({HrefKind::kHttp, "http://h/x.tif"}) == "/vsicurl/http://h/x.tif");
  CHECK(gdal_path({HrefKind::kS3, "s3://b/k"}) == "/vsis3/b/k");
  CHECK(gdal_path({HrefKind::kGs, "gs://b/k"}) == "/vsigs/b/k");
  CHECK(gdal_path({HrefKind::kAzure, "az://c/k"}) == "/vsiaz/c/k");
  CHECK(gdal_path({HrefKind::kLocal, "/data/x.tif"}) == "/data/x.tif");
  CHECK(gdal_path({HrefKind::kVsi, "/vsimem/x.tif"}) == "/vsimem/x.tif");
}
