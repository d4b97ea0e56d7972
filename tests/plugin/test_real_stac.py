# SPDX-License-Identifier: MIT
"""Every STAC document that real catalogues gave: what it plans to, or a message one can act on.

No document here may need the network to be planned, unless its metadata lack what planning needs; a listener stands
where every request would go and counts.
"""
import json
import shutil
import socket
import threading

import pytest
from osgeo import gdal

import plugin_env
from gdal_io import collected_errors

pytestmark = pytest.mark.usefixtures("driver")

STAC = plugin_env.SHARED / "data" / "stac"
TILED = plugin_env.SHARED / "data" / "tiled-assets"
S2 = ["PRESET=sentinel-2-geomad"]
LANDSAT = ["PRESET=landsat-geomad"]
S2_BANDS = "B02 B03 B04 B05 B06 B07 B08 B8A B11 B12"
LANDSAT_BANDS = "red green blue nir08 swir16 swir22"


class Plan:
    """Bands (the outputs' first ones), EPSG code, resolution, size (None: untold), items, parts of decisions."""

    def __init__(self, bands, epsg, resolution, size, items=1, decisions=()):
        self.bands, self.epsg, self.resolution, self.size = bands.split(), epsg, resolution, size
        self.items, self.decisions = items, decisions


class Refusal:
    """Parts of the message; whether the network was asked before (None: GDAL may remember the answer)."""

    def __init__(self, *parts, network=False):
        self.parts, self.network = parts, network


NEEDS_TYPE = ["had to be opened", "pixel type", "data_type"]
NEEDS_GRID = ["had to be opened", "proj:shape"]
APPLIED = "offset 0: earthsearch:boa_offset_applied is true"
CASES = [
    ("earthsearch-v1_sentinel-2-l2a_item_12RWT.json", S2, Plan(
        S2_BANDS, 32612, 10, (10980, 10980), decisions=[f"B04: {APPLIED}", "B04: scale 1e-04, offset 0"])),
    ("earthsearch-v1_sentinel-2-l2a_item_12RWT.json", [], Plan(
        "red green blue coastal nir nir08 nir09 rededge1 rededge2 rededge3 swir16 swir22", 32612, 10, (10980, 10980))),
    ("earthsearch-v1_sentinel-2-l2a_item_12RWT.json", LANDSAT, Refusal("qa_pixel", "items are of 'sentinel-2a'")),
    ("earthsearch-v1_sentinel-2-l2a_item_12RWT.json", ["BANDS=B04,nir,B8A"], Plan(
        "B04 nir B8A", 32612, 10, (10980, 10980), decisions=["B04: asset 'red', by the name 'red'"])),
    ("earthsearch-v1_sentinel-2-l2a_item_12RWT.json", ["BANDS=rededge"], Refusal("rededge1", "rededge2", "rededge3")),
    ("earthsearch-v1_sentinel-2-c1-l2a_fields-only_search.json", [], Refusal("'next' link leads to the network", "remove the link")),
    ("deafrica_s2_l2a_c1_item_37MGP.json", S2, Plan(
        S2_BANDS, 32737, 10, (10980, 10980), decisions=["B04: scale 1e-04, offset -0.1"])),
    ("earthsearch-v0_sentinel-s2-l2a-cogs_item_28QCH.json", S2, Plan(
        S2_BANDS, 32628, 10, (10980, 10980),
        decisions=["asset 'B02': pixel type uint16, nodata 0 as in all of Sentinel-2",
                   "asset 'SCL': pixel type uint8, nodata 0", "B02: scale 1e-04, offset 0"])),
    ("earthsearch-v0_sentinel-s2-l2a-cogs_item_28QCH.json", ["BANDS=red,nir"], Plan(
        "red nir", 32628, 10, (10980, 10980), decisions=["red: asset 'B04'", "nir: asset 'B08'"])),
    ("planetary-computer_sentinel-2-l2a_item_06VVN.json", S2, Plan(
        S2_BANDS, 32606, 10, (10980, 10980), decisions=["asset 'B04': pixel type uint16", "B04: scale 1e-04, offset 0"])),
    ("planetary-computer_sentinel-2-l2a_item_06VVN.json", ["BANDS=nir08,swir16"], Plan(
        "nir08 swir16", 32606, 20, (5490, 5490), decisions=["nir08: asset 'B8A'"])),
    ("planetary-computer_sentinel-2-l2a_itemcollection_9.geojson", S2, Plan(
        S2_BANDS, 32735, 10, (10980, 90978), items=9, decisions=["pixel type uint16, nodata 0 as in all of Sentinel-2"])),
    ("raster-v2_item-sentinel2_stac11.json", [], Plan("B04 B03 B02 B01 B05 B06", 32633, 10, (10980, 10980))),
    ("raster-v2_item-sentinel2_stac11.json", S2, Refusal("'B07'", "items are of 'sentinel-2b'")),
    ("stactools_sentinel2_antimeridian_01WCQ.json", S2, Plan(
        S2_BANDS, 32601, 10, (10980, 10980))),
    ("stactools_sentinel2_antimeridian_01WCQ.json", [], Plan(
        "red green blue nir swir22 rededge2 rededge3 rededge1 swir16 nir08 coastal nir09", 32601, 10, (10980, 10980))),
    ("stactools_sentinel2_antimeridian_01WCQ.json", ["BANDS=red", "CRS=EPSG:4326", "RESOLUTION=0.01"], Plan(
        "red", 4326, 0.01, None)),
    ("stactools_landsat-c2-l2_item_LC09.json", LANDSAT, Plan(
        LANDSAT_BANDS, 32617, 30, (7611, 7741), decisions=["red: scale 2.75e-05, offset -0.2"])),
    ("stactools_landsat-c2-l2_item_LC09.json", ["BANDS=nir,lwir11"], Plan(
        "nir lwir11", 32617, 30, (7611, 7741), decisions=["lwir11: scale 0.00341802, offset 149", "nir: asset 'nir08'"])),
    ("stactools_landsat-c2-l2_item_LC09.json", S2, Refusal("'B05'", "preset sentinel-2-geomad", "of 'landsat-9'")),
    ("classification_item-bitfields-landsat.json", LANDSAT, Plan(LANDSAT_BANDS, 32610, 30, (7861, 7971))),
    ("usgs_landsat-c2l2-sr_item_LC08.json", LANDSAT, Plan(
        LANDSAT_BANDS, 32615, 30, (7931, 8041),
        decisions=["asset 'red': pixel type uint16, nodata 0 as in all of Landsat Collection 2",
                   "red: scale 2.75e-05, offset -0.2: those of Landsat Collection 2", "asset 'qa_pixel'"])),
    ("usgs_landsat-c2l2-sr_item_LC08.json", ["BANDS=red", "ALTERNATE=s3"], Plan(
        "red", 32615, 30, (7931, 8041), decisions=["asset 'red' is read from its alternate 's3'"])),
    ("usgs_landsat-c2l2-sr_item_LC08.json", ["BANDS=red", "ALTERNATE=gs"], Refusal("alternate 'gs'", "'s3'")),
    ("ga_ls8c_ard_3_item.json", ["BANDS=red,nir", "MASK=oa_fmask", "MASK_EXCLUDE=cloud,shadow"],
     Refusal("nbart_red", *NEEDS_TYPE, network=True)),
    ("dea_geomedian_ls5t_item.json", [], Refusal(*NEEDS_TYPE, network=True)),
    ("rio-tiler_stac_alternate.json", [], Refusal("'red'", *NEEDS_GRID, network=True)),
    ("rio-tiler_stac_proj_2_0_assets.json", [], Refusal("'red'", *NEEDS_TYPE, network=None)),
    ("gdal_stacit_test_stac_1.1.json", [], Plan("B01", 26711, 60, (20, 20))),
    ("gdal_stacit_test_page2.json", [], Refusal("file://data/int16.tif", "must not name a host")),
    ("gdal_stacit_overlapping_sources_with_nodata.json", [], Refusal("JSON", "line 18")),
]
# One page of a longer answer, used by itself.
PAGES = [
    ("earthsearch-v1_sentinel-2-l2a_search-post-next.json", ["BANDS=red,nir"], Plan(
        "red nir", 32613, 10, (28046, 23494), items=2,
        decisions=["red: scale 2.75e-05, offset -0.2, 1 item as they are, 1 item rescaled", "nir: asset 'nir08'"])),
    ("planetary-computer_landsat-c2-l2_items-get-next.json", LANDSAT, Plan(
        LANDSAT_BANDS, 32658, 30, None, items=10)),
    ("planetary-computer_naip_search-post-page1.json", [], Refusal("'image'", *NEEDS_TYPE, network=True)),
    ("eoapi_search-post-next.json", ["BANDS=red"], Refusal("'ms_analytic'", *NEEDS_TYPE, network=True)),
    ("gdal_stacit_test.json", [], Plan("B01", 26711, 60, (20, 20))),
]
TILES = [
    ("s2-l2a-33TWL-20230818/item.json", [], Plan("red green blue nir", 32633, 120, (512, 384))),
    ("gdal/test_stac_1_1.json", [], Plan("nir B2 B3 B4 B5 B6", None, 0.17578125, (2048, 1024))),
    ("gdal/test.json", [], Refusal("'bands'", "pixel type", "data_type")),
    ("stac-extension_tiled.json", [], Refusal("{TileMatrix}", "asset_templates")),
]


@pytest.fixture(scope="module")
def listener():
    """A list that grows by one for every connection that GDAL makes while the module runs."""
    server = socket.create_server(("127.0.0.1", 0))
    heard = []

    def listen():
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            heard.append(1)
            connection.close()
    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    options = {"GDAL_HTTP_PROXY": f"127.0.0.1:{server.getsockname()[1]}", "GDAL_HTTP_MAX_RETRY": "0",
               "AWS_NO_SIGN_REQUEST": "YES", "AWS_EC2_METADATA_DISABLED": "YES"}
    for name, value in options.items():
        gdal.SetConfigOption(name, value)
    yield heard
    for name in options:
        gdal.SetConfigOption(name, None)
    server.close()


def check(path, options, wanted, heard):
    before = len(heard)
    with collected_errors() as errors:
        ds = gdal.OpenEx(f"STACVRT:{path}", gdal.OF_RASTER | gdal.OF_VERBOSE_ERROR, open_options=options)
    if isinstance(wanted, Refusal):
        message = "\n".join(errors)
        assert ds is None and message
        for part in wanted.parts:
            assert part in message, f"no '{part}' in: {message}"
        asked = len(heard) > before
        assert wanted.network in (None, asked), f"{len(heard) - before} requests: {message}"
        return
    assert ds is not None, errors
    assert len(heard) == before, "the network was asked"
    names = [ds.GetRasterBand(i + 1).GetDescription() for i in range(ds.RasterCount)]
    assert names[:len(wanted.bands)] == wanted.bands
    assert set(names[len(wanted.bands):]) <= {"count", "smad", "emad", "bcmad"}
    if wanted.epsg:
        assert ds.GetSpatialRef().GetAuthorityCode(None) == str(wanted.epsg)
    transform = ds.GetGeoTransform()
    assert (transform[1], transform[5]) == (wanted.resolution, -wanted.resolution)
    if wanted.size:
        assert (ds.RasterXSize, ds.RasterYSize) == wanted.size
    assert ds.GetMetadataItem("ITEMS") == str(wanted.items)
    told = "\n".join(ds.GetMetadata("STACVRT").values())
    for part in wanted.decisions:
        assert part in told, f"no '{part}' in:\n{told}"


def name_of(value):
    return value.replace("/", "-") if isinstance(value, str) else ",".join(value) if isinstance(value, list) else ""


@pytest.mark.parametrize("name, options, wanted", CASES, ids=name_of)
def test_a_document_plans_or_says_what_to_do(name, options, wanted, listener):
    check(STAC / name, options, wanted, listener)


@pytest.mark.parametrize("name, options, wanted", PAGES, ids=name_of)
def test_a_page_plans_by_itself(name, options, wanted, listener, tmp_path):
    page = json.loads((STAC / name).read_text())
    page["links"] = [link for link in page["links"] if link["rel"] != "next"]
    (tmp_path / name).write_text(json.dumps(page))
    if (STAC / "data").is_dir():
        shutil.copytree(STAC / "data", tmp_path / "data")
    check(tmp_path / name, options, wanted, listener)


@pytest.mark.parametrize("name, options, wanted", TILES, ids=name_of)
def test_a_tiled_item_plans_or_says_what_to_do(name, options, wanted, listener):
    check(TILED / name, options, wanted, listener)


def test_no_document_is_forgotten():
    names = {name for name, _, _ in CASES + PAGES} | {"planetary-computer_naip_search-post-page2.json"}
    assert names == {path.name for path in STAC.iterdir() if path.is_file()}


def test_a_grid_across_the_antimeridian_of_a_real_tile_is_narrow(listener):
    ds = gdal.OpenEx(f"STACVRT:{STAC / 'stactools_sentinel2_antimeridian_01WCQ.json'}", open_options=[
        "BANDS=red", "CRS=EPSG:4326", "RESOLUTION=0.01"])
    assert ds.RasterXSize < 500, ds.RasterXSize
