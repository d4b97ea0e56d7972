# SPDX-License-Identifier: MIT
"""How the sources are cut into blocks changes no pixel, and no block is decoded twice while the budget has room."""
import json

import numpy as np
import pytest
from osgeo import gdal, osr

import judge
from gdal_io import open_recipe, pixels

pytestmark = pytest.mark.usefixtures("driver")

WIDTH, HEIGHT, LEFT, TOP, DATES = 2500, 2100, 600000, 5000000, 3
BANDS = ("red", "nir", "scl")


def write_raster(path, values, block, dx=0):
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(32633)
    kind = gdal.GDT_Byte if values.dtype == np.uint8 else gdal.GDT_UInt16
    options = ["TILED=YES", f"BLOCKXSIZE={block}", f"BLOCKYSIZE={block}", "COMPRESS=DEFLATE", "PREDICTOR=2"]
    raster = gdal.GetDriverByName("GTiff").Create(str(path), WIDTH, HEIGHT, 1, kind, options)
    raster.SetGeoTransform((LEFT + 10 * dx, 10, 0, TOP, 0, -10))
    raster.SetProjection(reference.ExportToWkt())
    raster.WriteArray(values)


def write_series(folder, block, dx=0):
    """Three dates of two bands and a mask, `dx` pixels right of the recipe's grid; returns the recipe."""
    features = []
    for date in range(DATES):
        rng = np.random.default_rng(date)
        assets = {}
        for name in BANDS:
            if name == "scl":
                values = np.where(rng.random((HEIGHT // 50, WIDTH // 50)) < 0.3, 9, 4).astype("uint8").repeat(50, 0).repeat(50, 1)
            else:
                values = rng.integers(1, 3000, (HEIGHT, WIDTH)).astype("uint16")
            values = np.roll(values, -dx, 1)  # what the recipe sees is the same but for the border
            write_raster(folder / f"{name}{date}.tif", values, block, dx)
            assets[name] = {"href": f"{name}{date}.tif", "eo:bands": [{"name": name, "common_name": name}], "proj:epsg": 32633,
                            "proj:shape": [HEIGHT, WIDTH], "proj:transform": [10, 0, LEFT + 10 * dx, 0, -10, TOP],
                            "raster:bands": [{"data_type": "uint8" if name == "scl" else "uint16", "nodata": 0}]}
        features.append({"type": "Feature", "stac_version": "1.0.0", "id": f"d{date}", "geometry": None, "links": [],
                         "properties": {"datetime": f"2024-05-0{date + 1}T10:00:00Z"}, "assets": assets})
    (folder / "items.json").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    recipe = {"type": "STACVRT", "version": 1, "items": "items.json", "bands": ["red", "nir"],
              "mask": {"asset": "scl", "exclude": [9]},
              "grid": {"crs": "EPSG:32633", "resolution": 10,
                       "bounds": [LEFT + 2000, TOP - 10 * HEIGHT, LEFT + 10 * WIDTH, TOP] if dx else
                                 [LEFT, TOP - 10 * HEIGHT, LEFT + 10 * WIDTH, TOP]},
              "outputs": ["median"]}
    path = folder / "recipe.stacvrt"
    path.write_text(json.dumps(recipe))
    return str(path)


@pytest.fixture(scope="module")
def series(tmp_path_factory, driver):
    """Recipes by block size and shift, made when first asked for."""
    made = {}

    def of(block, dx=0):
        if (block, dx) not in made:
            made[block, dx] = write_series(tmp_path_factory.mktemp(f"blocks{block}"), block, dx)
        return made[block, dx]
    return of


def decoded(ds):
    """Blocks that this process has decoded so far."""
    return int(ds.GetMetadataItem("BLOCKS_DECODED", "STACVRT_STATISTICS"))


def blocks_of(block):
    return -(-WIDTH // block) * -(-HEIGHT // block) * DATES * len(BANDS)


def read_by_rows(ds, rows=512):
    return np.concatenate([pixels(ds, 0, y, ds.RasterXSize, min(rows, ds.RasterYSize - y)) for y in range(0, ds.RasterYSize, rows)], 1)


@pytest.mark.parametrize("block", [256, 512, 1024, 2048])
def test_block_sizes_change_no_pixel_and_each_block_is_decoded_once(series, block):
    wanted = read_by_rows(open_recipe(series(512)))
    ds = open_recipe(series(block))
    before = decoded(ds)
    judge.assert_same(read_by_rows(ds), wanted, f"blocks of {block}")
    if block != 512:  # those were read for `wanted`
        assert decoded(ds) - before == blocks_of(block)


@pytest.mark.parametrize("block", [512, 1024])
def test_blocks_that_tiles_cut_are_decoded_once(series, block):
    """The grid begins 200 pixels right of the recipe's: every tile touches blocks of its neighbours."""
    wanted = read_by_rows(open_recipe(series(512)))[:, :, 200:]
    ds = open_recipe(series(block, 37))
    before = decoded(ds)
    got = read_by_rows(ds)
    judge.assert_same(got[:, :, :2263], wanted[:, :, :2263], f"blocks of {block}, shifted")
    assert decoded(ds) - before == blocks_of(block)


def test_a_request_at_a_time_computes_large_tiles_once(series):
    """Hosts that read block by block find the rest of a tile of 1024 in the cache of tiles."""
    wanted = read_by_rows(open_recipe(series(512)))
    ds = open_recipe(series(1024))
    band = ds.GetRasterBand(2)
    for y in range(0, HEIGHT, 512):
        for x in range(0, WIDTH, 512):
            raw = np.frombuffer(band.ReadBlock(x // 512, y // 512), wanted.dtype).reshape(512, 512)
            h, w = min(512, HEIGHT - y), min(512, WIDTH - x)
            judge.assert_same(raw[:h, :w], wanted[1, y:y + h, x:x + w], f"block {x // 512} {y // 512}")
    assert int(ds.GetMetadataItem("TILES_COMPUTED", "STACVRT_STATISTICS")) <= 25
