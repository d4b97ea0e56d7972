# SPDX-License-Identifier: MIT
"""Pixels over HTTP: the same as local ones whatever the network does, by no more requests than needed."""
import numpy as np
import pytest
from osgeo import gdal

import judge
import plugin_env
import series
from fault_proxy import FaultProxy, at_random
from gdal_io import failure, in_child
from pixel_servers import Nginx, tiles_of
from recipes import S2_BANDS, SCL_CLEAN, WL_GRID, recipe
from remote_series import BLOCK, HEIGHT, WIDTH, at, cog_item, dump, grid, noise, window_bounds

pytestmark = pytest.mark.usefixtures("driver")

# Waits of tests are short; nothing else is changed.
QUICK = {"GDAL_HTTP_RETRY_DELAY": "0.02"}
HEADER_BYTES = 32768


@pytest.fixture(scope="module")
def wl(shared):
    return series.items_of(plugin_env.S2, lambda item: "33TWL" in item["id"])


@pytest.fixture(scope="module")
def local(wl, tmp_path_factory):
    """The composite of local files, which all others are compared with."""
    folder = tmp_path_factory.mktemp("local")
    path = dump(folder / "r.stacvrt", recipe(series.write(wl, folder / "items.json"), S2_BANDS, WL_GRID, SCL_CLEAN))
    return in_child(folder, "whole", path)[0]


def remote_recipe(folder, wl, base, bands=S2_BANDS, mask=SCL_CLEAN):
    return dump(folder / "r.stacvrt", recipe(at(plugin_env.S2, wl, base, folder / "items.json"), bands, WL_GRID, mask))


def test_a_composite_over_http_is_the_local_one(wl, local, tmp_path, tmp_path_factory):
    with Nginx(plugin_env.S2, tmp_path_factory.mktemp("nginx")) as server:
        got, _ = in_child(tmp_path, "whole", remote_recipe(tmp_path, wl, server.url))
    judge.assert_same(got, local, "over nginx")


@pytest.mark.parametrize("seed", [1, 2])
def test_failures_that_pass_change_no_pixel(wl, local, tmp_path, seed):
    with FaultProxy(plugin_env.S2, at_random(0.05, seed)) as proxy:
        got, _ = in_child(tmp_path, "whole", remote_recipe(tmp_path, wl, proxy.url), config=QUICK)
        assert sum(proxy.faults().values()) >= 2, "nothing failed: the test shows nothing"
    judge.assert_same(got, local, "with five of a hundred requests failing")


@pytest.mark.parametrize("fault", [500, 502, 503, 504, 429, 408, "reset", "truncated", "slow"])
@pytest.mark.parametrize("method", ["HEAD", "GET"])
def test_each_failure_that_passes_is_tried_again(wl, local, tmp_path, fault, method):
    """The first answer to every request of a kind is the fault."""
    def first(asked, path, span, nth):
        return fault if asked == method and nth == 0 and path.endswith(("B04.tif", "SCL.tif")) else None
    with FaultProxy(plugin_env.S2, first) as proxy:
        got, _ = in_child(tmp_path, "whole", remote_recipe(tmp_path, wl, proxy.url), config=QUICK)
        assert proxy.faults()[fault] >= 10
    judge.assert_same(got, local, f"with {fault} first")


@pytest.mark.parametrize("status", [404, 403, 410])
def test_what_will_not_pass_fails_at_once_and_is_named(wl, tmp_path, status):
    def always(method, path, span, nth):
        return status if "20230818" in path and path.endswith("B08.tif") else None
    with FaultProxy(plugin_env.S2, always) as proxy:
        text = failure(remote_recipe(tmp_path, wl, proxy.url), config=QUICK)
        asked = [r for r in proxy.requests if r.fault]
    assert "S2A_33TWL_20230818_0_L2A" in text and "'nir'" in text and str(status) in text, text
    assert len(asked) == 1, asked


def test_patience_ends_with_a_message_that_says_how_often(wl, tmp_path):
    def always(method, path, span, nth):
        return 503 if path.endswith("B08.tif") else None
    with FaultProxy(plugin_env.S2, always) as proxy:
        text = failure(remote_recipe(tmp_path, wl, proxy.url), "THREADS=1", config={**QUICK, "GDAL_HTTP_MAX_RETRY": "2"})
        assert len([r for r in proxy.requests if r.fault]) == 3
    assert "503" in text and "3 attempts" in text and "'nir'" in text, text


def test_a_request_that_is_stopped_waits_no_more(wl, tmp_path):
    """Retries would be two minutes apart: the host stops the read while it waits for the first."""
    with FaultProxy(plugin_env.S2, lambda *_: 503) as proxy:
        path = remote_recipe(tmp_path, wl, proxy.url)
        gdal.SetConfigOption("GDAL_HTTP_RETRY_DELAY", "30")
        try:
            ds = gdal.OpenEx(path, open_options=["THREADS=1"])
            asked = []
            gdal.PushErrorHandler("CPLQuietErrorHandler")
            data = ds.ReadAsArray(0, 0, 64, 64, callback=lambda *_: asked.append(1) or len(asked) < 3)
            gdal.PopErrorHandler()
        finally:
            gdal.SetConfigOption("GDAL_HTTP_RETRY_DELAY", None)
        assert data is None and gdal.GetLastErrorNo() == gdal.CPLE_UserInterrupt
        assert len(proxy.requests) == 1


# --- needed requests only ---------------------------------------------------------------------------------------------

def covered(accesses):
    """Bytes that successful GETs brought: {byte: times} as an array of counts."""
    ranges = [(a.first, a.first + a.bytes) for a in accesses if a.method == "GET" and a.status == 206]
    counts = np.zeros(max(end for _, end in ranges), int)
    for first, end in ranges:
        counts[first:end] += 1
    return counts


def read_ahead(accesses, chunk):
    """Ranges that GDAL's /vsicurl may have made longer than it was asked for: where a read begins at the chunk at which
    the one before it on the same handle ended (two threads decide by chance whether one does), it takes up to twice as
    much as that one, of which 100 chunks at most count."""
    gets = [a for a in accesses if a.method == "GET" and a.first is not None and a.first % chunk == 0]
    return [(a.first, a.first + 2 * min(before.bytes, 100 * chunk)) for a in gets for before in gets
            if before.bytes and before.first + before.bytes == a.first and before.bytes % chunk == 0]


def assert_needed_only(accesses, file, touched, chunk=16384):
    """Every touched tile once and the header; beside them at most a chunk of GDAL's (16 KB) at either end of a range, and
    what GDAL reads ahead."""
    tiles = tiles_of(file)
    counts = covered(accesses)
    allowed = np.zeros(file.stat().st_size + chunk, bool)
    allowed[:HEADER_BYTES + chunk] = True
    assert counts[chunk:HEADER_BYTES].max() <= 1, f"{file}: the header was fetched twice"
    for column, row in touched:
        offset, size = tiles[column, row]
        got = counts[offset:offset + size]
        assert len(got) == size and got.all(), f"{file}: tile {column}, {row} was not fetched whole"
        assert got.sum() <= size + 2 * chunk < 2 * size, f"{file}: tile {column}, {row} was fetched twice"
        allowed[max(0, offset - chunk):offset + size + chunk] = True
    for begin, end in read_ahead(accesses, chunk):
        allowed[begin:end] = True
    extra = np.count_nonzero(counts.astype(bool) & ~allowed[:len(counts)])
    assert extra == 0, f"{file}: {extra} bytes that nobody asked for"
    assert all(a.status in (200, 206) and (a.method == "HEAD" or a.first is not None) for a in accesses), accesses


def touched_by(x, y, width, height):
    return {(c, r) for c in range(x // BLOCK, (x + width - 1) // BLOCK + 1)
            for r in range(y // BLOCK, (y + height - 1) // BLOCK + 1)}


@pytest.fixture(scope="module")
def cogs(tmp_path_factory):
    """Three items of one band, 30 tiles each, and the folder."""
    folder = tmp_path_factory.mktemp("cogs")
    return folder, [cog_item(folder, f"d{k}", {"red": noise(k)}) for k in range(3)]


def nginx_recipe(folder, tmp_path, items, server, bounds, mask=None):
    items = at(folder, items, server.url, tmp_path / "items.json")
    return dump(tmp_path / "r.stacvrt", recipe(items, ["red"], grid(bounds), mask, outputs=("median",)))


@pytest.mark.parametrize("action, block", [("whole", 512), ("shuffled", 512), ("threads", 512)])
def test_only_touched_tiles_are_asked_for_and_each_once(cogs, tmp_path, tmp_path_factory, action, block):
    """A window that begins within tiles, read at once, block by block and by two handles."""
    folder, items = cogs
    x, y, width, height = 300, 280, 1000, 700
    with Nginx(folder, tmp_path_factory.mktemp("nginx")) as server:
        path = nginx_recipe(folder, tmp_path, items, server, window_bounds(x, y, width, height))
        got, _ = in_child(tmp_path, action, path, seed=3)
        accesses = server.accesses()
    want = np.median([noise(k) for k in range(3)], 0)[y:y + height, x:x + width]
    judge.assert_same(got, want.astype("uint16")[None], "over nginx")
    assert {a.path for a in accesses} == {f"/d{k}-red.tif" for k in range(3)}, "something else was asked for"
    for k in range(3):
        file = folder / f"d{k}-red.tif"
        mine = [a for a in accesses if a.path == f"/{file.name}"]
        assert_needed_only(mine, file, touched_by(x, y, width, height))
        assert len([a for a in mine if a.method == "HEAD"]) == 1
        assert sum(a.bytes for a in mine) < 0.75 * file.stat().st_size


def test_a_composite_takes_few_requests(cogs, tmp_path, tmp_path_factory):
    """One window of four tiles: the file's length, its header, and a range or two."""
    folder, items = cogs
    with Nginx(folder, tmp_path_factory.mktemp("nginx")) as server:
        in_child(tmp_path, "whole", nginx_recipe(folder, tmp_path, items, server, window_bounds(512, 512, 512, 512)))
        accesses = server.accesses()
    for k in range(3):
        mine = [a for a in accesses if a.path == f"/d{k}-red.tif"]
        assert_needed_only(mine, folder / f"d{k}-red.tif", touched_by(512, 512, 512, 512))
        assert len(mine) <= 4, mine


def test_tiles_under_clouds_are_not_asked_for(tmp_path, tmp_path_factory):
    """Cloud over all but one tile of 256: of the band that tile is fetched, and no other."""
    folder = tmp_path_factory.mktemp("cloudy")
    scl = np.full((HEIGHT, WIDTH), 9, "uint8")
    scl[256:512, 512:768] = 4
    items = [cog_item(folder, "d0", {"red": noise(0), "scl": scl})]
    mask = {"asset": "scl", "exclude": [9]}
    with Nginx(folder, tmp_path_factory.mktemp("nginx")) as server:
        path = nginx_recipe(folder, tmp_path, items, server, None, mask)
        got, _ = in_child(tmp_path, "whole", path)
        accesses = server.accesses()
    judge.assert_same(got, np.where(scl == 4, noise(0), 0).astype("uint16")[None], "one clear tile")
    assert_needed_only([a for a in accesses if a.path == "/d0-red.tif"], folder / "d0-red.tif", {(2, 1)})


def test_requests_are_under_way_together(cogs, tmp_path):
    """More than there are processors, and no more than the reader's limit."""
    folder = tmp_path / "many"
    folder.mkdir()
    items = [cog_item(folder, f"d{k}", {"red": noise(k)}) for k in range(12)]
    with FaultProxy(folder, latency_s=0.2) as proxy:
        items = at(folder, items, proxy.url, tmp_path / "items.json")
        path = dump(tmp_path / "r.stacvrt", recipe(items, ["red"], grid(window_bounds(0, 0, 300, 300)), outputs=("median",)))
        in_child(tmp_path, "whole", path)
        assert 8 <= proxy.most_under_way <= 64, proxy.most_under_way
