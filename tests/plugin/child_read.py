# SPDX-License-Identifier: MIT
"""Reads a recipe in one of many ways in a process of its own; run by gdal_io.in_child with a JSON job as its argument.

Saves the assembled (band, y, x) array and prints one JSON line with the tile counters of the plan in this process.
"""
import json
import multiprocessing
import random
import sys
import threading

import numpy as np
from osgeo import gdal

gdal.UseExceptions()


def opened(job):
    return gdal.OpenEx(job["path"], gdal.OF_RASTER, open_options=job.get("options", []))


def empty(ds):
    from osgeo import gdal_array
    dtype = gdal_array.GDALTypeCodeToNumericTypeCode(ds.GetRasterBand(1).DataType)
    return np.zeros((ds.RasterCount, ds.RasterYSize, ds.RasterXSize), dtype)


def blocks_of(ds):
    """Windows of the natural blocks: (xoff, yoff, xsize, ysize)."""
    bx, by = ds.GetRasterBand(1).GetBlockSize()
    return [(x, y, min(bx, ds.RasterXSize - x), min(by, ds.RasterYSize - y))
            for y in range(0, ds.RasterYSize, by) for x in range(0, ds.RasterXSize, bx)]


def read_pieces(ds, pieces, into):
    """`pieces` are (band index, window)."""
    for band, (x, y, w, h) in pieces:
        into[band, y:y + h, x:x + w] = ds.GetRasterBand(band + 1).ReadAsArray(x, y, w, h)


def whole(ds, job):
    data = ds.ReadAsArray()
    return data if data.ndim == 3 else data[None]


def bands(ds, job):
    """Band after band, each whole: what hosts that know nothing of pixel interleaving do."""
    data = empty(ds)
    for b in job.get("bands", range(ds.RasterCount)):
        data[b] = ds.GetRasterBand(b + 1).ReadAsArray()
    return data


def shuffled(ds, job):
    """Single blocks of single bands in random order."""
    pieces = [(b, w) for b in range(ds.RasterCount) for w in blocks_of(ds)]
    random.Random(job["seed"]).shuffle(pieces)
    data = empty(ds)
    read_pieces(ds, pieces, data)
    return data


def threads(ds, job):
    """Two handles in two threads, each with half of the pieces; then every piece is there once."""
    pieces = [(b, w) for b in range(ds.RasterCount) for w in blocks_of(ds)]
    random.Random(job["seed"]).shuffle(pieces)
    data = empty(ds)
    failures = []

    def work(mine):
        try:
            read_pieces(opened(job), mine, data)
        except Exception as error:  # noqa: BLE001 - reported by the main thread
            failures.append(repr(error))
    workers = [threading.Thread(target=work, args=(pieces[k::2],)) for k in (0, 1)]
    for w in workers:
        w.start()
    for w in workers:
        w.join()
    assert not failures, failures
    return data


def _in_fork(job, queue):
    queue.put(whole(opened(job), job))


def fork(ds, job):
    """The parent computes a block first, so that its threads exist when it forks; the child opens and reads the whole."""
    x, y, w, h = blocks_of(ds)[-1]
    ds.ReadAsArray(x, y, w, h)
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    child = context.Process(target=_in_fork, args=(job, queue))
    child.start()
    data = queue.get(timeout=120)
    child.join(timeout=60)
    assert child.exitcode == 0, f"forked child ended with {child.exitcode}"
    return data


def fork_inherited(ds, job):
    """The child reads through the handle it inherited."""
    x, y, w, h = blocks_of(ds)[-1]
    ds.ReadAsArray(x, y, w, h)
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    child = context.Process(target=lambda: queue.put(whole(ds, job)))
    child.start()
    data = queue.get(timeout=120)
    child.join(timeout=60)
    assert child.exitcode == 0, f"forked child ended with {child.exitcode}"
    return data


def with_rasterio(ds, job):
    import rasterio
    with rasterio.open(job["path"]) as src:
        return src.read()


def translate(ds, job):
    copy = gdal.Translate("/vsimem/copy.tif", job["path"], creationOptions=["TILED=YES"])
    return whole(copy, job)


def window(ds, job):
    data = ds.ReadAsArray(*job["window"])
    return data if data.ndim == 3 else data[None]


def nothing(ds, job):
    return None


ACTIONS = {f.__name__: f for f in (whole, bands, shuffled, threads, fork, fork_inherited, with_rasterio, translate, window,
                                   nothing)}


def main():
    job = json.loads(sys.argv[1])
    for key, value in job.get("config", {}).items():
        gdal.SetConfigOption(key, value)
    ds = opened(job)
    data = ACTIONS[job["action"]](ds, job)
    for action in job.get("then", []):
        ACTIONS[action](ds, job)
    if data is not None:
        np.save(job["out"], data)
    counter = lambda name: ds.GetMetadataItem(name, "STACVRT_STATISTICS")
    print(json.dumps({"computed": counter("TILES_COMPUTED"), "total": counter("TILES_TOTAL"),
                      "block": ds.GetRasterBand(1).GetBlockSize(), "cache_max": gdal.GetCacheMax()}))


main()
