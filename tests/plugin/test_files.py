# SPDX-License-Identifier: MIT
"""Files around a recipe: where relative names lead, what programs that delete, rename and copy do, and replaced inputs."""
import json
import os
import shutil
import subprocess

import pytest
import rasterio
from osgeo import gdal

import judge
import recipes as r
from gdal_io import collected_errors, open_recipe, read, run

pytestmark = pytest.mark.usefixtures("driver")


@pytest.fixture
def recipe(tmp_path, wl_items):
    """here.stacvrt with its items.json beside it, named relative to it."""
    shutil.copy(wl_items, tmp_path / "items.json")
    made = {**r.recipe("", ["red"], r.WL_CROP, r.SCL), "items": "items.json"}
    (tmp_path / "here.stacvrt").write_text(json.dumps(made))
    return tmp_path / "here.stacvrt"


def inputs(path):
    return [f for f in gdal.OpenEx(str(path)).GetFileList() if f != str(path)]


def refused(*command):
    """gdalmanage tells of failures on standard error and ends with 0."""
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, timeout=600)
    assert "recipe" in done.stderr or "there is a file already" in done.stderr, done


def test_relative_names_lead_to_the_same_files_from_anywhere(recipe, tmp_path, monkeypatch):
    want = read(recipe)
    monkeypatch.chdir(tmp_path)
    judge.assert_same(read("here.stacvrt"), want, "relative name")
    monkeypatch.chdir("/")
    out = tmp_path / "out.tif"
    run("gdal_translate", "-q", recipe, out)
    with rasterio.open(out) as src:
        judge.assert_same(src.read(), want, "from another folder")


def test_a_program_may_change_its_folder_between_opening_and_reading(recipe, tmp_path, s2_items, monkeypatch):
    """Relative names all the way down to the assets, and another recipe of the same text in another folder."""
    items = json.loads((tmp_path / "items.json").read_text())
    (tmp_path / "assets").symlink_to(os.path.commonpath([a["href"] for i in items["features"] for a in i["assets"].values()
                                                         if a["href"].startswith("/")]))
    base = os.path.realpath(tmp_path / "assets")
    for item in items["features"]:
        for asset in item["assets"].values():
            if asset["href"].startswith(base):
                asset["href"] = "assets" + asset["href"][len(base):]
    (tmp_path / "items.json").write_text(json.dumps(items))
    want = read(recipe)
    other = tmp_path / "other"
    other.mkdir()
    for name in ("here.stacvrt", "items.json"):
        shutil.copy(tmp_path / name, other / name)
    monkeypatch.chdir(tmp_path)
    ds = open_recipe("here.stacvrt", "MEMORY=1GB")
    monkeypatch.chdir(other)
    judge.assert_same(ds.ReadAsArray(), want, "after chdir")
    with collected_errors() as errors:
        assert open_recipe("here.stacvrt", "MEMORY=1GB").ReadAsArray() is None
    assert "other/assets" in "\n".join(errors), errors


def test_a_symbolic_link_to_a_recipe_opens_what_lies_beside_the_recipe(recipe, tmp_path):
    (tmp_path / "links").mkdir()
    link = tmp_path / "links" / "link.stacvrt"
    link.symlink_to(recipe)
    judge.assert_same(read(link), read(recipe), "through a link")


def test_subdatasets_of_a_name_with_quotes_open(recipe, tmp_path):
    odd = tmp_path / 'a "b": c.stacvrt'
    made = {**json.loads(recipe.read_text()), "outputs": ["median", "count"]}
    odd.write_text(json.dumps(made))
    names = [name for name, _ in gdal.OpenEx(str(odd)).GetSubDatasets()]
    assert len(names) == 2
    for name in names:
        assert open_recipe(name).RasterCount == 1


def test_deleting_a_recipe_spares_its_imagery(recipe, wl_items):
    """gdalmanage deletes every file a driver lists, unless the driver knows better."""
    spared = inputs(recipe)
    assert len(spared) > 5
    run("gdalmanage", "delete", recipe)
    assert not recipe.exists() and all(os.path.exists(f) for f in spared)
    refused("gdalmanage", "delete", f"STACVRT:{wl_items}")
    assert all(os.path.exists(f) for f in spared)


@pytest.mark.parametrize("verb", ["rename", "copy"])
def test_renaming_and_copying_a_recipe_leaves_its_imagery_where_it_is(recipe, tmp_path, verb):
    spared, text = inputs(recipe), recipe.read_text()
    (tmp_path / "elsewhere").mkdir()
    for wrong in (tmp_path / "elsewhere" / "new.stacvrt", tmp_path / "new.json", recipe):
        refused("gdalmanage", verb, recipe, wrong)
        assert recipe.read_text() == text and not (wrong.exists() and wrong != recipe)
    run("gdalmanage", verb, recipe, tmp_path / "new.stacvrt")
    assert (tmp_path / "new.stacvrt").read_text() == text and recipe.exists() == (verb == "copy")
    assert all(os.path.exists(f) for f in spared)


def test_a_program_that_overwrites_a_recipe_overwrites_nothing_else(recipe, tmp_path):
    spared = inputs(recipe)
    other = tmp_path / "other.stacvrt"
    shutil.copy(recipe, other)
    run("gdal_translate", "-q", "-of", "GTiff", recipe, other)
    assert all(os.path.exists(f) for f in spared)
    assert other.read_bytes()[:2] == b"II"
