# SPDX-License-Identifier: MIT
"""Eight threads read one recipe at once and get the pixels that one gets: through a handle each, through rasterio, and
through one handle that GDAL makes thread-safe. That handle came with GDAL 3.10: older versions do not collect its tests.

Every reading runs in a process of its own, so that the threads compute what they read.
"""
import json

import numpy as np
import pytest
from osgeo import gdal

import judge
import recipes as r
from gdal_io import failure, in_child, least_budget, open_recipe

pytestmark = pytest.mark.usefixtures("driver")

HAS_THREAD_SAFE = int(gdal.VersionInfo()) >= 3_10_00_00
# Reprojected, interpolated and cleaned up, 4 x 3 tiles and two overviews.
GRID = {"crs": "EPSG:6933", "resolution": 60, "bounds": [1455000, 5238000, 1571400, 5301000]}


@pytest.fixture(scope="module")
def recipe_path(s2_items, tmp_path_factory):
    path = tmp_path_factory.mktemp("threads") / "recipe.stacvrt"
    path.write_text(json.dumps(r.recipe(s2_items, ["red", "nir"], GRID, r.SCL_CLEAN, ["median", "mad", "count"], "bilinear")))
    return str(path)


@pytest.fixture(scope="module")
def whole(recipe_path, tmp_path_factory, driver):
    """The serial reading."""
    data, _ = in_child(tmp_path_factory.mktemp("whole"), "whole", recipe_path, options=["THREADS=1"])
    assert np.isfinite(data).any() and np.isnan(data).any()
    return data


WAYS = ["eight_handles", "eight_rasterio_handles"]
if HAS_THREAD_SAFE:
    WAYS += ["one_thread_safe_handle", "one_thread_safe_handle_by_band"]


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("way", WAYS)
def test_eight_threads_at_once_get_the_pixels_of_one(recipe_path, whole, tmp_path, way, seed):
    data, facts = in_child(tmp_path, way, recipe_path, seed=seed)
    judge.assert_same(data, whole, f"{way}, order {seed}")
    assert facts["computed"] == facts["total"], "the handles of the threads do not share what was computed"


def test_threads_that_the_budget_has_no_room_for_are_not_used(recipe_path, whole, tmp_path, monkeypatch):
    monkeypatch.setenv("GDAL_NUM_THREADS", "64")
    data, _ = in_child(tmp_path, "whole", recipe_path, options=["MEMORY=64MB"])
    judge.assert_same(data, whole, "64 processors and 64 MB")
    message = failure(recipe_path, "MEMORY=64MB", "THREADS=64")
    assert "too small" in message and "with 64 threads" in message, message


def test_levels_that_do_not_fit_the_budget_are_not_counted(recipe_path):
    handles = [open_recipe(recipe_path, *options) for options in ([], least_budget(recipe_path, 4))]
    full, tight = (ds.GetRasterBand(1) for ds in handles)
    by_size = {level.XSize: level for level in map(full.GetOverview, range(full.GetOverviewCount()))}
    assert 0 < tight.GetOverviewCount() < len(by_size), "the budget should be too small for one level"
    for i in range(tight.GetOverviewCount()):
        level = tight.GetOverview(i)
        judge.assert_same(level.ReadAsArray(), by_size[level.XSize].ReadAsArray(), f"level {i}")


if HAS_THREAD_SAFE:
    def test_a_thread_safe_handle_opens_where_a_level_does_not_fit_the_budget(recipe_path, tmp_path):
        options = least_budget(recipe_path, 4)
        serial, _ = in_child(tmp_path, "overview", recipe_path, level=0, options=options)
        data, _ = in_child(tmp_path, "overview_of_one_thread_safe_handle", recipe_path, level=0, seed=4, options=options)
        judge.assert_same(data, serial, "the first level that fits")

    @pytest.mark.parametrize("options", [[], ["THREADS=1"]], ids=["all threads", "one thread"])
    def test_overviews_of_a_thread_safe_handle_are_those_of_a_plain_one(recipe_path, tmp_path, options):
        plain = open_recipe(recipe_path)
        levels = plain.GetRasterBand(1).GetOverviewCount()
        assert levels >= 2
        for level in range(levels):
            serial, _ = in_child(tmp_path, "overview", recipe_path, level=level, options=["THREADS=1"])
            data, _ = in_child(tmp_path, "overview_of_one_thread_safe_handle", recipe_path, level=level, seed=3, options=options)
            judge.assert_same(data, serial, f"overview {level}")

    def test_a_thread_safe_handle_tells_what_a_plain_one_does(recipe_path):
        plain = open_recipe(recipe_path)
        shared = gdal.OpenEx(recipe_path, gdal.OF_RASTER | gdal.OF_THREAD_SAFE)
        assert shared.IsThreadSafe(gdal.OF_RASTER) and not plain.IsThreadSafe(gdal.OF_RASTER)
        assert shared.GetGeoTransform() == plain.GetGeoTransform()
        assert shared.GetSpatialRef().IsSame(plain.GetSpatialRef())
        assert shared.GetMetadata() == plain.GetMetadata()
        for b in range(1, plain.RasterCount + 1):
            one, other = plain.GetRasterBand(b), shared.GetRasterBand(b)
            assert (one.DataType, one.GetBlockSize()) == (other.DataType, other.GetBlockSize())
            np.testing.assert_equal(other.GetNoDataValue(), one.GetNoDataValue())
            assert other.GetOverviewCount() == one.GetOverviewCount()
            assert other.GetMetadata() == one.GetMetadata()
