# SPDX-License-Identifier: MIT
"""Several bands in one file, in every layout, and JPEG 2000: the pixels of one GeoTIFF per band."""
import copy
import json
import warnings

import numpy as np
import pytest
import rasterio
from osgeo import gdal

import judge
import series
from gdal_io import open_recipe, pixels, read
from recipes import recipe

pytestmark = pytest.mark.usefixtures("driver")

BANDS = ["red", "nir", "scl"]
DATES, HEIGHT, WIDTH, CLOUD = 4, 700, 900, 9
MASK = {"asset": "scl", "exclude": [CLOUD]}
# Of which each band of a file may have its own.
SCALINGS = {"red": (1e-4, 0.0), "nir": (2e-4, -0.1)}


def arrays(date):
    rng = np.random.default_rng(date)
    made = {name: rng.integers(0, 3000, (HEIGHT, WIDTH)).astype("uint16") for name in ("red", "nir")}
    made["scl"] = np.where(rng.random((HEIGHT // 20, WIDTH // 20)) < 0.4, CLOUD, 4).astype("uint16").repeat(20, 0).repeat(20, 1)
    return made


@pytest.fixture(scope="module")
def single(tmp_path_factory, driver):
    """Items of one file per band."""
    items = []
    for date in range(DATES):
        item = series.synthetic_item(tmp_path_factory.mktemp("single"), f"d{date}", f"2024-06-0{date + 1}T10:00:00Z", arrays(date))
        for name, (scale, offset) in SCALINGS.items():
            item["assets"][name]["raster:bands"][0].update(scale=scale, offset=offset)
        items.append(item)
    return items


@pytest.fixture(scope="module")
def want(single, tmp_path_factory):
    """What the single files give, once compared with NumPy."""
    folder = tmp_path_factory.mktemp("want")
    path = folder / "r.stacvrt"
    series.write(single, folder / "items.json")
    path.write_text(json.dumps(recipe("items.json", ["red", "nir"], None, MASK)))
    got = read(str(path))
    judge.assert_packed(got[:1], median_of([arrays(date) for date in range(DATES)]), "red of single files")
    return got


def median_of(stack):
    """(1, y, x): the red of a list of dates, where neither band is nodata nor the mask cloud."""
    clear = np.stack([(date["scl"] != CLOUD) & (date["red"] != 0) & (date["nir"] != 0) for date in stack])
    red = np.where(clear, np.stack([date["red"] for date in stack]).astype(float), np.nan)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # pixels without a sample
        return np.nanmedian(red, 0)[None]


def in_one_file(item, path, names, **profile):
    """The item with one asset `data` of all bands."""
    item = copy.deepcopy(item)
    layers = []
    for name in BANDS:
        with rasterio.open(item["assets"][name]["href"]) as src:
            layers.append(src.read(1))
            common = {**src.profile, "driver": "GTiff", "count": len(BANDS), **profile}
    with rasterio.open(path, "w", **common) as dst:
        dst.write(np.stack(layers))
    metadata = [item["assets"][name]["raster:bands"][0] for name in BANDS]
    if names == "eo:bands":
        bands = {"eo:bands": [{"name": f"B{i}", "common_name": name} for i, name in enumerate(BANDS)], "raster:bands": metadata}
    else:
        bands = {"bands": [{"name": name, **{"raster:" + k if k in ("scale", "offset") else k: v for k, v in m.items()}}
                           for name, m in zip(BANDS, metadata)]}
        item["stac_version"] = "1.1.0"
    item["assets"] = {"data": {"href": str(path), "type": "image/tiff; application=geotiff", "roles": ["data"], **bands}}
    return item


def composite(items, tmp_path, bands, mask):
    path = tmp_path / "r.stacvrt"
    series.write(items, tmp_path / "items.json")
    path.write_text(json.dumps(recipe("items.json", bands, None, mask)))
    return str(path)


@pytest.mark.parametrize("profile", [{"interleave": "pixel"}, {"interleave": "band"},
                                     {"interleave": "pixel", "tiled": True, "blockxsize": 256, "blockysize": 256, "compress": "deflate"},
                                     {"interleave": "band", "tiled": True, "blockxsize": 256, "blockysize": 256, "compress": "deflate",
                                      "predictor": 2}], ids=["strips", "planes", "tiles", "tiled planes"])
@pytest.mark.parametrize("names", ["eo:bands", "bands"])
def test_bands_of_one_file_are_found_by_name(single, want, tmp_path, names, profile):
    items = [in_one_file(item, tmp_path / f"{item['id']}.tif", names, **profile) for item in single]
    mask = {**MASK, "asset": "data", "band": 3}
    got = read(composite(items, tmp_path, ["red", "nir"], mask))
    judge.assert_same(got, want, f"{names}, {profile}")


def test_bands_of_one_file_may_be_named_by_asset_and_number(single, want, tmp_path):
    items = [in_one_file(item, tmp_path / f"{item['id']}.tif", "eo:bands") for item in single]
    bands = [{"name": "red", "asset": "data", "band": 1}, {"name": "nir", "asset": "data", "band": "B1"}]
    got = read(composite(items, tmp_path, bands, {**MASK, "asset": "data", "band": 3}))
    judge.assert_same(got, want, "by number and by name")


@pytest.mark.skipif(gdal.GetDriverByName("JP2OpenJPEG") is None, reason="this GDAL has no JP2OpenJPEG driver")
def test_jpeg_2000_gives_the_same_pixels_and_its_levels_are_overviews(single, want, tmp_path):
    items = copy.deepcopy(single)
    for item in items:
        for name, asset in item["assets"].items():
            path = tmp_path / f"{item['id']}-{name}.jp2"
            gdal.GetDriverByName("JP2OpenJPEG").CreateCopy(
                str(path), gdal.Open(asset["href"]), options=["QUALITY=100", "REVERSIBLE=YES", "BLOCKXSIZE=256", "BLOCKYSIZE=256"])
            asset["href"], asset["type"] = str(path), "image/jp2"
    path = composite(items, tmp_path, ["red", "nir"], MASK)
    judge.assert_same(read(path), want, "JPEG 2000")
    ds = open_recipe(path)
    files = [{name: gdal.Open(item["assets"][name]["href"]) for name in SCALINGS} for item in items]
    stack = [{**{name: file.GetRasterBand(1).GetOverview(0).ReadAsArray() for name, file in of.items()},
              "scl": arrays(date)["scl"][::2, ::2]} for date, of in enumerate(files)]
    judge.assert_packed(ds.GetRasterBand(1).GetOverview(0).ReadAsArray()[None], median_of(stack), "the first overview")
    judge.assert_same(pixels(ds, 100, 50, 300, 400), want[:, 50:450, 100:400], "a window of JPEG 2000")
