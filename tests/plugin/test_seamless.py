# SPDX-License-Identifier: MIT
"""A pixel depends on neither request, thread count, memory budget, cache size nor order of reads: bit for bit.

Every variant that a cache could answer runs in a child process, so that it computes its own tiles.
"""
import json
import math
import random

import numpy as np
import pytest

import judge
import recipes as r
from gdal_io import collected_errors, failure, in_child, open_recipe, pixels, read, subdataset

pytestmark = pytest.mark.usefixtures("driver")

# Reprojected, interpolated, cleaned up and mixed in type: every halo and margin there is, on a grid of 4 x 3 tiles.
GRID = {"crs": "EPSG:6933", "resolution": 60, "bounds": [1455000, 5238000, 1571400, 5301000]}


@pytest.fixture(scope="module")
def recipe_path(s2_items, tmp_path_factory):
    path = tmp_path_factory.mktemp("seamless") / "recipe.stacvrt"
    path.write_text(json.dumps(r.recipe(s2_items, ["red", "nir"], GRID, r.SCL_CLEAN, ["median", "mad", "count"], "bilinear")))
    return str(path)


@pytest.fixture(scope="module")
def whole(recipe_path, tmp_path_factory, driver):
    """The reference reading: one request for everything, one thread, in a process of its own."""
    data, facts = in_child(tmp_path_factory.mktemp("whole"), "whole", recipe_path, options=["THREADS=1"])
    assert facts["block"] == [512, 512] and data.shape[1] > 1024 and data.shape[2] > 1536, "the grid should have 4 x 3 tiles"
    assert np.isfinite(data).any() and np.isnan(data).any()
    return data


@pytest.fixture(scope="module")
def ds(recipe_path, driver):
    return open_recipe(recipe_path)


def random_windows(width, height, count, seed):
    """Windows of all shapes: single pixels, lines, across tile borders, with the last row and column."""
    rng = random.Random(seed)
    made = [(511, 511, 2, 2), (width - 1, height - 1, 1, 1), (0, 512, width, 1), (512, 0, 1, height), (500, 500, 600, 40)]
    while len(made) < count:
        w, h = rng.randint(1, min(700, width)), rng.randint(1, min(700, height))
        made.append((rng.randint(0, width - w), rng.randint(0, height - h), w, h))
    return made


def test_dataset_level_windows_equal_the_whole(ds, whole):
    for x, y, w, h in random_windows(ds.RasterXSize, ds.RasterYSize, 30, seed=1):
        judge.assert_same(pixels(ds, x, y, w, h), whole[:, y:y + h, x:x + w], f"window {x} {y} {w} {h}")


def test_band_level_windows_equal_the_whole(recipe_path, whole):
    ds = open_recipe(recipe_path)
    for k, (x, y, w, h) in enumerate(random_windows(ds.RasterXSize, ds.RasterYSize, 30, seed=2)):
        b = k % ds.RasterCount
        got = ds.GetRasterBand(b + 1).ReadAsArray(x, y, w, h)
        judge.assert_same(got, whole[b, y:y + h, x:x + w], f"band {b + 1} window {x} {y} {w} {h}")


def test_blocks_equal_the_whole(ds, whole):
    for b in (0, ds.RasterCount - 1):
        for y in range(0, ds.RasterYSize, 512):
            for x in range(0, ds.RasterXSize, 512):
                h, w = min(512, ds.RasterYSize - y), min(512, ds.RasterXSize - x)
                raw = np.frombuffer(ds.GetRasterBand(b + 1).ReadBlock(x // 512, y // 512), "float32")
                judge.assert_same(raw.reshape(512, 512)[:h, :w], whole[b, y:y + h, x:x + w], f"block {x // 512} {y // 512}")


def test_rasterio_windows_equal_the_whole(recipe_path, whole):
    rasterio = pytest.importorskip("rasterio")
    from rasterio.windows import Window
    with rasterio.open(recipe_path) as src:
        for x, y, w, h in random_windows(src.width, src.height, 20, seed=3):
            judge.assert_same(src.read(window=Window(x, y, w, h)), whole[:, y:y + h, x:x + w], f"window {x} {y} {w} {h}")
            got = src.read([4, 1], window=Window(x, y, w, h))
            judge.assert_same(got, whole[[3, 0], y:y + h, x:x + w], f"bands 4, 1 window {x} {y} {w} {h}")


def test_a_first_read_of_a_window_equals_the_whole(recipe_path, whole, tmp_path):
    """Nothing is computed yet: the window's own tiles are, and nothing of their neighbours is known."""
    height, width = whole.shape[1:]
    for x, y, w, h in random_windows(width, height, 8, seed=4):
        got, _ = in_child(tmp_path, "window", recipe_path, window=[x, y, w, h])
        judge.assert_same(got, whole[:, y:y + h, x:x + w], f"first window {x} {y} {w} {h}")


def test_a_request_into_another_type_or_buffer_order_gives_the_same_values(recipe_path, whole):
    from osgeo import gdal
    ds = open_recipe(recipe_path)
    x, y, w, h = 300, 400, 500, 300
    want = whole[:, y:y + h, x:x + w]
    double = ds.ReadAsArray(x, y, w, h, buf_type=gdal.GDT_Float64)
    judge.assert_same(double, want.astype(float), "Float64 buffer")
    pixel = np.frombuffer(ds.ReadRaster(x, y, w, h, buf_pixel_space=4 * len(want), buf_line_space=4 * len(want) * w,
                                        buf_band_space=4), "float32").reshape(h, w, len(want))
    judge.assert_same(pixel.transpose(2, 0, 1), want, "pixel-interleaved buffer")


@pytest.mark.parametrize("options", [["THREADS=2"], ["THREADS=7"], ["THREADS=ALL_CPUS"]])
def test_any_number_of_threads_gives_the_pixels_of_one(recipe_path, whole, tmp_path, options):
    judge.assert_same(in_child(tmp_path, "whole", recipe_path, options=options)[0], whole, str(options))


def least_memory(path):
    """The least budget in bytes, which the dataset tells."""
    text = open_recipe(path).GetMetadataItem("MEMORY_MINIMUM", "STACVRT")
    assert text and int(text) > 0, f"MEMORY_MINIMUM in domain STACVRT is {text!r}"
    return int(text)


@pytest.mark.parametrize("times", [1, 1.5, 3, 20])
def test_any_memory_budget_gives_the_same_pixels(recipe_path, whole, tmp_path, times):
    megabytes = math.ceil(least_memory(recipe_path) * times / 1e6)
    for threads in (1, 2):
        got, _ = in_child(tmp_path, "whole", recipe_path, options=[f"MEMORY={megabytes}MB", f"THREADS={threads}"])
        judge.assert_same(got, whole, f"MEMORY={megabytes}MB THREADS={threads}")


def test_a_budget_below_the_minimum_is_refused_with_the_minimum(recipe_path):
    if least_memory(recipe_path) <= 1_048_576:
        pytest.fail("the least budget is a megabyte or less; this test needs a deeper recipe")
    assert "memory" in failure(recipe_path, "MEMORY=1MB").lower()


@pytest.mark.parametrize("action", ["whole", "bands", "shuffled"])
def test_a_tiny_block_cache_gives_the_same_pixels(recipe_path, whole, tmp_path, action):
    got, facts = in_child(tmp_path, action, recipe_path, env={"GDAL_CACHEMAX": "1"}, seed=5)
    assert facts["cache_max"] == 1 << 20
    judge.assert_same(got, whole, f"GDAL_CACHEMAX=1, {action}")


@pytest.mark.parametrize("seed", [6, 7, 8])
def test_blocks_in_random_order_give_the_same_pixels(recipe_path, whole, tmp_path, seed):
    judge.assert_same(in_child(tmp_path, "shuffled", recipe_path, seed=seed)[0], whole, f"order {seed}")


@pytest.mark.parametrize("seed", [9, 10])
def test_two_handles_in_two_threads_give_the_same_pixels(recipe_path, whole, tmp_path, seed):
    judge.assert_same(in_child(tmp_path, "threads", recipe_path, seed=seed)[0], whole, f"two threads, order {seed}")


@pytest.mark.parametrize("action", ["fork", "fork_inherited"])
@pytest.mark.parametrize("threads", [1, 4])
def test_a_forked_child_gives_the_same_pixels(recipe_path, whole, tmp_path, action, threads):
    got, _ = in_child(tmp_path, action, recipe_path, options=[f"THREADS={threads}"])
    judge.assert_same(got, whole, f"{action}, THREADS={threads}")


def test_reading_again_and_in_other_ways_changes_nothing(recipe_path, whole, tmp_path):
    got, _ = in_child(tmp_path, "shuffled", recipe_path, seed=11, then=["whole", "bands", "with_rasterio"])
    judge.assert_same(got, whole, "shuffled, then more")


def test_repeated_opens_give_the_same_pixels(recipe_path, whole):
    for n in range(25):
        ds = open_recipe(recipe_path)
        judge.assert_same(pixels(ds, 480, 480, 64, 64), whole[:, 480:544, 480:544], f"open {n}")
        del ds


def test_subdatasets_show_the_bands_of_the_whole(recipe_path, whole):
    judge.assert_same(read(subdataset(recipe_path, "mad")), whole[2:5], "mad")
    median = read(subdataset(recipe_path, "median"))
    assert median.dtype == np.uint16
    judge.assert_rounded_from(median, whole[:2], "median")
    count = read(subdataset(recipe_path, "count"))
    judge.assert_same(count.astype("float32"), whole[5:6], "count")


def test_an_edited_recipe_is_seen_at_the_next_open(s2_items, write_recipe):
    made = r.recipe(s2_items, ["red"], r.EQUAL_AREA, r.SCL, ["count"])
    before = read(write_recipe(made))
    made.pop("mask")
    after = read(write_recipe(made))
    assert (after > before).any(), "the second open showed the first recipe"


def test_edited_items_are_seen_at_the_next_open(wl_items, write_recipe, tmp_path):
    import series
    items = series.load(wl_items)["features"]
    copy = series.write(items, tmp_path / "items.json")
    path = write_recipe(r.recipe(copy, ["red"], r.WL_CROP, outputs=["total"]))
    assert read(path).max() == 5
    series.write(items[:2], copy)
    assert read(path).max() == 2


def test_downsampled_reads_answer_and_stay_in_range(ds, whole):
    """What overviews hold is defined elsewhere; a zoomed-out read must answer without an error."""
    with collected_errors() as errors:
        small = ds.GetRasterBand(1).ReadAsArray(buf_xsize=200, buf_ysize=110)
    assert small is not None and not errors, errors
    assert np.isfinite(small).mean() == pytest.approx(np.isfinite(whole[0]).mean(), abs=0.05)
