# SPDX-License-Identifier: MIT
"""ON_ERROR=SKIP: items that cannot be read are left out, all pixels agree on which, and nobody can overlook it."""
import shutil
from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal

import judge
import plugin_env
import series
from fault_proxy import FaultProxy
from gdal_io import failure, in_child, open_recipe, pixels
from recipes import S2_BANDS, SCL, WL_GRID, recipe
from remote_series import at, cog_item, dump, grid, noise

pytestmark = pytest.mark.usefixtures("driver")

SKIP = "ON_ERROR=SKIP"
OUTPUTS = ("median", "count", "total")


@pytest.fixture
def wl(shared, tmp_path):
    """Items of a copy of the series that a test may break."""
    for item in series.items_of(plugin_env.S2, lambda item: "33TWL" in item["id"]):
        shutil.copytree(plugin_env.S2 / item["id"], tmp_path / "copy" / item["id"])
    items = series.items_of(plugin_env.S2, lambda item: "33TWL" in item["id"])
    for item in items:
        for asset in item["assets"].values():
            asset["href"] = str(tmp_path / "copy" / Path(asset["href"]).relative_to(plugin_env.S2))
    for file in (tmp_path / "copy").rglob("*"):
        file.chmod(0o755)
    return items


def recipe_of(folder, items, name="r"):
    path = series.write(items, folder / f"{name}.json")
    return dump(folder / f"{name}.stacvrt", recipe(path, S2_BANDS, WL_GRID, SCL, OUTPUTS))


def without(tmp_path, items, *missing):
    """The composite of the items whose places are not among `missing`."""
    kept = [item for k, item in enumerate(items) if k not in missing]
    return in_child(tmp_path, "whole", recipe_of(tmp_path, kept, f"kept{len(kept)}"))[0]


def break_file(item, asset):
    path = Path(item["assets"][asset]["href"])
    data = path.read_bytes()
    path.write_bytes(data[:len(data) // 2] + bytes(len(data) - len(data) // 2))


def collected(ds, action):
    """Warnings and errors while something is done with a dataset."""
    said = []
    gdal.PushErrorHandler(lambda level, _number, text: said.append((level, text)))
    try:
        return action(ds), said
    finally:
        gdal.PopErrorHandler()


def test_a_broken_and_a_missing_file_leave_their_items_out(wl, tmp_path):
    want = without(tmp_path, wl, 1, 3)
    break_file(wl[1], "red")
    Path(wl[3]["assets"]["scl"]["href"]).unlink()
    path = recipe_of(tmp_path, wl)
    assert wl[1]["id"] in failure(path) or wl[3]["id"] in failure(path)
    ds = open_recipe(path, SKIP)
    assert ds.GetMetadataItem("STACVRT_INCOMPLETE") is None
    got, said = collected(ds, lambda ds: ds.ReadAsArray())
    judge.assert_same(got, want, "without the items that fail")
    warned = [text for level, text in said if level == gdal.CE_Warning]
    assert len(warned) == 2 and not [text for level, text in said if level > gdal.CE_Warning], said
    for item in (wl[1], wl[3]):
        assert [text for text in warned if item["id"] in text and "ON_ERROR=SKIP" in text], warned
    skipped = ds.GetMetadata("STACVRT_SKIPPED")
    assert set(skipped) == {wl[1]["id"], wl[3]["id"]} and "no such file" in skipped[wl[3]["id"]]
    assert ds.GetMetadataItem("STACVRT_INCOMPLETE") == "YES" and ds.GetMetadata()["STACVRT_SKIPPED_ITEMS"] == "2"
    assert "STACVRT_SKIPPED" in ds.GetMetadataDomainList()
    again, said = collected(ds, lambda ds: ds.ReadAsArray())
    judge.assert_same(again, want, "read again")
    assert not said, "warned twice"


@pytest.mark.parametrize("action", ["whole", "bands", "shuffled", "threads", "eight_handles"])
def test_every_order_of_reads_ends_with_the_same_pixels(wl, tmp_path, action):
    """The second pass, when all that fails has failed."""
    want = without(tmp_path, wl, 2)
    break_file(wl[2], "nir")
    path = recipe_of(tmp_path, wl)
    got, _ = in_child(tmp_path, action, path, options=[SKIP], seed=5, twice=True)
    judge.assert_same(got, want, f"{action} after {action}")


def test_overviews_and_subdatasets_leave_out_the_same(wl, tmp_path):
    break_file(wl[2], "nir")
    path = recipe_of(tmp_path, wl)
    kept = open_recipe(recipe_of(tmp_path, wl[:2] + wl[3:], "kept"))
    ds = open_recipe(path, SKIP)
    collected(ds, lambda ds: ds.ReadAsArray())
    for band in range(1, ds.RasterCount + 1):
        judge.assert_same(ds.GetRasterBand(band).GetOverview(0).ReadAsArray()[None],
                          kept.GetRasterBand(band).GetOverview(0).ReadAsArray()[None], "overview")
    count = open_recipe(f'STACVRT:"{path}":count', SKIP)
    judge.assert_same(pixels(count), pixels(open_recipe(f'STACVRT:"{recipe_of(tmp_path, wl[:2] + wl[3:], "kept")}":count')), "count")
    assert count.GetMetadataItem("STACVRT_INCOMPLETE") == "YES"


def test_an_outage_in_the_middle_leaves_no_pixel_with_the_item(driver, tmp_path):
    """One tile of nine was computed with the item; the request that meets the failure gets all of them without it."""
    items = [cog_item(tmp_path, f"d{k}", {"red": noise(k)}) for k in range(3)]
    down = []

    def fault(method, path, span, nth):
        return 404 if down and "d1-red" in path else None
    with FaultProxy(tmp_path, fault) as proxy:
        path = dump(tmp_path / "r.stacvrt",
                    recipe(at(tmp_path, items, proxy.url, tmp_path / "items.json"), ["red"], grid(), outputs=("max", "count")))
        ds = open_recipe(path, SKIP)
        shrunk = lambda: ds.GetRasterBand(1).ReadAsArray(0, 0, 30, 30, buf_xsize=29, buf_ysize=29)
        assert ds.GetRasterBand(2).ReadAsArray(0, 0, 20, 20).max() == 3
        every = np.array([int((k + 0.5) * 30 / 29) for k in range(29)])
        judge.assert_same(shrunk()[None], np.max([noise(k) for k in range(3)], 0)[every][:, every][None], "GDAL's blocks before")
        down.append(True)
        gdal.VSICurlClearCache()
        got, said = collected(ds, lambda ds: ds.ReadAsArray())
        corner, again = ds.GetRasterBand(1).ReadAsArray(0, 0, 20, 20), shrunk()
    want = np.maximum(noise(0), noise(2))
    judge.assert_same(got[:1], want[None], "after the outage began")
    judge.assert_same(got[1:], np.full_like(want, 2)[None], "how many")
    judge.assert_same(corner[None], want[None, :20, :20], "the tile that was computed before")
    judge.assert_same(again[None], want[every][:, every][None], "blocks that GDAL kept")
    assert len(said) == 1 and "'d1'" in said[0][1], said


def test_what_was_left_out_is_tried_again_when_nobody_has_it_open(wl, tmp_path):
    item = Path(wl[0]["assets"]["red"]["href"])
    hidden = item.with_suffix(".hidden")
    item.rename(hidden)
    path = recipe_of(tmp_path, wl)
    ds = open_recipe(path, SKIP)
    collected(ds, lambda ds: ds.ReadAsArray())
    assert open_recipe(path, SKIP).GetMetadataItem("STACVRT_INCOMPLETE") == "YES"
    ds = None
    hidden.rename(item)
    ds = open_recipe(path, SKIP)
    judge.assert_same(pixels(ds), without(tmp_path, wl), "all of them")
    assert ds.GetMetadataItem("STACVRT_INCOMPLETE") is None


def test_an_item_that_cannot_even_be_planned_is_left_out(wl, tmp_path):
    """Its metadata do not say where its pixels lie, and its raster is gone."""
    want = without(tmp_path, wl, 0)
    for name in ("proj:shape", "proj:transform"):
        for place in (wl[0]["properties"], *wl[0]["assets"].values()):
            place.pop(name, None)
    Path(wl[0]["assets"]["green"]["href"]).unlink()
    path = recipe_of(tmp_path, wl)
    assert wl[0]["id"] in failure(path)
    ds = open_recipe(path, SKIP)
    assert ds.GetMetadataItem("STACVRT_INCOMPLETE") == "YES" and wl[0]["id"] in ds.GetMetadata("STACVRT_SKIPPED")
    got, said = collected(ds, lambda ds: ds.ReadAsArray())
    judge.assert_same(got, want, "without the item")
    assert len(said) == 1 and wl[0]["id"] in said[0][1]


def test_another_word_is_an_error(wl, tmp_path):
    text = failure(recipe_of(tmp_path, wl), "ON_ERROR=IGNORE")
    assert "ON_ERROR" in text and "FAIL or SKIP" in text
