# SPDX-License-Identifier: MIT
"""Cubic and average resampling through the plugin: against NumPy, written here from the definitions alone, and the same
bits whatever the request, the threads and the budget."""
import json
import math

import numpy as np
import pyproj
import pytest

import judge
import series
from gdal_io import in_child, open_recipe, pixels, read

pytestmark = pytest.mark.usefixtures("driver")

LEFT, TOP = 500000, 5100000
HEIGHT, WIDTH = 420, 610


def field(seed, shape):
    """Values that vary smoothly and by noise, with holes (0) of all sizes."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:shape[0], :shape[1]]
    values = 3000 + 1500 * np.sin(x / 9 + seed) * np.cos(y / 7) + rng.integers(-400, 400, shape)
    holes = rng.random((shape[0] // 23 + 1, shape[1] // 23 + 1)).repeat(23, 0).repeat(23, 1)[:shape[0], :shape[1]] < 0.15
    return np.where(holes | (rng.random(shape) < 0.05), 0, values).astype("uint16")


def write_items(folder, count=1, shape=(HEIGHT, WIDTH), bands=("red",)):
    return series.write([series.synthetic_item(folder, f"d{i}", f"2024-05-0{i + 1}T10:00:00Z",
                                               {b: field(10 * i + k, shape) for k, b in enumerate(bands)})
                         for i in range(count)], folder / "items.json")


def recipe(path, items, grid, bands=("red",), outputs=({"reduce": "median", "dtype": "float32"},)):
    path.write_text(json.dumps({"type": "STACVRT", "version": 1, "items": str(items), "bands": list(bands), "grid": grid,
                                "outputs": list(outputs)}))
    return path


def keys(distance):
    x = np.abs(distance)
    return np.where(x < 1, 1.5 * x**3 - 2.5 * x**2 + 1, np.where(x < 2, -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2, 0))


def overlap(position, pixel, side):
    return np.maximum(np.minimum(position + side / 2, pixel + 1) - np.maximum(position - side / 2, pixel), 0)


def resampled(values, col, row, across, down, reach, limited=False):
    """The definition: weights of pixels around the one that holds a position, those without data (0) left out; the mean
    of what they leave limited to the range of its values."""
    height, width = values.shape
    c, r = np.floor(col).astype(int), np.floor(row).astype(int)
    at = lambda rr, cc: np.where((rr >= 0) & (rr < height) & (cc >= 0) & (cc < width),
                                 values[rr.clip(0, height - 1), cc.clip(0, width - 1)], 0).astype(float)
    total = np.zeros(col.shape)
    weights = np.zeros(col.shape)
    low, high, dropped = np.full(col.shape, np.inf), np.full(col.shape, -np.inf), np.zeros(col.shape, bool)
    for dr in range(-reach, reach + 1):
        for dc in range(-reach, reach + 1):
            here = at(r + dr, c + dc)
            weight = across(col, c + dc) * down(row, r + dr)
            dropped |= (weight != 0) & (here == 0)
            weight = np.where(here > 0, weight, 0)
            low = np.where(weight != 0, np.minimum(low, here), low)
            high = np.where(weight != 0, np.maximum(high, here), high)
            total += weight * here
            weights += weight
    with np.errstate(all="ignore"):
        mean = total / weights
        if limited:
            mean = np.where(dropped, np.clip(mean, low, high), mean)
        return np.where(at(r, c) > 0, mean, np.nan)


def positions(grid):
    """Columns and rows of the item's pixels under the centres of a target grid, and of a step to the right and down
    from the middle of the grid."""
    rx, ry = np.broadcast_to(grid["resolution"], 2)
    xmin, ymin, xmax, ymax = grid["bounds"]
    width, height = round((xmax - xmin) / rx), round((ymax - ymin) / ry)
    to_item = pyproj.Transformer.from_crs(grid["crs"], "EPSG:32633", always_xy=True)

    def of(column, line):
        x, y = to_item.transform(xmin + column * rx, ymax - line * ry)
        return (np.asarray(x) - LEFT) / 10, (TOP - np.asarray(y)) / 10
    column, line = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    middle, right, below = of(width / 2, height / 2), of(width / 2 + 1, height / 2), of(width / 2, height / 2 + 1)
    sides = [math.hypot(right[i] - middle[i], below[i] - middle[i]) for i in (0, 1)]
    return *of(column, line), sides


def extent_in(crs):
    """Of the items, in another CRS."""
    return pyproj.Transformer.from_crs("EPSG:32633", crs, always_xy=True).transform_bounds(
        LEFT, TOP - HEIGHT * 10, LEFT + WIDTH * 10, TOP, densify_pts=51)


def grid_around(crs, resolution):
    """A grid around the items whose middle is theirs."""
    xmin, ymin, xmax, ymax = extent_in(crs)
    x, y = (xmin + xmax) / 2, (ymin + ymax) / 2
    w, h = (math.ceil((b - a) / 2 / resolution) * resolution + 20 * resolution for a, b in ((xmin, xmax), (ymin, ymax)))
    return {"crs": crs, "resolution": resolution, "bounds": [x - w, y - h, x + w, y + h]}


@pytest.mark.parametrize("across, down", [(3, 3), (2, 2), (4, 2), (1, 5), (10, 10)])
def test_an_average_of_whole_pixels_is_the_mean_of_the_block(tmp_path, across, down):
    height, width = HEIGHT // down, WIDTH // across
    grid = {"crs": "EPSG:32633", "resolution": [10 * across, 10 * down], "resampling": "average",
            "bounds": [LEFT, TOP - 10 * down * height, LEFT + 10 * across * width, TOP]}
    got = read(recipe(tmp_path / "r.stacvrt", write_items(tmp_path), grid))
    values = field(0, (HEIGHT, WIDTH))[:height * down, :width * across].astype(float)
    blocks = values.reshape(height, down, width, across)
    count = (blocks > 0).sum((1, 3))
    held = blocks[:, down // 2, :, across // 2] > 0
    want = np.where(held, blocks.sum((1, 3)) / np.maximum(count, 1), np.nan)
    assert 0.2 < held.mean() < 0.95 and (count < across * down).any()
    judge.assert_ulps(got[0], want, 1, f"{across} x {down}")


@pytest.mark.parametrize("crs, resolution", [("EPSG:6933", 25), ("EPSG:32632", 37), ("EPSG:3857", 9), ("EPSG:3035", 31)])
@pytest.mark.parametrize("method", ["cubic", "average"])
def test_resampling_into_another_crs_equals_the_definition(tmp_path, crs, resolution, method):
    grid = grid_around(crs, resolution)
    got = read(recipe(tmp_path / "r.stacvrt", write_items(tmp_path), {**grid, "resampling": method}))[0].astype(float)
    col, row, sides = positions(grid)
    values = field(0, (HEIGHT, WIDTH))
    if method == "cubic":
        want = resampled(values, col, row, *[lambda p, i: keys(p - (i + 0.5))] * 2, reach=2, limited=True)
    else:
        want = resampled(values, col, row, lambda p, i: overlap(p, i, sides[0]), lambda p, i: overlap(p, i, sides[1]),
                         reach=math.ceil(max(sides) / 2) + 1)
    border = (np.abs(col - np.rint(col)) < 2e-6) | (np.abs(row - np.rint(row)) < 2e-6)
    assert np.isfinite(want).mean() > 0.3
    wrong = (np.isnan(got) != np.isnan(want)) & ~border
    assert not wrong.any(), f"{wrong.sum()} pixels are valid in one of both"
    # Positions are good to a millionth of a pixel, over which cubic may move by what its neighbours differ many times;
    # the footprint is that of the item's middle, measured from nearly there.
    off = np.abs(got - want)[np.isfinite(want) & ~border]
    assert np.median(off) < 1e-3 and np.quantile(off, 0.999) < 0.05, (np.median(off), off.max())


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """A recipe with both methods on a grid of 2 x 2 tiles that many source blocks meet, and it read as a whole."""
    folder = tmp_path_factory.mktemp("both")
    grid = {"crs": "EPSG:6933", "resolution": 26, "resampling": {"red": "average", "*": "cubic"}}
    items = write_items(folder, count=3, shape=(1900, 1700), bands=("red", "nir"))
    path = recipe(folder / "r.stacvrt", items, grid, ("red", "nir"), ("mean", "count"))
    whole, _ = in_child(folder, "whole", path, options=["THREADS=1"])
    assert min(whole.shape[1:]) > 520 and (whole > 0).mean() > 0.3
    return path, whole


def test_windows_equal_the_whole(both):
    path, whole = both
    ds = open_recipe(path)
    for x, y, w, h in [(511, 511, 2, 2), (0, 512, 600, 1), (512, 0, 1, 580), (100, 200, 633, 300), (500, 480, 60, 77)]:
        judge.assert_same(pixels(ds, x, y, w, h), whole[:, y:y + h, x:x + w], f"window {x} {y} {w} {h}")


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("times", [1, 1.3, 3])
def test_threads_and_budgets_change_nothing(both, tmp_path, threads, times):
    path, whole = both
    least = int(open_recipe(path, f"THREADS={threads}").GetMetadataItem("MEMORY_MINIMUM", "STACVRT"))
    options = [f"THREADS={threads}", f"MEMORY={math.ceil(least * times / 1e6)}MB"]
    judge.assert_same(in_child(tmp_path, "shuffled", path, options=options, seed=3)[0], whole, str(options))


def test_pixels_that_are_the_sources_are_copied(tmp_path):
    items = write_items(tmp_path)
    grid = {"crs": "EPSG:32633", "resolution": 10, "bounds": [LEFT, TOP - 10 * HEIGHT, LEFT + 10 * WIDTH, TOP]}
    want = field(0, (HEIGHT, WIDTH))
    for method in ("cubic", "average"):
        got = read(recipe(tmp_path / f"{method}.stacvrt", items, {**grid, "resampling": method}, outputs=["median"]))
        judge.assert_same(got[0], want, method)


def test_parts_of_a_grid_join(tmp_path):
    """In Mercator a pixel is larger on the ground to the south: the box of `average` is the item's, not that of the bounds."""
    items, size = write_items(tmp_path), 45
    xmin, ymin, xmax, ymax = extent_in("EPSG:3857")
    left, top = math.floor(xmin / size) * size, math.ceil(ymax / size) * size
    width, height = math.ceil((xmax - left) / size), math.ceil((top - ymin) / size)

    def rows(first, last):
        grid = {"crs": "EPSG:3857", "resolution": size, "resampling": "average",
                "bounds": [left, top - last * size, left + width * size, top - first * size]}
        return np.squeeze(read(recipe(tmp_path / f"{first}-{last}.stacvrt", items, grid)))
    whole, joined = rows(0, height), np.vstack((rows(0, 48), rows(48, height)))
    assert np.isfinite(whole).sum() > 5000 and (np.isnan(whole) == np.isnan(joined)).all()
    assert np.nanmax(abs(whole - joined)) < 0.01
