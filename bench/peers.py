#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The same medians as people write them in Python, for bench_series.py: rasterio with NumPy, xarray with Dask.

    peers.py numpy-median|dask-median SERIES OUT.npy

SERIES is a folder of make_workload.py with one zone; OUT.npy gets [band][row][column], medians rounded as the recipe
rounds them. Uses all cores: processes for NumPy, threads for Dask.
"""
import json
import multiprocessing
import os
import sys
from pathlib import Path

import numpy as np
import rasterio
from rasterio.windows import Window

BAD = (0, 3, 8, 9, 10)
SIDE = 512


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


def in_windows(task):
    folder, reduce, row, column, size = task
    window = Window(column, row, min(SIDE, size - column), min(SIDE, size - row))
    return row, column, reduce(stack(series(folder), window))


def with_numpy(folder, reduce, size):
    tasks = [(folder, reduce, row, column, size) for row in range(0, size, SIDE) for column in range(0, size, SIDE)]
    whole = None
    with multiprocessing.Pool(os.cpu_count()) as pool:
        for row, column, part in pool.imap_unordered(in_windows, tasks):
            if whole is None:
                whole = np.empty((len(part), size, size), part.dtype)
            whole[:, row:row + part.shape[1], column:column + part.shape[2]] = part
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


def main():
    kind, folder, out = sys.argv[1:]
    with rasterio.open(series(folder)[0][0]) as first:
        size = first.width
    if kind == "dask-median":
        result = with_dask(folder, size)
    else:
        result = with_numpy(folder, median, size)
    np.save(out, result)


if __name__ == "__main__":
    main()
