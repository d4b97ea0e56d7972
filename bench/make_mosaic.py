#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Makes a mosaic as large as a country that bench_mosaic.py looks at from afar: many items side by side, whose files hold
overviews but no pixels at full resolution (sparse), so that it takes hundreds of megabytes instead of a terabyte.

    make_mosaic.py OUTDIR [--items 2000] [--size 2240] [--dates 40] [--bands 3]
"""
import argparse
import json
import multiprocessing
from pathlib import Path

import numpy as np
from osgeo import gdal

import make_workload

gdal.UseExceptions()
gdal.SetConfigOption("SPARSE_OK_OVERVIEW", "ON")

FACTORS = (2, 4, 8, 16)
STORED = (8, 16)  # the others are as sparse as the full resolution
EPSG = 32633


def write_sparse(path, levels, size, transform):
    """A tiled GeoTIFF that holds nothing but `levels`, {factor: pixels}."""
    kind = gdal.GDT_Byte if levels[STORED[0]].dtype == np.uint8 else gdal.GDT_UInt16
    options = ["TILED=YES", "BLOCKXSIZE=256", "BLOCKYSIZE=256", "COMPRESS=DEFLATE", "SPARSE_OK=TRUE"]
    ds = gdal.GetDriverByName("GTiff").Create(str(path), size, size, 1, kind, options + (["PREDICTOR=2"] if kind == gdal.GDT_UInt16 else []))
    ds.SetGeoTransform(transform)
    ds.SetProjection(make_workload.wkt(EPSG))
    ds.GetRasterBand(1).SetNoDataValue(0)
    ds = None
    ds = gdal.OpenEx(str(path), gdal.OF_UPDATE)
    ds.BuildOverviews("NONE", list(FACTORS))
    for i, factor in enumerate(FACTORS):
        if factor in levels:
            ds.GetRasterBand(1).GetOverview(i).WriteArray(levels[factor])


def make_item(task):
    options, number = task
    rng = np.random.default_rng([11, number])
    across = options.across
    column, row = number % across, number // across
    step, size = options.step, options.size
    transform = (300_000 + 10 * step * column, 10, 0, 6_000_000 - 10 * step * row, 0, -10)
    name = f"M_{number:05d}"
    folder = Path(options.outdir) / name
    folder.mkdir(parents=True, exist_ok=True)
    sides = {factor: -(-size // factor) for factor in STORED}
    fine = make_workload.clouds(rng, sides[STORED[0]], 0.3)
    surface = 400 + 200 * make_workload.smooth(rng, sides[STORED[0]], 16)
    halved = lambda values: values[1::2, 1::2][:sides[STORED[1]], :sides[STORED[1]]]
    where = {"proj:epsg": EPSG, "proj:shape": [size, size], "proj:transform": [10, 0, transform[0], 0, -10, transform[3]]}
    assets = {}
    for index, band in enumerate([*make_workload.BANDS[:options.bands], "scl"]):
        values = fine if band == "scl" else np.clip(surface + 300 * index + rng.normal(0, 12, surface.shape), 1, 20000).astype("uint16")
        write_sparse(folder / f"{band}.tif", {STORED[0]: values, STORED[1]: halved(values)}, size, transform)
        assets[band] = {"href": f"{name}/{band}.tif", "eo:bands": [{"name": band, "common_name": band}], **where,
                        "raster:bands": [{"data_type": "uint8" if band == "scl" else "uint16", "nodata": 0}]}
    day = np.datetime64("2023-01-03") + 5 * (number % options.dates)
    return {"type": "Feature", "stac_version": "1.0.0", "id": name, "geometry": None, "properties": {"datetime": f"{day}T10:00:00Z"},
            "links": [], "assets": assets}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("outdir")
    for name, default in (("items", 2000), ("size", 2240), ("dates", 40), ("bands", 3)):
        parser.add_argument(f"--{name}", type=int, default=default)
    options = parser.parse_args()
    options.across = int(np.ceil(np.sqrt(options.items)))
    options.step = options.size - 10
    folder = Path(options.outdir)
    folder.mkdir(parents=True, exist_ok=True)
    with multiprocessing.Pool() as pool:
        features = pool.map(make_item, [(options, number) for number in range(options.items)], chunksize=8)
    (folder / "items.json").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    recipe = {"type": "STACVRT", "version": 1, "items": "items.json", "bands": make_workload.BANDS[:options.bands],
              "mask": {"asset": "scl", "nodata": ["no_data"], "exclude": [3, 8, 9, 10]}, "outputs": ["median"]}
    (folder / "mosaic.stacvrt").write_text(json.dumps(recipe, indent=1))


if __name__ == "__main__":
    main()
