#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Makes a small cloudy image series as a STAC provider would serve it: one Cloud-Optimized GeoTIFF per band and date,
items.json (STAC 1.0), items-stac11.json, and example recipes beside them.

    make_sample.py OUTDIR            write the series
    make_sample.py --check OUTDIR    render it again and compare every pixel of OUTDIR with it

Everything is computed from one seed. Pixel values do not depend on the machine; the bytes of the files also depend on
the version of GDAL and its compressor. Needs NumPy and GDAL's Python bindings (3.1 or later).
"""
import argparse
import concurrent.futures
import functools
import json
import multiprocessing
import os
import shutil
import sys
import zlib
from pathlib import Path

import numpy as np
from osgeo import gdal

from scene import series, stac

EXAMPLES = Path(__file__).resolve().parent / "examples"
gdal.UseExceptions()


@functools.lru_cache(maxsize=1)
def ground():
    return series.land()


def write_cog(path, array, transform, epsg, is_classes):
    """One band as a COG; overviews of classes keep real classes."""
    kind = gdal.GDT_Byte if array.dtype == np.uint8 else gdal.GDT_UInt16
    memory = gdal.GetDriverByName("MEM").Create("", array.shape[1], array.shape[0], 1, kind)
    a, b, c, d, e, f = transform
    memory.SetGeoTransform([c, a, b, f, d, e])
    memory.SetProjection(series.spatial_reference(epsg).ExportToWkt())
    memory.GetRasterBand(1).SetNoDataValue(0)
    memory.WriteArray(array)
    options = ["COMPRESS=DEFLATE", "PREDICTOR=YES", "BLOCKSIZE=256", "OVERVIEWS=IGNORE_EXISTING",
               f"OVERVIEW_RESAMPLING={'NEAREST' if is_classes else 'AVERAGE'}"]
    gdal.GetDriverByName("COG").CreateCopy(os.fspath(path), memory, options=options)


def checksum(layers):
    """CRC-32 of all pixels of an item, whatever the byte order of the machine."""
    crc = 0
    for array in layers.values():
        crc = zlib.crc32(array.astype(array.dtype.newbyteorder("<")).tobytes(), crc)
    return crc


def make_item(number, outdir):
    """Writes the files of one acquisition; returns its item and the checksum of its pixels."""
    acquisition = series.ACQUISITIONS[number]
    layers = series.render(ground(), acquisition)
    (outdir / acquisition.id).mkdir(parents=True, exist_ok=True)
    item = stac.item(acquisition, layers["scl"])
    for asset, array in layers.items():
        write_cog(outdir / stac.href(acquisition, asset), array, item["assets"][asset]["proj:transform"],
                  acquisition.grid.epsg, asset == "scl")
    return item, checksum(layers)


def check_item(number, outdir):
    """What of one acquisition's files differs from its rendering, and the checksum of the rendering's pixels."""
    acquisition = series.ACQUISITIONS[number]
    layers = series.render(ground(), acquisition)
    faults = []
    for asset, array in layers.items():
        path = outdir / stac.href(acquisition, asset)
        if not path.exists():
            faults.append(f"{path}: missing")
            continue
        found = gdal.Open(os.fspath(path)).ReadAsArray()
        if found.shape != array.shape:
            faults.append(f"{path}: {found.shape[::-1]} pixels instead of {array.shape[::-1]}")
        elif (found != array).any():
            faults.append(f"{path}: {np.count_nonzero(found != array)} of {array.size} pixels differ")
    return faults, checksum(layers)


def for_every_item(task, outdir, jobs):
    """Results of task(number, outdir) in the order of acquisition; says each item's checksum, then that of all."""
    context = multiprocessing.get_context("fork" if "fork" in multiprocessing.get_all_start_methods() else None)
    ground()  # once, before processes part
    results, total = [], 0
    with concurrent.futures.ProcessPoolExecutor(jobs, mp_context=context) as pool:
        numbers = range(len(series.ACQUISITIONS))
        for number, (result, crc) in zip(numbers, pool.map(task, numbers, [outdir] * len(numbers))):
            print(f"{series.ACQUISITIONS[number].id}  {crc:08x}", flush=True)
            total = zlib.crc32(crc.to_bytes(4, "little"), total)
            results.append(result)
    print(f"all pixels               {total:08x}")
    return results


def write_json(path, value):
    path.write_text(json.dumps(value, indent=1) + "\n", "utf-8")


def make(outdir, jobs):
    items = for_every_item(make_item, outdir, jobs)
    for recipe in sorted(EXAMPLES.glob("*.stacvrt")):
        shutil.copyfile(recipe, outdir / recipe.name)
    write_json(outdir / "items-stac11.json", stac.collection([stac.as_stac11(item) for item in items]))
    write_json(outdir / "items.json", stac.collection(items))


def check(outdir, jobs):
    faults = [fault for faults in for_every_item(check_item, outdir, jobs) for fault in faults]
    if not (outdir / "items.json").exists():
        faults.append(f"{outdir / 'items.json'}: missing")
    for fault in faults:
        print(f"make_sample: {fault}", file=sys.stderr)
    return 1 if faults else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("outdir", type=Path, metavar="OUTDIR")
    parser.add_argument("--check", action="store_true", help="write nothing; compare OUTDIR with what would be written")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes at once (default: one per core)")
    arguments = parser.parse_args()
    if gdal.GetDriverByName("COG") is None:
        sys.exit("make_sample: this GDAL has no COG driver; GDAL 3.1 or later with GTiff and COG is needed")
    if arguments.jobs < 1:
        parser.error("--jobs must be at least 1")
    if arguments.check:
        sys.exit(check(arguments.outdir, arguments.jobs))
    arguments.outdir.mkdir(parents=True, exist_ok=True)
    make(arguments.outdir, arguments.jobs)


if __name__ == "__main__":
    main()
