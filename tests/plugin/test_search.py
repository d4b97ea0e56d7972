# SPDX-License-Identifier: MIT
"""Searches of a STAC API, catalogues and snapshots: the same composite as from a file, by the requests that are needed.

The API (stac_api.py) and the server of rasters run on the loopback interface; what was asked is told by their logs.
"""
import json

import numpy as np
import pytest
from osgeo import gdal

import plugin_env
import recipes as r
import series
import servers
import stac_api
from gdal_io import failure, open_recipe, pixels

pytestmark = pytest.mark.usefixtures("driver")

BANDS = ["red", "nir"]
OPTIONS = ["BANDS=red,nir", "OUTPUTS=median,count"]


def recipe_of(items):
    return {**r.recipe("", BANDS, r.WL_CROP, r.SCL), "items": items}


@pytest.fixture(autouse=True)
def quick():
    """Answers are not kept, and failures not waited for, unless a test says so."""
    options = {"STACVRT_REMOTE_AGE": "0", "GDAL_HTTP_MAX_RETRY": "0", "GDAL_HTTP_NETRC": "NO"}
    for name, value in options.items():
        gdal.SetConfigOption(name, value)
    yield
    for name in options:
        gdal.SetConfigOption(name, None)


@pytest.fixture(scope="module")
def rasters(shared):
    with servers.serving(plugin_env.S2) as server:
        yield server


@pytest.fixture(scope="module")
def items(rasters):
    """The ten Sentinel-2 items with their rasters on a server."""
    found = series.load(plugin_env.S2 / "items.json")["features"]
    for item in found:
        item["assets"] = {name: item["assets"][name] for name in (*BANDS, "scl")}
        for asset in item["assets"].values():
            asset["href"] = rasters.url + asset["href"].removeprefix(".")
    return found


@pytest.fixture
def searched(write_recipe):
    """Opens a recipe whose items are the search `terms`."""
    def opened(url, *options, name="search.stacvrt", **terms):
        recipe = recipe_of({"search": {"url": url, **terms}})
        return open_recipe(write_recipe(recipe, name), *options)
    return opened


@pytest.fixture
def from_file(tmp_path, write_recipe):
    """Pixels of the same recipe over `items` in a file."""
    def read(items):
        path = series.write(items, tmp_path / "items.json")
        return pixels(open_recipe(write_recipe(recipe_of(path), "file.stacvrt")))
    return read


@pytest.mark.parametrize("paging", stac_api.PAGING)
def test_every_form_of_paging_gives_the_composite_of_a_file(items, searched, from_file, paging):
    with stac_api.serve(items, paging=paging) as api:
        ds = searched(api.url, collections=["sentinel-2-l2a"], limit=3)
        np.testing.assert_array_equal(pixels(ds), from_file(items))
        assert [method for method, path, _ in api.requests].count("POST") == (1 if paging.startswith("get") else 4)
        assert len(api.searches()) == 4
        assert api.requests[0][1].rstrip("/") == "/v1"


def test_an_api_without_post_is_searched_by_get(items, searched, from_file):
    for root in (True, False):
        with stac_api.serve(items, methods=("GET",), paging="get-token") as api:
            ds = searched(api.url if root else api.url + "/search", bbox=[14, 45, 16, 47], limit=4,
                          datetime="2023-08-13/2023-08-18", sortby="-properties.datetime",
                          query={"platform": {"eq": "sentinel-2b"}})
            wanted = [i for i in items if "2023-08-13" <= i["properties"]["datetime"][:10] <= "2023-08-18"
                      and i["properties"]["platform"] == "sentinel-2b"]
            assert 0 < len(wanted) < len(items)
            wanted.sort(key=lambda item: item["properties"]["datetime"], reverse=True)
            np.testing.assert_array_equal(pixels(ds), from_file(wanted))


@pytest.mark.parametrize("terms, keep", [
    ({"ids": ["S2B_33TWM_20230810_0_L2A", "S2B_33TWL_20230810_0_L2A"]}, lambda i: "20230810" in i["id"]),
    ({"datetime": "2023-08-15/.."}, lambda i: i["properties"]["datetime"] >= "2023-08-15"),
    ({"intersects": {"type": "Point", "coordinates": [16, 45.8]}}, lambda i: "33TWL" in i["id"]),
    ({"bbox": [16, 40, 15, 50]}, lambda i: "33TWL" in i["id"]),
    ({"filter": {"op": "and", "args": [{"op": "like", "args": [{"property": "id"}, "%33TWL%"]},
                                       {"op": ">", "args": [{"property": "datetime"},
                                                            {"timestamp": "2023-08-12T00:00:00Z"}]}]}},
     lambda i: "33TWL" in i["id"] and i["properties"]["datetime"] > "2023-08-12"),
    ({"fields": {"include": ["id", "properties.datetime"]}, "max_items": 100}, lambda i: True),
], ids=["ids", "datetime", "intersects", "bbox", "filter", "fields"])
def test_terms_choose_items(items, searched, from_file, terms, keep):
    wanted = [item for item in items if keep(item)]
    with stac_api.serve(items) as api:
        np.testing.assert_array_equal(pixels(searched(api.url, **terms)), from_file(wanted))


def test_a_search_that_finds_nothing_and_one_that_the_api_does_not_offer_say_so(items, write_recipe):
    def message(url, **terms):
        return failure(write_recipe(recipe_of({"search": {"url": url, **terms}})))
    with stac_api.serve(items, conforms_to=[stac_api.CORE, stac_api.SEARCH]) as api:
        assert "no items" in message(api.url, collections="none")
        assert "/items/search/sortby" in message(api.url, sortby="id")
        assert "does not offer \"query\"" in message(api.url, query={"a": {"lt": 1}})
        assert "does not offer \"filter\"" in message(api.url, filter={"op": "=", "args": [1, 1]})
        assert not api.searches()[1:]


def test_max_items_stops_the_search(items, searched, from_file):
    with stac_api.serve(items) as api:
        ds = searched(api.url + "/search", sortby="id", limit=3, max_items=4)
        np.testing.assert_array_equal(pixels(ds), from_file(sorted(items, key=lambda i: i["id"])[:4]))
        assert len(api.requests) == 2


def test_the_url_of_a_search_or_of_items_opens_by_itself(items, from_file, tmp_path):
    file = series.write(items, tmp_path / "items.json")
    want = pixels(open_recipe(f"STACVRT:{file}", *OPTIONS))
    for paging in ("get-token", "get-relative"):
        with stac_api.serve(items, paging=paging) as api:
            for url in ("/search?collections=sentinel-2-l2a&bbox=14,45,16,47&limit=4",
                        "/collections/sentinel-2-l2a/items?limit=4", "/collections/sentinel-2-l2a"):
                np.testing.assert_array_equal(pixels(open_recipe(f"STACVRT:{api.url}{url}", *OPTIONS)), want)


def test_pages_at_another_origin_are_refused(items, write_recipe):
    with stac_api.serve(items) as other:
        with stac_api.serve(items, next_origin=other.url) as api:
            text = failure(write_recipe(recipe_of({"search": {"url": api.url, "limit": 4}})))
            assert "another origin" in text
            assert not other.requests


def test_an_answer_is_reused_while_a_dataset_of_it_is_open(items, searched):
    with stac_api.serve(items) as api:
        first = searched(api.url, collections=["sentinel-2-l2a"], limit=5)
        asked = len(api.requests)
        second = searched(api.url, collections=["sentinel-2-l2a"], limit=5)
        searched(api.url, collections=["sentinel-2-l2a"], limit=5, name="other.stacvrt")
        assert len(api.requests) == asked
        del first, second
        third = searched(api.url, collections=["sentinel-2-l2a"], limit=5)
        assert len(api.requests) > asked and third


def test_an_answer_is_reused_for_a_while(items, searched):
    gdal.SetConfigOption("STACVRT_REMOTE_AGE", "600")
    with stac_api.serve(items) as api:
        for _ in range(2):
            ds = searched(api.url, collections=["sentinel-2-l2a"])
            del ds
        assert len(api.searches()) == 1


def test_a_snapshot_is_written_once_and_then_asks_nobody(items, searched, from_file, tmp_path, rasters):
    snapshot = tmp_path / "frozen.json"
    option = f"SNAPSHOT={snapshot}"
    with stac_api.serve(items, paging="post-token") as api:
        url = api.url
        before = pixels(searched(url, option, collections=["sentinel-2-l2a"], limit=4))
    np.testing.assert_array_equal(before, from_file(items))
    frozen = json.loads(snapshot.read_text())
    assert frozen["type"] == "FeatureCollection" and frozen["links"] == []
    assert [i["id"] for i in frozen["features"]] == [i["id"] for i in items]
    assert all(a["href"].startswith(rasters.url) for i in frozen["features"] for a in i["assets"].values())
    asked = frozen["stacvrt:search"]
    assert asked["request"]["items"] == [{"search": {"url": url, "collections": ["sentinel-2-l2a"], "limit": 4}}]
    assert asked["found"] == 10 and asked["left_out"] == []
    written = snapshot.stat().st_mtime_ns
    # The API is gone.
    np.testing.assert_array_equal(pixels(searched(url, option, collections=["sentinel-2-l2a"], limit=4)), before)
    assert snapshot.stat().st_mtime_ns == written
    # It is an ItemCollection like any other.
    file = series.write(items, tmp_path / "same.json")
    np.testing.assert_array_equal(pixels(open_recipe(f"STACVRT:{snapshot}", *OPTIONS)),
                                  pixels(open_recipe(f"STACVRT:{file}", *OPTIONS)))


def test_a_snapshot_of_another_request_or_no_snapshot_is_an_error(items, write_recipe, tmp_path):
    mine = tmp_path / "mine.json"
    with stac_api.serve(items) as api:
        def message(path, **terms):
            recipe = write_recipe(recipe_of({"search": {"url": api.url, **terms}}))
            return failure(recipe, f"SNAPSHOT={path}")
        open_recipe(write_recipe(recipe_of({"search": {"url": api.url}})), f"SNAPSHOT={mine}")
        assert "another request" in message(mine, limit=7)
        mine.write_text(json.dumps({"type": "FeatureCollection", "features": items}))
        assert "no snapshot" in message(mine)
        assert json.loads(mine.read_text())["features"] == items
        assert "cannot be written: No such file" in message(tmp_path / "no" / "folder.json")
        gdal.SetConfigOption("STACVRT_LOCAL_PATHS", "NONE")
        try:
            assert "locks local paths" in failure(f"STACVRT:{api.url}/search", f"SNAPSHOT={tmp_path / 'n.json'}")
        finally:
            gdal.SetConfigOption("STACVRT_LOCAL_PATHS", None)


def catalogue(folder, items):
    """A static catalogue of `items`: one Collection per tile, relative links, and a circle."""
    folder.mkdir()

    def write(path, kind, links, **more):
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps({"type": kind, "stac_version": "1.0.0", "id": path.parent.name, "description": "d",
                                    "links": [{"rel": rel, "href": href} for rel, href in links], **more}))
    tiles = sorted({item["id"].split("_")[1] for item in items})
    write(folder / "catalog.json", "Catalog", [("child", f"./{tile}/collection.json") for tile in tiles])
    for tile in tiles:
        mine = [item for item in items if tile in item["id"]]
        west, south, east, north = zip(*(item["bbox"] for item in mine))
        extent = {"spatial": {"bbox": [[min(west), min(south), max(east), max(north)]]},
                  "temporal": {"interval": [["2023-08-01T00:00:00Z", None]]}}
        write(folder / tile / "collection.json", "Collection",
              [("root", "../catalog.json"), ("child", "../catalog.json"), *[("item", f"{i['id']}.json") for i in mine]],
              license="other", extent=extent)
        for item in mine:
            (folder / tile / f"{item['id']}.json").write_text(json.dumps(item))
    return tiles


def test_a_static_catalogue_is_crawled_locally_and_remotely(items, from_file, tmp_path, write_recipe):
    tiles = catalogue(tmp_path / "catalogue", items)
    ordered = [item for tile in tiles for item in items if tile in item["id"]]
    want = from_file(ordered)
    local = write_recipe(recipe_of("catalogue/catalog.json"), "local.stacvrt")
    np.testing.assert_array_equal(pixels(open_recipe(local)), want)
    with servers.serving(tmp_path / "catalogue") as server:
        remote = write_recipe(recipe_of(server.url + "/catalog.json"), "remote.stacvrt")
        np.testing.assert_array_equal(pixels(open_recipe(remote)), want)
        assert len(server.asked()) == 1 + len(tiles) + len(items)


def test_a_local_catalogue_that_changes_is_seen_at_the_next_opening(items, from_file, tmp_path, write_recipe):
    tiles = catalogue(tmp_path / "catalogue", items)
    recipe = write_recipe(recipe_of("catalogue/catalog.json"), "local.stacvrt")
    first = open_recipe(recipe)
    gone = tmp_path / "catalogue" / tiles[0] / "collection.json"
    text = json.loads(gone.read_text())
    text["links"] = [link for link in text["links"] if "20230810" not in link["href"]]
    gone.write_text(json.dumps(text))
    left = [i for i in items if not ("20230810" in i["id"] and tiles[0] in i["id"])]
    np.testing.assert_array_equal(pixels(open_recipe(recipe)),
                                  from_file([i for t in tiles for i in left if t in i["id"]]))
    assert first


def test_collections_outside_the_extent_wanted_are_not_read(items, tmp_path):
    catalogue(tmp_path / "catalogue", items)
    with servers.serving(tmp_path / "catalogue") as server:
        text = failure(f"STACVRT:{server.url}/catalog.json", "DATETIME=2020")
        assert "2 collection(s) lie outside" in text
        assert len(server.asked()) == 3


def test_a_catalogue_of_a_remote_server_names_no_local_file(tmp_path):
    folder = tmp_path / "catalogue"
    folder.mkdir()
    secret = tmp_path / "secret.json"
    secret.write_text("{}")
    for href in (f"file://{secret}", f"/vsicurl?url={secret}", f"STACVRT:{secret}", "/vsistdin/"):
        (folder / "catalog.json").write_text(json.dumps(
            {"type": "Catalog", "id": "c", "description": "d", "links": [{"rel": "item", "href": href}]}))
        with servers.serving(folder) as server:
            assert "refused" in failure(f"STACVRT:{server.url}/catalog.json")
