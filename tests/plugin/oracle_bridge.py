# SPDX-License-Identifier: MIT
"""From a recipe to what the reference pipeline says its pixels are.

Translates the part of the recipe vocabulary that the pipeline knows and refuses the rest, so that no test compares with
something else than it asked for. Results are kept for the session. Knows nothing of the driver.
"""
import json
import os
from collections import Counter

import numpy as np
import pytest
import rasterio
from affine import Affine

pipeline = pytest.importorskip("pipeline", reason="no reference pipeline: set STACVRT_SHARED_DIR")

_cache = {}


def grid_of(recipe):
    """The target grid a recipe states explicitly."""
    g = recipe["grid"]
    rx, ry = np.broadcast_to(g["resolution"], 2).tolist()
    xmin, ymin, xmax, ymax = g["bounds"]
    return pipeline.Grid(g["crs"], Affine(rx, 0, xmin, 0, -ry, ymax), round((xmax - xmin) / rx), round((ymax - ymin) / ry))


def asset_key(item, name):
    """The asset a band name means: its key, else a band's or common name."""
    if name in item["assets"]:
        return name
    for key, asset in item["assets"].items():
        for band in asset.get("eo:bands", []) + asset.get("bands", []):
            if name in (band.get("name"), band.get("common_name"), band.get("eo:common_name")):
                return key
    raise KeyError(f"{name} is no asset, band or common name of {item['id']}")


def _class_values(asset, wanted):
    names = {c["name"]: c["value"] for c in asset.get("classification:classes", [])}
    return [names[w] if isinstance(w, str) else w for w in wanted]


def _bit_rules(asset, bits):
    """Bit rules by field name, or as shift, length, values, to the pipeline's (shift, length, values)."""
    if "shift" in bits:
        return [(bits["shift"], bits.get("length", 1), bits["values"])]
    fields = {f["name"]: f for f in asset.get("classification:bitfields", [])}
    rules = []
    for name, values in bits.items():
        field = fields[name]
        classes = {c["name"]: c["value"] for c in field["classes"]}
        values = values if isinstance(values, list) else [values]
        rules.append((field["offset"], field["length"], [classes[v] if isinstance(v, str) else v for v in values]))
    return rules


def _mask(item, recipe):
    mask = recipe.get("mask")
    if not mask:
        return None
    unknown = set(mask) - {"asset", "exclude", "nodata", "bits", "above", "cleanup"}
    assert not unknown, f"the reference pipeline has no mask keys {unknown}"
    asset = item["assets"][mask["asset"]]
    made = {"asset": mask["asset"], "exclude": _class_values(asset, mask.get("exclude", [])),
            "bits": _bit_rules(asset, mask.get("bits", {})), "cleanup": [tuple(c) for c in mask.get("cleanup", [])]}
    if "above" in mask:                       # an integer probability: the values above the limit are the excluded classes
        made["exclude"] += list(range(int(mask["above"]) + 1, 256))
    if "nodata" in mask:
        made["nodata"] = _class_values(asset, mask["nodata"])
    return made


def items_of(recipe):
    """The recipe's items with absolute hrefs, after `time.range` given as whole days A/B."""
    base = os.path.dirname(recipe["items"])
    with open(recipe["items"]) as f:
        items = json.load(f)["features"]
    for item in items:
        for asset in item["assets"].values():
            asset["href"] = os.path.join(base, asset["href"])
    span = recipe.get("time", {}).get("range")
    if span:
        first, last = span.split("/")
        items = [i for i in items if first <= i["properties"]["datetime"][:10] <= last]
    return items


def scaling(recipe):
    """Scale and offset of the output: those of most items (first band asked for)."""
    items = items_of(recipe)
    pairs = Counter(pipeline.declared(i, asset_key(i, recipe["bands"][0]))[:2] for i in items)
    return pairs.most_common(1)[0][0]


def oracle(recipe):
    """Everything pipeline.composite knows for the recipe: {"samples", "median", "count", "total"} and, where `outputs`
    ask for them, "geomedian", "emad", "smad", "bcmad"; float64 in output DN, unrounded, NaN where nothing is valid."""
    key = json.dumps(recipe, sort_keys=True)
    if key not in _cache:
        unknown = set(recipe.get("time", {})) - {"range", "group", "fuse"}
        assert not unknown, f"the reference pipeline has no time keys {unknown}"
        items, time = items_of(recipe), recipe.get("time", {})
        scale, offset = scaling(recipe)
        names = {o if isinstance(o, str) else o["reduce"] for o in recipe["outputs"]}
        _cache[key] = pipeline.composite(
            items, "/", [asset_key(items[0], b) for b in recipe["bands"]], grid_of(recipe), mask=_mask(items[0], recipe),
            group=time.get("group", "solar_day"), fuse=time.get("fuse", "clear-first"),
            resampling=recipe["grid"].get("resampling", "nearest"),
            outputs=["median", "count", "total", *(names & {"geomedian", "mad"})], scale=scale, offset=offset)
    return _cache[key]


def near_border(recipe, distance_px=1e-6):
    """(y, x) where the centre of a target pixel, transformed from another reference system, lies within `distance_px` of a
    source pixel's border in any item's basis grid: there the definitions allow either side. Within one reference system
    positions are exact, so nothing is excused."""
    import pyproj
    grid = grid_of(recipe)
    x, y = grid.transform * np.meshgrid(np.arange(grid.width) + 0.5, np.arange(grid.height) + 0.5)
    near = np.zeros((grid.height, grid.width), bool)
    for item in items_of(recipe):
        transforms = []
        for band in recipe["bands"]:
            with rasterio.open(item["assets"][asset_key(item, band)]["href"]) as src:
                transforms.append((abs(src.transform.a), src.transform, src.crs))
        _, t, crs = min(transforms, key=lambda entry: entry[0])
        if pyproj.CRS(crs) == pyproj.CRS(grid.crs):
            continue
        sx, sy = pyproj.Transformer.from_crs(grid.crs, crs, always_xy=True).transform(x, y)
        for position in ((sx - t.c) / t.a, (sy - t.f) / t.e):
            near |= np.abs(position - np.rint(position)) <= distance_px
    return near


def percentile(samples, p):
    """(band, y, x) percentile of (time, band, y, x): position h = (n - 1) p / 100, a + (b - a) (h - floor h)."""
    n = np.isfinite(samples[:, 0]).sum(0)
    ordered = np.sort(samples, axis=0)                         # NaN last
    h = np.maximum(n - 1, 0) * p / 100
    low = np.floor(h).astype(int)
    pick = lambda k: np.take_along_axis(ordered, np.broadcast_to(k, samples.shape[1:])[None], 0)[0]
    a, b = pick(low), pick(np.minimum(low + 1, np.maximum(n - 1, 0)))
    return np.where(n > 0, a + (b - a) * (h - low), np.nan)


def moments(samples):
    """mean, population stddev, min, max of (time, band, y, x), NaN where no sample is valid."""
    n = np.isfinite(samples[:, 0]).sum(0)
    zero = np.where(np.isfinite(samples), samples, 0.0)
    with np.errstate(all="ignore"):
        mean = np.where(n > 0, zero.sum(0) / n, np.nan)
        spread = np.where(np.isfinite(samples), samples - mean, 0.0)
        stddev = np.where(n > 0, np.sqrt((spread ** 2).sum(0) / n), np.nan)
        low = np.where(n > 0, np.where(np.isfinite(samples), samples, np.inf).min(0), np.nan)
        high = np.where(n > 0, np.where(np.isfinite(samples), samples, -np.inf).max(0), np.nan)
    return mean, stddev, low, high
