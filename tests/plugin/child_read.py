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


def in_threads(count, pieces, read):
    """`read` of a share of the pieces in each of `count` threads that begin together; fails with what any of them raised."""
    failures = []
    start = threading.Barrier(count)

    def work(mine):
        try:
            start.wait()
            read(mine)
        except Exception as error:  # noqa: BLE001 - reported by the main thread
            failures.append(repr(error))
    workers = [threading.Thread(target=work, args=(pieces[k::count],)) for k in range(count)]
    for w in workers:
        w.start()
    for w in workers:
        w.join()
    assert not failures, failures


def threads(ds, job):
    """Two handles in two threads, each with half of the pieces; then every piece is there once."""
    pieces = [(b, w) for b in range(ds.RasterCount) for w in blocks_of(ds)]
    random.Random(job["seed"]).shuffle(pieces)
    data = empty(ds)
    in_threads(2, pieces, lambda mine: read_pieces(opened(job), mine, data))
    return data


def windows_of(width, height, seed):
    """Windows that cover a raster once, in random order; none is a block, so that several threads need the same tile."""
    made = [(x, y, min(300, width - x), min(170, height - y)) for y in range(0, height, 170) for x in range(0, width, 300)]
    random.Random(seed).shuffle(made)
    return made


def read_windows(ds, windows, into):
    for x, y, w, h in windows:
        into[:, y:y + h, x:x + w] = ds.ReadAsArray(x, y, w, h)


def eight_handles(ds, job):
    """Every thread with a handle of its own."""
    data = empty(ds)
    in_threads(8, windows_of(ds.RasterXSize, ds.RasterYSize, job["seed"]),
               lambda mine: read_windows(opened(job), mine, data))
    return data


def thread_safe(job):
    shared = gdal.OpenEx(job["path"], gdal.OF_RASTER | gdal.OF_THREAD_SAFE, open_options=job.get("options", []))
    assert shared.IsThreadSafe(gdal.OF_RASTER)
    return shared


def one_thread_safe_handle(ds, job):
    """All threads with one handle, which GDAL makes thread-safe (3.10)."""
    data = empty(ds)
    shared = thread_safe(job)
    in_threads(8, windows_of(ds.RasterXSize, ds.RasterYSize, job["seed"]), lambda mine: read_windows(shared, mine, data))
    return data


def one_thread_safe_handle_by_band(ds, job):
    pieces = [(b, w) for b in range(ds.RasterCount) for w in windows_of(ds.RasterXSize, ds.RasterYSize, job["seed"])]
    data = empty(ds)
    shared = thread_safe(job)
    in_threads(8, pieces, lambda mine: read_pieces(shared, mine, data))
    return data


def eight_rasterio_handles(ds, job):
    import rasterio
    from rasterio.windows import Window
    data = empty(ds)

    def read(mine):
        with rasterio.open(job["path"]) as src:
            for x, y, w, h in mine:
                data[:, y:y + h, x:x + w] = src.read(window=Window(x, y, w, h))
    in_threads(8, windows_of(ds.RasterXSize, ds.RasterYSize, job["seed"]), read)
    return data


def level_of(ds, job):
    """The bands of overview job["level"]."""
    return [ds.GetRasterBand(b + 1).GetOverview(job["level"]) for b in range(ds.RasterCount)]


def overview(ds, job):
    return np.stack([band.ReadAsArray() for band in level_of(ds, job)])


def overview_of_one_thread_safe_handle(ds, job):
    shared = thread_safe(job)
    bands = level_of(shared, job)
    width, height = bands[0].XSize, bands[0].YSize
    data = empty(ds)[:, :height, :width].copy()

    def read(mine):
        for b, (x, y, w, h) in mine:
            data[b, y:y + h, x:x + w] = bands[b].ReadAsArray(x, y, w, h)
    in_threads(8, [(b, w) for b in range(len(bands)) for w in windows_of(width, height, job["seed"])], read)
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
                                   nothing, eight_handles, eight_rasterio_handles, one_thread_safe_handle,
                                   one_thread_safe_handle_by_band, overview, overview_of_one_thread_safe_handle)}


def main():
    job = json.loads(sys.argv[1])
    for key, value in job.get("config", {}).items():
        gdal.SetConfigOption(key, value)
    ds = opened(job)
    data = ACTIONS[job["action"]](ds, job)
    if job.get("twice"):
        data = ACTIONS[job["action"]](ds, job)
    for action in job.get("then", []):
        ACTIONS[action](ds, job)
    if data is not None:
        np.save(job["out"], data)
    counter = lambda name: ds.GetMetadataItem(name, "STACVRT_STATISTICS")
    print(json.dumps({"computed": counter("TILES_COMPUTED"), "total": counter("TILES_TOTAL"),
                      "block": ds.GetRasterBand(1).GetBlockSize(), "cache_max": gdal.GetCacheMax()}))


main()
