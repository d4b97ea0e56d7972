# SPDX-License-Identifier: MIT
"""Where maps are cut: items and grids across the antimeridian, and around the poles.

Every pixel holds a number of its own, so that a wrong position shows; the right ones come from pyproj.
"""
import numpy as np
import pytest

from gdal_io import failure, open_recipe, pixels
from scatter import Scattered, collection, expected

pytestmark = pytest.mark.usefixtures("driver")

LATE = "2023-06-02T23:37:44Z"
PASS = ("DATETIME=2023", "OUTPUTS=median", "BANDS=red")


@pytest.fixture
def fiji(tmp_path):
    """Two items of one pass on both sides of 180 degrees, each reaching across: UTM zones 60 and 1."""
    return [Scattered(tmp_path, "zone60", LATE, "EPSG:32760", 700000, 8100000, 1000, 220, 120),
            Scattered(tmp_path, "zone1", LATE, "EPSG:32701", 120000, 8100000, 1000, 200, 120)]


def check(name, crs, items, *options, least=1000):
    """The whole dataset against pyproj; returns it."""
    ds = open_recipe(name, *PASS, *options)
    got = pixels(ds)[0]
    want, certain = expected(ds, crs, items)
    # Polar grids on a common axis have whole rows of positions on borders of source pixels; the others are compared exactly.
    assert certain.mean() > 0.98
    assert (want > 0).sum() >= least, "the case shows nothing"
    assert np.array_equal(got[certain], want[certain]), f"{(got != want)[certain].sum()} of {want.size} pixels differ"
    return ds


def ordered(items):
    """As items of one time are fused: by id."""
    return sorted(items, key=lambda i: i.item["id"])


@pytest.mark.parametrize("crs, options", [
    ("EPSG:3832", ["RESOLUTION=1500"]),
    ("EPSG:4326", ["RESOLUTION=0.01"]),
    ("EPSG:4326", ["RESOLUTION=0.01", "BOUNDS=178,-18.5,182,-17"]),
    ("EPSG:4326", ["RESOLUTION=0.01", "BOUNDS=-182,-18.5,-178,-17"]),
    ("EPSG:4326", ["RESOLUTION=0.01", "BBOX=179,-18.5,-179,-17"]),
    ("EPSG:3832", ["RESOLUTION=1500", "BBOX=179,-18.5,-179,-17"]),
    ("EPSG:32760", ["RESOLUTION=1000", "BBOX=179,-18.5,-179,-17"]),
    ("EPSG:32701", ["RESOLUTION=1000"]),
    ("EPSG:4326", ["RESOLUTION=0.01", "BBOX=179,-18.5,180,-17"]),
], ids=lambda v: v if isinstance(v, str) else ",".join(v))
def test_items_of_zones_60_and_1_on_a_grid_across_the_antimeridian(fiji, tmp_path, crs, options):
    ds = check(collection(tmp_path, fiji), crs, ordered(fiji), f"CRS={crs}", *options)
    assert ds.GetMetadataItem("ITEMS") == "2"
    assert ds.RasterXSize < 1000, "the grid went around the earth"


def test_one_pass_is_one_solar_day_on_both_sides(fiji, tmp_path):
    ds = open_recipe(collection(tmp_path, fiji), *PASS, "CRS=EPSG:3832", "RESOLUTION=1500")
    assert ds.GetMetadataItem("OBSERVATIONS") == "1"


def test_without_options_the_grid_is_that_of_the_first_zone_with_both_items(fiji, tmp_path):
    ds = check(collection(tmp_path, fiji), "EPSG:32701", ordered(fiji))
    assert ds.GetSpatialRef().GetAuthorityCode(None) == "32701"


def test_a_bbox_across_the_antimeridian_covers_what_it_says(fiji, tmp_path):
    ds = open_recipe(collection(tmp_path, fiji), *PASS, "CRS=OGC:CRS84", "RESOLUTION=0.5", "BBOX=170,-20,-170,-10")
    assert ds.GetGeoTransform() == (170, 0.5, 0, -10, 0, -0.5)
    assert (ds.RasterXSize, ds.RasterYSize) == (40, 20)


def test_a_crs_that_is_cut_there_is_refused_with_one_that_is_not(fiji, tmp_path):
    message = failure(collection(tmp_path, fiji), *PASS, "CRS=EPSG:3857", "RESOLUTION=1500", "BBOX=179,-18,-179,-17")
    assert "antimeridian" in message and "EPSG:3832" in message


def lonlat(tmp_path, name, left, width, top=2, height=40):
    return Scattered(tmp_path, name, LATE, "EPSG:4326", left, top, 0.1, width, height)


@pytest.mark.parametrize("lefts, options", [
    ((175, -180), ["BOUNDS=175,-2,185,2"]),
    ((175, -180), []),
    ((175, -180), ["BOUNDS=-185,-2,-175,2"]),
    ((175, -180), ["BOUNDS=-180,-2,180,2"]),
    ((175, 180), ["BOUNDS=-180,-2,180,2"]),
    ((177.5, -182.5), ["BOUNDS=175,-2,185,2"]),
], ids=str)
def test_items_in_longitudes_are_found_however_these_are_counted(tmp_path, lefts, options):
    items = [lonlat(tmp_path, f"at{n}", left, 50) for n, left in enumerate(lefts)]
    check(collection(tmp_path, items), "EPSG:4326", items, "CRS=EPSG:4326", "RESOLUTION=0.1", *options, least=2000)


@pytest.mark.parametrize("resampling", ["nearest", "bilinear", "average"])
def test_an_image_of_the_whole_earth_goes_on_at_its_edge(tmp_path, resampling):
    world = Scattered(tmp_path, "world", LATE, "EPSG:4326", -180, 4, 0.5, 720, 16)
    options = ["CRS=EPSG:4326", "RESOLUTION=0.5", "BOUNDS=170,-4,190,4", f"RESAMPLING={resampling}"]
    ds = check(collection(tmp_path, [world]), "EPSG:4326", [world], *options, least=600)
    assert (pixels(ds) > 0).all()


@pytest.mark.parametrize("crs, options", [
    ("EPSG:3031", ["RESOLUTION=20000"]),
    ("EPSG:3031", ["RESOLUTION=10000", "BOUNDS=-400000,-1500000,400000,-500000"]),
    ("EPSG:3031", ["RESOLUTION=10000", "BBOX=170,-85,-170,-75"]),
])
def test_a_south_polar_grid_takes_items_of_utm_longitudes_and_its_own(tmp_path, crs, options):
    items = [Scattered(tmp_path, "a", LATE, "EPSG:32701", 300000, 1700000, 5000, 80, 100),
             Scattered(tmp_path, "b", LATE, "EPSG:4326", 160, -78, 0.1, 200, 60),
             Scattered(tmp_path, "c", LATE, "EPSG:3031", -300000, -300000, 4000, 150, 100)]
    check(collection(tmp_path, items), crs, items, f"CRS={crs}", *options)


@pytest.mark.parametrize("crs, options", [
    ("EPSG:3413", []),
    ("EPSG:4326", ["RESOLUTION=1", "BOUNDS=-180,70,180,90"]),
    ("EPSG:4326", ["RESOLUTION=1"]),
    ("EPSG:4326", ["RESOLUTION=0.5", "BOUNDS=170,80,190,89"]),
    ("EPSG:3995", ["RESOLUTION=23100"]),
])
def test_an_image_around_the_north_pole_is_read_on_other_grids(tmp_path, crs, options):
    pole = Scattered(tmp_path, "pole", LATE, "EPSG:3413", -1000000, 900000, 10000, 210, 190)
    check(collection(tmp_path, [pole]), crs, [pole], f"CRS={crs}", *options, least=500)
