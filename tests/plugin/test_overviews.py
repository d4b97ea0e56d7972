# SPDX-License-Identifier: MIT
"""An overview of a composite is the composite of its sources' overviews; which of them are read, and that masks keep their
classes. The expected pixels are computed here from what GDAL says the overviews of the files hold."""
import json

import numpy as np
import pytest
from osgeo import gdal, osr

from gdal_io import open_recipe, pixels

pytestmark = pytest.mark.usefixtures("driver")

LEFT, TOP, DATES = 600000, 5000000, 3
CLOUD, CLEAR, WATER = 9, 4, 6


def write_raster(path, values, levels, resampling):
    """A tiled GeoTIFF with overviews of those factors."""
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(32633)
    kind = gdal.GDT_Byte if values.dtype == np.uint8 else gdal.GDT_UInt16
    raster = gdal.GetDriverByName("GTiff").Create(str(path), values.shape[1], values.shape[0], 1, kind,
                                                  ["TILED=YES", "BLOCKXSIZE=256", "BLOCKYSIZE=256", "COMPRESS=DEFLATE", "PREDICTOR=2"])
    raster.SetGeoTransform((LEFT, 10, 0, TOP, 0, -10))
    raster.SetProjection(reference.ExportToWkt())
    raster.WriteArray(values)
    raster.GetRasterBand(1).SetNoDataValue(0)
    raster = None
    if levels:
        gdal.OpenEx(str(path), gdal.OF_UPDATE).BuildOverviews(resampling, levels)


def write_series(folder, size, levels=(2, 4, 8), mask_levels=None, mask_resampling="NEAREST", outputs=("median", "count")):
    height, width = size
    features = []
    for date in range(DATES):
        rng = np.random.default_rng(date)
        blobs = rng.random((height // 9 + 1, width // 9 + 1))
        scl = np.where(blobs < 0.3, CLOUD, np.where(blobs < 0.6, WATER, CLEAR)).astype("uint8").repeat(9, 0).repeat(9, 1)
        write_raster(folder / f"scl{date}.tif", scl[:height, :width], list(levels if mask_levels is None else mask_levels), mask_resampling)
        write_raster(folder / f"red{date}.tif", rng.integers(1, 3000, size).astype("uint16"), list(levels), "AVERAGE")
        assets = {name: {"href": f"{name}{date}.tif", "eo:bands": [{"name": name, "common_name": name}], "proj:epsg": 32633,
                         "proj:shape": [height, width], "proj:transform": [10, 0, LEFT, 0, -10, TOP],
                         "raster:bands": [{"data_type": "uint8" if name == "scl" else "uint16", "nodata": 0}]} for name in ("red", "scl")}
        features.append({"type": "Feature", "stac_version": "1.0.0", "id": f"d{date}", "geometry": None, "links": [],
                         "properties": {"datetime": f"2024-05-0{date + 1}T10:00:00Z"}, "assets": assets})
    (folder / "items.json").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    recipe = {"type": "STACVRT", "version": 1, "items": "items.json", "bands": ["red"], "mask": {"asset": "scl", "exclude": [CLOUD]},
              "outputs": list(outputs)}
    (folder / "recipe.stacvrt").write_text(json.dumps(recipe))
    return str(folder / "recipe.stacvrt")


def nearest(values, shape):
    """The pixels that hold the centres of a coarser grid of the same extent."""
    rows = np.floor((np.arange(shape[0]) + 0.5) * (values.shape[0] / shape[0])).astype(int)
    columns = np.floor((np.arange(shape[1]) + 0.5) * (values.shape[1] / shape[1])).astype(int)
    return values[np.ix_(rows, columns)]


def averaged(values, shape):
    """Means of what pixels of a coarser grid cover, and the share of it that has data."""
    rows, columns = (np.arange(count) * size // count for count, size in zip(shape, values.shape))
    sums = [np.add.reduceat(np.add.reduceat(a, rows, 0), columns, 1) for a in (values.astype(float), values > 0, np.ones(values.shape))]
    return sums[0] / np.maximum(sums[1], 1), sums[1] / sums[2]


def level_values(path, shape, use_overviews=True):
    """What the coarsest overview that lacks at most one pixel a side of `shape` (sizes are rounded up or down) holds there,
    by nearest neighbour."""
    ds = gdal.Open(str(path))
    band = ds.GetRasterBand(1)
    choice = [band] + ([band.GetOverview(i) for i in range(band.GetOverviewCount())] if use_overviews else [])
    choice = [c for c in choice if c.XSize >= shape[1] - 1 and c.YSize >= shape[0] - 1]
    return nearest(min(choice, key=lambda c: c.XSize).ReadAsArray(), shape)


def expected(folder, shape, mask_overviews=True):
    """Median and count."""
    stack = []
    for date in range(DATES):
        red = level_values(folder / f"red{date}.tif", shape).astype(float)
        scl = level_values(folder / f"scl{date}.tif", shape, mask_overviews)
        red[(scl == CLOUD) | (scl == 0) | (red == 0)] = np.nan
        stack.append(red)
    count = np.isfinite(stack).sum(0)
    with np.errstate(all="ignore"):
        median = np.where(count > 0, np.rint(np.nanmedian(np.where(count > 0, stack, 0), axis=0)), 0)
    return median, count


def check_levels(folder, recipe, mask_overviews=True):
    ds = open_recipe(recipe)
    band = ds.GetRasterBand(1)
    assert band.GetOverviewCount() > 0
    for i in range(band.GetOverviewCount()):
        level = band.GetOverview(i)
        values = [ds.GetRasterBand(b).GetOverview(i).ReadAsArray() for b in (1, 2)]
        median, count = expected(folder, values[0].shape, mask_overviews)
        assert (values[1] == count).all(), (i, (values[1] != count).sum())
        assert (values[0] == median).all(), (i, (values[0] != median).sum())
        assert level.XSize == -(-band.XSize // 2 ** (i + 1)) and level.YSize == -(-band.YSize // 2 ** (i + 1))
    assert max(level.XSize, level.YSize) < 256
    return ds


def counted(ds):
    return int(ds.GetMetadataItem("FULL_BLOCKS_FOR_OVERVIEWS", "STACVRT_STATISTICS"))


def test_levels_are_composites_of_the_sources_levels(tmp_path):
    recipe = write_series(tmp_path, (1100, 1373), (2, 4, 8))
    before = counted(open_recipe(recipe))
    ds = check_levels(tmp_path, recipe)
    assert counted(ds) == before


def test_levels_of_cogs_whose_sides_are_rounded_down(tmp_path):
    """The driver COG makes 686 x 550 of 1373 x 1101, and 343 x 275."""
    recipe = write_series(tmp_path, (1101, 1373), ())
    for path in sorted(tmp_path.glob("*.tif")):
        method = "NEAREST" if path.name.startswith("scl") else "AVERAGE"
        gdal.Translate(str(tmp_path / "cog.tif"), str(path), format="COG",
                       creationOptions=["BLOCKSIZE=128", "COMPRESS=DEFLATE", "PREDICTOR=YES", "OVERVIEW_RESAMPLING=" + method])
        (tmp_path / "cog.tif").replace(path)
    cog = gdal.Open(str(tmp_path / "red0.tif"))
    level = cog.GetRasterBand(1).GetOverview(1)
    assert (level.XSize, level.YSize) == (343, 275)
    before = counted(open_recipe(recipe))
    assert counted(check_levels(tmp_path, recipe)) == before


def test_replaced_overviews_beside_a_file_are_seen_at_the_next_opening(tmp_path):
    recipe = write_series(tmp_path, (700, 1000), ())
    for method in ("AVERAGE", "NEAREST"):
        for path in tmp_path.glob("red*.tif"):
            path.with_name(path.name + ".ovr").unlink(missing_ok=True)
            gdal.Open(str(path)).BuildOverviews(method, [2, 4])
        check_levels(tmp_path, recipe)


def test_sources_with_other_factors_or_none(tmp_path):
    for name, levels in (("odd", (3, 9)), ("none", ())):
        folder = tmp_path / name
        folder.mkdir()
        ds = check_levels(folder, write_series(folder, (700, 1000), levels))
    assert counted(ds) > 0


def test_a_masks_averaged_overviews_are_not_read(tmp_path):
    recipe = write_series(tmp_path, (1100, 1373), mask_resampling="AVERAGE")
    assert not (level_values(tmp_path / "scl0.tif", (138, 172)) == level_values(tmp_path / "scl0.tif", (138, 172), False)).all()
    before = counted(open_recipe(recipe))
    ds = check_levels(tmp_path, recipe, mask_overviews=False)
    assert counted(ds) > before


def test_a_view_of_everything_reads_the_overview(tmp_path):
    recipe = write_series(tmp_path, (1100, 1373))
    ds = open_recipe(recipe)
    for i in (0, 1, 2):
        level = ds.GetRasterBand(1).GetOverview(i)
        shape = (level.YSize, level.XSize)
        whole = ds.GetRasterBand(1).ReadAsArray(buf_xsize=shape[1], buf_ysize=shape[0])
        assert (whole == level.ReadAsArray()).all()
        both = ds.ReadAsArray(buf_xsize=shape[1], buf_ysize=shape[0])
        assert (both[0] == whole).all()
    assert ds.GetMetadataItem("TILES_COMPUTED", "STACVRT_STATISTICS") == "0"


def test_levels_do_not_depend_on_threads_budget_and_requests(tmp_path):
    recipe = write_series(tmp_path, (1100, 1373))
    first = open_recipe(recipe)
    reference = [first.GetRasterBand(1).GetOverview(i).ReadAsArray() for i in range(3)]
    ds = gdal.OpenEx(recipe, open_options=["THREADS=1", "MEMORY=48MB"])
    for i, whole in enumerate(reference):
        level = ds.GetRasterBand(1).GetOverview(i)
        x, y = level.XSize // 3, level.YSize // 2
        assert (level.ReadAsArray(x, y, level.XSize - x, level.YSize - y) == whole[y:, x:]).all()


def test_approximate_statistics_come_from_an_overview(tmp_path):
    recipe = write_series(tmp_path, (1100, 1373))
    ds = open_recipe(recipe)
    low, high, mean, _ = ds.GetRasterBand(1).ComputeStatistics(True)
    assert 0 < low < mean < high < 3000
    assert ds.GetMetadataItem("TILES_COMPUTED", "STACVRT_STATISTICS") == "0"


@pytest.mark.parametrize("resampling", ("nearest", "bilinear", "cubic", "average"))
def test_odd_sides_within_bounds_on_the_sources_pixels(tmp_path, resampling):
    """Copied at full resolution, interpolated in overviews. A plane stays a plane, whatever samples it."""
    height, width = 1101, 1100
    write_series(tmp_path, (height, width), outputs=("median",))
    rows, columns = np.mgrid[:height, :width] + 0.5
    for date in range(DATES):
        (tmp_path / f"red{date}.tif").unlink()
        write_raster(tmp_path / f"red{date}.tif", (rows + 2 * columns).astype("uint16"), [2, 4], "AVERAGE")
    recipe = {"type": "STACVRT", "version": 1, "items": "items.json", "bands": ["red"], "outputs": ["median"],
              "grid": {"bounds": [LEFT, TOP - 10000, LEFT + 10000, TOP], "resampling": resampling}}
    (tmp_path / "recipe.stacvrt").write_text(json.dumps(recipe))
    ds = open_recipe(str(tmp_path / "recipe.stacvrt"))
    for i in range(2):
        level, factor = ds.GetRasterBand(1).GetOverview(i).ReadAsArray().astype(float), 2 ** (i + 1)
        y, x = (np.mgrid[:level.shape[0], :level.shape[1]] + 0.5) * factor
        assert level.shape == (1000 // factor, 1000 // factor)
        assert abs(level - (y + 2 * x)).max() <= 2 * factor


def test_real_scenes_of_two_tiles_and_reprojected(s2_items, write_recipe):
    """The mosaic of two tiles: every overview resembles the averaged full resolution most where it lies."""
    for grid in ({}, {"crs": "EPSG:3035", "resolution": 120, "resampling": "bilinear"}):
        recipe = write_recipe({"type": "STACVRT", "version": 1, "items": s2_items, "bands": ["red"],
                               "mask": {"asset": "scl", "exclude": [3, 8, 9, 10]}, "outputs": ["median"], "grid": grid})
        ds = open_recipe(recipe)
        full = pixels(ds)
        full = full[0] if full.ndim == 3 else full
        for i in range(ds.GetRasterBand(1).GetOverviewCount()):
            level = ds.GetRasterBand(1).GetOverview(i).ReadAsArray().astype(float)
            fine, share = averaged(full, level.shape)
            both = (level > 0) & (share > 0.9)
            assert both.sum() > 0.7 * (share > 0.9).sum() > 0
            assert abs(level[both].mean() / fine[both].mean() - 1) < 0.02
            alike = {(dx, dy): np.corrcoef(np.roll(level, (dy, dx), (0, 1))[both], fine[both])[0, 1] for dx in (-1, 0, 1) for dy in (-1, 0, 1)}
            assert max(alike, key=alike.get) == (0, 0) and alike[0, 0] > 0.75, alike
