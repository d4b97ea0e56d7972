#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Makes the image series that bench_series.py times: COGs that compress as imagery does (1.5 to 2 times), clouds in
large blobs, an ItemCollection and recipes beside them.

    make_workload.py OUTDIR [--dates 24] [--size 2048] [--bands 6] [--cloud 0.5] [--zones 1] [--block 512] [--blob 256]

Pixels depend on the options alone. The series is no landscape: what counts here is how it decodes and where it is
clear. data/make_sample.py makes one to look at.
"""
import argparse
import json
import math
import multiprocessing
import os
from pathlib import Path

import numpy as np
from osgeo import gdal, osr
from scipy import ndimage

gdal.UseExceptions()

BANDS = ["blue", "green", "red", "nir", "swir16", "swir22", "rededge1", "rededge2", "rededge3", "nir08"]
RESOLUTION_M = 10
# The meeting point of UTM zones 33 and 34: both cover the area about equally well.
LEFT_M, TOP_M = 709_800, 5_000_000
CLEAR, SHADOW, CLOUD = 4, 3, 9


def smooth(rng, size, cell_px):
    """Noise of unit variance whose blobs are about `cell_px` wide."""
    coarse = rng.standard_normal((size // cell_px + 4, size // cell_px + 4)).astype("float32")
    fine = ndimage.zoom(coarse, cell_px, order=3)[cell_px:cell_px + size, cell_px:cell_px + size]
    return fine / fine.std()


def wkt(epsg):
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(epsg)
    return reference.ExportToWkt()


def write_cog(path, array, transform, epsg, block):
    kind = gdal.GDT_Byte if array.dtype == np.uint8 else gdal.GDT_UInt16
    memory = gdal.GetDriverByName("MEM").Create("", array.shape[1], array.shape[0], 1, kind)
    memory.SetGeoTransform(transform)
    memory.SetProjection(wkt(epsg))
    memory.GetRasterBand(1).SetNoDataValue(0)
    memory.WriteArray(array)
    predictor = "NO" if array.dtype == np.uint8 else "YES"
    gdal.GetDriverByName("COG").CreateCopy(os.fspath(path), memory, options=[
        "COMPRESS=DEFLATE", f"PREDICTOR={predictor}", f"BLOCKSIZE={block}", "OVERVIEWS=IGNORE_EXISTING",
        f"OVERVIEW_RESAMPLING={'NEAREST' if array.dtype == np.uint8 else 'AVERAGE'}"])


def clouds(rng, size, share, blob_px=256):
    """SCL of one date: `share` of it bad, in blobs a bit wider than `blob_px` with a shadow beside each."""
    field = smooth(rng, size, max(16, min(blob_px, size // 2)))
    shifted = np.roll(field, (size // 40, size // 40), (0, 1))
    classes = np.full((size, size), CLEAR, "uint8")
    classes[shifted > np.quantile(field, 1 - 0.9 * share)] = SHADOW
    order = np.quantile(field, 1 - 0.85 * share)
    classes[field > order] = CLOUD
    return classes


def place_of(options, number):
    """EPSG code and GDAL geotransform of a date: zones alternate; the second covers the first's area."""
    transform = (LEFT_M, RESOLUTION_M, 0, TOP_M, 0, -RESOLUTION_M)
    if options.zones == 1 or number % 2 == 0:
        return 32633, transform
    from pyproj import Transformer
    centre = options.size * RESOLUTION_M / 2
    x, y = Transformer.from_crs(32633, 32634, always_xy=True).transform(LEFT_M + centre, TOP_M - centre)
    snap = lambda value: round(value / RESOLUTION_M) * RESOLUTION_M
    return 32634, (snap(x - centre), RESOLUTION_M, 0, snap(y + centre), 0, -RESOLUTION_M)


def make_date(task):
    options, number = task
    rng = np.random.default_rng([options.seed, number])
    ground = np.random.default_rng([options.seed, 1_000_000])
    size = options.size
    epsg, transform = place_of(options, number)
    day = np.datetime64("2023-01-03") + 5 * number
    name = f"W_{number:04d}"
    folder = Path(options.outdir) / name
    folder.mkdir(parents=True, exist_ok=True)
    share = float(np.clip(options.cloud + rng.uniform(-0.2, 0.2), 0, 0.95))
    classes = clouds(rng, size, share, options.blob)
    bad = classes != CLEAR
    relief = smooth(ground, size, 32)
    fields = ground.integers(0, 1500, (size // 24 + 1, size // 24 + 1)).repeat(24, 0).repeat(24, 1)[:size, :size]
    assets = {}
    a, b, c, d, e, f = transform[1], transform[2], transform[0], transform[4], transform[5], transform[3]
    where = {"proj:epsg": epsg, "proj:shape": [size, size], "proj:transform": [a, b, c, d, e, f]}
    for index, band in enumerate(BANDS[:options.bands]):
        level = 400 + 500 * index + 150 * math.sin(number / 12 + index)
        surface = level + fields * (0.4 + 0.1 * index) + 60 * relief + rng.normal(0, 12, (size, size))
        surface[bad] = surface[bad] * 0.3 + np.where(classes[bad] == CLOUD, 5000, 100)
        write_cog(folder / f"{band}.tif", np.clip(surface, 1, 20000).astype("uint16"), transform, epsg, options.block)
        assets[band] = {"href": f"{name}/{band}.tif", "type": "image/tiff; application=geotiff; profile=cloud-optimized",
                        "roles": ["data"], "eo:bands": [{"name": band, "common_name": band}], **where,
                        "raster:bands": [{"data_type": "uint16", "nodata": 0, "scale": 0.0001, "offset": 0}]}
    write_cog(folder / "scl.tif", classes, transform, epsg, options.block)
    assets["scl"] = {"href": f"{name}/scl.tif", "type": "image/tiff; application=geotiff", "roles": ["data"], **where,
                     "raster:bands": [{"data_type": "uint8", "nodata": 0}]}
    return {"type": "Feature", "stac_version": "1.0.0", "id": name, "geometry": None,
            "properties": {"datetime": f"{day}T10:00:00Z", "eo:cloud_cover": round(100 * float(bad.mean()), 2)},
            "links": [], "assets": assets}


def recipe(options, outputs, resampling="nearest"):
    left, top, side = LEFT_M, TOP_M, options.size * RESOLUTION_M
    return {"type": "STACVRT", "version": 1, "items": "items.json", "bands": BANDS[:options.bands],
            "mask": {"asset": "scl", "nodata": ["no_data"], "exclude": [SHADOW, 8, CLOUD, 10]},
            "grid": {"crs": "EPSG:32633", "resolution": RESOLUTION_M, "resampling": resampling,
                     "bounds": [left, top - side, left + side, top]},
            "outputs": outputs}


def add_options(parser):
    for name, default in (("dates", 24), ("size", 2048), ("bands", 6), ("zones", 1), ("block", 512), ("blob", 256), ("seed", 7)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--cloud", type=float, default=0.5, help="mean share of cloud and shadow; a date's is 0.2 around it")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("outdir")
    add_options(parser)
    options = parser.parse_args()
    folder = Path(options.outdir)
    folder.mkdir(parents=True, exist_ok=True)
    with multiprocessing.Pool() as pool:
        features = pool.map(make_date, [(options, number) for number in range(options.dates)], chunksize=1)
    (folder / "items.json").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    resampling = "bilinear" if options.zones > 1 else "nearest"
    for name, outputs in (("median", ["median"]), ("geomad", ["geomedian", "mad", "count"])):
        (folder / f"{name}.stacvrt").write_text(json.dumps(recipe(options, outputs, resampling), indent=1))
    files = [p for p in folder.rglob("*.tif")]
    raw = options.dates * options.size ** 2 * (2 * options.bands + 1)
    cover = sum(f["properties"]["eo:cloud_cover"] for f in features) / len(features)
    print(f"{len(files)} files, {raw / 2**20:.0f} MiB of pixels, compressed {raw / sum(p.stat().st_size for p in files):.2f} "
          f"times (overviews included), {cover:.0f} % cloud and shadow")


if __name__ == "__main__":
    main()
