# SPDX-License-Identifier: MIT
"""Documents and pixels over TLS: only from servers whose certificate is trusted, documents over HTTP/2 where it is offered."""
import json
import shutil
import subprocess

import pytest

import judge
import plugin_env
import series
from gdal_io import failure, in_child
from pixel_servers import Nginx
from recipes import S2_BANDS, SCL, WL_CROP, recipe
from remote_series import dump, rebased

pytestmark = pytest.mark.usefixtures("driver")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of 127.0.0.1 that nobody trusts, and its key."""
    program = shutil.which("openssl")
    if not program:
        pytest.skip("openssl is not installed (Debian: openssl)")
    folder = tmp_path_factory.mktemp("certificate")
    subprocess.run([program, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=loopback", "-addext",
                    "subjectAltName=IP:127.0.0.1", "-keyout", folder / "key.pem", "-out", folder / "certificate.pem"],
                   check=True, capture_output=True)
    return folder / "certificate.pem", folder / "key.pem"


@pytest.fixture(scope="module")
def items(shared):
    return series.items_of(plugin_env.S2, lambda item: "33TWL" in item["id"])


@pytest.fixture(scope="module")
def server(items, certificate, tmp_path_factory):
    """A static catalogue of the series, each item a document of its own, and its images."""
    root = tmp_path_factory.mktemp("root")
    (root / "data").symlink_to(plugin_env.S2)
    with Nginx(root, tmp_path_factory.mktemp("nginx"), certificate) as nginx:
        for item in rebased(items, plugin_env.S2, nginx.url + "/data"):
            (root / f"{item['id']}.json").write_text(json.dumps(item))
        (root / "catalog.json").write_text(json.dumps({
            "type": "Catalog", "stac_version": "1.0.0", "id": "c", "description": "d",
            "links": [{"rel": "item", "href": f"./{item['id']}.json"} for item in items]}))
        yield nginx


@pytest.fixture(autouse=True)
def no_bundles(monkeypatch):
    """Only what a test says is trusted; rasterio names a bundle in the environment when it is imported."""
    for name in ("GDAL_CURL_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def remote(server, tmp_path):
    server.forget()
    return dump(tmp_path / "r.stacvrt", recipe(server.url + "/catalog.json", S2_BANDS, WL_CROP, SCL))


def test_a_trusted_server_gives_the_local_pixels_over_http_2(server, remote, items, certificate, tmp_path):
    local = dump(tmp_path / "local.stacvrt", recipe(series.write(items, tmp_path / "items.json"), S2_BANDS, WL_CROP, SCL))
    want, _ = in_child(tmp_path, "whole", local)
    for option in ("GDAL_CURL_CA_BUNDLE", "CURL_CA_BUNDLE"):
        server.forget()
        got, _ = in_child(tmp_path, "whole", remote, config={option: str(certificate[0])})
        judge.assert_same(got, want, option)
        asked = server.accesses()
        documents = [a for a in asked if a.path.endswith(".json")]
        assert len(documents) == 1 + len(items) and {a.protocol for a in documents} == {"HTTP/2.0"}, asked
        assert any(a.path.endswith(".tif") for a in asked)


def test_a_server_that_is_not_trusted_is_asked_for_nothing(server, remote):
    error = failure(remote)
    assert "certificate" in error and "/catalog.json" in error, error
    assert server.accesses() == []


def test_who_says_so_trusts_anybody(server, remote, tmp_path):
    got, _ = in_child(tmp_path, "whole", remote, config={"GDAL_HTTP_UNSAFESSL": "YES"})
    assert got[-2].max() > 0, "no pixel has a sample"


def test_documents_go_by_the_version_that_is_asked_for(server, remote, certificate, tmp_path):
    in_child(tmp_path, "whole", remote, config={"CURL_CA_BUNDLE": str(certificate[0]), "GDAL_HTTP_VERSION": "1.1"})
    assert {a.protocol for a in server.accesses()} == {"HTTP/1.1"}
