# SPDX-License-Identifier: MIT
"""Items in many files: folders, patterns, files packed by gzip, lines, lists of all of these. Equal to one collection."""
import gzip
import json
import zipfile
from pathlib import Path

import pytest

import judge
import recipes as r
from gdal_io import failure, read

pytestmark = pytest.mark.usefixtures("driver")

OPTIONS = ["BANDS=red,nir", "MASK=scl", "MASK_EXCLUDE=3,8,9,10", "MASK_NODATA=0", "CRS=EPSG:32633", "RESOLUTION=120",
           "BOUNDS=" + ",".join(str(b) for b in r.WL_CROP["bounds"])]


@pytest.fixture
def folder(tmp_path, wl_items):
    """Every item in a file of its own, by date; its assets' places absolute."""
    features = json.loads(Path(wl_items).read_text())["features"]
    for k, item in enumerate(features):
        scene = tmp_path / "scenes" / f"{k:02}"
        scene.mkdir(parents=True)
        (scene / f"{item['id']}_stac.json").write_text(json.dumps(item))
        (scene / "metadata.json").write_text("{}")
    return tmp_path / "scenes"


def flat(folder, ending, write):
    """A folder with all items directly in it."""
    made = folder.parent / ("flat" + ending)
    made.mkdir()
    for file in folder.glob("*/*_stac.json"):
        write(made / (file.parent.name + ending), file.read_text())
    return made


def opened(name):
    return read(f"STACVRT:{name}", *OPTIONS)


def why_not(name):
    return failure(f"STACVRT:{name}", *OPTIONS)


def test_folders_and_patterns_are_their_items(folder, wl_items, tmp_path):
    want = opened(wl_items)
    assert len(list(folder.glob("*/*_stac.json"))) > 3
    for name in (f"{folder}/*/*_stac.json", f"{folder}/**/*_stac.json", f"{tmp_path}/s*/??/*_stac.json",
                 flat(folder, ".json", lambda file, text: file.write_text(text)),
                 flat(folder, ".geojson.gz", lambda file, text: file.write_bytes(gzip.compress(text.encode())))):
        judge.assert_same(opened(name), want, str(name))
    recipe = {**r.recipe("scenes/*/*_stac.json", ["red", "nir"], r.WL_CROP), "mask": {"asset": "scl", "nodata": [0],
                                                                                      "exclude": [3, 8, 9, 10]}}
    del recipe["outputs"]  # those of the open options
    (tmp_path / "r.stacvrt").write_text(json.dumps(recipe))
    judge.assert_same(read(tmp_path / "r.stacvrt"), want, "a recipe beside the folder")


def test_folders_and_patterns_in_an_archive(folder, wl_items, tmp_path):
    want = opened(wl_items)
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for file in folder.glob("*/*_stac.json"):
            archive.write(file, f"flat/{file.parent.name}.json")
            archive.write(file, f"deep/{file.parent.name}/{file.name}")
    for name in ("flat", "flat/*.json", "deep/*/*_stac.json", "de*/**/*_stac.json"):
        judge.assert_same(opened(f"/vsizip/{tmp_path}/all.zip/{name}"), want, name)
    assert "no file matches" in why_not(f"/vsizip/{tmp_path}/all.zip/*/*.geojson")


def test_gzip_holds_collections_and_lines(folder, wl_items, tmp_path):
    want = opened(wl_items)
    (tmp_path / "items.json.gz").write_bytes(gzip.compress(Path(wl_items).read_bytes()))
    judge.assert_same(opened(tmp_path / "items.json.gz"), want, "a packed collection")
    lines = [gzip.compress(json.dumps(json.loads(file.read_text())).encode() + b"\n")
             for file in sorted(folder.glob("*/*_stac.json"))]
    (tmp_path / "items.ndjson.gz").write_bytes(b"".join(lines))
    judge.assert_same(opened(tmp_path / "items.ndjson.gz"), want, "packed lines, one by one")
    (tmp_path / "short.json.gz").write_bytes(gzip.compress(Path(wl_items).read_bytes())[:-20])
    assert "cannot be unpacked to its end: it is cut short" in why_not(tmp_path / "short.json.gz")


def test_a_new_file_and_a_changed_one_are_seen_at_the_next_opening(folder):
    name = flat(folder, ".json", lambda file, text: file.write_text(text))
    files = sorted(name.iterdir())
    hidden = files[0].rename(folder.parent / "later.json")
    before = opened(name)
    hidden.rename(files[0])
    after = opened(name)
    assert after[-1].max() == before[-1].max() + 1, "one more sample somewhere"
    files[0].unlink()
    judge.assert_same(opened(name), before, "without it again")


def test_folders_in_recipes_may_be_written_as_folders(folder, wl_items, tmp_path):
    want = opened(wl_items)
    scenes = flat(folder, ".json", lambda file, text: file.write_text(text))
    for where, name in ((tmp_path, scenes.name), (tmp_path, scenes.name + "/"), (scenes, "."), (scenes, "./"),
                        (scenes / "sub", "..")):
        where.mkdir(exist_ok=True)
        (where / "r.stacvrt").write_text(json.dumps({"type": "STACVRT", "items": name}))
        judge.assert_same(read(where / "r.stacvrt", *OPTIONS), want, f"{name} in {where}")


def test_selections_follow_patterns_without_quotes(folder):
    name = f"STACVRT:{folder}/*/*_stac.json"
    judge.assert_same(read(name + ":count", *OPTIONS), read(name, *OPTIONS)[-1:], "count")


def test_a_snapshot_is_of_the_files_that_it_was_made_of(folder, tmp_path, monkeypatch):
    """The same relative name in another folder names other items."""
    files = sorted(folder.glob("*/*_stac.json"))
    for name, chosen in (("a", files[:2]), ("b", files[2:])):
        (tmp_path / name / "d").mkdir(parents=True)
        for file in chosen:
            (tmp_path / name / "d" / file.name).write_text(file.read_text())
    snapshot = f"SNAPSHOT={tmp_path / 'frozen.json'}"
    monkeypatch.chdir(tmp_path / "a")
    want = read("STACVRT:d", *OPTIONS, snapshot)
    monkeypatch.chdir(tmp_path / "b")
    assert "answers another request" in failure("STACVRT:d", *OPTIONS, snapshot)
    monkeypatch.chdir(tmp_path)
    judge.assert_same(read("STACVRT:a/d/", *OPTIONS, snapshot), want, "the same folder by another name")
    for file in (tmp_path / "a" / "d").iterdir():
        file.unlink()
    (tmp_path / "a" / "d").rmdir()
    judge.assert_same(read("STACVRT:a/d", *OPTIONS, snapshot), want, "the folder is gone, the snapshot is not")


def test_what_is_no_item_is_named(folder, tmp_path):
    for name, words in ((f"{folder}/*/*.json", ["metadata.json", "no STAC document"]),
                        (f"{folder}/*.json", ["no file matches", "/*.json"]),
                        (folder, ["holds no STAC documents", "**/*.json"])):
        error = why_not(name)
        assert all(word in error for word in words), (name, error)


def test_the_first_of_two_local_pages_may_be_edited(wl_items, tmp_path):
    features = json.loads(Path(wl_items).read_text())["features"]
    second = {"type": "FeatureCollection", "features": features[2:]}
    (tmp_path / "2.json").write_text(json.dumps(second))

    def write(some):
        first = {"type": "FeatureCollection", "features": some, "links": [{"rel": "next", "href": "2.json"}]}
        (tmp_path / "1.json").write_text(json.dumps(first))
        return opened(tmp_path / "1.json")
    judge.assert_same(write(features[:2]), opened(wl_items), "two pages")
    assert write(features[:1])[-1].max() < opened(wl_items)[-1].max()
