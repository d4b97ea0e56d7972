# SPDX-License-Identifier: MIT
"""Fixtures of the tests of other programs: those of the plugin tests, a recipe of the sample, and a copy of it as GeoTIFF.

`STACVRT_PLUGIN_DIR=<folder of gdal_STACVRT.so> /usr/bin/python3 -m pytest tests/consumers`, or `scripts/test tests/consumers`.
"""
import importlib.util
import json
import sys
from pathlib import Path

# The plugin tests' conftest.py under another name: its fixtures, its environment, and its rule that CI skips nothing.
_there = Path(__file__).resolve().parents[1] / "plugin" / "conftest.py"
_spec = importlib.util.spec_from_file_location("plugin_conftest", _there)
plugin_conftest = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(plugin_conftest)
globals().update({name: value for name, value in vars(plugin_conftest).items() if not name.startswith("_")})
sys.path.insert(0, str(Path(__file__).resolve().parent))

import pytest  # noqa: E402

import plugin_env  # noqa: E402
import recipes as r  # noqa: E402


@pytest.fixture(scope="session")
def driver():
    """The registered driver; unlike the plugin tests' fixture it needs no shared data."""
    if not plugin_env.plugin_dir():
        pytest.skip(plugin_env.why_no_plugin())
    from osgeo import gdal
    gdal.AllRegister()
    found = gdal.GetDriverByName("STACVRT")
    assert found, f"{plugin_env.plugin_dir()} is there but GDAL did not register STACVRT"
    return found


@pytest.fixture(scope="session")
def recipe(driver, sample_items, tmp_path_factory):
    """Medians of red, green and blue: UInt16, nodata 0."""
    path = tmp_path_factory.mktemp("recipe") / "summer.stacvrt"
    path.write_text(json.dumps(r.recipe(sample_items, ["red", "green", "blue"], mask=r.SCL_CLEAN, outputs=["median"])))
    return str(path)


@pytest.fixture(scope="session")
def copy(recipe, tmp_path_factory):
    """The recipe as a GeoTIFF, with the driver's own overviews."""
    from osgeo import gdal
    path = tmp_path_factory.mktemp("copy") / "summer.tif"
    source = gdal.Open(recipe)
    made = gdal.Translate(str(path), source)
    levels = [2 ** (i + 1) for i in range(source.GetRasterBand(1).GetOverviewCount())]
    made = None
    made = gdal.OpenEx(str(path), gdal.OF_UPDATE)
    made.BuildOverviews("NEAREST", levels)
    for band in range(1, source.RasterCount + 1):
        for i in range(len(levels)):
            made.GetRasterBand(band).GetOverview(i).WriteArray(source.GetRasterBand(band).GetOverview(i).ReadAsArray())
    made = None
    return str(path)


@pytest.fixture(scope="session")
def window():
    """Columns, rows, width and height of the window that all programs read: over the borders of four blocks."""
    return 437, 391, 200, 170


@pytest.fixture(scope="session")
def expected(recipe, window):
    """The window's values as GDAL reads them: [band][y][x], and its (left, bottom, right, top) on the ground."""
    from gdal_io import open_recipe, pixels
    ds = open_recipe(recipe)
    left, width, _, top, _, height = ds.GetGeoTransform()
    x, y, columns, rows = window
    values = pixels(ds, *window)
    assert (values > 0).mean() > 0.9 and values.std() > 50
    return values, (left + x * width, top + (y + rows) * height, left + (x + columns) * width, top + y * height)
