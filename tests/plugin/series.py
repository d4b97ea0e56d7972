# SPDX-License-Identifier: MIT
"""Item collections for tests: subsets and altered copies of the real series, and tiny synthetic items.

Everything is written below a folder the caller gives; the shared data are never touched. Knows STAC, not the driver.
"""
import copy
import json
import os
from pathlib import Path

import numpy as np
import rasterio
from affine import Affine


def load(path):
    return json.loads(Path(path).read_text())


def absolute(item, base):
    """A deep copy of the item with absolute asset hrefs."""
    item = copy.deepcopy(item)
    for asset in item["assets"].values():
        asset["href"] = os.path.normpath(os.path.join(base, asset["href"]))
    return item


def items_of(folder, keep=lambda item: True, file="items.json"):
    """Items of a series with absolute hrefs, in the file's order."""
    return [absolute(i, folder) for i in load(Path(folder) / file)["features"] if keep(i)]


def write(items, path):
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(json.dumps({"type": "FeatureCollection", "features": items}))
    return str(path)


def write_subset(folder, path, keep=lambda item: True, file="items.json"):
    return write(items_of(folder, keep, file), path)


def rewrite_scaled(item, bands, scale, offset, folder):
    """The item with `bands` restated in another scale and offset: pixels and metadata agree, physical values stay to
    within half a new DN. Drops the flag that would overrule the declared offset."""
    item = copy.deepcopy(item)
    item["properties"].pop("earthsearch:boa_offset_applied", None)
    for name in bands:
        asset = item["assets"][name]
        meta = asset["raster:bands"][0]
        with rasterio.open(asset["href"]) as src:
            old, profile = src.read(1).astype(float), src.profile
        physical = old * meta["scale"] + meta["offset"]
        new = np.where(old == meta["nodata"], 0, np.clip(np.rint((physical - offset) / scale), 1, 65535))
        path = Path(folder) / item["id"] / f"{name}.tif"
        path.parent.mkdir(parents=True, exist_ok=True)
        with rasterio.open(path, "w", **{**profile, "driver": "GTiff"}) as dst:
            dst.write(new.astype("uint16"), 1)
        asset["href"] = str(path)
        meta["scale"], meta["offset"] = scale, offset
    return item


def synthetic_item(folder, item_id, when, bands, scale=1e-4, offset=0.0, nodata=0, transform=None, epsg=32633):
    """An item of uint16 GeoTIFFs from {band: 2-D array}; 10 m pixels near the centre of UTM zone 33 by default."""
    transform = transform or Affine(10, 0, 500000, 0, -10, 5100000)
    assets = {}
    for name, values in bands.items():
        values = np.asarray(values, "uint16")
        path = Path(folder) / item_id / f"{name}.tif"
        path.parent.mkdir(parents=True, exist_ok=True)
        with rasterio.open(path, "w", driver="GTiff", count=1, dtype="uint16", height=values.shape[0],
                           width=values.shape[1], crs=f"EPSG:{epsg}", transform=transform, nodata=nodata) as dst:
            dst.write(values, 1)
        assets[name] = {"href": str(path), "type": "image/tiff; application=geotiff", "roles": ["data", "reflectance"],
                        "raster:bands": [{"nodata": nodata, "data_type": "uint16", "scale": scale, "offset": offset}],
                        "eo:bands": [{"name": name, "common_name": name}]}
    shape = next(np.asarray(v).shape for v in bands.values())
    return {"type": "Feature", "stac_version": "1.0.0", "id": item_id, "collection": "synthetic", "links": [],
            "geometry": None, "bbox": [14.9, 46.0, 15.1, 46.1],
            "properties": {"datetime": when, "proj:epsg": epsg, "proj:shape": list(shape),
                           "proj:transform": list(transform)[:6]},
            "assets": assets}
