# SPDX-License-Identifier: MIT
"""Rasters with a number of its own in every pixel, their items, and where a target pixel finds its number.

The answer is worked out with pyproj and NumPy alone. Items carry neither bbox nor geometry: proj:* must do.
"""
import json

import numpy as np
import pyproj
import rasterio
from affine import Affine

NODATA = 0


def numbers(height, width, seed):
    """uint16, never nodata, different from pixel to pixel and from seed to seed."""
    row, col = np.mgrid[0:height, 0:width]
    return (1 + (col * 131 + row * 7919 + seed * 10007) % 60000).astype("uint16")


class Scattered:
    """One item on a grid of its own: (crs, left, top, resolution, width, height)."""

    def __init__(self, folder, name, when, crs, left, top, res, width, height, properties=None):
        self.crs, self.affine = crs, Affine(res, 0, left, 0, -res, top)
        self.values = numbers(height, width, sum(map(ord, name)))
        path = folder / f"{name}.tif"
        with rasterio.open(path, "w", driver="GTiff", width=width, height=height, count=1, dtype="uint16", crs=crs,
                           transform=self.affine, nodata=NODATA, tiled=True, blockxsize=256, blockysize=256) as out:
            out.write(self.values, 1)
        self.item = {
            "type": "Feature", "stac_version": "1.0.0", "id": name, "geometry": None, "links": [],
            "properties": {"datetime": when, **(properties or {})},
            "assets": {"red": {"href": str(path), "proj:code": crs, "proj:shape": [height, width],
                               "proj:transform": list(self.affine)[:6], "roles": ["data"],
                               "raster:bands": [{"data_type": "uint16", "nodata": NODATA}]}}}

    def sampled(self, crs, x, y):
        """Values at positions, NODATA outside, and how near (in pixels) each lies to a border between pixels."""
        to_item = pyproj.Transformer.from_crs(crs, self.crs, always_xy=True)
        if pyproj.CRS(crs) != pyproj.CRS(self.crs):
            x, y = to_item.transform(x, y)
        if pyproj.CRS(self.crs).is_geographic:
            middle = self.affine.c + self.affine.a * self.values.shape[1] / 2
            x = x - 360 * np.round((x - middle) / 360)
        col, row = ~self.affine * (x, y)
        near = np.minimum(abs(col - np.round(col)), abs(row - np.round(row)))
        with np.errstate(invalid="ignore"):
            c, r = np.floor(col), np.floor(row)
            inside = (c >= 0) & (r >= 0) & (c < self.values.shape[1]) & (r < self.values.shape[0])
        result = np.full(x.shape, NODATA, "uint16")
        result[inside] = self.values[r[inside].astype(int), c[inside].astype(int)]
        return result, near


def collection(folder, items):
    path = folder / "items.json"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [i.item for i in items]}))
    return f"STACVRT:{path}"


def expected(ds, crs, items):
    """What the first item with data gives at every pixel centre of an open dataset, and where that is certain."""
    left, dx, _, top, _, dy = ds.GetGeoTransform()
    x, y = np.meshgrid(left + (np.arange(ds.RasterXSize) + 0.5) * dx, top + (np.arange(ds.RasterYSize) + 0.5) * dy)
    result = np.full(x.shape, NODATA, "uint16")
    certain = np.ones(x.shape, bool)
    for item in items:
        values, near = item.sampled(crs, x, y)
        certain &= ~(near < 1e-5)
        result = np.where(result == NODATA, values, result)
    return result, certain
