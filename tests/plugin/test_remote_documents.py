# SPDX-License-Identifier: MIT
"""Documents of the network: opened by their URL, read through failures, and never trusted with what was meant for another.

Servers run on the loopback interface; what they were asked is asserted from their own logs. Only requests for documents are
counted: around rasters GDAL probes for more.
"""
import json
import shutil
import threading
import time

import pytest
from osgeo import gdal

import judge
import recipes as r
import series
import servers
from gdal_io import failure, in_child, open_recipe, read

pytestmark = pytest.mark.usefixtures("driver")

BANDS = ["red", "nir"]
SECRETS = {"GDAL_HTTP_HEADERS": "X-Key: geheim1,X-Other: geheim2", "GDAL_HTTP_USERPWD": "user:geheim3",
           "GDAL_HTTP_BEARER": "geheim4", "GDAL_HTTP_COOKIE": "session=geheim5"}


@pytest.fixture
def config():
    """Sets configuration options until the test ends; retries are quick and answers are not kept unless a test says so."""
    names = set()

    def set_options(**options):
        for name, value in options.items():
            gdal.SetConfigOption(name, value)
            names.add(name)
    set_options(GDAL_HTTP_RETRY_DELAY="0.01", STACVRT_REMOTE_AGE="0", GDAL_HTTP_NETRC="NO")
    yield set_options
    for name in names:
        gdal.SetConfigOption(name, None)


@pytest.fixture
def folder(tmp_path, wl_items):
    """items.json with relative hrefs and its rasters; local.stacvrt and recipe.stacvrt beside it."""
    folder = tmp_path / "served"
    folder.mkdir()
    items = series.load(wl_items)["features"]
    for item in items:
        item["assets"] = {name: item["assets"][name] for name in (*BANDS, "scl")}
        for name, asset in item["assets"].items():
            (folder / item["id"]).mkdir(exist_ok=True)
            shutil.copy(asset["href"], folder / item["id"] / f"{name}.tif")
            asset["href"] = f"./{item['id']}/{name}.tif"
    series.write(items, folder / "items.json")
    (folder / "recipe.stacvrt").write_text(json.dumps(r.recipe("items.json", BANDS, r.WL_CROP, r.SCL)))
    return folder


@pytest.fixture
def server(folder):
    with servers.serving(folder) as server:
        yield server


@pytest.fixture
def second(folder):
    """The same folder at another origin."""
    with servers.serving(folder) as server:
        yield server


@pytest.fixture
def local_recipe(tmp_path):
    """Writes a local recipe of remote items."""
    def write(items, **more):
        path = tmp_path / "local.stacvrt"
        path.write_text(json.dumps(r.recipe(items, BANDS, r.WL_CROP, r.SCL, **more)))
        return str(path)
    return write


def test_a_composite_over_http_is_that_of_the_files(folder, server, local_recipe, config):
    want = read(folder / "recipe.stacvrt")
    items = f"{server.url}/items.json"
    for name in (local_recipe(items), local_recipe([items]), local_recipe(f"/vsicurl/{items}"),
                 f"STACVRT:{server.url}/recipe.stacvrt", f'STACVRT:"{server.url}/recipe.stacvrt"',
                 f"/vsicurl/{server.url}/recipe.stacvrt", f"STACVRT:/vsicurl/{server.url}/recipe.stacvrt"):
        judge.assert_same(read(name), want, name)
    judge.assert_same(read(f"STACVRT:{items}", "BANDS=red,nir", "BOUNDS=" + ",".join(map(str, r.WL_CROP["bounds"])),
                           "CRS=EPSG:32633", "RESOLUTION=120", "OUTPUTS=median,count,total", "MASK=" + json.dumps(r.SCL)),
                      want, "by open options")


def test_subdatasets_of_a_remote_recipe_open_by_their_listed_and_by_their_unquoted_name(folder, server, config):
    whole = open_recipe(f"STACVRT:{server.url}/recipe.stacvrt")
    name = next(n for n, _ in whole.GetSubDatasets() if n.endswith(":count"))
    want = read(f'STACVRT:"{folder}/recipe.stacvrt":count')
    judge.assert_same(read(name), want, "listed name")
    judge.assert_same(read(f"STACVRT:{server.url}/recipe.stacvrt:count"), want, "unquoted name")
    assert not whole.GetFileList()


@pytest.mark.parametrize("faults", [
    [servers.status(503), servers.status(500, b"oops", Content_Type="text/plain")],
    [servers.status(429, Retry_After="0")],
    [servers.reset, servers.reset],
    [servers.truncated],
    [servers.status(502), servers.reset, servers.truncated],
], ids=["5xx", "429", "reset", "truncated", "each"])
def test_transient_failures_are_asked_for_again(folder, server, local_recipe, config, faults):
    want = read(folder / "recipe.stacvrt")
    server.fail("items.json", *faults)
    judge.assert_same(read(local_recipe(f"{server.url}/items.json")), want, "after failures")
    assert len(server.asked()) == len(faults) + 1


def test_retry_after_is_honoured(server, local_recipe, config):
    server.fail("items.json", servers.status(429, Retry_After="1"))
    began = time.monotonic()
    open_recipe(local_recipe(f"{server.url}/items.json"))
    assert time.monotonic() - began >= 1


def test_a_slow_answer_is_given_up_and_asked_for_again(server, local_recipe, config):
    config(GDAL_HTTP_TIMEOUT="1")
    server.fail("items.json", servers.slow(30))
    open_recipe(local_recipe(f"{server.url}/items.json"))
    assert len(server.asked()) == 2


def test_retries_end_with_the_servers_words(server, local_recipe, config):
    config(GDAL_HTTP_MAX_RETRY="2")
    server.fail("items.json", servers.status(503, b"closed on Sundays", Content_Type="text/plain"), ...)
    message = failure(local_recipe(f"{server.url}/items.json?token=secretsecret"))
    assert "503: closed on Sundays" in message and "after 3 attempts" in message, message
    assert f"{server.url}/items.json?..." in message and "secret" not in message, message
    assert "local.stacvrt" in message and "/items" in message, message
    assert len(server.asked()) == 3


@pytest.mark.parametrize("code", [400, 401, 403, 404, 410])
def test_refusals_fail_at_once(server, local_recipe, config, code):
    server.fail("items.json", servers.status(code, b'{"description": "not this one"}', Content_Type="application/json"))
    message = failure(local_recipe(f"{server.url}/items.json"))
    assert str(code) in message and "not this one" in message and "items.json" in message, message
    assert len(server.asked()) == 1


def test_compressed_answers_are_unpacked(folder, server, local_recipe, config):
    server.fail("items.json", servers.compressed)
    judge.assert_same(read(local_recipe(f"{server.url}/items.json")), read(folder / "recipe.stacvrt"), "gzip")
    assert "gzip" in server.asked()[0].headers["accept-encoding"]


def test_a_decompression_bomb_is_defused(server, local_recipe, config):
    server.fail("items.json", servers.gzip_bomb(300 << 20), ...)
    message = failure(local_recipe(f"{server.url}/items.json"))
    assert "100 times its size" in message, message
    assert len(server.asked()) == 1


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://127.0.0.1/items.json", "dict://127.0.0.1:11211/stats",
                                      "gopher://127.0.0.1/x", "http://127.0.0.1:1\\@localhost/"])
def test_redirects_lead_to_the_web_only(server, local_recipe, config, location):
    server.fail("items.json", servers.redirect(location))
    message = failure(local_recipe(f"{server.url}/items.json"))
    assert "refused" in message and "redirects" in message, message
    assert "root:" not in message


def test_a_loop_of_redirects_ends(server, local_recipe, config):
    server.fail("items.json", servers.redirect("/items.json"), ...)
    assert "more than 10 times" in failure(local_recipe(f"{server.url}/items.json"))
    assert len(server.asked()) == 11


def assert_no_secret_reached(server):
    for request in server.asked("."):
        assert "geheim" not in str(request.headers), request.headers
        assert not {"authorization", "cookie", "x-key", "x-other"} & set(request.headers), request.headers


def test_secrets_go_to_the_named_origin_and_not_through_its_redirect(folder, server, second, tmp_path, config):
    """The items' hrefs are relative to where they came from in the end."""
    want = read(folder / "recipe.stacvrt")
    (tmp_path / "empty").mkdir()
    with servers.serving(tmp_path / "empty") as first:
        first.fail("items.json", servers.redirect(f"{second.url}/items.json"), ...)
        path = tmp_path / "local.stacvrt"
        path.write_text(json.dumps(r.recipe(f"{first.url}/items.json", BANDS, r.WL_CROP, r.SCL)))
        config(**SECRETS)
        ds = open_recipe(path)
        asked = first.asked()[0].headers
        assert asked["x-key"] == "geheim1" and asked["authorization"] == "Bearer geheim4"
        assert asked["cookie"] == "session=geheim5"
        assert len(second.asked()) == 1
        assert_no_secret_reached(second)
    config(**dict.fromkeys(SECRETS))
    judge.assert_same(ds.ReadAsArray(), want, "redirected")


def test_items_elsewhere_that_a_remote_recipe_names_see_no_secrets(folder, server, second, config):
    (folder / "far.stacvrt").write_text(json.dumps(r.recipe(f"{second.url}/items.json", BANDS, r.WL_CROP, r.SCL)))
    config(**SECRETS)
    open_recipe(f"STACVRT:{server.url}/far.stacvrt")
    assert "geheim4" in server.asked()[0].headers["authorization"]
    assert len(second.asked()) == 1
    assert_no_secret_reached(second)


def test_what_was_bound_to_a_url_goes_there_and_what_was_not_does_not(folder, server, second, config):
    (folder / "far.stacvrt").write_text(json.dumps(r.recipe(f"{second.url}/items.json", BANDS, r.WL_CROP, r.SCL)))
    config(**SECRETS)
    prefix = f"/vsicurl/{second.url}/"
    gdal.SetPathSpecificOption(prefix, "GDAL_HTTP_HEADERS", "X-Bound: here")
    try:
        open_recipe(f"STACVRT:{server.url}/far.stacvrt")
    finally:
        gdal.ClearPathSpecificOptions(prefix)
    assert second.asked()[0].headers["x-bound"] == "here"
    assert_no_secret_reached(second)
    assert "x-bound" not in server.asked()[0].headers


def test_refused_for_lack_of_credentials_that_were_meant_for_another_says_so(folder, server, second, config):
    (folder / "far.stacvrt").write_text(json.dumps(r.recipe(f"{second.url}/items.json", BANDS, r.WL_CROP, r.SCL)))
    second.fail("items.json", servers.status(401))
    config(**SECRETS)
    message = failure(f"STACVRT:{server.url}/far.stacvrt")
    assert "given for another server" in message and "geheim" not in message, message


def test_secrets_do_not_appear_in_messages_and_metadata(server, config):
    server.fail("items.json", servers.status(403, b"key geheim1, token geheim4, query geheim-in-query",
                                             Content_Type="text/plain"))
    config(**SECRETS)
    message = failure(f"STACVRT:http://u:geheim6@{server.url[7:]}/items.json?sig=geheim-in-query")
    assert "403" in message and "geheim" not in message, message
    ds = open_recipe(f"STACVRT:{server.url}/items.json?sig=geheim-in-query", "OUTPUTS=count")
    for domain in ds.GetMetadataDomainList() or []:
        if domain not in ("SUBDATASETS", "DERIVED_SUBDATASETS"):  # names that must open again; GDAL's own repeat them
            assert "geheim" not in str(ds.GetMetadata(domain)), domain


def test_header_injection_is_refused(server, config):
    config(GDAL_HTTP_BEARER="x\r\nX-Injected: 1")
    message = failure(f"STACVRT:{server.url}/items.json")
    assert "line break" in message, message
    assert not server.asked()


def test_a_remote_document_is_no_way_to_local_files(folder, server, config):
    items = series.load(folder / "items.json")["features"]
    for href in (f"file://{folder}/{items[0]['id']}/red.tif", f"{folder}/../x.tif", "/vsimem/x.tif", "/vsicurl/http://h/x.tif"):
        spoilt = json.loads(json.dumps(items))
        spoilt[0]["assets"]["red"]["href"] = href
        series.write(spoilt, folder / "spoilt.json")
        message = failure(f"STACVRT:{server.url}/spoilt.json", "OUTPUTS=count")
        if not href.startswith(str(folder)):
            assert "refused" in message and items[0]["id"] in message, message
    (folder / "local.stacvrt").write_text(json.dumps(r.recipe(f"file://{folder}/items.json", BANDS, r.WL_CROP)))
    assert "refused" in failure(f"STACVRT:{server.url}/local.stacvrt")


def test_an_answer_is_reused_while_it_is_young_and_while_a_dataset_of_it_is_open(folder, server, config):
    name = f"STACVRT:{server.url}/recipe.stacvrt"
    config(STACVRT_REMOTE_AGE="60")
    for _ in range(3):
        open_recipe(name)
    assert len(server.asked()) == 2  # recipe and items
    config(STACVRT_REMOTE_AGE="0")
    open_ds = open_recipe(name)
    asked = len(server.asked())
    assert asked == 4
    (folder / "recipe.stacvrt").write_text(json.dumps(r.recipe("items.json", ["red"], r.WL_CROP)))
    assert open_recipe(name).RasterCount == open_ds.RasterCount
    assert len(server.asked()) == asked
    bands = open_ds.RasterCount
    open_ds = None
    assert open_recipe(name).RasterCount < bands


def test_who_asks_decides_which_answers_are_reused(server, config):
    config(STACVRT_REMOTE_AGE="60")
    name = f"STACVRT:{server.url}/items.json"
    open_recipe(name, "OUTPUTS=count")
    server.fail("items.json", servers.status(401))
    config(GDAL_HTTP_BEARER="of-somebody-else")
    assert "401" in failure(name, "OUTPUTS=count")


def test_handles_that_open_at_once_ask_once(server, config):
    config(STACVRT_REMOTE_AGE="60")
    opened = []
    threads = [threading.Thread(target=lambda: opened.append(gdal.OpenEx(f"STACVRT:{server.url}/recipe.stacvrt")))
               for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(opened) == 6 and all(opened)
    assert len(server.asked()) == 2


@pytest.mark.parametrize("action", ["threads", "fork", "eight_handles"])
def test_processes_and_threads_read_remote_documents(folder, server, tmp_path, action):
    want = read(folder / "recipe.stacvrt")
    got, _ = in_child(tmp_path, action, f"STACVRT:{server.url}/recipe.stacvrt", seed=3)
    judge.assert_same(got, want, action)


def test_what_is_no_document_says_so(folder, server, config):
    (folder / "empty.json").write_text("")
    assert "empty" in failure(f"STACVRT:{server.url}/empty.json")
    (folder / "page.json").write_text("<html>")
    assert f"{server.url}/page.json" in failure(f"STACVRT:{server.url}/page.json")
    assert "no such file" in failure(f"STACVRT:{server.url}/nothing.json")
    assert "127.0.0.1:9/items.json" in failure("STACVRT:http://127.0.0.1:9/items.json",
                                               config={"GDAL_HTTP_MAX_RETRY": "0"})
