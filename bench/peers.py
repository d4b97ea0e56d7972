#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The same composites as people write them in Python, for bench_series.py to time and to compare.

    peers.py numpy-median SERIES OUT.npy          rasterio and NumPy's nanmedian, a process per core
    peers.py dask-median SERIES OUT.npy           xarray with Dask's threads
    peers.py numpy-geomad SERIES OUT.npy X Y SIDE   geomedian and its three MADs of one window, a process per core
    peers.py exact-geomad SERIES OUT.npy X Y SIDE   the same in 64 bits until it has converged: the judge of both
    peers.py read DATASET                         all blocks of any raster, one after another, by rasterio

SERIES is a folder of make_workload.py with one zone. OUT.npy gets [band][row][column]: medians rounded as the recipe
rounds them; geomedian, smad, emad, bcmad, count unrounded.
"""
import json
import multiprocessing
import os
import sys
import warnings
from pathlib import Path

import numpy as np
import rasterio
from rasterio.windows import Window

BAD = (0, 3, 8, 9, 10)
SIDE = 512  # of a task in the medians, the files' blocks
STRIP_ROWS = 16  # of a task in the geomedian, whose arrays then stay in the CPU's cache
STEP_DN = 0.01  # 1e-6 reflectance: where the recipe's default stops
MOST_STEPS = 1000
EXACT_STEP_DN = 1e-5
EXACT_MOST_STEPS = 20_000


def series(folder):
    """Files of every date: bands in order, then the mask."""
    features = json.loads((Path(folder) / "items.json").read_text())["features"]
    return [[str(Path(folder) / asset["href"]) for asset in item["assets"].values()] for item in features]


def stack(files, window):
    """[date][band][row][column] Float32, NaN where masked."""
    dates = []
    for *bands, mask in files:
        values = np.stack([rasterio.open(path).read(1, window=window) for path in bands]).astype("float32")
        bad = np.isin(rasterio.open(mask).read(1, window=window), BAD) | (values == 0).any(0)
        values[:, bad] = np.nan
        dates.append(values)
    return np.stack(dates)


def to_integer(values):
    return np.where(np.isnan(values), 0, np.rint(values)).astype("uint16")


def median(values):
    with np.errstate(all="ignore"):
        return to_integer(np.nanmedian(values, 0))


def geomedian(samples, valid, step_dn, most_steps):
    """Weiszfeld's iteration from the mean: [band][pixel] of samples [date][band][pixel] that are 0 where not `valid`.
    Pixels that have arrived are taken out once they are a quarter of those in work."""
    with np.errstate(invalid="ignore"):
        result = samples.sum(0) / valid.sum(0)
    going = np.flatnonzero(valid.any(0))
    samples, valid, at = samples[..., going], valid[:, going], result[:, going]
    for _ in range(most_steps):
        distance = np.sqrt(np.square(samples - at).sum(1))
        weight = np.divide(1, distance, out=np.zeros_like(distance), where=valid & (distance > 0))
        total = weight.sum(0)
        moved = np.where(total > 0, np.einsum("tp,tbp->bp", weight, samples) / np.where(total > 0, total, 1), at)
        on = np.sqrt(np.square(moved - at).sum(0)) >= step_dn
        result[:, going] = at = moved
        if not on.any():
            break
        if on.mean() < 0.75:
            going, samples, valid, at = going[on], samples[..., on], valid[:, on], at[:, on]
    return result


def mads(values, centre):
    """smad, emad, bcmad as [3][pixel]: medians over the dates of three distances to the geomedian."""
    difference = values - centre
    lengths = np.sqrt(np.square(values).sum(1)) * np.sqrt(np.square(centre).sum(0))
    spectral = 1 - (values * centre).sum(1) / lengths
    euclidean = np.sqrt(np.square(difference).sum(1))
    bray_curtis = np.abs(difference).sum(1) / np.abs(values + centre).sum(1)
    return np.stack([np.maximum(np.nanmedian(d, 0), 0) for d in (spectral, euclidean, bray_curtis)])


def geomad(values, step_dn=STEP_DN, most_steps=MOST_STEPS):
    flat = values.reshape(*values.shape[:2], -1)
    valid = ~np.isnan(flat[:, 0])
    with np.errstate(all="ignore"):
        centre = geomedian(np.where(valid[:, None], flat, 0), valid, step_dn, most_steps)
        whole = np.concatenate([centre, mads(flat, centre), valid.sum(0, dtype=flat.dtype)[None]])
    return whole.reshape(-1, *values.shape[2:])


def exact_geomad(values):
    return geomad(values.astype("float64"), EXACT_STEP_DN, EXACT_MOST_STEPS)


def in_window(task):
    folder, reduce, window = task
    return window, reduce(stack(series(folder), Window(*window)))


def with_numpy(folder, reduce, area, width, height):
    """`area` (x, y, width, height) in pieces of `width` x `height`, in processes."""
    x, y, across, down = area
    tasks = [(folder, reduce, (column, row, min(width, x + across - column), min(height, y + down - row)))
             for row in range(y, y + down, height) for column in range(x, x + across, width)]
    whole = None
    with multiprocessing.Pool(os.cpu_count()) as pool:
        for (column, row, *_), part in pool.imap_unordered(in_window, tasks):
            if whole is None:
                whole = np.empty((len(part), down, across), part.dtype)
            whole[:, row - y:row - y + part.shape[1], column - x:column - x + part.shape[2]] = part
    return whole


def with_dask(folder, size):
    import dask
    import dask.array as da
    import xarray as xr

    def lazy(path):
        def read(block_info=None):
            (row, bottom), (column, right) = block_info[None]["array-location"]
            return rasterio.open(path).read(1, window=Window(column, row, right - column, bottom - row))
        sides = tuple(min(SIDE, size - at) for at in range(0, size, SIDE))
        return da.map_blocks(read, chunks=(sides, sides), dtype="uint16")

    dates = []
    for *bands, mask in series(folder):
        values = xr.DataArray(da.stack([lazy(path) for path in bands]), dims=("band", "y", "x")).astype("float32")
        bad = xr.DataArray(lazy(mask), dims=("y", "x")).isin(BAD) | (values == 0).any("band")
        dates.append(values.where(~bad))
    whole = xr.concat(dates, "time").chunk({"time": -1}).median("time", skipna=True)
    with dask.config.set(scheduler="threads", num_workers=os.cpu_count()):
        return to_integer(whole.compute().values)


def read_blocks(name):
    with rasterio.open(name) as dataset:
        for _, window in dataset.block_windows(1):
            dataset.read(window=window)


def main():
    warnings.filterwarnings("ignore", "All-NaN slice")  # pixels without a valid sample
    kind, source, *rest = sys.argv[1:]
    if kind == "read":
        read_blocks(source)
        return
    with rasterio.open(series(source)[0][0]) as first:
        size = first.width
    out, *area = rest
    if kind == "dask-median":
        result = with_dask(source, size)
    elif kind == "numpy-median":
        result = with_numpy(source, median, (0, 0, size, size), SIDE, SIDE)
    else:
        x, y, side = map(int, area)
        reduce = exact_geomad if kind == "exact-geomad" else geomad
        result = with_numpy(source, reduce, (x, y, side, side), side, STRIP_ROWS)
    np.save(out, result)


if __name__ == "__main__":
    main()
