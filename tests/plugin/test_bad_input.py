# SPDX-License-Identifier: MIT
"""Broken and hostile input fails with a message that one can act on: what is wrong, where, and what would be valid.

Each case asserts the words a user needs, not the whole sentence.
"""
import copy
import json
import re
import shutil
import subprocess

import numpy as np
import pytest
from osgeo import gdal

import plugin_env
import recipes as r
import series
from gdal_io import collected_errors, failure, open_recipe, pixels, read, run

pytestmark = pytest.mark.usefixtures("driver")


def must_say(message, *patterns):
    for pattern in patterns:
        assert re.search(pattern, message, re.I | re.S), f"no /{pattern}/ in: {message}"


@pytest.fixture
def base(wl_items):
    return r.recipe(wl_items, ["red", "nir"], r.WL_CROP, r.SCL, ["median", "count"])


@pytest.fixture
def items(wl_items):
    """The five items of 33TWL with absolute hrefs, to be altered."""
    return copy.deepcopy(series.load(wl_items)["features"])


@pytest.fixture
def with_items(base, write_recipe, tmp_path):
    """The path of the base recipe over altered items (a list, or text as it is)."""
    def make(altered, **more):
        path = tmp_path / "items.json"
        path.write_text(altered) if isinstance(altered, str) else series.write(altered, path)
        return write_recipe({**base, "items": str(path), **more})
    return make


# ---- recipes

@pytest.mark.parametrize("text, patterns", [
    ("no json at all", ["JSON", "recipe.stacvrt"]),
    ("", ["JSON|empty", "recipe.stacvrt"]),
    ('{"type": "STACVRT", "version": 1,', ["JSON|unexpected|end", "line|column"]),
    ('[1, 2]', ["recipe.stacvrt"]),
    ('{"type": "FeatureCollection", "features": []}', ["STACVRT", "recipe.stacvrt"]),
    ('{"type": "STACVRT", "version": 99, "items": "x.json"}', ["version", "99", "/version"]),
    ('{"type": "STACVRT", "version": 1}', ["items"]),
    ("\x00\x01\x02\xff binary", ["JSON", "recipe.stacvrt"]),
])
def test_a_recipe_file_that_is_none_gets_our_error(write_recipe, text, patterns):
    must_say(failure(write_recipe(text)), *patterns)


def test_foreign_json_under_another_name_is_declined_in_silence(tmp_path, wl_items):
    driver = gdal.GetDriverByName("STACVRT")
    names = []
    for n, text in enumerate(["[1, 2]", '{"type": "Topology"}', '{"type": "stacvrt-like", "a": "STACVRT"}', "no json",
                              json.dumps({"type": "FeatureCollection", "features": []})]):
        names.append(tmp_path / f"foreign{n}.json")
        names[-1].write_text(text)
    for name in [*names, wl_items, plugin_env.TILED / "item.json"]:
        found = gdal.IdentifyDriverEx(str(name))
        assert found is None or found.ShortName != driver.ShortName, f"{name} was claimed"
        done = subprocess.run(["gdalinfo", str(name)], capture_output=True, text=True, timeout=60)
        assert "stacvrt" not in done.stderr.lower().replace(str(name).lower(), ""), done.stderr


def test_a_recipe_under_another_name_is_ours(base, write_recipe, tmp_path):
    assert open_recipe(write_recipe(base, "recipe.json")).RasterCount == 3


@pytest.mark.parametrize("change, patterns", [
    ({"output": ["median"]}, ["output", "did you mean.*outputs", "/output"]),
    ({"mask": {"asset": "scl", "exlude": [3]}}, ["exlude", "did you mean.*exclude", "/mask/exlude"]),
    ({"grid": {**r.WL_CROP, "resampling": "bilinera"}}, ["bilinera", "bilinear", "/grid/resampling"]),
    ({"time": {"grup": "none"}}, ["grup", "group", "/time/grup"]),
    ({"outputs": ["medain"]}, ["medain", "did you mean.*median", "/outputs/0"]),
    ({"outputs": [{"reduce": "median", "of": ["rde"]}]}, ["rde", "red", "/outputs/0/of"]),
    ({"preset": "sentinel-2-geomda"}, ["sentinel-2-geomda", "sentinel-2-geomad"]),
    ({"mask": {"asset": "scl", "exclude": ["thin_cirus"]}}, ["thin_cirus", "thin_cirrus", "/mask/exclude"]),
    ({"mask": {"asset": "slc", "exclude": [3]}}, ["slc", "scl", "/mask"]),
])
def test_a_wrong_word_is_named_with_the_nearest_spelling(base, write_recipe, change, patterns):
    must_say(failure(write_recipe({**base, **change})), *patterns)


@pytest.mark.parametrize("change, word", [
    ({"bands": ["red", {"name": "ndvi", "expression": "(nir-red)/(nir+red)"}]}, "expression"),
    ({"outputs": [{"reduce": "best", "by": "red"}]}, "best"),
    ({"outputs": ["medoid"]}, "medoid"),
    ({"time": {"windows": "season"}}, "season"),
])
def test_a_documented_key_that_is_not_built_says_so(base, write_recipe, change, word):
    """Whatever gets built leaves this list; then opening succeeds and the case must go."""
    message = failure(write_recipe({**base, **change}))
    must_say(message, word, "not built yet")


@pytest.mark.parametrize("change, patterns", [
    ({"bands": ["red", "B99"]}, ["B99", "/bands/1", "blue", "green", "nir"]),
    ({"mask": {"asset": "scl", "exclude": ["clowds_of_all_sorts"]}}, ["clowds_of_all_sorts", "vegetation", "thin_cirrus"]),
    ({"mask": {"asset": "fmask", "exclude": [2]}}, ["fmask", "scl", "cloud"]),
    ({"time": {"range": "1999-01-01/1999-12-31"}}, ["2023-08-10", "2023-08-20", "time"]),
    ({"grid": {"bbox": [100, 10, 101, 11]}}, ["bbox|bounds|grid", "no item|empty|touch|outside|overlap"]),
    ({"grid": {"bbox": [15, 46, 15, 46]}}, ["/grid/bbox", "empty|west|south"]),
    ({"filter": {"eo:cloud_cover": {"lt": -1}}}, ["eo:cloud_cover", "no item|none|empty|left"]),
    ({"grid": {**r.WL_CROP, "bounds": [0, 0, -1, -1]}}, ["/grid/bounds", "xmin|ymin"]),
    ({"grid": {"crs": "EPSG:99999999", "resolution": 10}}, ["99999999", "/grid/crs|crs"]),
    ({"grid": {**r.WL_CROP, "resolution": -5}}, ["/grid/resolution", "greater|positive|> 0"]),
    ({"grid": {"crs": "EPSG:32633", "resolution": 0.00001}}, ["2147483647|2\\^31|pixels", "resolution|/grid"]),
    ({"outputs": [{"reduce": "percentile", "p": [101]}]}, ["percentile", "100", "/outputs/0/p"]),
    ({"outputs": []}, ["/outputs", "no output"]),
])
def test_an_impossible_or_empty_selection_says_what_there_is(base, write_recipe, change, patterns):
    must_say(failure(write_recipe({**base, **change})), *patterns)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_numbers_that_are_none_are_refused(base, write_recipe, with_items, items, number):
    text = json.dumps(base).replace('"resolution": 120', f'"resolution": {number}')
    assert number in text
    must_say(failure(write_recipe(text)), "JSON|number|finite|range", "recipe.stacvrt")
    text = json.dumps({"type": "FeatureCollection", "features": items}).replace('"scale": 0.0001', f'"scale": {number}')
    must_say(failure(with_items(text)), "JSON|number|finite|range", "items.json")


@pytest.mark.parametrize("levels", [200, 200_000])
def test_deeply_nested_json_is_refused(base, write_recipe, with_items, levels):
    deep = "[" * levels + "]" * levels
    must_say(failure(write_recipe(f'{{"type": "STACVRT", "version": 1, "items": {deep}}}')), "nest|deep|depth", "recipe.stacvrt")
    must_say(failure(with_items(f'{{"type": "FeatureCollection", "features": {deep}}}')), "nest|deep|depth", "items.json")


@pytest.mark.parametrize("encoding, patterns", [("latin-1", ["\\\\xFC", "line 1"]), ("utf-16", ["UTF-16"]), ("utf-16-le", ["UTF-16"])])
def test_text_that_is_not_utf8_is_told_how_to_be_saved(base, write_recipe, with_items, items, tmp_path, encoding, patterns):
    path = tmp_path / "recipe.stacvrt"
    path.write_bytes(json.dumps({**base, "title": "M\u00fcnchen"}, ensure_ascii=False).encode(encoding))
    must_say(failure(path), "save .* as UTF-8", "recipe.stacvrt", *patterns)
    name = with_items(items)
    (tmp_path / "items.json").write_bytes(json.dumps({"title": "M\u00fcnchen"}, ensure_ascii=False).encode(encoding))
    must_say(failure(name), "save .* as UTF-8", "items.json", *patterns)


def test_names_beyond_ascii_are_shown_as_they_are(with_items, items):
    items[0]["assets"]["red"]["href"] = "M\u00fcnchen.tif"
    assert "M\u00fcnchen.tif" in failure_of_whole(with_items(items))


def test_items_that_are_a_raster_are_no_json(base, write_recipe, items):
    told = failure(write_recipe({**base, "items": items[0]["assets"]["red"]["href"]}))
    must_say(told, "not valid JSON", "begins with 'II", "\\.tif")
    assert "nested" not in told


def test_a_recipe_with_a_key_twice_is_refused(base, write_recipe):
    text = json.dumps(base)
    must_say(failure(write_recipe(text[:-1] + ', "bands": ["nir"]}')), "'bands' is given twice", "at /bands")


def test_a_small_budget_is_told_as_it_was_given(base, write_recipe):
    must_say(failure(write_recipe(base), "MEMORY=1KB"), "budget of 1 KB", "MEMORY")


def test_overviews_cannot_be_added_and_need_not(base, write_recipe):
    told = run("gdaladdo", "-ro", write_recipe(base), "2", fails=True)
    must_say(told, "a recipe has overviews already, computed on demand")


def test_names_that_do_not_exist(base, write_recipe, tmp_path):
    must_say(failure(f"STACVRT:{tmp_path}/nowhere.json"), "nowhere.json")
    must_say(failure("STACVRT:"), "STACVRT")
    must_say(failure(write_recipe({**base, "items": str(tmp_path / "nowhere.json")})), "nowhere.json", "/items|recipe.stacvrt")
    must_say(failure(f'STACVRT:"{write_recipe(base)}":geomedain'), "geomedain", "median", "count")


def test_why_a_file_cannot_be_read_is_told(base, write_recipe, tmp_path):
    (tmp_path / "loop.json").symlink_to(tmp_path / "loop.json")
    must_say(failure(write_recipe({**base, "items": str(tmp_path / "loop.json")})), r"loop\.json'.*levels of symbolic links")


def test_option_values_are_checked_like_recipes(base, write_recipe):
    path = write_recipe(base)
    for option, patterns in (("BANDS=rde", ["rde", "red"]), ("RESAMPLING=bilinera", ["bilinear"]),
                             ("MEMORY=lots", ["MEMORY", "lots"]), ("THREADS=-3", ["THREADS"]),
                             ("DATETIME=yesterday", ["yesterday"])):
        must_say(failure(path, option), *patterns)


def test_gdalinfo_prints_the_message_and_fails(base, write_recipe):
    told = run("gdalinfo", write_recipe({**base, "output": ["median"]}), fails=True)
    must_say(told, "did you mean 'outputs'")


# ---- items

def test_zero_items(with_items):
    must_say(failure(with_items([])), "no item", "items.json")


def test_items_without_projection(with_items, items):
    """Either the assets themselves say where they lie, or the message says what is missing; never a guess."""
    for item in items:
        for holder in (item["properties"], *item["assets"].values()):
            for key in [k for k in holder if k.startswith("proj:")]:
                del holder[key]
    path = with_items(items, grid=r.WL_GRID)
    with collected_errors() as errors:
        ds = gdal.OpenEx(path, gdal.OF_RASTER | gdal.OF_VERBOSE_ERROR)
    if ds is None:
        must_say("\n".join(errors), "proj:", items[0]["id"])
    else:
        assert pixels(ds)[-1].max() == 5


def test_an_item_that_lacks_an_asset_is_recorded_and_the_rest_opens(base, with_items, items, write_recipe):
    want = read(write_recipe({**base, "items": series.write(items[1:], f"{with_items(items)}.rest.json")}, "rest.stacvrt"))
    lacking = items[0]["id"]
    del items[0]["assets"]["red"]
    ds = open_recipe(with_items(items))
    assert (pixels(ds) == want).all(), "an item without red takes part in a set with red"
    told = json.dumps([ds.GetMetadata_Dict(d) for d in [*(ds.GetMetadataDomainList() or []), ""] if not d.startswith("xml:")])
    assert lacking in told and "red" in told, "the item that lacks red is not recorded in the metadata"


def test_a_truncated_cog_fails_the_read_and_is_named(with_items, items, tmp_path):
    source = tmp_path / "broken.tif"
    data = open(items[2]["assets"]["red"]["href"], "rb").read()
    source.write_bytes(data[:len(data) * 2 // 3])
    items[2]["assets"]["red"]["href"] = str(source)
    must_say(failure_of_whole(with_items(items, grid=r.WL_GRID)), "broken.tif", items[2]["id"])


def failure_of_whole(name, *options):
    with collected_errors() as errors:
        ds = gdal.OpenEx(str(name), gdal.OF_RASTER | gdal.OF_VERBOSE_ERROR, open_options=list(options))
        data = ds.ReadAsArray() if ds else None
    assert data is None and errors, f"{name} gave pixels, with errors {errors}"
    return "\n".join(errors)


def test_a_file_of_noise_fails_and_is_named(with_items, items, tmp_path):
    noise = tmp_path / "noise.tif"
    noise.write_bytes(np.random.default_rng(1).bytes(5000))
    items[0]["assets"]["nir"]["href"] = str(noise)
    must_say(failure_of_whole(with_items(items)), "noise.tif")


def test_a_missing_file_fails_the_read_and_is_named(with_items, items, tmp_path):
    items[1]["assets"]["nir"]["href"] = str(tmp_path / "gone.tif")
    must_say(failure_of_whole(with_items(items)), "gone.tif", items[1]["id"])


def test_a_raster_that_contradicts_proj_shape_is_named_with_both_sizes(with_items, items):
    item = items[0]
    for holder in (item["properties"], *item["assets"].values()):
        holder["proj:shape"] = [400, 500]
    must_say(failure(with_items(items)), item["id"], "460", "376", "500", "400")


@pytest.mark.parametrize("spoil, patterns", [
    (lambda i: i.pop("id"), ["id"]),
    (lambda i: i["properties"].update(datetime="soon"), ["soon", "datetime"]),
    (lambda i: i["properties"].update({"proj:shape": "big"}), ["proj:shape"]),
    (lambda i: i["assets"]["red"].update({"proj:transform": [1, 2]}), ["proj:transform"]),
    (lambda i: i.update(assets=[]), ["assets"]),
    (lambda i: i["assets"]["red"].update(href=7), ["href"]),
    (lambda i: i["assets"]["red"]["raster:bands"][0].update(scale="x"), ["scale"]),
    (lambda i: i["assets"]["red"]["raster:bands"][0].update(scale=0), ["scale"]),
])
def test_malformed_items_are_named_with_their_place(with_items, items, spoil, patterns):
    spoil(items[1])
    must_say(failure(with_items(items)), *patterns, "items.json", r"features/1|" + items[1].get("id", "features/1"))


# ---- what hrefs may be

REFUSED = [
    "/vsicurl?url=http://example.com/a.tif", "/vsicurl?header_file=/etc/passwd&url=http://example.com/a.tif",
    "/vsicurl/http://example.com/a.tif?header_file=/etc/passwd",
    "<VRTDataset rasterXSize=\"1\" rasterYSize=\"1\"></VRTDataset>", "<GDAL_WMS></GDAL_WMS>", '{"type": "STACVRT"}',
    "GTIFF_DIR:1:/etc/passwd", "NETCDF:/etc/passwd:x", "HDF5:/etc/passwd://x", "STACIT:items.json", "STACTA:items.json",
    "vrt:///etc/passwd", "PG:host=example.com", "source.vrt", "/srv/source.vrt", "STACVRT:items.json",
    "recipe.stacvrt", "/vsisubfile/0_100,/etc/passwd", "/vsistdin/", "/vsizip/{a.zip}/b.vrt",
]


@pytest.mark.parametrize("href", REFUSED)
def test_hrefs_that_name_more_than_a_raster_are_refused(with_items, items, href, tmp_path):
    shutil.copy(items[0]["assets"]["red"]["href"], tmp_path / "source.tif")
    run("gdal_translate", "-q", "-of", "VRT", tmp_path / "source.tif", tmp_path / "source.vrt")
    items[0]["assets"]["red"]["href"] = href
    must_say(failure(with_items(items)), "refus|not allowed", items[0]["id"], "/assets/red")


def test_a_remote_document_is_no_way_to_local_files(with_items, items, tmp_path):
    """Network file systems make a document remote; nothing is fetched here, so a message about the name suffices."""
    message = failure("STACVRT:/vsicurl?url=http://127.0.0.1:9/items.json")
    must_say(message, "refus|not allowed|\\?")


def test_a_file_that_only_looks_like_a_raster_is_not_opened_by_other_drivers(with_items, items, tmp_path):
    run("gdal_translate", "-q", "-of", "VRT", items[0]["assets"]["red"]["href"], tmp_path / "disguised.vrt")
    shutil.move(tmp_path / "disguised.vrt", tmp_path / "disguised.tif")
    items[0]["assets"]["red"]["href"] = str(tmp_path / "disguised.tif")
    must_say(failure(with_items(items)), "disguised.tif")


def local_copy(items, folder):
    """One item with its red, nir and scl below the folder, hrefs relative."""
    item = copy.deepcopy(items[0])
    item["assets"] = {k: item["assets"][k] for k in ("red", "nir", "scl")}
    for key, asset in item["assets"].items():
        shutil.copy(asset["href"], folder / f"{key}.tif")
        asset["href"] = f"./{key}.tif"
    return item


@pytest.fixture
def no_lock():
    yield
    gdal.SetConfigOption("STACVRT_LOCAL_PATHS", None)


def test_local_paths_sibling_allows_only_the_documents_folder(with_items, items, tmp_path, no_lock):
    inside = local_copy(items, tmp_path)
    gdal.SetConfigOption("STACVRT_LOCAL_PATHS", "SIBLING")
    assert read(with_items([inside]))[-1].max() == 1
    gdal.SetConfigOption("STACVRT_LOCAL_PATHS", None)
    outside = copy.deepcopy(inside)
    outside["assets"]["red"]["href"] = items[0]["assets"]["red"]["href"]
    lock = {"STACVRT_LOCAL_PATHS": "SIBLING"}
    must_say(failure(with_items([outside]), config=lock), "refus|not allowed", "STACVRT_LOCAL_PATHS|SIBLING", "/assets/red")
    upward = copy.deepcopy(inside)
    upward["assets"]["red"]["href"] = "../" * 30 + items[0]["assets"]["red"]["href"].lstrip("/")
    must_say(failure(with_items([upward]), config=lock), "refus|not allowed", "/assets/red")
    (tmp_path / "link.tif").symlink_to(items[0]["assets"]["red"]["href"])
    must_say(failure(with_items([outside]), "STACVRT_LOCAL_PATHS=ANY", "LOCAL_PATHS=ANY", config=lock), "refus|not allowed")


def test_local_paths_none_refuses_every_local_asset(with_items, items, tmp_path):
    path = with_items([local_copy(items, tmp_path)])
    must_say(failure(path, config={"STACVRT_LOCAL_PATHS": "NONE"}), "refus|not allowed", "STACVRT_LOCAL_PATHS|NONE")


def test_an_unknown_value_of_local_paths_locks_rather_than_opens(with_items, items, tmp_path):
    path = with_items([local_copy(items, tmp_path)])
    must_say(failure(path, config={"STACVRT_LOCAL_PATHS": "SIBBLING"}), "STACVRT_LOCAL_PATHS|refus", "SIBLING|NONE")


def test_secrets_in_hrefs_do_not_appear_in_messages(with_items, items):
    items[0]["assets"]["red"]["href"] = "http://user:hunter2@127.0.0.1:9/a.tif?sig=topsecret"
    message = failure_of_whole(with_items(items))
    assert "hunter2" not in message and "topsecret" not in message, message
