#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Writes a PNG of one cloudy date beside the composite: true colour, the same stretch on both sides.

    demo_picture.py items.json composite.tif picture.png [widest side of a panel in pixels]

The date is mosaicked from the items' own files by gdalwarp, so that the picture owes its left side nothing to the plugin.
"""
import json
import os
import sys
from pathlib import Path

import numpy as np
from osgeo import gdal

COLOURS = ("red", "green", "blue")
GAP_PX = 4
# A date with this share of cloud shows both what is there and what is wrong with it.
WANTED_CLOUD = 45.0


def dates(collection):
    """{day: items of that day}."""
    days = {}
    for item in collection["features"]:
        days.setdefault(item["properties"]["datetime"][:10], []).append(item)
    return days


def cloudiest_worth_showing(days):
    """The day whose mean cloud cover lies nearest to WANTED_CLOUD."""
    def distance(entry):
        covers = [item["properties"].get("eo:cloud_cover", 0) for item in entry[1]]
        return abs(sum(covers) / len(covers) - WANTED_CLOUD)
    return min(sorted(days.items()), key=distance)


def asset_of(item, colour):
    """The asset that shows `colour`, by its key or its common name."""
    for key, asset in item["assets"].items():
        bands = asset.get("eo:bands", []) + asset.get("bands", [])
        names = [key] + [b.get("common_name", b.get("eo:common_name")) for b in bands]
        if colour in names:
            return asset
    sys.exit(f"demo_picture: item {item['id']} has no asset for {colour}: {', '.join(item['assets'])}")


def one_date(items, folder, like):
    """DN of one date as [3][y][x] float, NaN where nothing was seen, on the grid of dataset `like`."""
    left, x_size, _, top, _, y_size = like.GetGeoTransform()
    bounds = (left, top + like.RasterYSize * y_size, left + like.RasterXSize * x_size, top)
    panels = []
    for colour in COLOURS:
        files = [os.path.join(folder, asset_of(item, colour)["href"]) for item in items]
        warped = gdal.Warp("", files, format="MEM", outputBounds=bounds, width=like.RasterXSize, height=like.RasterYSize,
                           dstSRS=like.GetSpatialRef().ExportToWkt(), srcNodata=0, dstNodata=0)
        panels.append(warped.ReadAsArray().astype("f4"))
    values = np.stack(panels)
    values[:, (values == 0).any(axis=0)] = np.nan
    return values


def composite_colours(dataset):
    """DN of the composite as [3][y][x] float, NaN for nodata: the first band of each colour."""
    wanted = (gdal.GCI_RedBand, gdal.GCI_GreenBand, gdal.GCI_BlueBand)
    bands = [dataset.GetRasterBand(number) for number in range(1, dataset.RasterCount + 1)]
    panels = []
    for colour, interpretation in zip(COLOURS, wanted):
        found = [b for b in bands if colour == b.GetDescription() or interpretation == b.GetColorInterpretation()]
        if not found:
            names = ", ".join(b.GetDescription() for b in bands)
            sys.exit(f"demo_picture: the composite has no {colour} band; it has {names}")
        values = found[0].ReadAsArray().astype("f4")
        nodata = found[0].GetNoDataValue()
        if nodata is not None and not np.isnan(nodata):
            values[values == nodata] = np.nan
        panels.append(values)
    return np.stack(panels)


def stretched(values, low, high):
    """Bytes 1 to 255 of a gamma stretch between `low` and `high` DN, 0 where there is no value."""
    shape = (3, 1, 1)
    share = np.clip((values - low.reshape(shape)) / (high - low).reshape(shape), 0, 1) ** (1 / 1.3)
    return np.where(np.isnan(share), 0, 1 + share * 254).astype("u1")


def main(items_path, composite_path, picture_path, side=960):
    gdal.UseExceptions()
    composite = gdal.Open(composite_path)
    after = composite_colours(composite)
    day, items = cloudiest_worth_showing(dates(json.loads(Path(items_path).read_text("utf-8"))))
    before = one_date(items, os.path.dirname(os.path.abspath(items_path)), composite)
    # The stretch is the composite's: clouds may saturate on the left, as they do for an eye that looks at land.
    low, high = np.nanpercentile(after, (0.5, 99.5), axis=(1, 2))
    gap = np.full((3, after.shape[1], GAP_PX), 255, "u1")
    picture = np.concatenate([stretched(before, low, high), gap, stretched(after, low, high)], axis=2)

    memory = gdal.GetDriverByName("MEM").Create("", picture.shape[2], picture.shape[1], 3)
    memory.WriteArray(picture)
    share = min(1.0, float(side) / max(after.shape[1:]))
    gdal.Translate(picture_path, memory, format="PNG", width=round(picture.shape[2] * share),
                   height=round(picture.shape[1] * share), resampleAlg="average" if share < 1 else "nearest",
                   creationOptions=["ZLEVEL=9"])
    covers = ", ".join(f"{item['properties'].get('eo:cloud_cover', 0):.0f} %" for item in items)
    print(f"left: {day} (cloud cover {covers}), right: {composite.RasterXSize} x {composite.RasterYSize} pixels, "
          f"{composite.RasterCount} bands")


if __name__ == "__main__":
    if len(sys.argv) not in (4, 5):
        sys.exit(__doc__)
    main(*sys.argv[1:])
