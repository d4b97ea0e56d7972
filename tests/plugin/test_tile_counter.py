# SPDX-License-Identifier: MIT
"""Each tile is computed once per view, whoever reads it and however small GDAL's block cache is.

Counters come from the plan of the reading process (metadata domain STACVRT_STATISTICS). Uses the generated sample series,
whose grid has many tiles.
"""
import json

import pytest

import recipes as r
from gdal_io import in_child

pytestmark = pytest.mark.usefixtures("driver")

CACHES = [pytest.param({}, id="default cache"), pytest.param({"GDAL_CACHEMAX": "1"}, id="1 MB cache")]


def first_bands(items, count):
    features = json.load(open(items))["features"]
    return [k for k, a in features[0]["assets"].items() if "reflectance" in a.get("roles", [])][:count]


@pytest.fixture(scope="module", params=["sample", "real"])
def path(request, tmp_path_factory, s2_items):
    """Three bands and a count: the sample in its own grid, and the real series reprojected on 4 x 3 tiles."""
    target = tmp_path_factory.mktemp("counter") / "recipe.stacvrt"
    if request.param == "sample":
        items = request.getfixturevalue("sample_items")
        made = r.recipe(items, first_bands(items, 3), outputs=["median", "count"])
    else:
        grid = {"crs": "EPSG:6933", "resolution": 60, "bounds": [1455000, 5238000, 1571400, 5301000]}
        made = r.recipe(s2_items, ["red", "green", "nir"], grid, r.SCL_CLEAN, ["median", "count"], "bilinear")
    target.write_text(json.dumps(made))
    return str(target)


def tiles(facts):
    assert facts["computed"] is not None and facts["total"] is not None, "no counters in domain STACVRT_STATISTICS"
    return int(facts["computed"]), int(facts["total"])


def test_opening_computes_nothing(path, tmp_path):
    computed, total = tiles(in_child(tmp_path, "nothing", path)[1])
    assert computed == 0 and total > 1, f"{computed} of {total}"


def test_the_total_is_that_of_the_lattice(path, tmp_path, driver):
    from gdal_io import open_recipe
    ds = open_recipe(path)
    (bx, by), (w, h) = ds.GetRasterBand(1).GetBlockSize(), (ds.RasterXSize, ds.RasterYSize)
    assert int(ds.GetMetadataItem("TILES_TOTAL", "STACVRT_STATISTICS")) == -(-w // bx) * -(-h // by)


def test_one_block_computes_one_tile(path, tmp_path):
    computed, _ = tiles(in_child(tmp_path, "window", path, window=[10, 10, 20, 20])[1])
    assert computed == 1


@pytest.mark.parametrize("env", CACHES)
@pytest.mark.parametrize("action", ["translate", "with_rasterio", "whole", "bands"])
def test_each_tile_is_computed_once_per_view(path, tmp_path, action, env):
    computed, total = tiles(in_child(tmp_path, action, path, env=env)[1])
    assert computed == total, f"{action} with {env}: {computed} tiles computed, {total} in the grid"


@pytest.mark.parametrize("env", CACHES)
def test_three_bands_one_after_another_compute_each_tile_once(path, tmp_path, env):
    computed, total = tiles(in_child(tmp_path, "bands", path, env=env, bands=[2, 0, 1])[1])
    assert computed == total, f"{computed} tiles computed, {total} in the grid"


@pytest.mark.parametrize("env", CACHES)
def test_single_blocks_in_random_order_compute_each_tile_once(path, tmp_path, env):
    computed, total = tiles(in_child(tmp_path, "shuffled", path, env=env, seed=1)[1])
    assert computed == total, f"{computed} tiles computed, {total} in the grid"


@pytest.mark.parametrize("env", CACHES)
def test_several_handles_share_what_was_computed(path, tmp_path, env):
    """Hosts open the same description again and again: a second reading through new handles computes nothing."""
    computed, total = tiles(in_child(tmp_path, "translate", path, env=env, then=["with_rasterio", "threads"], seed=2)[1])
    assert computed == total, f"{computed} tiles computed, {total} in the grid"
