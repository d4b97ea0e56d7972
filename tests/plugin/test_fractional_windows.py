# SPDX-License-Identifier: MIT
"""Windows that begin or end within pixels, which GDAL's programs ask for by floating point numbers: a recipe answers as a
GeoTIFF does that holds the same pixels and the same overviews."""
import numpy as np
import pytest
import rasterio
from osgeo import gdal
from rasterio.enums import Resampling
from rasterio.windows import Window

import series
from gdal_io import open_recipe, pixels, run

pytestmark = pytest.mark.usefixtures("driver")

HEIGHT, WIDTH = 700, 830
METHODS = {"near": gdal.GRIORA_NearestNeighbour, "bilinear": gdal.GRIORA_Bilinear, "cubic": gdal.GRIORA_Cubic,
           "average": gdal.GRIORA_Average}


@pytest.fixture(scope="module")
def twins(tmp_path_factory):
    """The names of a recipe and of a GeoTIFF with its pixels and overviews."""
    folder = tmp_path_factory.mktemp("twins")
    values = {b: np.random.default_rng(i).integers(0, 4000, (HEIGHT, WIDTH)) for i, b in enumerate(("red", "nir"))}
    series.write([series.synthetic_item(folder, "d", "2024-05-01T10:00:00Z", values)], folder / "items.json")
    recipe = folder / "r.stacvrt"
    recipe.write_text('{"type": "STACVRT", "version": 1, "items": "items.json", "bands": ["red", "nir"], "outputs": ["median"]}')
    ds = open_recipe(recipe)
    assert ds.GetRasterBand(1).GetOverviewCount() > 0
    copy = str(folder / "copy.tif")
    gdal.GetDriverByName("GTiff").CreateCopy(copy, ds, options=["TILED=YES"])
    levels = [ds.GetRasterBand(1).GetOverview(i) for i in range(ds.GetRasterBand(1).GetOverviewCount())]
    twin = gdal.OpenEx(copy, gdal.OF_UPDATE)
    twin.BuildOverviews("NEAREST", [round(WIDTH / level.XSize) for level in levels])
    for band in (1, 2):
        for i in range(len(levels)):
            twin.GetRasterBand(band).GetOverview(i).WriteArray(ds.GetRasterBand(band).GetOverview(i).ReadAsArray())
    twin = None
    assert (gdal.Open(copy).ReadAsArray() == pixels(ds)).all()
    return str(recipe), copy


@pytest.mark.parametrize("method", METHODS)
def test_random_windows_at_all_zooms(twins, method):
    rng = np.random.default_rng(3)
    ours, control = (gdal.Open(name) for name in twins)
    fractional = 0
    for k in range(60):
        x, y = rng.uniform(0, 400, 2).round(2)
        w, h = rng.uniform(1, 300, 2).round(2)
        size = [(max(1, round(w)), max(1, round(h))), (50, 60), (300, 280), (17, 9)][k % 4]
        how = {"buf_xsize": size[0], "buf_ysize": size[1], "resample_alg": METHODS[method]}
        got, want = (ds.ReadAsArray(x, y, w, h, **how) for ds in (ours, control))
        assert (got == want).all(), (x, y, w, h, size)
        got, want = (ds.GetRasterBand(2).ReadAsArray(x, y, w, h, **how) for ds in (ours, control))
        assert (got == want).all(), ("band", x, y, w, h, size)
        whole = control.GetRasterBand(2).ReadAsArray(int(x), int(y), max(1, round(w)), max(1, round(h)), **how)
        fractional += (whole != want).any()
    assert fractional > 20, "fractions make no difference here"


@pytest.mark.parametrize("method", ["near", "bilinear", "cubic"])
def test_translate_and_buildvrt_shifted_by_parts_of_a_pixel(twins, tmp_path, method):
    extent = ["500504", "5099496", "503504", "5096496"]  # 4 m into pixels of 10 m
    made = []
    for i, name in enumerate(twins):
        run("gdal_translate", "-q", "-r", method, "-projwin", *extent, name, tmp_path / f"{i}.tif")
        corners = [extent[0], extent[3], extent[2], extent[1]]
        run("gdalbuildvrt", "-q", "-r", method.replace("near", "nearest"), "-te", *corners, "-tr", "10", "10", tmp_path / f"{i}.vrt", name)
        made.append([gdal.Open(str(tmp_path / f"{i}.{kind}")).ReadAsArray() for kind in ("tif", "vrt")])
    for ours, control in zip(*made):
        assert (ours == control).all()


@pytest.mark.parametrize("window", [Window(10.5, 20.5, 100, 100), Window(10.7, 20.2, 100.4, 100.4),
                                    Window(511.5, 0.25, 2, 600), Window(10, 20, 100, 100)])
@pytest.mark.parametrize("resampling", [Resampling.nearest, Resampling.bilinear])
def test_windows_of_rasterio(twins, window, resampling):
    with rasterio.open(twins[0]) as ours, rasterio.open(twins[1]) as control:
        for bands in (1, [2, 1]):
            assert (ours.read(bands, window=window, resampling=resampling) ==
                    control.read(bands, window=window, resampling=resampling)).all()
