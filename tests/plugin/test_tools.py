# SPDX-License-Identifier: MIT
"""The programs that users run: gdalinfo, gdal_translate, gdalwarp, gdallocationinfo, rasterio, on four kinds of recipes.

Compares what they write with what the driver reads directly; whether those pixels are right is test_exactness.py's matter.
"""
import json
import os
import re
import subprocess

import numpy as np
import pytest
import rasterio
from osgeo import gdal

import judge
import plugin_env
import recipes as r
from gdal_io import open_recipe, pixels, read, run, subdataset

pytestmark = pytest.mark.usefixtures("driver")

GM = ["geomedian", "mad", "count"]
KINDS = {
    "s2 scl": ("wl", dict(bands=r.S2_BANDS, mask=r.SCL_CLEAN, outputs=GM)),
    "s2 cloud probability": ("wl", dict(bands=["red", "green", "blue"], mask=r.CLOUD_PROBABILITY, outputs=["median", "count"])),
    "ten items, two tiles": ("s2", dict(bands=r.S2_BANDS, mask=r.SCL_CLEAN, outputs=["median", "count", "total"])),
    "landsat bqa": ("landsat", dict(bands=r.LANDSAT_BANDS, grid=r.LANDSAT_GRID, mask=r.BQA, outputs=GM)),
}


@pytest.fixture(params=KINDS)
def path(request, write_recipe):
    which, arguments = KINDS[request.param]
    return write_recipe(r.recipe(request.getfixturevalue(f"{which}_items"), **arguments))


@pytest.fixture
def mixed(write_recipe, wl_items):
    """A recipe of several types, opened as Float32."""
    which, arguments = KINDS["s2 scl"]
    return write_recipe(r.recipe(wl_items, **arguments, grid=r.WL_CROP))


@pytest.fixture
def integer(write_recipe, wl_items):
    return write_recipe(r.recipe(wl_items, r.S2_BANDS, r.WL_CROP, r.SCL, ["median", "count"]))


def info(path, *options):
    return json.loads(run("gdalinfo", "-json", *options, path))


def everything(ds):
    """All metadata of a dataset and its bands, as one text."""
    parts = [ds, *(ds.GetRasterBand(b + 1) for b in range(ds.RasterCount))]
    return json.dumps([{d: p.GetMetadata_Dict(d) if not d.startswith("xml:") else p.GetMetadata_List(d)
                        for d in [*(p.GetMetadataDomainList() or []), ""]} for p in parts])


def test_gdalinfo_describes_the_dataset(path):
    told = info(path)
    assert told["driverShortName"] == "STACVRT"
    ds = open_recipe(path)
    assert told["size"] == [ds.RasterXSize, ds.RasterYSize] and len(told["bands"]) == ds.RasterCount
    assert told["metadata"]["IMAGE_STRUCTURE"]["INTERLEAVE"] == "PIXEL"
    assert "wkt" in told["coordinateSystem"]
    for band in told["bands"]:
        assert band["description"], band
        assert all(side in (512, size) for side, size in zip(band["block"], told["size"])), band["block"]
    text = run("gdalinfo", path)
    assert "STACVRT" in text and "INTERLEAVE=PIXEL" in text


def test_blocks_are_512(write_recipe, s2_items):
    assert info(write_recipe(r.recipe(s2_items, ["red"])))["bands"][0]["block"] == [512, 512]


def test_all_bands_have_one_type_and_one_nodata(path):
    ds = open_recipe(path)
    bands = [ds.GetRasterBand(b + 1) for b in range(ds.RasterCount)]
    assert len({b.DataType for b in bands}) == 1
    nodata = {str(b.GetNoDataValue()) for b in bands}
    assert nodata == ({"nan"} if bands[0].DataType == gdal.GDT_Float32 else {"0.0"})


def test_band_descriptions_scale_offset_and_colours(integer, landsat_items, write_recipe):
    bands = info(integer)["bands"]
    for band, name, colour in zip(bands, r.S2_BANDS, ("Blue", "Green", "Red", None)):
        assert name in band["description"] and band["type"] == "UInt16" and band["noDataValue"] == 0
        assert band["scale"] == pytest.approx(1e-4) and band.get("offset", 0) == 0
        assert colour is None or band["colorInterpretation"] == colour
    assert "count" in bands[4]["description"] and "scale" not in bands[4]
    landsat = info(write_recipe(r.recipe(landsat_items, ["red"], r.LANDSAT_GRID, r.BQA, ["median"]), "l.stacvrt"))["bands"][0]
    assert landsat["scale"] == pytest.approx(2e-5) and landsat["offset"] == pytest.approx(-0.1)


def test_mads_are_named(mixed):
    names = [b["description"].lower() for b in info(mixed)["bands"]]
    assert len(set(names)) == len(names) == 8, names
    for wanted in ("smad", "emad", "bcmad"):
        assert any(wanted in n for n in names), names
    assert [b["type"] for b in info(mixed)["bands"]] == ["Float32"] * 8


def test_percentiles_are_named_with_their_rank(write_recipe, wl_items):
    made = r.recipe(wl_items, ["red", "nir"], r.WL_CROP, outputs=[{"reduce": "percentile", "p": [10, 90]}])
    names = [b["description"] for b in info(write_recipe(made))["bands"]]
    for n, (band, rank) in zip(names, (("red", "10"), ("nir", "10"), ("red", "90"), ("nir", "90"))):
        assert band in n and rank in n, names


def test_provenance_is_in_the_metadata(path):
    ds = open_recipe(path)
    told = ds.GetMetadata_Dict()
    assert any("ITEM" in k.upper() for k in told) and any("OBSERVATION" in k.upper() for k in told), told
    items = json.load(open(json.load(open(path))["items"]))["features"]
    assert any(v == str(len(items)) or f"{len(items)} " in v for k, v in told.items() if "ITEM" in k.upper()), told
    text = everything(ds)
    assert all(i["id"] in text for i in items), "not every item used is named in some metadata domain"


def test_windows_carry_their_dates(write_recipe, landsat_items):
    made = r.recipe(landsat_items, ["red"], r.LANDSAT_GRID, r.BQA, ["median", "count"],
                    time={"range": "2018-04/2018-05", "windows": "P1M"})
    bands = info(write_recipe(made))["bands"]
    assert [b["description"][:7] for b in bands] == ["2018-04", "2018-04", "2018-05", "2018-05"]
    for band, month in zip(bands, ("2018-04", "2018-04", "2018-05", "2018-05")):
        assert month in json.dumps(band["metadata"]), f"no dates of its window in {band.get('metadata')}"


def test_the_file_list_names_local_inputs(path, s2_items):
    files = open_recipe(path).GetFileList()
    assert path in files and json.load(open(path))["items"] in files
    assert any(f.endswith(".tif") for f in files), files


def test_subdatasets_are_listed_and_open(mixed):
    listed = info(mixed)["metadata"]["SUBDATASETS"]
    names = [v for k, v in listed.items() if k.endswith("_NAME")]
    assert names == [subdataset(mixed, n) for n in GM]
    assert all(listed[k.replace("_NAME", "_DESC")] for k in listed if k.endswith("_NAME"))
    opened = [open_recipe(n) for n in names]           # kept: a band dies with its dataset
    assert [ds.GetRasterBand(1).DataType for ds in opened] == [gdal.GDT_UInt16, gdal.GDT_Float32, gdal.GDT_UInt16]


def test_translate_to_cog_writes_the_pixels(path, tmp_path):
    out = tmp_path / "out.tif"
    run("gdal_translate", "-q", "-of", "COG", path, out)
    with rasterio.open(out) as src:
        judge.assert_same(src.read(), read(path), "COG")
        ds = open_recipe(path)
        assert src.crs is not None and src.transform.to_gdal() == pytest.approx(ds.GetGeoTransform(), rel=1e-14)
        assert list(src.descriptions) == [ds.GetRasterBand(b + 1).GetDescription() for b in range(ds.RasterCount)]
        for b in range(ds.RasterCount):
            band = ds.GetRasterBand(b + 1)
            assert (src.scales[b], src.offsets[b]) == (band.GetScale() or 1, band.GetOffset() or 0)


def test_a_vrt_over_the_dataset_gives_its_pixels(path, tmp_path):
    out = tmp_path / "over.vrt"
    run("gdal_translate", "-q", "-of", "VRT", path, out)
    judge.assert_same(pixels(gdal.Open(str(out))), read(path), "VRT")


def test_a_vrt_over_a_subdataset_gives_its_pixels(mixed, tmp_path):
    out = tmp_path / "over.vrt"
    run("gdal_translate", "-q", "-of", "VRT", subdataset(mixed, "mad"), out)
    judge.assert_same(pixels(gdal.Open(str(out))), read(subdataset(mixed, "mad")), "VRT of a subdataset")


@pytest.mark.parametrize("form", ['STACVRT:"{}":{}', "STACVRT:{}:{}"])
@pytest.mark.parametrize("output, dtype", [("geomedian", "uint16"), ("mad", "float32"), ("count", "uint16")])
def test_translate_of_subdatasets_keeps_their_type_and_values(mixed, tmp_path, form, output, dtype):
    out = tmp_path / "out.tif"
    run("gdal_translate", "-q", form.format(mixed, output), out)
    with rasterio.open(out) as src:
        got = src.read()
        assert set(src.dtypes) == {dtype} and str(src.nodata) == {"geomedian": "0.0", "mad": "nan", "count": "None"}[output]
    whole = read(mixed)
    part = {"geomedian": whole[:4], "mad": whole[4:7], "count": whole[7:]}[output]
    if output == "mad":
        assert ((part > 0) & (part < 1)).any(), "no MAD that truncation would spoil"
        judge.assert_same(got, part, "mad after gdal_translate")
    elif output == "count":
        judge.assert_same(got.astype("float32"), part, "count after gdal_translate")
    else:
        judge.assert_rounded_from(got, part, "geomedian after gdal_translate")


def test_translate_of_a_mixed_recipe_truncates_nothing(mixed, tmp_path):
    out = tmp_path / "out.tif"
    run("gdal_translate", "-q", mixed, out)
    with rasterio.open(out) as src:
        assert set(src.dtypes) == {"float32"}
        judge.assert_same(src.read(), read(mixed), "mixed recipe")


@pytest.mark.parametrize("threads", [[], ["-multi", "-wo", "NUM_THREADS=2"]])
def test_gdalwarp_of_the_dataset_equals_gdalwarp_of_a_copy(path, tmp_path, threads):
    copy, one, two = tmp_path / "copy.tif", tmp_path / "one.tif", tmp_path / "two.tif"
    run("gdal_translate", "-q", path, copy)
    options = ["-q", "-t_srs", "EPSG:3857", "-r", "bilinear", "-ovr", "NONE", *threads]
    run("gdalwarp", *options, path, one)
    run("gdalwarp", *options, copy, two)
    with rasterio.open(one) as a, rasterio.open(two) as b:
        assert a.transform == b.transform
        judge.assert_same(a.read(), b.read(), "gdalwarp")


def test_gdallocationinfo_gives_values_and_the_items_behind_a_pixel(integer):
    whole = read(integer)
    for column, row in ((0, 0), (101, 77), (199, 149)):
        values = run("gdallocationinfo", "-valonly", integer, column, row).split()
        assert [int(v) for v in values] == whole[:, row, column].tolist()
    text = run("gdallocationinfo", integer, 101, 77)
    ids = set(re.findall(r"S2[AB]_33TW[LM]_\d{8}_0_L2A", text))
    assert ids, text
    every = {i["id"] for i in json.load(open(json.load(open(integer))["items"]))["features"]}
    assert ids <= every and len(ids) >= whole[4, 77, 101], (ids, whole[4, 77, 101])


def test_rasterio_reads_what_gdal_reads(path):
    with rasterio.open(path) as src:
        assert src.driver == "STACVRT"
        judge.assert_same(src.read(), read(path), "rasterio")
        masks = src.read_masks()
        data = src.read()
        empty = np.isnan(data) if data.dtype.kind == "f" else data == 0
        judge.assert_same(masks, np.where(empty, 0, 255).astype("uint8"), "masks from nodata")


def test_rasterio_opens_subdatasets(mixed):
    with rasterio.open(mixed) as src:
        names = src.subdatasets
    assert len(names) == 3
    with rasterio.open(names[1]) as src:
        judge.assert_same(src.read(), read(mixed)[4:7], "mad through rasterio")


def test_open_options_say_what_a_recipe_says(wl_items, write_recipe, tmp_path):
    want = read(write_recipe(r.recipe(wl_items, ["red", "nir"], r.WL_CROP, r.SCL, ["median", "count"], "bilinear",
                                      time={"range": "2023-08-10/2023-08-18"})))
    bounds = ",".join(map(str, r.WL_CROP["bounds"]))
    options = ["BANDS=red,nir", "MASK=scl", f"MASK_EXCLUDE={','.join(r.SCL_CLOUDS)}", f"BOUNDS={bounds}", "CRS=EPSG:32633",
               "RESOLUTION=120", "RESAMPLING=bilinear", "DATETIME=2023-08-10/2023-08-18", "OUTPUTS=median,count"]
    judge.assert_same(read(f"STACVRT:{wl_items}", *options), want, "open options")
    out = tmp_path / "out.tif"
    run("gdal_translate", "-q", f"STACVRT:{wl_items}", out, *[w for o in options for w in ("-oo", o)])
    with rasterio.open(out) as src:
        judge.assert_same(src.read(), want, "open options of gdal_translate")


def test_the_geomad_preset_opens_without_a_recipe(s2_items):
    ds = open_recipe(f"STACVRT:{s2_items}", "PRESET=sentinel-2-geomad", "BANDS=red,green,blue,nir", "CRS=EPSG:32633",
                     "RESOLUTION=120", f"BOUNDS={','.join(map(str, r.OVERLAP_ON_WL['bounds']))}")
    assert np.isfinite(pixels(ds, 0, 50, 100, 50)).any()


def test_the_driver_describes_its_options():
    driver = gdal.GetDriverByName("STACVRT")
    told = driver.GetMetadata_Dict()
    assert told["DCAP_RASTER"] == "YES" and told["DCAP_VIRTUALIO"] == "YES" and told["DMD_EXTENSIONS"] == "stacvrt"
    assert told["DMD_CONNECTION_PREFIX"] == "STACVRT:" and told["DMD_SUBDATASETS"] == "YES"
    assert told["DMD_LONGNAME"] and told["DMD_HELPTOPIC"]
    for option in ("BANDS", "MASK", "MASK_EXCLUDE", "DATETIME", "WINDOWS", "GROUP", "CRS", "RESOLUTION", "BOUNDS", "BBOX",
                   "RESAMPLING", "MAX_CLOUD_COVER", "OUTPUTS", "PRESET", "MEMORY", "THREADS"):
        assert f"name='{option}'" in told["DMD_OPENOPTIONLIST"].replace('"', "'"), option
    assert "STACVRT" in run("gdalinfo", "--formats")


def test_the_plugin_in_use_is_the_one_named():
    from pathlib import Path
    mapped = {line.split()[-1] for line in Path("/proc/self/maps").read_text().splitlines() if "gdal_STACVRT" in line}
    assert mapped == {str(plugin_env.plugin_dir() / plugin_env.PLUGIN_NAME)}, mapped
