# SPDX-License-Identifier: MIT
"""Pixels that a file's own mask or alpha band leaves out are no samples, at full resolution and in overviews."""
import json

import numpy as np
import pytest
from osgeo import gdal, osr

from gdal_io import open_recipe, pixels

pytestmark = pytest.mark.usefixtures("driver")

LEFT, TOP, SIZE = 600000, 5000000, 1200


def is_hidden(date):
    y, x = np.mgrid[:SIZE, :SIZE]
    return (x // 64 + y // 48 + date) % 3 == 0


def write(path, values, hidden, kind):
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(32633)
    bands = 2 if kind == "alpha" else 1
    options = ["TILED=YES", "COMPRESS=DEFLATE"] + (["ALPHA=YES"] if kind == "alpha" else [])
    raster = gdal.GetDriverByName("GTiff").Create(str(path), SIZE, SIZE, bands, gdal.GDT_UInt16, options)
    raster.SetGeoTransform((LEFT, 10, 0, TOP, 0, -10))
    raster.SetProjection(reference.ExportToWkt())
    raster.GetRasterBand(1).WriteArray(values)
    if kind == "alpha":
        raster.GetRasterBand(2).WriteArray(np.where(hidden, 0, 65535).astype("uint16"))
    else:
        gdal.SetConfigOption("GDAL_TIFF_INTERNAL_MASK", "YES" if kind == "internal" else "NO")
        raster.CreateMaskBand(gdal.GMF_PER_DATASET)
        raster.GetRasterBand(1).GetMaskBand().WriteArray(np.where(hidden, 0, 255).astype("uint8"))
        gdal.SetConfigOption("GDAL_TIFF_INTERNAL_MASK", None)
    raster = None
    gdal.OpenEx(str(path), gdal.OF_UPDATE).BuildOverviews("NEAREST", [2])


@pytest.mark.parametrize("kind", ["internal", "beside", "alpha"])
@pytest.mark.parametrize("shift", [0, 4])
def test_hidden_pixels_are_not_counted(tmp_path, kind, shift):
    dates = 3
    features = []
    for date in range(dates):
        values = np.random.default_rng(date).integers(1, 9000, (SIZE, SIZE)).astype("uint16")
        write(tmp_path / f"red{date}.tif", values, is_hidden(date), kind)
        asset = {"href": f"red{date}.tif", "proj:epsg": 32633, "proj:shape": [SIZE, SIZE], "proj:transform": [10, 0, LEFT, 0, -10, TOP],
                 "raster:bands": [{"data_type": "uint16"}], "eo:bands": [{"name": "red", "common_name": "red"}]}
        features.append({"type": "Feature", "stac_version": "1.0.0", "id": f"d{date}", "geometry": None, "links": [],
                         "properties": {"datetime": f"2024-05-0{date + 1}T10:00:00Z"}, "assets": {"red": asset}})
    (tmp_path / "items.json").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    # 4 m off the pixels' lattice nearest neighbour still finds every pixel, by another way through the engine.
    bounds = [LEFT + shift, TOP - 10 * SIZE + shift, LEFT + 10 * SIZE + shift, TOP + shift]
    (tmp_path / "r.stacvrt").write_text(json.dumps({
        "type": "STACVRT", "version": 1, "items": "items.json", "bands": ["red"], "outputs": ["count"],
        "grid": {"crs": "EPSG:32633", "resolution": 10, "bounds": bounds}}))
    ds = open_recipe(tmp_path / "r.stacvrt")
    want = dates - sum(is_hidden(date).astype(int) for date in range(dates))
    assert (pixels(ds)[0] == want).all()
    # Which pixel of four a level has does not matter: all four are hidden, or none.
    level = ds.GetRasterBand(1).GetOverview(0).ReadAsArray()
    assert (level == want[::2, ::2]).all()
