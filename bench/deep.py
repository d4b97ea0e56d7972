# SPDX-License-Identifier: MIT
"""Series with more dates than were made: the same files again under other names, so that every path is one of its own.

Hard links cost nothing, and neither GDAL nor our driver knows a file by anything but its name.
"""
import copy
import datetime
import json
import os
import shutil
from pathlib import Path

DAYS_APART = 5


def link(source, target):
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copyfile(source, target)


class DeepSeries:
    """`dates` dates in `folder`, those of `series` over and over, and recipes for parts of them."""

    def __init__(self, series, folder, dates):
        self.folder = Path(folder)
        self.geomad = json.loads((series / "geomad.stacvrt").read_text())
        originals = json.loads((series / "items.json").read_text())["features"]
        first = datetime.date.fromisoformat(originals[0]["properties"]["datetime"][:10])
        self.items = []
        for number in range(dates):
            item = copy.deepcopy(originals[number % len(originals)])
            item["id"] = f"D_{number:04d}"
            day = first + datetime.timedelta(days=DAYS_APART * number)
            item["properties"]["datetime"] = f"{day}T10:00:00Z"
            for name, asset in item["assets"].items():
                source = series / asset["href"]
                asset["href"] = f"{item['id']}/{name}.tif"
                link(source, self.folder / asset["href"])
            self.items.append(item)

    def files(self, dates):
        return [self.folder / asset["href"] for item in self.items[:dates] for asset in item["assets"].values()]

    def recipe(self, dates, side):
        """The geomad of the first dates and of the `side` x `side` pixels in the upper left corner."""
        items = self.folder / f"items{dates}.json"
        items.write_text(json.dumps({"type": "FeatureCollection", "features": self.items[:dates]}))
        left, _, _, top = self.geomad["grid"]["bounds"]
        side_m = side * self.geomad["grid"]["resolution"]
        grid = {**self.geomad["grid"], "bounds": [left, top - side_m, left + side_m, top]}
        path = self.folder / f"geomad{dates}x{side}.stacvrt"
        path.write_text(json.dumps({**self.geomad, "items": items.name, "grid": grid}))
        return path
