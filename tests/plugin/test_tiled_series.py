# SPDX-License-Identifier: MIT
"""Time series of tiled assets: items, or one item whose templates name a dimension of time, composited like any series."""
import json

import numpy as np
import pytest
from osgeo import gdal, osr

import judge
from gdal_io import failure, open_recipe, pixels

pytestmark = pytest.mark.usefixtures("driver")

CELL = 4891.96981025128        # of level 5 of WebMercatorQuad
HALF = 20037508.342789244
COL, ROW = 16, 10              # first tile of the two by two that there are
DAYS = ["2020-01-01", "2020-01-11", "2020-01-21", "2020-02-01_2020-02-10"]


def write_tile(path, values, level_cell, col, row):
    path.parent.mkdir(parents=True, exist_ok=True)
    ds = gdal.GetDriverByName("GTiff").Create(str(path), values.shape[2], values.shape[1], values.shape[0],
                                              gdal.GDT_UInt16)
    srs = osr.SpatialReference()
    srs.ImportFromEPSG(3857)
    ds.SetProjection(srs.ExportToWkt())
    ds.SetGeoTransform((-HALF + col * 256 * level_cell, level_cell, 0, HALF - row * 256 * level_cell, 0, -level_cell))
    ds.WriteArray(values)


def series(folder, days):
    """Tiles of both bands for each day, below folder/<day>/<level>/<row>/<col>.tif; returns (day, band, y, x)."""
    rng = np.random.default_rng(5)
    stack = rng.integers(1, 9000, (len(days), 2, 512, 512)).astype("uint16")
    stack[rng.random(stack.shape) < 0.1] = 0
    for day, whole in zip(days, stack):
        for row in range(2):
            for col in range(2):
                tile = whole[:, row * 256:(row + 1) * 256, col * 256:(col + 1) * 256]
                write_tile(folder / day / "5" / str(ROW + row) / f"{COL + col}.tif", tile, CELL, COL + col, ROW + row)
    return stack


def tiled_item(item_id, href, properties):
    links = {"WebMercatorQuad": {"url": "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad", "limits": {
        "5": {"min_tile_col": COL, "max_tile_col": COL + 1, "min_tile_row": ROW, "max_tile_row": ROW + 1}}}}
    bands = [{"name": "red", "data_type": "uint16", "nodata": 0}, {"name": "nir", "data_type": "uint16", "nodata": 0}]
    return {"type": "Feature", "stac_version": "1.1.0", "id": item_id, "geometry": None, "links": [], "assets": {},
            "properties": dict(properties, **{"tiles:tile_matrix_links": links}),
            "asset_templates": {"bands": {"href": href, "type": "image/tiff; application=geotiff", "bands": bands}}}


def write(path, document):
    path.write_text(json.dumps(document))
    return path


def recipe(folder, items, **more):
    return write(folder / "r.stacvrt", dict({"type": "STACVRT", "items": items, "bands": ["red", "nir"],
                                             "outputs": ["median", "count"]}, **more))


def median_and_count(stack):
    valid = (stack > 0).all(1)
    values = np.where(valid[:, None], stack, np.nan).astype("float64")
    count = valid.sum(0)
    values[:, :, count == 0] = 0
    return np.concatenate([np.rint(np.nanmedian(values, axis=0)), count[None]]).astype("uint16")


def test_a_dimension_of_time_is_composited_like_items(tmp_path):
    stack = series(tmp_path, DAYS)
    values = {"cube:dimensions": {"period": {"type": "temporal", "values": DAYS}}}
    item = tiled_item("s", "./{cube:dimensions:period}/{TileMatrix}/{TileRow}/{TileCol}.tif",
                      dict(values, datetime="2019-01-01T00:00:00Z"))
    write(tmp_path / "item.json", item)
    ds = open_recipe(recipe(tmp_path, "item.json"))
    assert (ds.RasterXSize, ds.RasterYSize) == (512, 512)
    judge.assert_same(pixels(ds), median_and_count(stack), "a dimension of time")
    # The same days as items of a collection, and on lines of their own.
    items = [tiled_item(day, f"./{day}/{{TileMatrix}}/{{TileRow}}/{{TileCol}}.tif",
                        {"datetime": day[:10] + "T00:00:00Z"}) for day in DAYS]
    write(tmp_path / "items.json", {"type": "FeatureCollection", "features": items})
    (tmp_path / "items.ndjson").write_text("".join(json.dumps(one) + "\n" for one in items))
    for name in ("items.json", "items.ndjson"):
        judge.assert_same(pixels(open_recipe(recipe(tmp_path, name))), pixels(ds), name)


def test_times_of_a_dimension_make_windows(tmp_path):
    stack = series(tmp_path, DAYS)
    item = tiled_item("s", "./{cube:dimensions:period}/{TileMatrix}/{TileRow}/{TileCol}.tif",
                      {"datetime": "2019-01-01T00:00:00Z",
                       "cube:dimensions": {"period": {"type": "temporal", "values": DAYS}}})
    write(tmp_path / "item.json", item)
    ds = open_recipe(recipe(tmp_path, "item.json", time={"windows": "P1M"}))
    assert ds.GetRasterBand(1).GetDescription().startswith("2020-01")
    got = pixels(ds)
    judge.assert_same(got[:3], median_and_count(stack[:3]), "January")
    judge.assert_same(got[3:], median_and_count(stack[3:]), "February")


def test_a_missing_tile_of_one_day_leaves_that_day_out(tmp_path):
    stack = series(tmp_path, DAYS)
    (tmp_path / DAYS[1] / "5" / str(ROW) / f"{COL}.tif").unlink()
    stack[1, :, :256, :256] = 0
    items = [tiled_item(day, f"./{day}/{{TileMatrix}}/{{TileRow}}/{{TileCol}}.tif",
                        {"datetime": day[:10] + "T00:00:00Z"}) for day in DAYS]
    write(tmp_path / "items.json", {"type": "FeatureCollection", "features": items})
    judge.assert_same(pixels(open_recipe(recipe(tmp_path, "items.json"))), median_and_count(stack), "a missing tile")


def test_an_undeclared_dimension_is_an_error_with_its_name(tmp_path):
    item = tiled_item("s", "./{cube:dimensions:era}/{TileMatrix}/{TileRow}/{TileCol}.tif",
                      {"datetime": "2019-01-01T00:00:00Z"})
    write(tmp_path / "item.json", item)
    text = failure(recipe(tmp_path, "item.json"))
    assert "dimension 'era', which 'cube:dimensions' lacks" in text and "item.json" in text
