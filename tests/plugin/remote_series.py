# SPDX-License-Identifier: MIT
"""Series for tests of the network: the real one with its hrefs on a server, and one of COGs large enough to have many tiles.

Knows neither servers nor the driver.
"""
import copy
import json
from pathlib import Path

import numpy as np
from osgeo import gdal, osr

import series

WIDTH, HEIGHT, BLOCK, LEFT, TOP = 1500, 1200, 256, 600000, 5000000


def rebased(items, folder, base):
    """Copies of items with absolute local hrefs below `folder`, as if that were at the URL `base`."""
    items = copy.deepcopy(items)
    for item in items:
        for asset in item["assets"].values():
            asset["href"] = f"{base}/{Path(asset['href']).relative_to(folder)}"
    return items


def write_cog(path, values, epsg=32633):
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(epsg)
    kind = gdal.GDT_Byte if values.dtype == np.uint8 else gdal.GDT_UInt16
    raster = gdal.GetDriverByName("MEM").Create("", values.shape[1], values.shape[0], 1, kind)
    raster.SetGeoTransform((LEFT, 10, 0, TOP, 0, -10))
    raster.SetProjection(reference.ExportToWkt())
    raster.WriteArray(values)
    raster.GetRasterBand(1).SetNoDataValue(0)
    gdal.GetDriverByName("COG").CreateCopy(str(path), raster, options=["COMPRESS=DEFLATE", f"BLOCKSIZE={BLOCK}",
                                                                       "OVERVIEWS=NONE"])


def cog_item(folder, item_id, layers, base=None):
    """An item of COGs from {band: 2-D array}; hrefs below the URL `base`, or local ones."""
    assets = {}
    for name, values in layers.items():
        file = f"{item_id}-{name}.tif"
        write_cog(Path(folder) / file, values)
        assets[name] = {"href": f"{base}/{file}" if base else str(Path(folder) / file),
                        "eo:bands": [{"name": name, "common_name": name}], "proj:epsg": 32633,
                        "proj:shape": list(values.shape), "proj:transform": [10, 0, LEFT, 0, -10, TOP],
                        "raster:bands": [{"data_type": str(values.dtype), "nodata": 0}]}
    return {"type": "Feature", "stac_version": "1.0.0", "id": item_id, "geometry": None, "links": [],
            "properties": {"datetime": f"2024-05-{int(item_id[1:]) + 1:02d}T10:00:00Z"}, "assets": assets}


def noise(seed, low=1, high=3000):
    """Values that do not compress: tiles are large."""
    return np.random.default_rng(seed).integers(low, high, (HEIGHT, WIDTH)).astype("uint16")


def at(folder, items, base, name):
    """items.json with hrefs below `folder` put at `base`, and its path."""
    return series.write(rebased(items, folder, base), Path(name))


def grid(bounds=None):
    return {"crs": "EPSG:32633", "resolution": 10,
            "bounds": bounds or [LEFT, TOP - 10 * HEIGHT, LEFT + 10 * WIDTH, TOP]}


def window_bounds(x, y, width, height):
    """Bounds of a window of pixels of the COGs."""
    return [LEFT + 10 * x, TOP - 10 * (y + height), LEFT + 10 * (x + width), TOP - 10 * y]


def dump(path, recipe):
    Path(path).write_text(json.dumps(recipe))
    return str(path)
