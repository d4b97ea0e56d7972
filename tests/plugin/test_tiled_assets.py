# SPDX-License-Identifier: MIT
"""A tiled-assets item opens like any other: its tiles read directly, missing ones as nodata, say what its pixels are.

The tiles were cut from an item of the real series, so the source COGs are a second witness.
"""
import shutil

import numpy as np
import pytest
import rasterio

import judge
import plugin_env
import recipes as r
import series
from gdal_io import open_recipe, pixels, read, run

pytestmark = pytest.mark.usefixtures("driver")

ITEM = plugin_env.TILED / "item.json"
TEMPLATE_BANDS = ["B02", "B03", "B04", "B08"]
EXTENT_GRID = r.WL_GRID                                   # of the source item; level 1's tiles reach beyond it


def mosaic(folder, template, level):
    """(band, y, x) of all tiles of a level by its matrix in item.json; zeros, the declared nodata, where a tile is missing."""
    matrix = next(m for m in series.load(ITEM)["properties"]["tiles:tile_matrix_sets"]["grid"]["tileMatrix"]
                  if m["identifier"] == str(level))
    count = 4 if template == "bands" else 1
    whole = np.zeros((count, matrix["matrixHeight"] * 128, matrix["matrixWidth"] * 128), "uint16")
    for row in range(matrix["matrixHeight"]):
        for col in range(matrix["matrixWidth"]):
            path = folder / template / str(level) / str(row) / f"{col}.tif"
            if path.exists():
                with rasterio.open(path) as src:
                    whole[:, row * 128:(row + 1) * 128, col * 128:(col + 1) * 128] = src.read()
    return whole


def expected(bands, mask):
    """One item's median: the values where all bands have data and the mask is neither nodata nor excluded."""
    valid = (bands > 0).all(0) & (mask[0] > 0) & ~np.isin(mask[0], [3, 8, 9, 10])
    return np.where(valid, bands, 0).astype("uint16"), valid


@pytest.fixture
def copied(tmp_path, shared):
    """A copy of the item and its tiles, to be altered."""
    shutil.copytree(plugin_env.TILED, tmp_path / "tiled")
    return tmp_path / "tiled"


@pytest.mark.parametrize("names", [TEMPLATE_BANDS, r.S2_BANDS, ["B08", "blue"]])
def test_level_1_equals_its_tiles_with_bands_by_name(write_recipe, names):
    recipe = r.recipe(ITEM, names, mask=r.SCL, outputs=["median", "count"])
    ds = open_recipe(write_recipe(recipe))
    tiles = mosaic(plugin_env.TILED, "bands", 1)
    order = [TEMPLATE_BANDS.index(n) if n in TEMPLATE_BANDS else r.S2_BANDS.index(n) for n in names]
    want, valid = expected(tiles[order], mosaic(plugin_env.TILED, "scl", 1))
    assert ds.GetGeoTransform() == (545580, 120, 0, 5100000, 0, -120)
    assert (ds.RasterXSize, ds.RasterYSize) == (512, 384), "the finest level's tiles"
    got = pixels(ds)
    judge.assert_same(got[:-1], want, "tiles")
    judge.assert_same(got[-1], valid.astype("uint16"), "count")


def test_level_1_equals_the_item_the_tiles_were_cut_from(write_recipe, shared):
    """Without cleanup: the tiles' image ends beyond the item's, so that discs see its padding where they see no image."""
    source = r.recipe(plugin_env.S2 / "items.json", r.S2_BANDS, EXTENT_GRID, r.SCL, ["median", "count"],
                      time={"range": "2023-08-18/2023-08-18"}, filter={"grid:code": {"eq": "MGRS-33TWL"}})
    tiled = r.recipe(ITEM, r.S2_BANDS, EXTENT_GRID, r.SCL, ["median", "count"])
    got = read(write_recipe(tiled, "tiled.stacvrt"))
    assert (got[-1] == 1).any() and (got[-1] == 0).any()
    judge.assert_same(got, read(write_recipe(source, "source.stacvrt")), "tiles against the source item")
    with rasterio.open(plugin_env.S2 / "S2A_33TWL_20230818_0_L2A" / "B04.tif") as src:
        red = src.read(1)
    judge.assert_same(got[2], np.where(got[-1] == 1, red, 0).astype("uint16"), "red against the source COG")


def test_interpolation_crosses_tile_borders(write_recipe, shared):
    """Half a pixel off the tiles' lattice every pixel mixes four, at tile borders of four tiles."""
    grid = {**EXTENT_GRID, "bounds": [v + 60 for v in EXTENT_GRID["bounds"]]}
    both = [r.recipe(items, ["red", "nir"], grid, r.SCL, ["median", "count"], "bilinear",
                     time={"range": "2023-08-18/2023-08-18"}, **more)
            for items, more in ((ITEM, {}), (plugin_env.S2 / "items.json", {"filter": {"grid:code": {"eq": "MGRS-33TWL"}}}))]
    got, want = (read(write_recipe(made, f"{n}.stacvrt")) for n, made in enumerate(both))
    judge.assert_same(got, want, "bilinear across tile borders")


def test_missing_tiles_are_nodata(write_recipe, copied):
    for template in ("bands", "scl"):
        (copied / template / "1" / "1" / "2.tif").unlink()
    (copied / "bands" / "1" / "0" / "0.tif").unlink()
    want, valid = expected(mosaic(copied, "bands", 1), mosaic(copied, "scl", 1))
    assert not valid[128:256, 256:384].any() and not valid[:128, :128].any() and valid.any()
    got = read(write_recipe(r.recipe(copied / "item.json", TEMPLATE_BANDS, mask=r.SCL, outputs=["median", "count"])))
    judge.assert_same(got[:-1], want, "with missing tiles")
    judge.assert_same(got[-1], valid.astype("uint16"), "count")


def test_a_replaced_tile_is_seen_at_the_next_opening(write_recipe, copied):
    recipe = write_recipe(r.recipe(copied / "item.json", ["B04"], mask=r.SCL, outputs=["median"]))
    before = read(recipe)
    shutil.copy(copied / "bands" / "1" / "0" / "1.tif", copied / "bands" / "1" / "1" / "1.tif")
    after = read(recipe)
    want, _ = expected(mosaic(copied, "bands", 1)[2:3], mosaic(copied, "scl", 1))
    assert (before != after).any()
    judge.assert_same(after, want[0], "with the new tile")


def test_a_replaced_tile_of_a_coarser_level_is_seen_at_the_next_opening(write_recipe, copied):
    recipe = write_recipe(r.recipe(copied / "item.json", ["B04"], outputs=["median"]))
    ds = open_recipe(recipe)
    before = ds.GetRasterBand(1).GetOverview(0).ReadAsArray()
    judge.assert_same(before, mosaic(copied, "bands", 0)[2][:before.shape[0], :before.shape[1]], "level 0")
    tile = next(iter(sorted((copied / "bands" / "0" / "0").glob("*.tif"))))
    replaced = rasterio.open(tile).read()
    with rasterio.open(tile, "r+") as to:
        to.write(replaced[:, ::-1])
    ds = open_recipe(recipe)
    after = ds.GetRasterBand(1).GetOverview(0).ReadAsArray()
    assert (before != after).any()
    judge.assert_same(after, mosaic(copied, "bands", 0)[2][:before.shape[0], :before.shape[1]], "level 0 with the new tile")


def test_a_missing_mask_tile_is_nodata_whatever_the_recipe_calls_nodata(write_recipe, copied):
    (copied / "scl" / "1" / "1" / "2.tif").unlink()
    mask = {"asset": "scl", "exclude": [9], "nodata": [250]}
    got = read(write_recipe(r.recipe(copied / "item.json", ["B04"], mask=mask, outputs=["count"])))
    assert not got[-1][128:256, 256:384].any() and got[-1].any()


def test_a_broken_tile_is_an_error_and_not_nodata(write_recipe, copied):
    from gdal_io import collected_errors
    broken = copied / "bands" / "1" / "1" / "1.tif"
    broken.write_bytes(broken.read_bytes()[:2000])
    ds = open_recipe(write_recipe(r.recipe(copied / "item.json", ["B04"], mask=r.SCL, outputs=["median"])))
    with collected_errors() as errors:
        data = ds.ReadAsArray()
    assert data is None and "bands/1/1/1.tif" in "\n".join(errors), errors


def test_the_prefix_opens_the_item_without_a_recipe(tmp_path):
    ds = open_recipe(f"STACVRT:{ITEM}", "MASK=scl", f"MASK_EXCLUDE={','.join(r.SCL_CLOUDS)}", "BANDS=red,nir", "OUTPUTS=median")
    want, _ = expected(mosaic(plugin_env.TILED, "bands", 1)[[2, 3]], mosaic(plugin_env.TILED, "scl", 1))
    judge.assert_same(pixels(ds), want, "prefix")
    out = tmp_path / "out.tif"
    run("gdal_translate", "-q", f"STACVRT:{ITEM}", out, "-oo", "BANDS=red,nir", "-oo", "OUTPUTS=median", "-oo", "MASK=scl",
        "-oo", f"MASK_EXCLUDE={','.join(r.SCL_CLOUDS)}")
    with rasterio.open(out) as src:
        judge.assert_same(src.read(), want, "gdal_translate of the prefix")


def test_the_geomedian_of_tiled_and_plain_items_together(write_recipe, tmp_path, shared):
    """A tiled item takes part in a composite like the item it was cut from."""
    plain = series.items_of(plugin_env.S2, lambda i: "33TWL" in i["id"])
    rest = [i for i in plain if i["id"] != "S2A_33TWL_20230818_0_L2A"]
    tiled = series.load(ITEM)
    for template in tiled["asset_templates"].values():
        template["href"] = str(plugin_env.TILED / template["href"].removeprefix("./"))
    tiled["properties"]["earthsearch:boa_offset_applied"] = True
    made = [r.recipe(series.write(items, tmp_path / f"{n}.json"), r.S2_BANDS, r.WL_CROP, r.SCL_CLEAN, ["geomedian", "mad"])
            for n, items in enumerate((plain, [*rest, tiled]))]
    want, got = (read(write_recipe(recipe, f"{n}.stacvrt")) for n, recipe in enumerate(made))
    judge.assert_same(got, want, "tiled among plain items")
