# SPDX-License-Identifier: MIT
"""Recipes the tests share: masks, grids and a builder. Plain dictionaries in the vocabulary of the recipe format."""

SCL_CLOUDS = ["cloud_shadows", "cloud_medium_probability", "cloud_high_probability", "thin_cirrus"]
CLEANUP = [["opening", 2], ["dilation", 5]]
SCL = {"asset": "scl", "nodata": ["no_data"], "exclude": SCL_CLOUDS}
SCL_CLEAN = {**SCL, "cleanup": CLEANUP}
CLOUD_PROBABILITY = {"asset": "cloud", "above": 40}
BQA = {"asset": "bqa", "bits": {"cloud": 1, "cloud_shadow_confidence": ["high"], "cirrus_confidence": ["high"]}}

# Tile 33TWL whole, and windows of it and of the overlap with 33TWM, all on the pixels of 33TWL.
WL_GRID = {"crs": "EPSG:32633", "resolution": 120, "bounds": [545580, 5054880, 600780, 5100000]}
WL_CROP = {"crs": "EPSG:32633", "resolution": 120,
           "bounds": [545580 + 60 * 120, 5100000 - 230 * 120, 545580 + 260 * 120, 5100000 - 80 * 120]}
OVERLAP_ON_WL = {"crs": "EPSG:32633", "resolution": 120,
                 "bounds": [545580 - 40 * 120, 5100000 - 110 * 120, 545580 + 160 * 120, 5100000 + 40 * 120]}
# The corner where both tiles meet, in an equal-area CRS.
EQUAL_AREA = {"crs": "EPSG:6933", "resolution": 120, "bounds": [1498800, 5261040, 1522800, 5279040]}
# A window of the generated sample: 10 m bands, 20 m mask, one of its items in the neighbouring UTM zone.
SAMPLE_CROP = {"crs": "EPSG:32633", "resolution": 10, "bounds": [261980, 4974040, 263980, 4975540]}

# The first Landsat scene's own pixels (not square), and the same ground in Conus Albers.
LANDSAT_GRID = {"crs": "EPSG:32618", "resolution": [3020.1315789473683, 3031.5584415584412],
                "bounds": [527685.0, 4348785.0, 757215.0, 4582215.0]}
LANDSAT_PAN_GRID = {"crs": "EPSG:32618", "resolution": [1500.0980392156864, 1505.9032258064515],
                    "bounds": [527692.5, 4348792.5, 757207.5, 4582207.5]}
ALBERS = {"crs": "EPSG:5070", "resolution": 3000, "bounds": [1800000, 2070000, 2010000, 2280000]}

S2_BANDS = ["blue", "green", "red", "nir"]
LANDSAT_BANDS = ["blue", "green", "red", "nir08", "swir16", "swir22"]


def recipe(items, bands, grid=None, mask=None, outputs=("median", "count", "total"), resampling=None, fuse=None,
           group=None, **more):
    """A recipe with only the keys that are given."""
    made = {"type": "STACVRT", "version": 1, "items": str(items), "bands": list(bands), "outputs": list(outputs), **more}
    if mask:
        made["mask"] = mask
    if grid:
        made["grid"] = {**grid, **({"resampling": resampling} if resampling else {})}
    time = {**more.get("time", {}), **({"fuse": fuse} if fuse else {}), **({"group": group} if group else {})}
    if time:
        made["time"] = time
    return made
